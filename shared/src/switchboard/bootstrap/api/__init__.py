"""Wiring of the API function."""

from switchboard.bootstrap.api.build import build_api
from switchboard.bootstrap.api.stores import Stores
from switchboard.bootstrap.api.use_cases import Api, wire

__all__ = ["Api", "Stores", "build_api", "wire"]
