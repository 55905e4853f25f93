"""The objects of snapshots in S3, as far as no key is needed.

A generation is `profiles/<organization>/<epoch>/<id>` (its manifest, which names packs and sizes
only) and the same with `.pack` (encrypted).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from switchboard.domain.errors import DependencyUnavailable
from switchboard.domain.ids import OrganizationId
from switchboard.domain.snapshot import Snapshot, prefix

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

CONFIG = Config(
    connect_timeout=2,
    read_timeout=30,
    retries={"total_max_attempts": 3, "mode": "standard"},
    # Packs carry a signature of their own, and a checksum of S3's would be taken over every byte.
    request_checksum_calculation="when_required",
)
_PACK = ".pack"
_A_REQUEST = 1000
"""Keys that S3 lists, and deletes, in one request."""


@dataclass(frozen=True, slots=True)
class S3SnapshotObjects:
    """`SnapshotDisposal`; deleted objects stay as old versions for the bucket's seven days."""

    bucket: str

    def delete(self, snapshot: Snapshot) -> None:
        """Forget one pack with its manifest."""
        self._delete([snapshot.key, pack_key(snapshot)])

    def dispose(
        self, organization_id: OrganizationId, keep: Collection[str], up_to_epoch: int
    ) -> int:
        """Delete what nobody needs."""
        begin, gone = prefix(organization_id), []
        for key in self._keys(begin):
            generation = key.removeprefix(begin).removesuffix(_PACK)
            epoch = generation.partition("/")[0]
            if epoch.isdigit() and int(epoch) <= up_to_epoch and generation not in keep:
                gone.append(key)
        for start in range(0, len(gone), _A_REQUEST):
            self._delete(gone[start : start + _A_REQUEST])
        return len(gone)

    def _keys(self, begin: str) -> Iterator[str]:
        try:
            pages = s3().get_paginator("list_objects_v2")
            for page in pages.paginate(Bucket=self.bucket, Prefix=begin):
                for found in page.get("Contents", []):
                    yield found["Key"]
        except (BotoCoreError, ClientError) as error:
            raise DependencyUnavailable("S3 did not list") from error

    def _delete(self, keys: list[str]) -> None:
        named: list[ObjectIdentifierTypeDef] = [{"Key": key} for key in keys]
        try:
            told = s3().delete_objects(Bucket=self.bucket, Delete={"Objects": named, "Quiet": True})
        except (BotoCoreError, ClientError) as error:
            raise DependencyUnavailable("S3 did not delete") from error
        if told.get("Errors"):
            raise DependencyUnavailable("S3 did not delete everything")


def pack_key(snapshot: Snapshot) -> str:
    """Where a generation's own pack lies."""
    return f"{snapshot.key}{_PACK}"


@cache
def s3() -> S3Client:
    """The process's client."""
    return boto3.client("s3", config=CONFIG)
