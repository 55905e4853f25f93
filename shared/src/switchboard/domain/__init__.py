"""Facts and rules of the business; imports the pure standard library only."""
