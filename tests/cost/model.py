"""The model behind `docs/cost.md`: list prices, assumptions and what follows from them.

Prices are us-east-1 list prices in dollars, written down from the pricing pages named beside them
without access to them at the time: compare before you rely on a figure.
"""

from dataclasses import dataclass

HOURS_A_MONTH = 730
SECONDS_A_MONTH = HOURS_A_MONTH * 3600

# aws.amazon.com/dynamodb/pricing/on-demand, per million request units
WRITE_UNITS, READ_UNITS = 0.625, 0.125
# aws.amazon.com/sqs/pricing, per million requests: standard, FIFO; fair queues add 0.10
STANDARD, FIFO = 0.40, 0.50
# aws.amazon.com/lambda/pricing: per million requests, per GB-second (x86)
LAMBDA_REQUESTS, GB_SECOND = 0.20, 0.0000166667
# aws.amazon.com/fargate/pricing: per hour (Linux, x86)
VCPU_HOUR, GB_HOUR, EPHEMERAL_GB_HOUR = 0.04048, 0.004445, 0.000111
# aws.amazon.com/cloudwatch/pricing: ingestion per GB, metric and alarm per month
LOG_GB, METRIC, ALARM = 0.50, 0.30, 0.10
# aws.amazon.com/s3/pricing: per 1,000 PUT, per GB-month; aws.amazon.com/kms/pricing: per 10,000 requests
S3_PUT, S3_GB, KMS_REQUESTS = 0.005, 0.023, 0.03
# aws.amazon.com/vpc/pricing and /privatelink/pricing: per hour each
NAT_HOUR, ENDPOINT_HOUR = 0.045, 0.01


@dataclass(frozen=True)
class Counted:
    """One walk, as the emulator told it."""

    sqs_requests: float
    write_units: float
    read_units: float


@dataclass(frozen=True)
class Assumed:
    """What nothing here can measure; each is a parameter of the bill."""

    lines_a_host: int = 8
    """`LinesPerHost`: 2 vCPU and 8 GB for eight lines of about 400 MB and 0.1 vCPU."""
    host_vcpu: float = 2.0
    host_gb: float = 8.0
    host_storage_gb: float = 10.0
    """Beyond the 20 GB that are free."""
    function_seconds: float = 0.05
    """A warm invocation that reads and writes the table."""
    answer_seconds: float = 0.4
    """The embedded agent; a language model's seconds come on top, at the same price."""
    function_gb: float = 0.5
    answer_gb: float = 1.0
    log_bytes_a_call: int = 1_500
    snapshots_a_day: float = 300.0
    """Full logins, when something changed; 20 MB each, three kept."""
    snapshot_mb: float = 20.0


def message(
    walk: Counted, invocations: float, seconds: float, gigabytes: float, assumed: Assumed
) -> float:
    """Dollars of one walk."""
    table = (walk.write_units * WRITE_UNITS + walk.read_units * READ_UNITS) / 1e6
    queues = walk.sqs_requests * FIFO / 1e6
    functions = invocations * LAMBDA_REQUESTS / 1e6 + seconds * gigabytes * GB_SECOND
    logs = invocations * assumed.log_bytes_a_call / 1e9 * LOG_GB
    return table + queues + functions + logs


def line_month(assumed: Assumed) -> dict[str, float]:
    """Dollars of one line that is held for a month, without messages, by part."""
    host = assumed.host_vcpu * VCPU_HOUR + assumed.host_gb * GB_HOUR
    host += assumed.host_storage_gb * EPHEMERAL_GB_HOUR
    share = 1 / assumed.lines_a_host
    beats = SECONDS_A_MONTH / 5
    polls = SECONDS_A_MONTH / 5 * 2
    snapshots = assumed.snapshots_a_day * 30
    return {
        "fargate": host * HOURS_A_MONTH * share,
        "heartbeats": beats * (WRITE_UNITS + 3 * READ_UNITS) / 1e6 * share,
        "polling": polls * STANDARD / 1e6 * share,
        "snapshots": snapshots * (S3_PUT / 1000 + KMS_REQUESTS / 10_000)
        + 3 * assumed.snapshot_mb / 1000 * S3_GB,
        "control_reads": SECONDS_A_MONTH / 30 * 1.5 * READ_UNITS / 1e6,
    }


def fixed_month(zones: int = 3, endpoints: int = 6, alarms: int = 60, metrics: int = 200) -> float:
    """Dollars of a deployment that does nothing: network, alarms, metrics."""
    network = (zones * NAT_HOUR + zones * endpoints * ENDPOINT_HOUR) * HOURS_A_MONTH
    return network + alarms * ALARM + metrics * METRIC


@dataclass(frozen=True)
class Fleet:
    """What so many lines ask of the account."""

    lines: int
    messages_a_day: int
    assumed: Assumed

    @property
    def hosts(self) -> int:
        return -(-self.lines // self.assumed.lines_a_host)

    def figures(self, sent: Counted, heard: Counted) -> dict[str, float]:
        """Rates at an even load and at a busy hour of ten times that."""
        rate = self.lines * self.messages_a_day / 86_400
        beats = self.hosts / 5
        watched = self.hosts / 5 * 3
        return {
            "hosts": self.hosts,
            "vcpu": self.hosts * self.assumed.host_vcpu,
            "heartbeat_writes_per_second": beats,
            "watch_reads_per_second": watched,
            "heartbeat_writes_per_second_and_shard_of_8": beats / 8,
            "messages_per_second": rate,
            "messages_per_second_at_peak": 10 * rate,
            "write_units_per_second_at_peak": 10
            * rate
            * (sent.write_units + heard.write_units)
            / 2,
            "fifo_requests_per_second_at_peak": 10 * rate * 3,
            "lost_zone_lines": self.lines / 3,
            "lost_zone_minutes_at_one_start_per_host_and_20_s": self.lines
            / 3
            / (self.hosts * 2 / 3)
            * 20
            / 60,
        }
