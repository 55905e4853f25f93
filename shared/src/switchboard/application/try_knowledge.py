"""Try a question on an organization's knowledge, drafts included, before anything goes live."""

from __future__ import annotations

from dataclasses import dataclass

from switchboard.domain.examination import Examination
from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import Stage
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.trials import Examiner


@dataclass(frozen=True, slots=True)
class TryKnowledge:
    """`Trials` where the embedded agent is."""

    organizations: OrganizationStore
    examiner: Examiner

    def __call__(
        self, organization_id: OrganizationId, question: str, *, drafts: bool
    ) -> Examination:
        """Examine; nothing is stored or sent."""
        entries = {one.id: one for one in self.organizations.knowledge(organization_id)}
        if drafts:
            unpublished = self.organizations.knowledge(organization_id, Stage.DRAFT)
            entries |= {one.id: one for one in unpublished}
        return self.examiner.examine(question, list(entries.values()))
