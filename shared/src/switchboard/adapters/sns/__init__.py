"""Adapters on SNS."""
