"""Ownership under any sequence of wishes and hosts, against one owner and one number."""

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, multiple, rule
from tests.support.builders import HOST, OTHER_HOST, A, B, want_running
from tests.support.world import memory_world

from switchboard.domain.errors import LeaseLost, NotFound, StaleEpoch
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Lease, Reason, SessionState, SessionStatus, Wanted

HOSTS = st.sampled_from((HOST, OTHER_HOST, HostId("host-3")))
ORGANIZATIONS = st.sampled_from((A, B))
CONNECTED = SessionState(SessionStatus.CONNECTED, Reason.LINKED)


class LeaseMachine(RuleBasedStateMachine):
    """The model: per line what is wanted, who owns it, how often it was acquired."""

    leases = Bundle("leases")

    @initialize()
    def start(self) -> None:
        self.world = memory_world()
        self.wanted = dict.fromkeys((A, B), Wanted.RUNNING)
        self.owner: dict[OrganizationId, HostId | None] = dict.fromkeys((A, B))
        self.epoch = dict.fromkeys((A, B), 0)
        for organization in (A, B):
            want_running(self.world, organization)

    @rule(organization=ORGANIZATIONS, wanted=st.sampled_from(tuple(Wanted)))
    def want(self, organization: OrganizationId, wanted: Wanted) -> None:
        now = self.world.clock.now()
        if self.wanted[organization] is Wanted.DELETED:
            with pytest.raises(NotFound):
                self.world.sessions.want(organization, wanted, now)
            return
        self.world.sessions.want(organization, wanted, now)
        self.wanted[organization] = wanted

    @rule(organization=ORGANIZATIONS)
    def create(self, organization: OrganizationId) -> None:
        """A deleted line revives under a number that goes on: a former owner stays a former one."""
        created = self.world.sessions.create(organization, self.world.clock.now())
        assert created == (self.wanted[organization] is Wanted.DELETED)
        if created:
            self.epoch[organization] += self.owner[organization] is None
            self.wanted[organization] = Wanted.STOPPED

    @rule(target=leases, organization=ORGANIZATIONS, host=HOSTS)
    def acquire(self, organization: OrganizationId, host: HostId) -> object:
        now = self.world.clock.now()
        lease = self.world.sessions.acquire(organization, host, f"queue of {host}", now)
        free = self.owner[organization] is None and self.wanted[organization] is Wanted.RUNNING
        assert (lease is not None) == free
        if lease is None:
            return multiple()
        self.owner[organization] = host
        self.epoch[organization] += 1
        assert lease == Lease(organization, host, self.epoch[organization])
        return lease

    @rule(lease=leases)
    def release(self, lease: Lease) -> None:
        now = self.world.clock.now()
        released = self.world.sessions.release(
            lease, SessionStatus.DISCONNECTED, Reason.HOST_STOPPED, now
        )
        assert released == self.holds(lease)
        if released:
            self.owner[lease.organization_id] = None

    @rule(lease=leases)
    def write(self, lease: Lease) -> None:
        """Only the present lease records and publishes."""
        now = self.world.clock.now()
        if self.holds(lease):
            self.world.sessions.record(lease, CONNECTED, now)
            self.world.sessions.publish(lease, (f"{lease.epoch}/x",))
            assert self.world.sessions.read(lease.organization_id).snapshots == (
                f"{lease.epoch}/x",
            )
            return
        same_owner = self.owner[lease.organization_id] == lease.owner
        refusal = StaleEpoch if same_owner else LeaseLost
        before = self.world.sessions.read(lease.organization_id)
        with pytest.raises(refusal):
            self.world.sessions.record(lease, CONNECTED, now)
        with pytest.raises(refusal):
            self.world.sessions.publish(lease, ("stale",))
        assert self.world.sessions.read(lease.organization_id) == before

    def holds(self, lease: Lease) -> bool:
        line = lease.organization_id
        return (self.owner[line], self.epoch[line]) == (lease.owner, lease.epoch)

    @invariant()
    def each_line_has_the_owner_and_number_of_the_model(self) -> None:
        if not hasattr(self, "world"):
            return
        for organization in (A, B):
            session = self.world.sessions.read(organization)
            assert (session.owner, session.epoch) == (
                self.owner[organization],
                self.epoch[organization],
            )
            assert session.wanted is self.wanted[organization]
        for host in (HOST, OTHER_HOST):
            mine = [organization for organization in (A, B) if self.owner[organization] == host]
            assert list(self.world.sessions.owned_by(host)) == mine


TestLeaseMachine = LeaseMachine.TestCase
TestLeaseMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
