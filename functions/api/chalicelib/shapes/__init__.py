"""Shapes of answers: WAHA's words where clients parse them."""
