"""`SnapshotStore`: what is stored can be read only as what it was stored as."""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws
from tests.support.builders import A, B

from switchboard.adapters.memory.snapshot_store import MemorySnapshotStore
from switchboard.adapters.s3 import snapshot_store
from switchboard.adapters.s3.snapshot_store import S3SnapshotStore
from switchboard.domain.errors import Conflict, DependencyUnavailable, SnapshotUnusable
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
        snapshot_store._s3.cache_clear()
        snapshot_store._kms.cache_clear()
        boto3.client("s3").create_bucket(Bucket="sessions")
        yield S3SnapshotStore("sessions", key())


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
    for _ in range(2):
        store.delete(SNAPSHOT)
    with pytest.raises(SnapshotUnusable):
        read(store, SNAPSHOT, tmp_path)


def moved(source: Snapshot, target: Snapshot) -> None:
    """Someone who may write to the bucket puts one login in another's place."""
    body = boto3.client("s3").get_object(Bucket="sessions", Key=source.key)["Body"].read()
    boto3.client("s3").put_object(Bucket="sessions", Key=target.key, Body=body)


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
    body = bytearray(s3.get_object(Bucket="sessions", Key=SNAPSHOT.key)["Body"].read())
    body[place] ^= 1
    s3.put_object(Bucket="sessions", Key=SNAPSHOT.key, Body=bytes(body))
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
    body = boto3.client("s3").get_object(Bucket="sessions", Key=SNAPSHOT.key)["Body"].read()
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
