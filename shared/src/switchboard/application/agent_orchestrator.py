"""Chooses the agent of an organization, holds its cost, and lets nothing unchecked out."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from switchboard.domain.conversation import ALLOWED_TRANSITIONS
from switchboard.domain.errors import (
    AgentFailure,
    BudgetSpent,
    DependencyUnavailable,
    ModelDenied,
    ModelLoop,
    ModelNonsense,
    ModelTimedOut,
)
from switchboard.domain.organization import AgentKind
from switchboard.domain.prompt import HOUSE_RULES, contact_text
from switchboard.domain.reply_check import OwnWords, objection_to
from switchboard.domain.spending import Usage
from switchboard.ports.agent import Agent, AgentReply, AgentRequest, LanguageModel
from switchboard.ports.clock import Clock
from switchboard.ports.spending import Spending

_log = logging.getLogger(__name__)
_FOR_A_PERSON = (ModelLoop, ModelNonsense)
"""The model was there and did not understand: a retrieval would hardly do better."""


@dataclass(frozen=True, slots=True)
class AgentOrchestrator:
    """`Agent` for every kind but `off`.

    A language model's failure never fails the turn: an outage, a refusal or a spent budget lets
    the embedded agent answer, a model that loops or talks nonsense hands off to a person. What a
    model says is checked against the organization's own words before anybody sees it. The
    embedded agent writes nothing but the organization's words, so its replies need no check.
    """

    embedded: Agent
    models: Mapping[AgentKind, LanguageModel]
    spending: Spending
    clock: Clock

    def answer(self, request: AgentRequest) -> AgentReply:
        """Propose a reply.

        Raises:
            DependencyUnavailable: a store or the embedded model cannot be reached.
        """
        kind = request.settings.agent
        if kind is AgentKind.KNOWLEDGE:
            return self.embedded.answer(request)
        try:
            reply = self._ask(self._model(kind), request)
        except AgentFailure as failure:
            return self._instead(request, failure)
        return _checked(reply, request)

    def _model(self, kind: AgentKind) -> LanguageModel:
        model = self.models.get(kind)
        if model is None:
            raise ModelDenied(f"no model of kind {kind} is configured")
        return model

    def _ask(self, model: LanguageModel, request: AgentRequest) -> AgentReply:
        day = self.clock.now().date()
        most = model.price.of(Usage(output_tokens=model.most_tokens))
        organization_id, cap = request.organization_id, request.settings.daily_budget_micros
        if not self.spending.reserve(organization_id, day, request.turn, most, cap):
            raise BudgetSpent("the daily budget does not hold another turn")
        try:
            reply = model.agent.answer(request)
        except AgentFailure as failure:
            cost = None if isinstance(failure, ModelTimedOut) else _cost(model, failure.usage)
            failure.cost_micros = self._charge(request, day, most, cost)
            raise
        cost = _cost(model, reply.usage) if reply.usage.input_tokens else None
        return replace(reply, cost_micros=self._charge(request, day, most, cost))

    def _charge(self, request: AgentRequest, day: date, reserved: int, cost: int | None) -> int:
        """What the turn is counted at: its cost, or the whole reservation when nobody knows it.

        A service bills what it wrote after we stopped waiting, and some tell no tokens at all.
        """
        if cost is None:
            return reserved
        self._settle(request, day, reserved, cost)
        return cost

    def _settle(self, request: AgentRequest, day: date, reserved: int, actual: int) -> None:
        """Unsettled, the reservation stands, which is too much rather than too little."""
        try:
            self.spending.settle(request.organization_id, day, request.turn, reserved, actual)
        except DependencyUnavailable:
            _log.warning("agent.cost.not_settled", extra=_keys(request))

    def _instead(self, request: AgentRequest, failure: AgentFailure) -> AgentReply:
        _log.warning("agent.failed", extra={**_keys(request), "error_code": failure.code})
        usage = failure.usage or Usage()
        if isinstance(failure, _FOR_A_PERSON):
            return AgentReply(
                hand_off=failure.code,
                usage=usage,
                cost_micros=failure.cost_micros,
                failure=failure.code,
            )
        reply = self.embedded.answer(request)
        return replace(reply, usage=usage, cost_micros=failure.cost_micros, failure=failure.code)


def _cost(model: LanguageModel, usage: Usage | None) -> int | None:
    return None if usage is None else model.price.of(usage)


def _checked(reply: AgentReply, request: AgentRequest) -> AgentReply:
    if reply.reply is None:
        return reply
    objection = objection_to(reply.reply, _own_words(request))
    if objection is None:
        return reply
    _log.warning("agent.reply.refused", extra={**_keys(request), "error_code": objection.value})
    return replace(reply, reply=None, contact_status=None, hand_off=objection.value)


def _own_words(request: AgentRequest) -> OwnWords:
    known: Sequence[str] = [
        text for entry in request.knowledge for text in (entry.answer, *entry.phrasings)
    ]
    public = [*known, request.settings.hand_off_text]
    following = sorted(ALLOWED_TRANSITIONS[request.contact_status])
    contact = contact_text(request.contact_status, following)
    return OwnWords(public, [HOUSE_RULES, request.settings.instructions, contact])


def _keys(request: AgentRequest) -> dict[str, object]:
    return {
        "organization_id": request.organization_id,
        "agent": request.settings.agent.value,
    }
