"""The simulation still fits the product: `make check` says so before `make test` runs its seeds."""

from tests.simulation.run import run_plan, run_seed
from tests.simulation.scenario import (
    CHATS,
    Plan,
    PlannedFault,
    PlannedMessage,
    PlannedOrganization,
)
from tests.simulation.world import Chances

from switchboard.domain.ids import OrganizationId
from switchboard.domain.organization import OnUnknown
from switchboard.domain.outbox import Priority
from switchboard.domain.rate_limit import Limits

ALPHA = OrganizationId("alpha")


def test_a_seed_runs_to_its_end() -> None:
    verdict = run_seed(3)
    assert verdict.violations == []
    assert verdict.messages > 0


def test_a_clock_that_is_set_back_and_right_again_does_not_put_off_what_lost_its_hint() -> None:
    half_a_day_back = PlannedFault(60.0, "clock_jump", 3, 12.0, "")
    message = PlannedMessage(70.0, ALPHA, CHATS[0], "key", "alpha", Priority.NORMAL, None, None)
    plan = Plan(
        1,
        organizations=[PlannedOrganization(ALPHA, Limits(), OnUnknown.RESEND, same_id_once=True)],
        machines=1,
        chances=Chances(hint_lost=1.0),
        messages=[message],
        faults=[half_a_day_back],
    )
    assert run_plan(plan).violations == []
