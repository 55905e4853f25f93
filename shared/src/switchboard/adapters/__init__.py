"""Implementations of the ports, one package a vendor; `memory` ships and is used by tests."""
