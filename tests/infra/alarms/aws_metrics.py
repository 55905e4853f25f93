"""Metrics of AWS that alarms and dashboard use: unit and dimensions, each with its source."""

from dataclasses import dataclass

SQS = "SQS developer guide, 'Available CloudWatch metrics for Amazon SQS'"
LAMBDA = "Lambda developer guide, 'Types of metrics for Lambda functions'"
GATEWAY = "API Gateway developer guide, 'Amazon API Gateway dimensions and metrics'"
TABLE = "DynamoDB developer guide, 'DynamoDB metrics and dimensions'"
ECS = "ECS developer guide, 'Amazon ECS service utilization metrics'"
SNS = "SNS developer guide, 'Monitoring Amazon SNS topics using CloudWatch'"


@dataclass(frozen=True)
class Documented:
    unit: str
    dimensions: frozenset[str]
    source: str
    reached: float | None
    """What it comes to in each period of a trouble that an alarm is there for; None: no alarm's."""


def _of(unit: str, source: str, *dimensions: str, reached: float | None = None) -> Documented:
    return Documented(unit, frozenset(dimensions), source, reached)


AWS_METRICS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): _of("Count", SQS, "QueueName", reached=1),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): _of(
        "Seconds", SQS, "QueueName", reached=3_600
    ),  # its consumer stood for an hour
    ("AWS/Lambda", "Errors"): _of("Count", LAMBDA, "FunctionName", reached=1),
    ("AWS/Lambda", "Throttles"): _of("Count", LAMBDA, "FunctionName", reached=1),
    ("AWS/Lambda", "Invocations"): _of("Count", LAMBDA, "FunctionName", reached=0),
    ("AWS/Lambda", "Duration"): _of("Milliseconds", LAMBDA, "FunctionName"),
    ("AWS/Lambda", "ConcurrentExecutions"): _of("Count", LAMBDA, "FunctionName"),
    ("AWS/Lambda", "IteratorAge"): _of(
        "Milliseconds", LAMBDA, "FunctionName", reached=3_600_000
    ),  # a shard stood for an hour
    ("AWS/ApiGateway", "Count"): _of("Count", GATEWAY, "ApiName", "Stage"),
    ("AWS/ApiGateway", "4XXError"): _of("Count", GATEWAY, "ApiName", "Stage"),
    ("AWS/ApiGateway", "5XXError"): _of(
        "Count", GATEWAY, "ApiName", "Stage", reached=60
    ),  # a call a second
    ("AWS/ApiGateway", "Latency"): _of(
        "Milliseconds", GATEWAY, "ApiName", "Stage", reached=29_000
    ),  # API Gateway waits no longer
    ("AWS/DynamoDB", "ReadThrottleEvents"): _of("Count", TABLE, "TableName", reached=1),
    ("AWS/DynamoDB", "WriteThrottleEvents"): _of("Count", TABLE, "TableName", reached=1),
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits"): _of("Count", TABLE, "TableName"),
    ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"): _of("Count", TABLE, "TableName"),
    ("AWS/ECS", "CPUUtilization"): _of("Percent", ECS, "ClusterName", "ServiceName", reached=100),
    ("AWS/ECS", "MemoryUtilization"): _of(
        "Percent", ECS, "ClusterName", "ServiceName", reached=100
    ),
    ("AWS/SNS", "NumberOfNotificationsFailed"): _of("Count", SNS, "TopicName", reached=1),
}
