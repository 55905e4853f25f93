"""The linked account."""

from __future__ import annotations

from typing import Any

from chalicelib.contract.schema import Schema, gives, nullable, text
from chalicelib.shapes.message import own_chat
from switchboard.domain.session import Account

ME: Schema = nullable(
    gives("Me", {"id": text(), "pushName": nullable(text()), "lid": nullable(text())})
)


def me_shape(account: Account) -> dict[str, Any] | None:
    """None while no account is linked."""
    own = own_chat(account)
    if own is None:
        return None
    return {"id": own, "pushName": account.push_name, "lid": account.lid}
