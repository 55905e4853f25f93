"""A browser's profile on disk: copied while it is written to, checked, packed and unpacked."""
