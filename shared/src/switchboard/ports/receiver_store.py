"""Receivers of an organization's web hooks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from switchboard.domain.ids import OrganizationId
from switchboard.domain.receiver import Receiver


class ReceiverStore(Protocol):
    """Holds secrets (keys, header values); only who signs requests may show them to anybody."""

    def read(self, organization_id: OrganizationId) -> Sequence[Receiver]:
        """All receivers in the order of the settings; consistent."""
        ...

    def read_all(
        self, organization_ids: Sequence[OrganizationId]
    ) -> Mapping[OrganizationId, Sequence[Receiver]]:
        """The same for several, each given once; one without receivers may be absent."""
        ...

    def replace(self, organization_id: OrganizationId, receivers: Sequence[Receiver]) -> None:
        """Put these in the place of all."""
        ...
