"""Every call that reaches a botocore client, as the permissions that AWS would ask for."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore import handlers
from tests.infra.permissions.stack import ACCOUNT, REGION

_ITEM_ACTIONS = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
}
_SAME_PERMISSION = {
    ("sqs", "SendMessageBatch"): "SendMessage",
    ("sqs", "DeleteMessageBatch"): "DeleteMessage",
    ("sqs", "ChangeMessageVisibilityBatch"): "ChangeMessageVisibility",
    ("s3", "HeadObject"): "GetObject",
    ("s3", "CreateMultipartUpload"): "PutObject",
    ("s3", "UploadPart"): "PutObject",
    ("s3", "CompleteMultipartUpload"): "PutObject",
    ("s3", "ListObjectsV2"): "ListBucket",
}
"""Source: service authorization reference, actions and the operations that they allow."""


@dataclass(frozen=True, order=True)
class Permission:
    """One action on one resource."""

    action: str
    resource: str


@dataclass
class Recorder:
    """Permissions asked for while it listens."""

    asked: set[Permission] = field(default_factory=set)

    def note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        service, operation = model.service_model.service_name, model.name
        self.asked |= set(needed(service, operation, params))

    def clear(self) -> None:
        self.asked.clear()


def needed(service: str, operation: str, params: dict[str, Any]) -> Iterator[Permission]:
    """What IAM is asked for one call; a call on several items asks for each."""
    action = _SAME_PERMISSION.get((service, operation), operation)
    if service == "dynamodb":
        yield from _table(operation, params)
    elif service == "sqs":
        name = params.get("QueueName") or params["QueueUrl"].rsplit("/", 1)[-1]
        yield Permission(f"sqs:{action}", f"arn:aws:sqs:{REGION}:{ACCOUNT}:{name}")
    elif service == "s3":
        yield from _objects(action, params)
    elif service == "sns":
        yield Permission(f"sns:{action}", params["TopicArn"])
    elif service == "kms":
        yield Permission(f"kms:{action}", params["KeyId"])
    elif service == "lambda":
        name = params["FunctionName"]
        yield Permission(
            "lambda:InvokeFunction", f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"
        )
    elif service == "bedrock-runtime":
        yield from _model(params["modelId"])
    elif service == "cloudformation":
        stack = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{params['StackName']}/1"
        yield Permission(f"cloudformation:{action}", stack)
    elif service == "secretsmanager":
        yield Permission(f"secretsmanager:{action}", params.get("SecretId") or params["Name"])
    else:
        raise AssertionError(f"say what {service}:{operation} asks for")


def _objects(action: str, params: dict[str, Any]) -> Iterator[Permission]:
    bucket = f"arn:aws:s3:::{params['Bucket']}"
    if action == "DeleteObjects":
        for each in params["Delete"]["Objects"]:
            yield Permission("s3:DeleteObject", f"{bucket}/{each['Key']}")
    else:
        key = f"/{params['Key']}" if "Key" in params else ""
        yield Permission(f"s3:{action}", f"{bucket}{key}")


def _model(model_id: str) -> Iterator[Permission]:
    """A profile of several regions asks for itself and for the model in any of them.

    Source: Bedrock user guide, 'Prerequisites for inference profiles'.
    """
    _, _, model = model_id.partition(".")
    profile = f"arn:aws:bedrock:{REGION}:{ACCOUNT}:inference-profile/{model_id}"
    yield Permission("bedrock:InvokeModel", profile)
    yield Permission("bedrock:InvokeModel", f"arn:aws:bedrock:eu-north-1::foundation-model/{model}")


def _table(operation: str, params: dict[str, Any]) -> Iterator[Permission]:
    if operation == "TransactWriteItems":
        for item in params["TransactItems"]:
            ((kind, one),) = item.items()
            yield Permission(f"dynamodb:{_ITEM_ACTIONS[kind]}", _arn(one["TableName"]))
    elif operation == "TransactGetItems":
        for item in params["TransactItems"]:
            yield Permission("dynamodb:GetItem", _arn(item["Get"]["TableName"]))
    elif operation.startswith("Batch"):
        for name in params["RequestItems"]:
            yield Permission(f"dynamodb:{operation}", _arn(name))
    else:
        index = f"/index/{params['IndexName']}" if params.get("IndexName") else ""
        yield Permission(f"dynamodb:{operation}", _arn(params["TableName"]) + index)


def _arn(table: str) -> str:
    return (
        table if table.startswith("arn:") else f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{table}"
    )


@contextmanager
def recording() -> Iterator[Recorder]:
    """Listen to every client whose session is made from here on."""
    recorder = Recorder()
    entry = ("before-parameter-build", recorder.note)
    handlers.BUILTIN_HANDLERS.append(entry)
    try:
        yield recorder
    finally:
        handlers.BUILTIN_HANDLERS.remove(entry)
