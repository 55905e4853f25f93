"""What must hold at the end of every run."""

from collections.abc import Iterator

from tests.simulation_turns.simulation import Simulation
from tests.support.builders import A

from switchboard.domain.conversation import Conversation
from switchboard.domain.message import Direction, Message


def breaches(simulation: Simulation) -> list[str]:
    """Every broken promise, in words; none when all is well."""
    found = list(_of_the_whole(simulation))
    for conversation in simulation.conversations():
        found += _of_one(simulation, conversation)
    return found


def _of_the_whole(simulation: Simulation) -> Iterator[str]:
    written = sorted(event.seen.body for of in simulation.written.values() for event in of)
    stored = sorted(
        message.content
        for conversation in simulation.conversations()
        for message in _messages(simulation, conversation)
        if message.direction is Direction.INCOMING
    )
    if written != stored:
        yield f"{len(written)} written, {len(stored)} stored"
    if simulation.hasty:
        yield f"{simulation.hasty} answers begun within a burst"
    if unfed := simulation.unfed():
        yield f"{len(unfed)} replies never reached the send-queue"


def _of_one(simulation: Simulation, conversation: Conversation) -> Iterator[str]:
    if conversation.unanswered:
        yield f"lost: answered {conversation.answered_version} of {conversation.in_version}"
    commits = simulation.commits.get(conversation.id, [])
    versions = [commit.answered_version for commit in commits]
    if versions != sorted(set(versions)):
        yield f"doubled or out of order: {versions}"
    if versions and versions[-1] != conversation.answered_version:
        yield f"an answered version that no commit wrote: {conversation.answered_version}"
    if max(simulation.discards.get(conversation.id, [0])) > 1:
        yield "more than one discarded draft before a reply"
    yield from _of_showing(simulation, conversation)
    yield from _of_replies(simulation, conversation, len(commits))


def _of_showing(simulation: Simulation, conversation: Conversation) -> Iterator[str]:
    """Each message was put to the agent in exactly one turn that was committed, in its order."""
    shown = simulation.shown.get(conversation.id, [])
    of_chat = simulation.written[conversation.chat_id]
    if sorted(shown) != sorted(event.seen.body for event in of_chat):
        yield f"the agent was shown {shown} of {len(of_chat)}"


def _of_replies(simulation: Simulation, conversation: Conversation, commits: int) -> Iterator[str]:
    replies = [
        message
        for message in _messages(simulation, conversation)
        if message.direction is Direction.OUTGOING
    ]
    if len(replies) != commits:
        yield f"{commits} turns, {len(replies)} replies"
    entries = sorted(
        (one for one in simulation.world.outbox.load(A) if one.conversation_id == conversation.id),
        key=lambda entry: entry.seq,
    )
    if [entry.seq for entry in entries] != list(range(1, len(entries) + 1)):
        yield "sequence numbers with a gap or a double"
    turns = simulation.commits.get(conversation.id, [])
    order = [commit.message.id for commit in turns if commit.message]
    if [entry.message_id for entry in entries] != order:
        yield "replies would leave in another order than they were made"


def _messages(simulation: Simulation, conversation: Conversation) -> list[Message]:
    page = simulation.world.messages.page(A, conversation.id, None, 200)
    return list(page.items)
