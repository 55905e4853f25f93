"""Receivers in memory: a test says how each URL answers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from switchboard.domain.delivery import Answer

OK = Answer(timedelta(milliseconds=20), status=200)


@dataclass(frozen=True, slots=True)
class Posted:
    """A request as a receiver gets it."""

    url: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(slots=True)
class MemoryReceiverDoor:
    """`ReceiverDoor` and `NameCheck` in memory; `answers` decides, and sees each request."""

    answers: Callable[[Posted], Answer] = lambda _posted: OK
    posted: list[Posted] = field(default_factory=list)
    inside: set[str] = field(default_factory=set)
    """URLs whose names lead into a private network."""

    def post(
        self, url: str, headers: Mapping[str, str], body: bytes, *, within: timedelta
    ) -> Answer:
        """Keep the request and answer as told; nobody waits, so that `within` is not needed."""
        del within
        request = Posted(url, headers, body)
        self.posted.append(request)
        return self.answers(request)

    def leads_inside(self, url: str) -> bool:
        """As told."""
        return url in self.inside
