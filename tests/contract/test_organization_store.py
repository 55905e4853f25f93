"""`OrganizationStore`: settings and knowledge."""

from datetime import time

import pytest
from tests.support.builders import NOBODY, A, B
from tests.support.world import World

from switchboard.domain.errors import NotFound
from switchboard.domain.organization import AgentKind, KnowledgeEntry, Settings, Stage
from switchboard.domain.quiet_hours import QuietHours

ENTRY = KnowledgeEntry("hours", ("when do you open?", "opening hours"), "at nine", b"\x00\x01")


@pytest.fixture(autouse=True)
def organizations(backend: World) -> None:
    for organization in (A, B):
        backend.sessions.create(organization, backend.clock.now())


def known(w: World, organization: str = A) -> list[KnowledgeEntry]:
    return sorted(w.organizations.knowledge(organization), key=lambda entry: entry.id)


def test_a_new_organization_has_the_default_settings(backend: World) -> None:
    organization = backend.organizations.read(A)
    assert (organization.id, organization.settings) == (A, Settings())
    assert backend.organizations.read(NOBODY) is None


@pytest.mark.parametrize(
    "settings",
    [
        Settings(AgentKind.OFF, groups=True, hand_off_text=""),
        Settings(
            AgentKind.BEDROCK,
            instructions="Be brief.",
            daily_budget_micros=5,
            quiet_hours=QuietHours(time(21, 30), time(8), "Asia/Bishkek"),
            metadata={"user.id": "7", "é": ""},
        ),
        Settings(),
    ],
)
def test_set_settings_replaces_them(backend: World, settings: Settings) -> None:
    backend.organizations.set_settings(A, Settings(AgentKind.OFF, hand_off_text="before"))
    backend.organizations.set_settings(A, settings)
    assert backend.organizations.read(A).settings == settings
    assert backend.organizations.read(B).settings == Settings()
    several = backend.organizations.read_all([A, NOBODY, B])
    assert several == {A: backend.organizations.read(A), B: backend.organizations.read(B)}


def test_set_settings_of_an_unknown_organization_is_not_found(backend: World) -> None:
    with pytest.raises(NotFound):
        backend.organizations.set_settings(NOBODY, Settings())
    assert backend.organizations.read(NOBODY) is None


def test_put_knowledge_adds_and_replaces(backend: World) -> None:
    assert known(backend) == []
    other = KnowledgeEntry("price", ("how much?",), "ten")
    backend.organizations.put_knowledge(A, ENTRY)
    backend.organizations.put_knowledge(A, other)
    assert known(backend) == [ENTRY, other]
    changed = KnowledgeEntry("hours", ("open?",), "at ten")
    backend.organizations.put_knowledge(A, changed)
    assert known(backend) == [changed, other]


def test_delete_knowledge_removes_one_entry_and_misses_none(backend: World) -> None:
    backend.organizations.put_knowledge(A, ENTRY)
    backend.organizations.delete_knowledge(A, "unknown")
    assert known(backend) == [ENTRY]
    backend.organizations.delete_knowledge(A, ENTRY.id)
    backend.organizations.delete_knowledge(A, ENTRY.id)
    assert known(backend) == []


def test_a_draft_is_another_entry_than_the_live_one(backend: World) -> None:
    live, draft = KnowledgeEntry("k", ("how?",), "so"), KnowledgeEntry("k", ("how?",), "thus")
    backend.organizations.put_knowledge(A, live)
    backend.organizations.put_knowledge(A, draft, Stage.DRAFT)
    assert list(backend.organizations.knowledge(A)) == [live]
    assert list(backend.organizations.knowledge(A, Stage.DRAFT)) == [draft]
    backend.organizations.delete_knowledge(A, "k", Stage.DRAFT)
    assert list(backend.organizations.knowledge(A, Stage.DRAFT)) == []
    assert list(backend.organizations.knowledge(A)) == [live]


def test_knowledge_of_two_organizations_never_meets(backend: World) -> None:
    backend.organizations.put_knowledge(A, ENTRY)
    assert known(backend, B) == []
    backend.organizations.delete_knowledge(B, ENTRY.id)
    assert known(backend, A) == [ENTRY]
