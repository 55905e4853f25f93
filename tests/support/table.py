"""Makes the table as infra/data.yaml declares it, on moto or any endpoint."""

import boto3

ATTRIBUTES = {"pk": "S", "sk": "S", "owner": "S", "attention": "S", "attention_at": "N"}
INDEXES = {"owner": ("owner", "pk"), "attention": ("attention", "attention_at")}


def create_table(name: str, endpoint: str | None = None) -> None:
    client = boto3.client("dynamodb", endpoint_url=endpoint)
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": key, "AttributeType": kind} for key, kind in ATTRIBUTES.items()
        ],
        KeySchema=_keys("pk", "sk"),
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": _keys(*keys),
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["kind"]},
            }
            for index, keys in INDEXES.items()
        ],
    )
    client.get_waiter("table_exists").wait(TableName=name)


def _keys(first: str, second: str) -> list[dict[str, str]]:
    return [
        {"AttributeName": first, "KeyType": "HASH"},
        {"AttributeName": second, "KeyType": "RANGE"},
    ]
