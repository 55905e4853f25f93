"""Tells what a turn took and, when a person has to take over, tells a person."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.application.notify_operators import NotifyOperators
from switchboard.domain.conversation import Conversation
from switchboard.domain.ids import OrganizationId
from switchboard.domain.metric import Metric
from switchboard.domain.notice import NoticeKind
from switchboard.ports.agent import AgentReply
from switchboard.ports.clock import Clock
from switchboard.ports.metrics import Metrics


@dataclass(frozen=True, slots=True)
class ReportTurn:
    """Never fails its caller: the turn is committed already."""

    metrics: Metrics
    notify: NotifyOperators
    clock: Clock

    def __call__(self, answered: Conversation, reply: AgentReply) -> None:
        """Count a committed turn; `answered` is the conversation as it was before."""
        organization_id = answered.organization_id
        if reply.reply is not None:
            waited = self.clock.now() - (answered.first_pending_at or self.clock.now())
            milliseconds = round(waited.total_seconds() * 1000)
            self.metrics.put(Metric.REPLY_TIME, milliseconds, organization_id=organization_id)
        if reply.hand_off is not None:
            self.metrics.put(Metric.HAND_OFFS, organization_id=organization_id)
            self.notify(organization_id, NoticeKind.HAND_OFF, reply.hand_off)
        if reply.failure is not None:
            self.metrics.put(
                Metric.AGENT_FAILURES, organization_id=organization_id, label=reply.failure
            )
            self.notify(organization_id, NoticeKind.AGENT_FAILING, reply.failure)

    def spent(self, organization_id: OrganizationId, reply: AgentReply) -> None:
        """Count what a language model took, whether its words were used or not."""
        usage = reply.usage
        for metric, value in (
            (Metric.MODEL_REQUESTS, usage.requests),
            (Metric.MODEL_INPUT_TOKENS, usage.input_tokens),
            (Metric.MODEL_OUTPUT_TOKENS, usage.output_tokens),
            (Metric.MODEL_COST, reply.cost_micros),
        ):
            if value:
                self.metrics.put(metric, value, organization_id=organization_id)
