"""Adapters on S3."""
