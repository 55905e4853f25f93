"""What one function asks of another."""
