"""Adapters that write to standard output in CloudWatch's embedded metric format."""
