"""One module an entry point: environment -> typed configuration -> wiring. No logic."""
