"""The linked account; `me_of` fills it."""

from __future__ import annotations

from chalicelib.contract.schema import Schema, gives, nullable, text

ME: Schema = nullable(
    gives("Me", {"id": text(), "pushName": nullable(text()), "lid": nullable(text())})
)
