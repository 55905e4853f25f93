"""A listing of lines costs as many requests as one line does, and says the same of each."""

from tests.support.builders import A
from tests.support.metering import Meter
from tests.support.world import World, world

from switchboard.adapters.dynamodb.base import Base
from switchboard.application.list_sessions import ListSessions
from switchboard.application.read_session import ReadSession
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.organization import Settings
from switchboard.domain.session import Wanted

LINES = 30


def listing(w: World) -> ListSessions:
    read = ReadSession(w.sessions, w.hosts, w.gate, w.organizations, w.clock)
    return ListSessions(w.sessions, read)


def line(w: World, name: str) -> None:
    organization, now = OrganizationId(name), w.clock.now()
    w.sessions.create(organization, now)
    w.sessions.want(organization, Wanted.RUNNING, now)
    w.sessions.acquire(organization, HostId(f"host-{name[-1]}"), "memory://hosts/host", now)
    settings = Settings(hand_off_text=f"{name} will call you")
    w.organizations.set_settings(organization, settings)


def test_each_line_of_a_listing_is_what_it_is_alone(backend: World) -> None:
    for number in range(3):
        line(backend, f"line-{number}")
    listed = listing(backend)
    alone = [listed.read_session(OrganizationId(f"line-{number}")) for number in range(3)]
    assert listed(None, 10).items == alone
    assert [one.settings.hand_off_text[:6] for one in alone] == ["line-0", "line-1", "line-2"]


def test_thirty_lines_cost_as_many_requests_as_one() -> None:
    meter = Meter()
    with world("dynamodb") as w:
        meter.watch(Base._get_connection().connection.client)
        line(w, A)
        listed = listing(w)
        meter.take()
        assert len(listed(None, 50).items) == 1
        one = meter.take().dynamodb_requests
        for number in range(1, LINES):
            line(w, f"line-{number}")
        meter.take()
        assert len(listed(None, 50).items) == LINES
        assert meter.take().dynamodb_requests == one
