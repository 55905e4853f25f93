"""What failed, over the API: listed, and sent again."""

from tests.support.world import World
from tests.unit.api.api_client import ApiClient
from tests.unit.api.conftest import SHOP

from switchboard.domain.failed_entry import FailedEntry
from switchboard.domain.message import MessageStatus

CHAT = "15550009901@c.us"


def queued(api: ApiClient) -> str:
    """A message that waits."""
    body = {"session": SHOP, "chatId": CHAT, "text": "hello"}
    return str(api.call("POST", "/api/messages", body).body["id"])


def failed(world: World, api: ApiClient, status: MessageStatus) -> str:
    """A message that ended so."""
    message = world.messages.read(SHOP, queued(api))
    entry = world.outbox.read(SHOP, message.id)
    assert world.failed.keep(FailedEntry(entry, status, "why", world.clock.now()), message)
    return str(message.id)


def test_dead_letters_are_listed_and_redriven(world: World, api: ApiClient) -> None:
    one = failed(world, api, MessageStatus.FAILED)
    (letter,) = api.call("GET", "/api/shop/dead-letters").body
    assert (letter["messageId"], letter["state"], letter["errorCode"]) == (one, "FAILED", "why")
    for _ in range(2):
        answer = api.call("POST", f"/api/shop/dead-letters/{one}/redrive")
        assert (answer.status, answer.body) == (202, {"id": one, "state": "QUEUED"})
    assert api.call("GET", "/api/shop/dead-letters").body == []
    assert len(world.outbox.load(SHOP)) == 1


def test_an_unconfirmed_message_is_redriven_only_when_asked(world: World, api: ApiClient) -> None:
    path = f"/api/shop/dead-letters/{failed(world, api, MessageStatus.UNCONFIRMED)}/redrive"
    assert api.call("POST", path).status == 409
    assert api.call("POST", path, {"unconfirmed": "yes"}).body["field"] == "unconfirmed"
    assert api.call("POST", path, {"unconfirmed": True}).status == 202


def test_what_did_not_fail_is_not_redriven(world: World, api: ApiClient) -> None:
    message = world.messages.read(SHOP, queued(api))
    world.messages.advance(message, MessageStatus.SENT, world.clock.now())
    path = "/api/shop/dead-letters/{}/redrive"
    assert api.call("POST", path.format(message.id)).status == 409
    assert api.call("POST", path.format("0" * 26)).status == 404
    assert api.call("POST", path.format("no-id")).body["field"] == "message"
    assert api.call("GET", "/api/nobody/dead-letters").status == 404
    reader = ApiClient(world, organization=SHOP, access="read")
    assert reader.call("POST", path.format(message.id)).status == 403
