"""Receivers, what was tried at them, what was given up, and sending it again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from switchboard.application.existing import existing
from switchboard.domain.delivery import Attempt, DeadDelivery, Delivery, delivery_of
from switchboard.domain.errors import Conflict, InvalidInput, NotFound
from switchboard.domain.events import Event, EventName, Known, event_id
from switchboard.domain.ids import OrganizationId
from switchboard.domain.moment import milliseconds
from switchboard.domain.page import Page
from switchboard.domain.public_address import Reach
from switchboard.domain.receiver import Receiver
from switchboard.ports.clock import Clock
from switchboard.ports.delivery_log import DeliveryLog
from switchboard.ports.delivery_queue import DeliveryQueue
from switchboard.ports.organization_store import OrganizationStore
from switchboard.ports.receiver_door import NameCheck
from switchboard.ports.receiver_store import ReceiverStore
from switchboard.ports.session_store import SessionStore


@dataclass(frozen=True, slots=True)
class ReadReceivers:
    """The receivers with their secrets: whoever shows them leaves those out.

    Raises:
        NotFound: no such line.
    """

    sessions: SessionStore
    receivers: ReceiverStore

    def __call__(self, organization_id: OrganizationId) -> Sequence[Receiver]:
        """All of an organization's."""
        existing(self.sessions, organization_id)
        return self.receivers.read(organization_id)

    def stored(
        self, organization_ids: Sequence[OrganizationId]
    ) -> Mapping[OrganizationId, Sequence[Receiver]]:
        """The same for lines that were read already, in one request."""
        return self.receivers.read_all(organization_ids)


@dataclass(frozen=True, slots=True)
class ChangeReceivers:
    """Put other receivers in the place of all; effective for what happens from now on.

    Raises:
        NotFound: no such line.
        InvalidInput: a name that leads into a private network now. Each delivery asks again.
    """

    sessions: SessionStore
    receivers: ReceiverStore
    names: NameCheck

    def __call__(
        self, organization_id: OrganizationId, receivers: Sequence[Receiver], field: str
    ) -> None:
        """Replace the receivers; `field` is what the request calls their list."""
        existing(self.sessions, organization_id)
        self.check(receivers, field)
        self.receivers.replace(organization_id, receivers)

    def check(self, receivers: Sequence[Receiver], field: str) -> None:
        """Refuse names that lead inside."""
        for number, receiver in enumerate(receivers):
            if self.names.leads_inside(receiver.url):
                raise InvalidInput(f"{field}[{number}].url", "must not point to a private address")


@dataclass(frozen=True, slots=True)
class ListDeliveries:
    """The delivery log and the dead letters.

    Raises:
        NotFound: no such line, or no such receiver.
        InvalidInput: a cursor that the listing did not give.
    """

    sessions: SessionStore
    receivers: ReceiverStore
    log: DeliveryLog

    def attempts(
        self,
        organization_id: OrganizationId,
        receiver_id: str | None,
        cursor: str | None,
        limit: int,
    ) -> Page[Attempt]:
        """What was tried, newest first: at one receiver, or the last page of all of them."""
        existing(self.sessions, organization_id)
        if receiver_id is not None:
            return self.log.attempts(organization_id, receiver_id, cursor, limit)
        if cursor is not None:
            raise InvalidInput("cursor", "all receivers together have one page: name a receiver")
        newest = [
            attempt
            for receiver in self.receivers.read(organization_id)
            for attempt in self.log.attempts(organization_id, receiver.id, None, limit).items
        ]
        return Page(sorted(newest, key=lambda one: one.at, reverse=True)[:limit], None)

    def dead(
        self, organization_id: OrganizationId, cursor: str | None, limit: int
    ) -> Page[DeadDelivery]:
        """What was given up, oldest first."""
        existing(self.sessions, organization_id)
        return self.log.dead(organization_id, cursor, limit)


@dataclass(frozen=True, slots=True)
class RedriveDelivery:
    """Send a dead letter on its way again, with all its attempts; its event id is the old one.

    Raises:
        NotFound: no such line, or no dead letter of this id.
        Conflict: the receiver was removed: nobody is there to send it to.
    """

    sessions: SessionStore
    receivers: ReceiverStore
    log: DeliveryLog
    queue: DeliveryQueue
    clock: Clock

    def __call__(self, organization_id: OrganizationId, delivery_id: str) -> Delivery:
        """Redrive one; pushed before it is forgotten, so that a crash doubles and never loses."""
        existing(self.sessions, organization_id)
        dead = self.log.find_dead(organization_id, delivery_id)
        if dead is None:
            raise NotFound("delivery")
        known = {receiver.id for receiver in self.receivers.read(organization_id)}
        if dead.delivery.receiver_id not in known:
            raise Conflict("its receiver was removed")
        fresh = dead.delivery.renewed(self.clock.now())
        self.queue.push(fresh, again=str(milliseconds(dead.at)))
        self.log.forget_dead(organization_id, delivery_id)
        return fresh


@dataclass(frozen=True, slots=True)
class TryReceivers:
    """Send `webhook.test` to every receiver, on the way of all events.

    Raises:
        NotFound: no such line.
        Conflict: there are no receivers.
    """

    sessions: SessionStore
    receivers: ReceiverStore
    organizations: OrganizationStore
    queue: DeliveryQueue
    clock: Clock
    new_id: Callable[[], str]

    def __call__(self, organization_id: OrganizationId) -> Sequence[tuple[Receiver, Delivery]]:
        """One delivery a receiver; the log tells what became of them."""
        session = existing(self.sessions, organization_id)
        receivers = self.receivers.read(organization_id)
        if not receivers:
            raise Conflict("set a webhook first")
        event = self._event(organization_id)
        organization = self.organizations.read(organization_id)
        metadata = organization.settings.metadata if organization else {}
        known = Known(session.account, metadata=metadata)
        deliveries = [
            (receiver, delivery_of(event, known, receiver, event.id)) for receiver in receivers
        ]
        for _, delivery in deliveries:
            self.queue.push(delivery)
        return deliveries

    def _event(self, organization_id: OrganizationId) -> Event:
        at, unique = self.clock.now(), self.new_id()
        id_ = event_id(at, organization_id, EventName.WEBHOOK_TEST, unique)
        payload = {"message": "This is a test."}
        return Event(id_, EventName.WEBHOOK_TEST, organization_id, at, f"test {unique}", payload)


@dataclass(frozen=True, slots=True)
class ManageWebhooks:
    """All of them, as the API calls them; `reach` is where receivers may be."""

    reach: Reach
    read: ReadReceivers
    change: ChangeReceivers
    deliveries: ListDeliveries
    redrive: RedriveDelivery
    test: TryReceivers
