"""Snapshots in S3, encrypted on the host by the AWS Encryption SDK under a KMS key.

The encryption context binds a pack to its organization and generation: S3 never sees a readable
login, and a pack put in another's place is refused. 1 MiB frames: 168 to 208 MB/s, measured.
"""

from __future__ import annotations

import io
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import aws_encryption_sdk
import boto3
from aws_cryptographic_material_providers.mpl import AwsCryptographicMaterialProviders
from aws_cryptographic_material_providers.mpl.config import MaterialProvidersConfig
from aws_cryptographic_material_providers.mpl.models import CreateAwsKmsKeyringInput
from aws_encryption_sdk import CommitmentPolicy, EncryptionSDKClient
from botocore.exceptions import BotoCoreError, ClientError
from urllib3.exceptions import HTTPError

from switchboard.adapters.s3.paced import Paced
from switchboard.adapters.s3.snapshot_objects import CONFIG, S3SnapshotObjects, pack_key, s3
from switchboard.domain.errors import Conflict, DependencyUnavailable, SnapshotUnusable
from switchboard.domain.snapshot import Snapshot

_FRAME_BYTES = 1 << 20
_VERSION = 2
_REFUSED = frozenset({"PreconditionFailed", "ConditionalRequestConflict", "412"})
_MISSING = frozenset({"NoSuchKey", "404"})
_THROTTLED = "ThrottlingException"
_FAULT = 500
"""From this status on an answer tells of KMS; what it refuses may be the pack's fault."""


@dataclass(frozen=True, slots=True)
class S3SnapshotStore(S3SnapshotObjects):
    """`SnapshotStore`; it travels to a worker process, so that its clients are made there."""

    key_arn: str
    bytes_per_second: int
    """Most that uploads take of the host's network; its lines' messages go the same way."""

    def put(self, snapshot: Snapshot, pack: Path) -> int:
        """Encrypt and store: one call of KMS."""
        with tempfile.NamedTemporaryFile(dir=pack.parent) as file:
            sealed = Path(file.name)
            self._encrypt(snapshot, pack, sealed)
            with sealed.open("rb") as body, _translated():
                s3().put_object(
                    Bucket=self.bucket,
                    Key=pack_key(snapshot),
                    Body=io.BufferedReader(Paced(body, self.bytes_per_second)),
                    IfNoneMatch="*",
                )
            return sealed.stat().st_size

    def complete(self, snapshot: Snapshot, packs: Mapping[str, int]) -> None:
        """Store the manifest."""
        body = json.dumps({"version": _VERSION, "packs": dict(packs)}).encode()
        with _translated():
            s3().put_object(Bucket=self.bucket, Key=snapshot.key, Body=body, IfNoneMatch="*")

    def packs(self, snapshot: Snapshot) -> Mapping[str, int]:
        """Read the manifest."""
        with _translated():
            body = s3().get_object(Bucket=self.bucket, Key=snapshot.key)["Body"].read()
        try:
            manifest = json.loads(body)
            if manifest["version"] != _VERSION:
                raise SnapshotUnusable(f"a manifest of version {manifest['version']}")
            return {str(name): int(size) for name, size in manifest["packs"].items()}
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise SnapshotUnusable("what stands in the manifest's place is none") from error

    def get(self, snapshot: Snapshot, target: Path) -> int:
        """Read and decrypt."""
        with tempfile.NamedTemporaryFile(dir=target.parent) as file:
            sealed = Path(file.name)
            with sealed.open("wb") as written, _translated():
                found = s3().get_object(Bucket=self.bucket, Key=pack_key(snapshot))
                shutil.copyfileobj(found["Body"], written, _FRAME_BYTES)
            try:
                self._open(snapshot, sealed, target)
            except SnapshotUnusable:
                self._need_kms(snapshot)
                self._open(snapshot, sealed, target)  # KMS may have refused it and recovered since
            return sealed.stat().st_size

    def _open(self, snapshot: Snapshot, sealed: Path, target: Path) -> None:
        """Decrypt, or tell the pack's fault from the disk's and from that of KMS."""
        failed: list[str] = []
        try:
            with _noted(failed):
                self._decrypt(snapshot, sealed, target)
        except BotoCoreError as error:  # some are an OSError too
            raise DependencyUnavailable(f"KMS: {type(error).__name__}") from error
        except OSError:  # of this host's disk
            raise
        except Exception as error:  # the SDK's errors have no common class
            if failed:
                raise DependencyUnavailable(f"KMS: {failed[-1]}") from error
            raise SnapshotUnusable(
                f"the pack cannot be decrypted as {snapshot.generation}: {type(error).__name__}"
            ) from error

    def _encrypt(self, snapshot: Snapshot, source: Path, target: Path) -> None:
        try:
            with (
                source.open("rb") as read,
                target.open("wb") as written,
                _client().stream(
                    mode="encrypt",
                    source=read,
                    keyring=self._keyring(),
                    encryption_context=_context(snapshot),
                    frame_length=_FRAME_BYTES,
                ) as frames,
            ):
                for frame in frames:
                    written.write(frame)
        except BotoCoreError as error:  # some are an OSError too
            raise DependencyUnavailable(f"sealing: {type(error).__name__}") from error
        except OSError:  # of this host's disk
            raise
        except Exception as error:  # the key provider's errors have no common base; the pack stays
            raise DependencyUnavailable(f"sealing: {type(error).__name__}") from error

    def _decrypt(self, snapshot: Snapshot, source: Path, target: Path) -> None:
        with source.open("rb") as read, target.open("wb") as written:
            frames = _client().stream(
                mode="decrypt",
                source=read,
                keyring=self._keyring(),
                encryption_context=_context(snapshot),
            )
            try:
                for frame in frames:
                    written.write(frame)
                frames.close()  # raises unless the signature at the end was read
            finally:
                io.IOBase.close(frames)

    def _need_kms(self, snapshot: Snapshot) -> None:
        """Tell a damaged snapshot from a key service that refuses whatever it is asked."""
        key: dict[str, Any] = {"KeyId": self.key_arn, "EncryptionContext": _context(snapshot)}
        try:
            sealed = kms().generate_data_key(KeySpec="AES_256", **key)["CiphertextBlob"]
            kms().decrypt(CiphertextBlob=sealed, **key)
        except (BotoCoreError, ClientError) as error:
            raise DependencyUnavailable("KMS did not answer") from error

    def _keyring(self) -> Any:
        providers = AwsCryptographicMaterialProviders(config=MaterialProvidersConfig())
        return providers.create_aws_kms_keyring(
            CreateAwsKmsKeyringInput(kms_key_id=self.key_arn, kms_client=kms())
        )


@contextmanager
def _translated() -> Iterator[None]:
    """S3's errors in the domain's terms."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", "unknown"))
        if code in _REFUSED:
            raise Conflict("this snapshot is stored already") from error
        if code in _MISSING:
            raise SnapshotUnusable("the pack or manifest is missing") from error
        raise DependencyUnavailable(f"S3: {code}") from error
    except (BotoCoreError, HTTPError) as error:
        raise DependencyUnavailable(f"S3: {type(error).__name__}") from error


@contextmanager
def _noted(failed: list[str]) -> Iterator[None]:
    """Note calls of Decrypt that failed whatever was asked: the SDK's error does not tell."""

    def answered(http_response: Any, parsed: Mapping[str, Any], **_: object) -> None:
        code = str(parsed.get("Error", {}).get("Code", "unknown"))
        if http_response.status_code >= _FAULT or code == _THROTTLED:
            failed.append(code)

    def unanswered(exception: BaseException, **_: object) -> None:
        failed.append(type(exception).__name__)

    events = kms().meta.events
    events.register("after-call.kms.Decrypt", answered)
    events.register("after-call-error.kms.Decrypt", unanswered)
    try:
        yield
    finally:
        events.unregister("after-call.kms.Decrypt", answered)
        events.unregister("after-call-error.kms.Decrypt", unanswered)


@cache
def kms() -> Any:
    """The process's client."""
    return boto3.client("kms", config=CONFIG)


def _client() -> EncryptionSDKClient:
    return aws_encryption_sdk.EncryptionSDKClient(
        commitment_policy=CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT
    )


def _context(snapshot: Snapshot) -> dict[str, str]:
    return {
        "organization_id": snapshot.organization_id,
        "session_id": snapshot.organization_id,
        "generation": snapshot.generation,
    }
