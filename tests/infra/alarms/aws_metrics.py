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


def _of(unit: str, source: str, *dimensions: str) -> Documented:
    return Documented(unit, frozenset(dimensions), source)


AWS_METRICS = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): _of("Count", SQS, "QueueName"),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): _of("Seconds", SQS, "QueueName"),
    ("AWS/Lambda", "Errors"): _of("Count", LAMBDA, "FunctionName"),
    ("AWS/Lambda", "Throttles"): _of("Count", LAMBDA, "FunctionName"),
    ("AWS/Lambda", "Invocations"): _of("Count", LAMBDA, "FunctionName"),
    ("AWS/Lambda", "Duration"): _of("Milliseconds", LAMBDA, "FunctionName"),
    ("AWS/Lambda", "ConcurrentExecutions"): _of("Count", LAMBDA, "FunctionName"),
    ("AWS/Lambda", "IteratorAge"): _of("Milliseconds", LAMBDA, "FunctionName"),
    ("AWS/ApiGateway", "Count"): _of("Count", GATEWAY, "ApiName", "Stage"),
    ("AWS/ApiGateway", "4XXError"): _of("Count", GATEWAY, "ApiName", "Stage"),
    ("AWS/ApiGateway", "5XXError"): _of("Count", GATEWAY, "ApiName", "Stage"),
    ("AWS/ApiGateway", "Latency"): _of("Milliseconds", GATEWAY, "ApiName", "Stage"),
    ("AWS/DynamoDB", "ReadThrottleEvents"): _of("Count", TABLE, "TableName"),
    ("AWS/DynamoDB", "WriteThrottleEvents"): _of("Count", TABLE, "TableName"),
    ("AWS/DynamoDB", "ConsumedReadCapacityUnits"): _of("Count", TABLE, "TableName"),
    ("AWS/DynamoDB", "ConsumedWriteCapacityUnits"): _of("Count", TABLE, "TableName"),
    ("AWS/ECS", "CPUUtilization"): _of("Percent", ECS, "ClusterName", "ServiceName"),
    ("AWS/ECS", "MemoryUtilization"): _of("Percent", ECS, "ClusterName", "ServiceName"),
    ("AWS/SNS", "NumberOfNotificationsFailed"): _of("Count", SNS, "TopicName"),
}
