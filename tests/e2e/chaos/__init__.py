"""Faults staged on real processes: hosts, simulator, cloud."""
