"""Parsing of request bodies and queries: every error names its field."""
