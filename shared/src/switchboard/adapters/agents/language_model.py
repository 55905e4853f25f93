"""A language model as an agent, by pydantic-ai. Imported only when an organization uses one."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from pydantic_ai import Agent, RunContext, RunUsage, ToolOutput, UsageLimits
from pydantic_ai.models import Model
from pydantic_ai.settings import ModelSettings

from switchboard.adapters.agents.failures import failure_of
from switchboard.adapters.agents.history import turns_of
from switchboard.adapters.agents.proposal import Proposal, reply_of
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.agents.wire import Bounds, Meter, current
from switchboard.domain.conversation import ALLOWED_TRANSITIONS
from switchboard.domain.errors import AgentFailure, ModelTimedOut
from switchboard.domain.organization import KnowledgeEntry
from switchboard.domain.prompt import HOUSE_RULES, contact_text, knowledge_text
from switchboard.domain.spending import Usage
from switchboard.ports.agent import AgentReply, AgentRequest

KNOWN_AT_ONCE = 8
"""Known answers in the prompt; the model may look others up."""
LOOKED_UP = 3
_TEMPERATURE = 0.2
"""Little: a customer who asks twice should hear the same."""
_RETRIES = 1
"""An answer of the wrong form gets one more try within the turn's requests."""


@dataclass(slots=True)
class _Turn:
    """What the model's one tool may reach: this organization's answers, and nothing by name."""

    request: AgentRequest
    retriever: Retriever

    def nearest(self, question: str, count: int) -> Sequence[KnowledgeEntry]:
        entries = [entry for entry in self.request.knowledge if entry.phrasings]
        if len(entries) <= count or not question.strip():
            return entries[:count]
        (ranking,) = self.retriever.rank([question], entries)
        return [match.entry for match in ranking.matches[:count]]


def look_up(context: RunContext[_Turn], question: str) -> str:
    """Search the organization's known answers for a question."""
    return knowledge_text(context.deps.nearest(question[:1_000], LOOKED_UP))


@dataclass(slots=True)
class LanguageModelAgent:
    """`Agent` over one model.

    It runs on a loop of its own, so that a turn ends when its time is over, whatever the client
    is still waiting for.
    """

    model: Model
    retriever: Retriever
    bounds: Bounds = field(default_factory=Bounds)
    loop: asyncio.AbstractEventLoop = field(init=False)
    agent: Agent[_Turn, Proposal] = field(init=False)

    def __post_init__(self) -> None:
        """Start the loop."""
        self.loop = asyncio.new_event_loop()
        threading.Thread(target=self.loop.run_forever, daemon=True, name="agent").start()
        self.agent = Agent(
            self.model,
            output_type=ToolOutput(Proposal, name="answer"),
            deps_type=_Turn,
            tools=[look_up],
            retries=_RETRIES,
            model_settings=ModelSettings(
                max_tokens=self.bounds.output_tokens, temperature=_TEMPERATURE
            ),
        )

    def answer(self, request: AgentRequest) -> AgentReply:
        """Ask the model.

        Raises:
            AgentFailure: no usable answer within the bounds; says what it took.
        """
        meter, usage = Meter(self.bounds.requests), RunUsage()
        running = asyncio.run_coroutine_threadsafe(self._run(request, meter, usage), self.loop)
        try:
            proposal = running.result(self.bounds.seconds)
        except concurrent.futures.TimeoutError as error:
            raise ModelTimedOut("the turn's time is over", _spent(meter, usage)) from error
        except AgentFailure as error:
            error.usage = _spent(meter, usage)
            raise
        except Exception as error:
            # whatever a model makes a vendor's library do, the turn must end
            raise failure_of(error, _spent(meter, usage)) from error
        finally:
            meter.closed = True
            running.cancel()
        return reply_of(proposal, _spent(meter, usage))

    async def _run(self, request: AgentRequest, meter: Meter, usage: RunUsage) -> Proposal:
        current.set(meter)
        asked, history = turns_of(request.history, request.burst)
        turn = _Turn(request, self.retriever)
        known = await asyncio.to_thread(turn.nearest, asked, KNOWN_AT_ONCE)
        ran = await self.agent.run(
            asked,
            message_history=history,
            deps=turn,
            instructions=_instructions(request, known),
            usage=usage,
            usage_limits=UsageLimits(
                request_limit=self.bounds.requests, total_tokens_limit=self.bounds.total_tokens
            ),
        )
        return ran.output


def _instructions(request: AgentRequest, known: Sequence[KnowledgeEntry]) -> str:
    following = sorted(ALLOWED_TRANSITIONS[request.contact_status])
    parts = [
        HOUSE_RULES,
        request.settings.instructions,
        contact_text(request.contact_status, following),
        f"Known answers:\n{knowledge_text(known)}",
    ]
    return "\n\n".join(part for part in parts if part.strip())


def _spent(meter: Meter, usage: RunUsage) -> Usage:
    return Usage(meter.sent, usage.input_tokens, usage.output_tokens)
