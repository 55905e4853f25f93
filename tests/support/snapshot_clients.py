"""The clients that a process keeps for its snapshots."""

from switchboard.adapters.s3 import snapshot_objects, snapshot_store


def forget_snapshot_clients() -> None:
    """The next ones are made for the region and the stand-in of that moment.

    A kept one would ask for its key where another test's was: every snapshot would fail, quietly.
    """
    snapshot_objects.s3.cache_clear()
    snapshot_store.kms.cache_clear()
