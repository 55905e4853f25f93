"""`make demo`: two organizations, several customers, every message accounted for."""
