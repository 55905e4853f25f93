"""The one form in which a language model may answer."""

from __future__ import annotations

from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field, model_validator

from switchboard.domain.conversation import ContactStatus
from switchboard.domain.folding import is_visible
from switchboard.domain.reply_check import LONGEST_REPLY
from switchboard.domain.spending import Usage
from switchboard.ports.agent import AgentReply


class Reason(StrEnum):
    """Why a model hands off: codes, since free text would carry a contact's words into logs."""

    NO_ANSWER = "no_answer"
    ASKED_FOR_OPERATOR = "asked_for_operator"
    COMPLAINT = "complaint"
    DISTRESS = "distress"
    OTHER = "other"


class Proposal(BaseModel):
    """Reply to the contact, or hand the conversation to a person, or both."""

    model_config = ConfigDict(extra="forbid")

    reply: str | None = Field(None, max_length=LONGEST_REPLY, description="what to write")
    contact_status: ContactStatus | None = Field(None, description="only when it changes")
    hand_off: Reason | None = Field(None, description="when a person should take over")

    @model_validator(mode="after")
    def _says_something(self) -> Proposal:
        if not is_visible(self.reply or "") and self.hand_off is None:
            raise ValueError("give a reply or hand off")
        return self


def reply_of(proposal: Proposal, usage: Usage) -> AgentReply:
    """The proposal in the port's terms."""
    reply = (proposal.reply or "").strip()
    hand_off = proposal.hand_off.value if proposal.hand_off else None
    return AgentReply(
        reply if is_visible(reply) else None, proposal.contact_status, hand_off, usage
    )
