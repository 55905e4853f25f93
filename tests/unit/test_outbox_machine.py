"""The outbox under any sequence of writes, against the conditions as the port states them."""

from dataclasses import dataclass

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule
from tests.support.builders import (
    CHAT,
    HOST,
    OTHER_CHAT,
    A,
    B,
    draft,
    seconds,
    thread,
    want_running,
)
from tests.support.world import memory_world

from switchboard.domain.errors import Conflict
from switchboard.domain.ids import ChatId, MessageId, OrganizationId
from switchboard.domain.outbox import EntryState, OutboxEntry
from switchboard.domain.session import Lease

ORGANIZATIONS = st.sampled_from((A, B))
EPOCHS = st.integers(1, 3)


@dataclass
class Model:
    """What the port promises of one entry."""

    seq: int
    state: EntryState = EntryState.PENDING
    claim: tuple[int, str] | None = None

    def claimable(self, epoch: int) -> bool:
        claimed = self.claim[0] if self.claim else 0
        if self.state is EntryState.SENDING:
            return claimed < epoch
        return self.state in (EntryState.READY, EntryState.RETRY) and claimed <= epoch


class OutboxMachine(RuleBasedStateMachine):
    """Two organizations use the same message ids; copies of entries may be old."""

    copies = Bundle("copies")

    @initialize()
    def start(self) -> None:
        self.world = memory_world()
        for organization in (A, B):
            want_running(self.world, organization)
        self.model: dict[tuple[OrganizationId, MessageId], Model] = {}
        self.hashes: dict[tuple[OrganizationId, MessageId], str] = {}
        self.next_seq: dict[tuple[OrganizationId, ChatId], int] = {}
        self.claims = 0

    @rule(
        target=copies,
        organization=ORGANIZATIONS,
        number=st.integers(1, 6),
        chat=st.sampled_from((CHAT, OTHER_CHAT)),
        request=st.sampled_from(("this", "that")),
    )
    def accept(
        self, organization: OrganizationId, number: int, chat: ChatId, request: str
    ) -> OutboxEntry:
        conversation = thread(self.world, organization, chat)
        message, entry = draft(self.world, conversation, number)
        key = organization, message.id
        try:
            answer = self.world.outbox.accept(conversation, message, entry, request)
        except Conflict:
            assert self.hashes[key] != request
            return entry
        assert answer is not None
        assert answer.duplicate == (key in self.hashes)
        if not answer.duplicate:
            place = organization, chat
            assert entry.seq == self.next_seq.get(place, 1)
            self.next_seq[place] = entry.seq + 1
            self.model[key], self.hashes[key] = Model(entry.seq), request
        assert self.hashes[key] == request
        return entry

    @rule(copy=copies)
    def make_ready(self, copy: OutboxEntry) -> None:
        known = self.known(copy)
        there = self.world.outbox.mark_ready(copy.organization_id, copy.message_id)
        assert (there is not None) == (known is not None)
        if known is not None and known.state is EntryState.PENDING:
            known.state = EntryState.READY

    @rule(target=copies, copy=copies, epoch=EPOCHS)
    def claim(self, copy: OutboxEntry, epoch: int) -> OutboxEntry:
        known, self.claims = self.known(copy), self.claims + 1
        claim = f"claim-{self.claims}"
        claimed = self.world.outbox.claim(copy, Lease(copy.organization_id, HOST, epoch), claim)
        assert (claimed is not None) == (known is not None and known.claimable(epoch))
        if claimed is None or known is None:
            return copy
        known.state, known.claim = EntryState.SENDING, (epoch, claim)
        return claimed

    @rule(target=copies, copy=copies)
    def retry(self, copy: OutboxEntry) -> OutboxEntry:
        known, due = self.known(copy), self.world.clock.now() + seconds(2)
        stored = self.world.outbox.retry(copy, due, attempts=1, recoveries=0)
        mine = known is not None and known.claim is not None
        mine = mine and known.claim == (copy.claim_epoch, copy.claim_id)
        assert (stored is not None) == mine
        if stored is None or known is None:
            return copy
        known.state = EntryState.RETRY
        return stored

    @rule(copy=copies)
    def remove(self, copy: OutboxEntry) -> None:
        known = self.known(copy)
        removed = self.world.outbox.remove(copy)
        claimed = known.claim[0] if known is not None and known.claim else None
        allowed = known is None or (claimed, known.seq) == (copy.claim_epoch, copy.seq)
        assert removed == allowed
        if removed:
            self.model.pop((copy.organization_id, copy.message_id), None)

    @rule(copy=copies)
    def cancel(self, copy: OutboxEntry) -> None:
        known = self.known(copy)
        cancelled = self.world.outbox.cancel(copy.organization_id, copy.message_id)
        assert cancelled == (known is not None and known.state is not EntryState.SENDING)
        if cancelled:
            del self.model[copy.organization_id, copy.message_id]

    def known(self, copy: OutboxEntry) -> Model | None:
        return self.model.get((copy.organization_id, copy.message_id))

    @invariant()
    def the_outbox_holds_what_the_model_holds(self) -> None:
        if not hasattr(self, "world"):
            return
        for organization in (A, B):
            stored = {
                entry.message_id: (entry.seq, entry.state, _claim(entry))
                for entry in self.world.outbox.load(organization)
            }
            wanted = {
                message_id: (known.seq, known.state, known.claim)
                for (owner, message_id), known in self.model.items()
                if owner == organization
            }
            assert stored == wanted


def _claim(entry: OutboxEntry) -> tuple[int, str] | None:
    return None if entry.claim_epoch is None else (entry.claim_epoch, entry.claim_id or "")


TestOutboxMachine = OutboxMachine.TestCase
TestOutboxMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
