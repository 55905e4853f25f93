"""A key that was revoked in mid-session; other tests run while its minute passes."""

import time

import requests
from tests.e2e.conftest import RevokedKey, RunningStack

REVOKED_WITHIN_SECONDS = 60


def test_a_key_that_was_revoked_in_mid_session_has_ended(
    stack: RunningStack, revoked_key: RevokedKey
) -> None:
    time.sleep(max(0, revoked_key.at + REVOKED_WITHIN_SECONDS - time.monotonic()))
    answer = requests.get(
        f"{stack.facts['api_url'].rstrip('/')}/api/sessions/{revoked_key.organization}",
        headers={"X-Api-Key": revoked_key.secret},
        timeout=30,
    )
    assert answer.status_code == 401, answer.text
    assert revoked_key.organization not in answer.text
