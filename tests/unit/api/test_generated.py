"""A thousand requests made of the OpenAPI document; `make verify-api` makes ten thousand."""

from tests.unit.api.generated import generate


def test_a_thousand_generated_requests_meet_no_fault_of_ours() -> None:
    statuses = generate(1_000, same_every_time=True)
    assert sum(statuses.values()) >= 1_000
    assert {200, 201, 400, 403, 404, 422} <= statuses.keys()
