"""Find out what an API key may do."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.keys import ApiKey, key_hash
from switchboard.domain.metric import Metric
from switchboard.ports.key_store import KeyStore
from switchboard.ports.metrics import Metrics

_LONGEST_KEY = 256


@dataclass(frozen=True, slots=True)
class Authorize:
    """Looks a key up by its hash: no comparison of secrets, so nothing to time."""

    keys: KeyStore
    metrics: Metrics

    def __call__(self, secret: str) -> ApiKey | None:
        """The key's scope, or None for an unknown or revoked one."""
        key = self._find(secret)
        if key is None:
            self.metrics.put(Metric.KEYS_REFUSED)
        return key

    def _find(self, secret: str) -> ApiKey | None:
        if not secret or len(secret) > _LONGEST_KEY:
            return None
        key = self.keys.find(key_hash(secret))
        return key if key is not None and key.revoked_at is None else None
