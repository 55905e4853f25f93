"""What a page is asked for by the API: one command, one answer as text."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict

from switchboard.domain.command import Command, CommandKind
from switchboard.domain.ids import ChatId
from switchboard.ports.channel_provider import LinkedPage

DONE = "done"


async def carry_out(command: Command, page: LinkedPage) -> str:
    """Ask the page; a look-up answers JSON, a screenshot base64.

    Raises:
        SwitchboardError: the page refused; its code is the command's outcome.
    """
    chat_id = ChatId(command.argument)
    match command.kind:
        case CommandKind.PAIRING_CODE:
            return await page.request_pairing_code(command.argument)
        case CommandKind.LOOK_UP:
            return json.dumps(asdict(await page.look_up(chat_id)))
        case CommandKind.SCREENSHOT:
            return base64.b64encode(await page.screenshot()).decode("ascii")
        case CommandKind.SEEN:
            await page.mark_seen(chat_id)
        case CommandKind.TYPING | CommandKind.NOT_TYPING:
            await page.show_typing(chat_id, on=command.kind is CommandKind.TYPING)
        case CommandKind.LOGOUT:
            await page.logout()
    return DONE
