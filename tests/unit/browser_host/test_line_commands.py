"""Commands to a line: carried out by the owner that was asked, and by no other."""

import json
from datetime import timedelta

import pytest
from tests.support.builders import CHAT, LID, PHONE, A
from tests.unit.browser_host.host import RunningHost

from switchboard.application.run_command import NOBODY_WAITS, OWNER_CHANGED
from switchboard.domain.command import COMMAND_PATIENCE, Command, CommandKind
from switchboard.domain.errors import NoAnswer
from switchboard.ports.clock import Clock


async def asked(
    host: RunningHost,
    kind: CommandKind,
    argument: str = "",
    *,
    epochs_off: int = 0,
    age: timedelta = timedelta(),
) -> Command:
    """The command after the owner had time for it."""
    epoch = host.session(A).epoch + epochs_off
    command = Command(f"{kind}", A, kind, argument, host.clock.now() - age, epoch)
    host.world.commands.put(command)
    host.world.wake_ups.wake(host.queue_url(A), A)
    await host.settle()
    answered = host.world.commands.read(A, command.id)
    assert answered is not None
    return answered


async def test_the_page_does_what_it_is_asked(host: RunningHost) -> None:
    await host.take(A)
    phone = host.page(A).phone
    phone.lids[PHONE] = LID
    for kind in (CommandKind.SEEN, CommandKind.TYPING, CommandKind.NOT_TYPING):
        assert (await asked(host, kind, CHAT)).result == "done"
    assert phone.seen == [CHAT]
    assert phone.shown == [(CHAT, True), (CHAT, False)]
    found = (await asked(host, CommandKind.LOOK_UP, LID)).result
    assert json.loads(found) == {"exists": True, "phone": PHONE, "lid": LID}
    assert (await asked(host, CommandKind.SCREENSHOT)).result


async def test_a_refusal_is_told_by_its_code(host: RunningHost) -> None:
    await host.take(A)
    host.page(A).phone.unknown_chats.add(CHAT)
    assert (await asked(host, CommandKind.SEEN, CHAT)).error_code == "not_found"
    assert (await asked(host, CommandKind.PAIRING_CODE, PHONE)).error_code == "send_rejected"


async def test_an_owner_leaves_what_a_newer_one_was_asked(host: RunningHost) -> None:
    await host.take(A)
    command = await asked(host, CommandKind.LOGOUT, epochs_off=1)
    assert not command.done
    assert host.page(A).phone.linked


async def test_a_new_owner_refuses_what_the_last_one_was_asked(host: RunningHost) -> None:
    await host.take(A)
    command = await asked(host, CommandKind.LOGOUT, epochs_off=-1)
    assert command.error_code == OWNER_CHANGED
    assert host.page(A).phone.linked


async def test_a_command_that_nobody_waits_for_is_not_carried_out(host: RunningHost) -> None:
    await host.take(A)
    late = COMMAND_PATIENCE + timedelta(seconds=1)
    assert (await asked(host, CommandKind.LOGOUT, age=late)).error_code == NOBODY_WAITS
    assert host.page(A).phone.linked


async def test_a_page_that_hangs_does_not_hold_up_the_line(
    host: RunningHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    await host.take(A)

    async def hang(self: object) -> bytes:
        await never(host.clock)
        return b""

    monkeypatch.setattr(type(host.page(A)), "screenshot", hang)
    command = await asked(host, CommandKind.SCREENSHOT)
    await host.pass_(COMMAND_PATIENCE.total_seconds() + 1)
    answered = host.world.commands.read(A, command.id)
    assert answered is not None
    assert answered.error_code == NoAnswer.code


async def never(clock: Clock) -> None:
    await clock.sleep(timedelta(days=1))
