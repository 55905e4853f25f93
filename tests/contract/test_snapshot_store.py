"""`SnapshotStore`: what is stored can be read only as what it was stored as."""

import io
import json
import os
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, ReadTimeoutError
from moto import mock_aws
from tests.support.builders import A, B
from tests.support.snapshot_clients import forget_snapshot_clients
from urllib3 import HTTPResponse

from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.adapters.s3 import snapshot_store
from switchboard.adapters.s3.snapshot_objects import pack_key
from switchboard.adapters.s3.snapshot_store import S3SnapshotStore
from switchboard.domain.errors import (
    Conflict,
    DependencyUnavailable,
    SnapshotRefused,
    SnapshotUnusable,
)
from switchboard.domain.snapshot import Snapshot

SNAPSHOT = Snapshot(A, 7, "01ID")
LOGIN = os.urandom(3_000_000)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3SnapshotStore]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "test")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        forget_snapshot_clients()
        boto3.client("s3").create_bucket(Bucket="sessions")
        yield S3SnapshotStore("sessions", key(), 1 << 30)
    forget_snapshot_clients()


def key() -> str:
    return str(boto3.client("kms").create_key()["KeyMetadata"]["Arn"])


@pytest.fixture(params=["memory", "s3"])
def store(request: pytest.FixtureRequest) -> Any:
    if request.param == "memory":
        return MemorySnapshotStore()
    return request.getfixturevalue("aws")


@pytest.fixture
def login(tmp_path: Path) -> Path:
    path = tmp_path / "login"
    path.write_bytes(LOGIN)
    return path


def read(store: Any, snapshot: Snapshot, folder: Path) -> bytes:
    target = folder / "read"
    store.get(snapshot, target)
    return target.read_bytes()


def test_what_was_put_is_read_back(store: Any, login: Path, tmp_path: Path) -> None:
    store.put(SNAPSHOT, login)
    assert read(store, SNAPSHOT, tmp_path) == LOGIN


def test_a_snapshot_is_never_replaced(store: Any, login: Path, tmp_path: Path) -> None:
    store.put(SNAPSHOT, login)
    login.write_bytes(b"another")
    with pytest.raises(Conflict):
        store.put(SNAPSHOT, login)
    assert read(store, SNAPSHOT, tmp_path) == LOGIN


@pytest.mark.parametrize("changed", [{"organization_id": B}, {"epoch": 8}, {"id": "01OTHER"}])
def test_what_was_not_put_is_unusable(
    store: Any, login: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    store.put(SNAPSHOT, login)
    with pytest.raises(SnapshotUnusable):
        read(store, replace(SNAPSHOT, **changed), tmp_path)


def test_a_deleted_snapshot_is_unusable_and_deleting_again_is_no_error(
    store: Any, login: Path, tmp_path: Path
) -> None:
    store.put(SNAPSHOT, login)
    store.complete(SNAPSHOT, {SNAPSHOT.generation: 1})
    for _ in range(2):
        store.delete(SNAPSHOT)
    with pytest.raises(SnapshotUnusable):
        read(store, SNAPSHOT, tmp_path)
    with pytest.raises(SnapshotUnusable):
        store.packs(SNAPSHOT)


def test_a_manifest_names_the_packs_and_is_never_replaced(store: Any) -> None:
    store.complete(SNAPSHOT, {"7/01ID": 5, "6/00ID": 7})
    with pytest.raises(Conflict):
        store.complete(SNAPSHOT, {})
    assert store.packs(SNAPSHOT) == {"7/01ID": 5, "6/00ID": 7}


def test_a_snapshot_that_was_not_completed_is_unusable(store: Any, login: Path) -> None:
    store.put(SNAPSHOT, login)
    with pytest.raises(SnapshotUnusable):
        store.packs(SNAPSHOT)


def test_what_nobody_needs_is_disposed_of_and_nothing_else(store: Any, login: Path) -> None:
    needed, unneeded = SNAPSHOT, replace(SNAPSHOT, id="00OLD")
    newer_owners, others = replace(SNAPSHOT, epoch=8), replace(SNAPSHOT, organization_id=B)
    for snapshot in (needed, unneeded, newer_owners, others):
        store.put(snapshot, login)
        store.complete(snapshot, {snapshot.generation: 1})
    assert store.dispose(A, {needed.generation}, 7) == 2
    for snapshot in (needed, newer_owners, others):
        assert store.packs(snapshot)
    with pytest.raises(SnapshotUnusable):
        store.packs(unneeded)
    assert store.dispose(A, (), 8) == 4


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{}", b'{"version": 1, "packs": {}}', b'{"version": 3, "packs": {}}']
)
def test_what_is_no_manifest_is_unusable(aws: S3SnapshotStore, body: bytes) -> None:
    """A later version is no exception: a flipped bit says so too, and only a sealed pack can."""
    boto3.client("s3").put_object(Bucket="sessions", Key=SNAPSHOT.key, Body=body)
    with pytest.raises(SnapshotUnusable) as raised:
        aws.packs(SNAPSHOT)
    assert not isinstance(raised.value, SnapshotRefused)


def test_an_upload_keeps_to_its_share_of_the_network(aws: S3SnapshotStore, login: Path) -> None:
    began = time.monotonic()
    replace(aws, bytes_per_second=10_000_000).put(SNAPSHOT, login)
    assert time.monotonic() - began > 0.2  # 3 MB of it


def test_one_call_of_kms_seals_a_snapshot(aws: S3SnapshotStore, login: Path) -> None:
    asked: list[str] = []
    note = lambda model, **_: asked.append(model.name)  # noqa: E731
    snapshot_store.kms().meta.events.register("before-call.kms", note)
    aws.put(SNAPSHOT, login)
    aws.complete(SNAPSHOT, {SNAPSHOT.generation: 1})
    assert asked == ["GenerateDataKey"]


def moved(source: Snapshot, target: Snapshot) -> None:
    """Someone who may write to the bucket puts one login in another's place."""
    body = boto3.client("s3").get_object(Bucket="sessions", Key=pack_key(source))["Body"].read()
    boto3.client("s3").put_object(Bucket="sessions", Key=pack_key(target), Body=body)


@pytest.mark.parametrize("changed", [{"organization_id": B}, {"epoch": 8}])
def test_a_pack_in_anothers_place_is_refused(
    aws: S3SnapshotStore, login: Path, tmp_path: Path, changed: dict[str, Any]
) -> None:
    aws.put(SNAPSHOT, login)
    other = replace(SNAPSHOT, **changed)
    moved(SNAPSHOT, other)
    with pytest.raises(SnapshotUnusable, match=other.generation):
        read(aws, other, tmp_path)


@pytest.mark.parametrize("place", [10, 1_500_000, -10])
def test_a_flipped_bit_is_refused(
    aws: S3SnapshotStore, login: Path, tmp_path: Path, place: int
) -> None:
    aws.put(SNAPSHOT, login)
    s3 = boto3.client("s3")
    body = bytearray(s3.get_object(Bucket="sessions", Key=pack_key(SNAPSHOT))["Body"].read())
    body[place] ^= 1
    s3.put_object(Bucket="sessions", Key=pack_key(SNAPSHOT), Body=bytes(body))
    with pytest.raises(SnapshotUnusable):
        read(aws, SNAPSHOT, tmp_path)


def test_another_key_is_refused(aws: S3SnapshotStore, login: Path, tmp_path: Path) -> None:
    aws.put(SNAPSHOT, login)
    with pytest.raises(SnapshotUnusable):
        read(replace(aws, key_arn=key()), SNAPSHOT, tmp_path)


def test_s3_holds_nothing_readable(aws: S3SnapshotStore, tmp_path: Path) -> None:
    login = tmp_path / "login"
    login.write_bytes(b"the secret of the line " * 10_000)
    aws.put(SNAPSHOT, login)
    body = boto3.client("s3").get_object(Bucket="sessions", Key=pack_key(SNAPSHOT))["Body"].read()
    assert b"secret" not in body


def test_a_key_service_that_does_not_answer_is_no_damage(
    aws: S3SnapshotStore, login: Path, tmp_path: Path
) -> None:
    aws.put(SNAPSHOT, login)
    gone = replace(aws, key_arn=aws.key_arn[:-4] + "0000")
    with pytest.raises(DependencyUnavailable):
        read(gone, SNAPSHOT, tmp_path)
    with pytest.raises(DependencyUnavailable):
        gone.put(replace(SNAPSHOT, id="01NEW"), login)


@pytest.mark.parametrize("error", [EndpointConnectionError, ConnectTimeoutError, ReadTimeoutError])
def test_a_call_of_the_key_service_that_fails_is_no_damage(
    aws: S3SnapshotStore, login: Path, tmp_path: Path, error: type[Exception]
) -> None:
    aws.put(SNAPSHOT, login)

    def cut(**_: object) -> None:
        raise error(endpoint_url="https://kms")

    events = snapshot_store.kms().meta.events
    events.register("before-send.kms.Decrypt", cut)
    with pytest.raises(DependencyUnavailable):
        read(aws, SNAPSHOT, tmp_path)
    events.unregister("before-send.kms.Decrypt", cut)
    events.register("before-send.kms.GenerateDataKey", cut)
    with pytest.raises(DependencyUnavailable):
        aws.put(replace(SNAPSHOT, id="01NEW"), login)
    events.unregister("before-send.kms.GenerateDataKey", cut)
    assert read(aws, SNAPSHOT, tmp_path) == LOGIN


@pytest.mark.parametrize("place", [0, 20, 40, 60, -1])
def test_a_flipped_bit_in_the_data_key_is_damage_whatever_the_key_service_says(
    aws: S3SnapshotStore, login: Path, tmp_path: Path, place: int
) -> None:
    aws.put(SNAPSHOT, login)
    s3 = boto3.client("s3")
    body = bytearray(s3.get_object(Bucket="sessions", Key=pack_key(SNAPSHOT))["Body"].read())
    length_at = body.index(aws.key_arn.encode()) + len(aws.key_arn)
    start, length = length_at + 2, int.from_bytes(body[length_at : length_at + 2])
    body[start + place % length] ^= 1
    s3.put_object(Bucket="sessions", Key=pack_key(SNAPSHOT), Body=bytes(body))
    with pytest.raises(SnapshotUnusable):
        read(aws, SNAPSHOT, tmp_path)


def answering(status: int, code: str, times: int) -> None:
    """Let KMS give this answer to the next requests to decrypt."""
    left = iter(range(times))

    def answer(request: Any, **_: object) -> AWSResponse | None:
        if next(left, None) is None:
            return None
        body = io.BytesIO(json.dumps({"__type": code}).encode())
        raw = HTTPResponse(body, status=status, preload_content=False)
        return AWSResponse(request.url, status, {}, raw)

    snapshot_store.kms().meta.events.register_first("before-send.kms.Decrypt", answer)


@pytest.mark.parametrize(
    ("status", "code"),
    [(400, "ThrottlingException"), (500, "KMSInternalException"), (400, "AccessDeniedException")],
)
def test_a_key_service_that_refuses_to_decrypt_whatever_it_is_asked_is_no_damage(
    aws: S3SnapshotStore, login: Path, tmp_path: Path, status: int, code: str
) -> None:
    aws.put(SNAPSHOT, login)
    answering(status, code, 100)
    with pytest.raises(DependencyUnavailable):
        read(aws, SNAPSHOT, tmp_path)


def test_a_refusal_that_is_over_when_the_key_service_is_checked_is_no_damage(
    aws: S3SnapshotStore, login: Path, tmp_path: Path
) -> None:
    aws.put(SNAPSHOT, login)
    answering(400, "AccessDeniedException", 1)
    assert read(aws, SNAPSHOT, tmp_path) == LOGIN


def test_a_key_service_that_fails_for_one_call_is_no_damage(
    aws: S3SnapshotStore, login: Path, tmp_path: Path
) -> None:
    aws.put(SNAPSHOT, login)
    answering(500, "KMSInternalException", 3)  # all that a call tries
    with pytest.raises(DependencyUnavailable):
        read(aws, SNAPSHOT, tmp_path)
    assert read(aws, SNAPSHOT, tmp_path) == LOGIN


def test_a_target_that_cannot_be_written_is_no_damage(
    aws: S3SnapshotStore, login: Path, tmp_path: Path
) -> None:
    aws.put(SNAPSHOT, login)
    (tmp_path / "read").mkdir()
    with pytest.raises(IsADirectoryError):
        read(aws, SNAPSHOT, tmp_path)
