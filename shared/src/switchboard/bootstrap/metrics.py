"""The metrics of an entry point, the same way in all of them."""

from __future__ import annotations

from switchboard.adapters.clock import SystemClock
from switchboard.adapters.emf.metrics import EmfMetrics
from switchboard.bootstrap.environment import Environment
from switchboard.ports.metrics import Metrics

NAMESPACE = "Switchboard"


def emf_metrics(environment: Environment, service: str) -> Metrics:
    """Metrics of one entry point; METRICS_NAMESPACE keeps deployments of one account apart."""
    return EmfMetrics(environment.text("METRICS_NAMESPACE", NAMESPACE), service, SystemClock())
