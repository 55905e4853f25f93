"""The way out to receivers, through urllib3."""
