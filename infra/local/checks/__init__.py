"""Checks of the templates before anybody deploys them: `make infra-check`."""
