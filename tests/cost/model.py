"""The model behind `docs/cost.md`: list prices, assumptions and what follows from them.

Prices are us-east-1 list prices in dollars, written down from the pricing pages named beside them
without access to them at the time, as of 2026-11: none has been compared.
"""

import math
from dataclasses import dataclass

from tests.support.watching import Watching

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
# aws.amazon.com/vpc/pricing and /privatelink/pricing: per hour each, NAT per GB
NAT_HOUR, ENDPOINT_HOUR, NAT_GB = 0.045, 0.01, 0.045
# aws.amazon.com/api-gateway/pricing: REST, per million; aws.amazon.com/xray/pricing: per million traces
API_CALLS, TRACES = 3.50, 5.0
# aws.amazon.com/dynamodb/pricing: storage, point-in-time recovery, per GB-month; aws.amazon.com/backup/pricing
TABLE_GB, RECOVERY_GB, BACKUP_GB = 0.25, 0.20, 0.10
NAT_CONNECTIONS = 55_000
"""To one destination and from one address. VPC user guide, NAT gateway basics (not compared)."""
STARTS_A_MINUTE = 500
"""Fargate tasks; ECS developer guide, Fargate throttling quotas (not compared)."""
DRAIN_SECONDS = 5 + 8.7
"""The next beat reads the wish; the drain of ten sessions of 37 MB, measured."""
DRAIN_AT_MOST_SECONDS = 5 + 110
"""The same, for the longest drain that a host allows itself."""


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
    filled: float = 0.75
    """Share of its lines that a host holds: where the service scales (`ScaleOnHeldLines`)."""
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
    authorizer_share: float = 0.1
    """Calls of the API whose key the gateway has not cached (300 s)."""
    events_a_message: float = 1.0
    """Invocations each of events and webhooks: the stream's batches make them fewer."""
    traced: float = 0.05
    """X-Ray's default rule: one a second and 5 per cent."""
    nat_mb_a_message: float = 0.02
    nat_mb_a_line_day: float = 20.0
    """A page's start and its keep-alives; media come on top."""
    kb_a_message: float = 4.0
    """Message, conversation, pointers, index entries; kept for a month here."""
    daily_copies: int = 35
    """Full copies, `BackupDays`."""
    snapshots_a_day: float = 300.0
    """Full logins, when something changed; 20 MB each, three kept."""
    snapshot_mb: float = 20.0


def message(
    walk: Counted,
    invocations: float,
    seconds: float,
    gigabytes: float,
    assumed: Assumed,
    *,
    api_calls: float = 0,
) -> float:
    """Dollars of one walk."""
    around = api_calls * (1 + assumed.authorizer_share) + 2 * assumed.events_a_message
    invocations += around
    seconds += around * assumed.function_seconds * assumed.function_gb / gigabytes
    edge = (api_calls * API_CALLS + invocations * assumed.traced * TRACES) / 1e6
    table = (walk.write_units * WRITE_UNITS + walk.read_units * READ_UNITS) / 1e6
    queues = walk.sqs_requests * FIFO / 1e6
    functions = invocations * LAMBDA_REQUESTS / 1e6 + seconds * gigabytes * GB_SECOND
    logs = invocations * assumed.log_bytes_a_call / 1e9 * LOG_GB
    stored = TABLE_GB + RECOVERY_GB + assumed.daily_copies * BACKUP_GB
    kept = assumed.kb_a_message / 1e6 * stored + assumed.nat_mb_a_message / 1000 * NAT_GB
    return table + queues + functions + logs + edge + kept


def line_month(assumed: Assumed, watching: Watching) -> dict[str, float]:
    """Dollars of one line that is held for a month, without messages, by part."""
    host = assumed.host_vcpu * VCPU_HOUR + assumed.host_gb * GB_HOUR
    host += assumed.host_storage_gb * EPHEMERAL_GB_HOUR
    share = 1 / (assumed.lines_a_host * assumed.filled)
    beats = SECONDS_A_MONTH / 5
    polls = SECONDS_A_MONTH / 5 * 2
    snapshots = assumed.snapshots_a_day * 30
    return {
        "fargate": host * HOURS_A_MONTH * share,
        "heartbeats": beats * watching.beat_write_units * WRITE_UNITS / 1e6 * share,
        "watching": SECONDS_A_MONTH * _watch_units(watching) * READ_UNITS / 1e6 * share,
        "nat_data": assumed.nat_mb_a_line_day * 30 / 1000 * NAT_GB,
        "polling": polls * STANDARD / 1e6 * share,
        "snapshots": snapshots * (S3_PUT / 1000 + KMS_REQUESTS / 10_000)
        + 3 * assumed.snapshot_mb / 1000 * S3_GB,
        "control_reads": SECONDS_A_MONTH / 30 * 1.5 * READ_UNITS / 1e6,
    }


def _watch_units(watching: Watching) -> float:
    """Read units a second of one host: a look with each beat, the ring every 30 s."""
    return watching.look_read_units / 5 + watching.ring_read_units / 30


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
        return math.ceil(self.lines / (self.assumed.lines_a_host * self.assumed.filled))

    def figures(self, sent: Counted, heard: Counted, watching: Watching) -> dict[str, float]:
        """Rates at an even load and at a busy hour of ten times that, and what faults do."""
        return {
            **self._rates(sent, heard, watching),
            **self._lost_zone(),
            **self._deployment(),
            "nat_connections_each_of_3": self.lines / 3,
            "nat_connections_each_of_2": self.lines / 2,
            "nat_connections_at_most": NAT_CONNECTIONS,
        }

    def _lost_zone(self) -> dict[str, float]:
        lines, left = self.lines / 3, self.hosts * 2 / 3
        room = self.assumed.lines_a_host * (1 - self.assumed.filled)
        waiting = max(0.0, lines - left * room)
        hosts = waiting / (self.assumed.lines_a_host * self.assumed.filled)
        return {
            "lost_zone_lines": lines,
            "lost_zone_lines_for_each_host_left": lines / left,
            "lost_zone_lines_that_wait_for_new_hosts": waiting,
            "lost_zone_new_hosts": hosts,
            "lost_zone_minutes_of_starts": hosts / STARTS_A_MINUTE,
        }

    def _deployment(self) -> dict[str, float]:
        batches = math.ceil(self.hosts / STARTS_A_MINUTE)
        return {
            "deploy_minutes_of_starts": self.hosts / STARTS_A_MINUTE,
            "deploy_hours_one_by_one": self.hosts * DRAIN_SECONDS / 3600,
            "deploy_batches_of_500": batches,
            "deploy_minutes_in_batches_of_500": batches * DRAIN_SECONDS / 60,
            "deploy_minutes_in_batches_of_500_at_most": batches * DRAIN_AT_MOST_SECONDS / 60,
        }

    def _rates(self, sent: Counted, heard: Counted, watching: Watching) -> dict[str, float]:
        rate = self.lines * self.messages_a_day / 86_400
        beats = self.hosts / 5 * watching.beat_write_units
        watched = self.hosts * _watch_units(watching)
        return {
            "hosts": self.hosts,
            "vcpu": self.hosts * self.assumed.host_vcpu,
            "heartbeat_write_units_per_second": beats,
            "heartbeat_write_units_per_second_and_arc_of_8": beats / 8,
            "watch_read_units_per_second": watched,
            "watch_read_units_per_second_and_arc_of_8": watched / 8,
            "messages_per_second": rate,
            "messages_per_second_at_peak": 10 * rate,
            "write_units_per_second_at_peak": 10
            * rate
            * (sent.write_units + heard.write_units)
            / 2,
            "fifo_requests_per_second_at_peak": 10 * rate * 3,
        }
