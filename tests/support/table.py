"""Makes the table on any endpoint, from the models themselves."""

from typing import Any

import boto3

from switchboard.adapters.dynamodb.base import Base


def create_table(name: str, endpoint: str | None = None) -> None:
    client = boto3.client("dynamodb", endpoint_url=endpoint)
    client.create_table(TableName=name, **definition())
    client.get_waiter("table_exists").wait(
        TableName=name, WaiterConfig={"Delay": 1, "MaxAttempts": 60}
    )
    client.update_time_to_live(
        TableName=name, TimeToLiveSpecification={"AttributeName": "expires_at", "Enabled": True}
    )


def definition() -> dict[str, Any]:
    """Keys and indexes as CloudFormation and CreateTable spell them."""
    schema = Base._get_schema()
    return {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": schema["attribute_definitions"],
        "KeySchema": schema["key_schema"],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index["index_name"],
                "KeySchema": index["key_schema"],
                "Projection": index["projection"],
            }
            for index in schema["global_secondary_indexes"]
        ],
    }
