"""The gate under any sequence of grants, changes and hand-overs, against a list of grant times."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from tests.support.builders import HOST, OTHER_HOST, A, owned_line
from tests.support.world import memory_world

from switchboard.domain.errors import Ownership
from switchboard.domain.ids import HostId
from switchboard.domain.rate_limit import GUARD_MS, WINDOWS, Limits, Window
from switchboard.domain.session import Reason, SessionStatus
from switchboard.ports.rate_gate import Granted

FOR_EVER = timedelta(days=3_650)
SMALL = st.integers(0, 5)


class GateMachine(RuleBasedStateMachine):
    """The model counts every grant for ever; the gate keeps buckets."""

    @initialize()
    def start(self) -> None:
        self.world = memory_world()
        self.world.clock.by_hand = True
        self.lease = owned_line(self.world)
        self.limits, self.paused = Limits(), False
        self.granted_at: list[int] = []

    def now_ms(self) -> int:
        return round(self.world.clock.now().timestamp() * 1000)

    def count(self, window: Window, extra_ms: int = 0) -> int:
        since = self.now_ms() - window.length_ms - extra_ms
        return sum(at > since for at in self.granted_at)

    @rule(seconds=st.one_of(st.floats(0, 5), st.floats(0, 90), st.floats(0, 90_000)))
    def time_passes(self, seconds: float) -> None:
        self.world.clock.advance(timedelta(milliseconds=round(seconds * 1000)))

    @rule(window=st.sampled_from(WINDOWS), share=st.floats(0, 1), which=st.integers(0, 9))
    def a_window_is_about_to_let_go(self, window: Window, share: float, which: int) -> None:
        """Come close to the moment at which an earlier grant leaves the window."""
        if not self.granted_at:
            return
        leaves = self.granted_at[which % len(self.granted_at)] + window.length_ms
        early = round(share * window.bucket_ms)
        ahead = leaves - early - self.now_ms()
        self.world.clock.advance(timedelta(milliseconds=max(0, ahead)))

    @rule(urgent=st.booleans(), times=st.integers(1, 4))
    def grant(self, *, urgent: bool, times: int) -> None:
        for _ in range(times):
            self.grant_one(urgent=urgent)

    def grant_one(self, *, urgent: bool) -> None:
        answer = self.world.gate.grant(self.lease, self.world.clock.now(), urgent=urgent)
        limits = {window: self.limits.of(window, urgent=urgent) for window in WINDOWS}
        if isinstance(answer, Granted):
            assert not self.paused
            assert all(self.count(window) < limit for window, limit in limits.items())
            self.granted_at.append(self.now_ms())
            return
        assert answer.until > self.world.clock.now()
        assert answer.paused == self.paused
        full = [
            window
            for window, limit in limits.items()
            if self.count(window, GUARD_MS + window.bucket_ms) >= limit
        ]
        assert self.paused or answer.window in [window.name for window in full]

    @rule()
    def charge(self) -> None:
        """A send that left late is counted, whatever the limits and a pause say."""
        self.world.gate.charge(self.lease, self.world.clock.now())
        self.granted_at.append(self.now_ms())

    @rule(per_minute=SMALL, per_hour=SMALL, per_day=SMALL)
    def limit(self, per_minute: int, per_hour: int, per_day: int) -> None:
        """Also to zero, and below what was sent already."""
        self.limits = Limits(per_minute, per_minute + per_hour, per_minute + per_hour + per_day)
        self.world.sessions.set_limits(A, self.limits, self.world.clock.now())

    @rule()
    def pause(self) -> None:
        now = self.world.clock.now()
        self.world.sessions.pause(A, now + FOR_EVER, "by hand", now)
        self.paused = True

    @rule()
    def resume(self) -> None:
        now = self.world.clock.now()
        paused_until = self.world.sessions.read(A).paused_until
        if paused_until is not None:
            assert self.world.sessions.resume(A, paused_until, now)
        self.paused = False

    @rule(host=st.sampled_from((HOST, OTHER_HOST)))
    def hand_over(self, host: HostId) -> None:
        """The old lease gets nothing any more, the new one inherits the counts."""
        old, now = self.lease, self.world.clock.now()
        assert self.world.sessions.release(old, SessionStatus.DISCONNECTED, Reason.HOST_LOST, now)
        self.lease = self.world.sessions.acquire(A, host, "queue", now)
        with pytest.raises(Ownership):
            self.world.gate.grant(old, now, urgent=True)
        with pytest.raises(Ownership):
            self.world.gate.charge(old, now)

    @rule()
    def a_stranger_asks(self) -> None:
        stranger = replace(self.lease, owner=HostId("nobody"))
        with pytest.raises(Ownership):
            self.world.gate.grant(stranger, self.world.clock.now(), urgent=True)

    @invariant()
    def usage_is_never_too_low(self) -> None:
        if not hasattr(self, "world"):
            return
        for window, used in zip(
            WINDOWS, self.world.gate.usage(A, self.world.clock.now()), strict=True
        ):
            assert self.count(window) <= used.used
            assert used.used <= self.count(window, GUARD_MS + window.bucket_ms)
            assert used.remaining == max(0, used.limit - used.used)


TestGateMachine = GateMachine.TestCase
TestGateMachine.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
