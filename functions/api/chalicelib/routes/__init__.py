"""Routes, one file a resource; each parses, calls one use case, shapes the answer."""
