"""Reads a key that must not stand in a function's environment."""

from __future__ import annotations

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import ModelDenied

_CONFIG = Config(
    connect_timeout=2, read_timeout=5, retries={"total_max_attempts": 2, "mode": "standard"}
)


def read_secret(name: str) -> str:
    """The text of a secret in Secrets Manager.

    Raises:
        ModelDenied: it is not there, or may not be read.
    """
    client = boto3.client("secretsmanager", config=_CONFIG)
    try:
        return str(client.get_secret_value(SecretId=name)["SecretString"]).strip()
    except (BotoCoreError, ClientError, KeyError) as error:
        raise ModelDenied("the key of the language model cannot be read") from error
