"""Trying a question out before a contact asks it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from switchboard.domain.examination import Examination
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import KnowledgeEntry


class Examiner(Protocol):
    """The embedded agent, asked for its reasons."""

    def examine(self, question: str, entries: Sequence[KnowledgeEntry]) -> Examination:
        """Judge a question against entries; nothing is stored or sent.

        Raises:
            DependencyUnavailable: the model's weights cannot be loaded.
        """
        ...


class Trials(Protocol):
    """Where an organization's questions are tried out."""

    def __call__(
        self, organization_id: OrganizationId, question: str, *, drafts: bool
    ) -> Examination:
        """Try a question on what is live, with drafts in the place of what they would replace.

        Raises:
            DependencyUnavailable: the agent did not answer in time.
        """
        ...
