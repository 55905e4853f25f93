"""What runs for as long as a host, or one of its pages, lives."""
