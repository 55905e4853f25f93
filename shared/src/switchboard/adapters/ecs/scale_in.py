"""Task scale-in protection over the ECS agent's endpoint.

Source: Amazon ECS developer guide, "Task scale-in protection endpoint": PUT
`$ECS_AGENT_URI/task-protection/v1/state`; the answer holds `protection`, or `failure` or `error`.
The task's role needs `ecs:UpdateTaskProtection`.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import Any
from urllib.parse import urlsplit

from switchboard.domain.errors import DependencyUnavailable

_ANSWERS_WITHIN_SECONDS = 5.0
"""The agent calls ECS for us and waits for the answer."""
_PATH = "/task-protection/v1/state"
_SHORTEST_MINUTES, _LONGEST_MINUTES = 1, 2880
"""Source: the same page, `ExpiresInMinutes`."""


@dataclass(frozen=True, slots=True)
class EcsScaleIn:
    """`ScaleIn` of the task that this process runs in.

    Attributes:
        agent_uri: `ECS_AGENT_URI`, which ECS sets in every container of a task.
    """

    agent_uri: str

    def protect(self, lasting: timedelta) -> None:
        """Protect the task; whole minutes, rounded up."""
        minutes = -(-int(lasting.total_seconds()) // 60)
        within = max(_SHORTEST_MINUTES, min(_LONGEST_MINUTES, minutes))
        self._put({"ProtectionEnabled": True, "ExpiresInMinutes": within}, expected=True)

    def allow(self) -> None:
        """End the protection."""
        self._put({"ProtectionEnabled": False}, expected=False)

    def _put(self, state: dict[str, Any], *, expected: bool) -> None:
        where = urlsplit(self.agent_uri)
        connection = HTTPConnection(where.netloc, timeout=_ANSWERS_WITHIN_SECONDS)
        headers = {"Content-Type": "application/json"}
        try:
            connection.request("PUT", f"{where.path}{_PATH}", json.dumps(state), headers)
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, HTTPException, ValueError) as error:
            raise DependencyUnavailable(f"the ECS agent: {type(error).__name__}") from error
        finally:
            connection.close()
        if response.status != HTTPStatus.OK or not _is(answer, expected):
            raise DependencyUnavailable(f"the ECS agent: {response.status}, {_reason(answer)}")


def _is(answer: Any, expected: bool) -> bool:  # noqa: FBT001 - the state itself
    protection = answer.get("protection") if isinstance(answer, dict) else None
    return isinstance(protection, dict) and protection.get("ProtectionEnabled") is expected


def _reason(answer: Any) -> str:
    """The code that the agent gives; never the answer whole, it names the account."""
    told = answer if isinstance(answer, dict) else {}
    problem = told.get("failure") or told.get("error") or {}
    code = problem.get("Reason") or problem.get("Code") if isinstance(problem, dict) else None
    return str(code or "not confirmed")
