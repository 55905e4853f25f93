"""Use cases, one a file; they know ports and the domain, never a vendor."""
