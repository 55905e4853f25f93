"""The answer function, asked directly: it alone carries the embedding model."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.examination import Examination, from_wire
from switchboard.domain.ids import OrganizationId

_CONFIG = Config(connect_timeout=2, read_timeout=15, retries={"total_max_attempts": 1})
"""A cold answer function loads its model within that; the API itself has 29 s."""


def lambda_client() -> Any:
    """A client from the environment; safe to share between threads."""
    return boto3.client("lambda", config=_CONFIG)


@dataclass(frozen=True, slots=True)
class AnswerFunction:
    """`Embedder` and `Trials` by way of an invocation; only the API's role may do it."""

    client: Any
    name: str

    def embed(self, texts: Sequence[str]) -> bytes:
        """float32 rows, little endian, one a text.

        Raises:
            DependencyUnavailable: the function did not answer.
        """
        answer = self._ask({"embed": list(texts)})
        return base64.b64decode(answer["vectors"])

    def __call__(
        self, organization_id: OrganizationId, question: str, *, drafts: bool
    ) -> Examination:
        """Try a question.

        Raises:
            DependencyUnavailable: the function did not answer.
        """
        trial = {"organization_id": organization_id, "question": question, "drafts": drafts}
        return from_wire(self._ask({"try": trial}))

    def _ask(self, event: Mapping[str, Any]) -> dict[str, Any]:
        try:
            answer = self.client.invoke(FunctionName=self.name, Payload=json.dumps(event).encode())
            body = json.loads(answer["Payload"].read())
        except (BotoCoreError, ClientError, ValueError) as error:
            raise DependencyUnavailable("the answer function did not answer") from error
        if answer.get("FunctionError") or not isinstance(body, dict):
            raise DependencyUnavailable("the answer function failed")
        return body
