"""`CommandStore`: asked once, answered once."""

from dataclasses import replace

from tests.support.builders import A, B
from tests.support.world import World

from switchboard.domain.command import Command, CommandKind
from switchboard.domain.ids import OrganizationId


def put(
    w: World, number: int, organization: OrganizationId = A, argument: str = "15550001111"
) -> Command:
    kind = CommandKind.PAIRING_CODE
    command = Command(f"command-{number}", organization, kind, argument, w.clock.now(), epoch=3)
    w.commands.put(command)
    return command


def test_put_is_read_back_whole(backend: World) -> None:
    command = put(backend, 1)
    bare = put(backend, 2, argument="")
    assert backend.commands.read(A, command.id) == command
    assert backend.commands.read(A, bare.id) == bare
    assert backend.commands.read(A, "unknown") is None


def test_open_lists_commands_without_an_answer_oldest_first(backend: World) -> None:
    commands = []
    for number in (3, 1, 2):
        commands.append(put(backend, number))
        backend.advance(seconds=1)
    assert list(backend.commands.open(A)) == commands
    backend.commands.answer(commands[1], result="done", error_code=None)
    assert list(backend.commands.open(A)) == [commands[0], commands[2]]


def test_answer_writes_the_outcome_once(backend: World) -> None:
    done, failed = put(backend, 1), put(backend, 2)
    assert backend.commands.answer(done, result="ABCD1234", error_code=None)
    assert backend.commands.answer(failed, result=None, error_code="line_down")
    for command in (done, failed):
        assert not backend.commands.answer(command, result="again", error_code=None)
        assert not backend.commands.answer(command, result=None, error_code="again")
    assert backend.commands.read(A, done.id).result == "ABCD1234"
    assert backend.commands.read(A, done.id).error_code is None
    assert backend.commands.read(A, failed.id).error_code == "line_down"
    assert backend.commands.read(A, failed.id).done


def test_an_empty_result_is_an_answer_too(backend: World) -> None:
    command = put(backend, 1)
    assert backend.commands.answer(command, result="", error_code=None)
    assert backend.commands.read(A, command.id).done
    assert not backend.commands.answer(command, result="again", error_code=None)


def test_an_answer_under_another_epoch_is_refused(backend: World) -> None:
    command = put(backend, 1)
    for epoch in (2, 4):
        other = replace(command, epoch=epoch)
        assert not backend.commands.answer(other, result="done", error_code=None)
    assert backend.commands.read(A, command.id) == command
    assert backend.commands.answer(command, result="done", error_code=None)


def test_answer_to_an_unknown_command_makes_none(backend: World) -> None:
    unknown = Command("c", A, CommandKind.LOGOUT, "", backend.clock.now(), epoch=3)
    assert not backend.commands.answer(unknown, result="done", error_code=None)
    assert backend.commands.read(A, "c") is None


def test_commands_expire_after_an_hour(backend: World) -> None:
    command = put(backend, 1)
    backend.advance(minutes=59)
    assert list(backend.commands.open(A)) == [command]
    backend.advance(minutes=1)
    assert list(backend.commands.open(A)) == []
    assert backend.commands.read(A, command.id) is None


def test_equal_command_ids_of_two_organizations_never_meet(backend: World) -> None:
    ours, theirs = put(backend, 1, A), put(backend, 1, B)
    assert backend.commands.answer(ours, result="done", error_code=None)
    assert backend.commands.read(B, theirs.id) == theirs
    assert list(backend.commands.open(B)) == [theirs]
