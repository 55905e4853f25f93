"""Twenty snapshots under writes restore whole; `make verify-snapshots` takes 200."""

from pathlib import Path

import pytest
from tests.integration.profiles.snapshots import PAUSES_MS, restored

from browser_host.profiles.leveldb import Damaged, check, drop_unnamed, folders


@pytest.mark.parametrize("pause_ms", PAUSES_MS)
async def test_each_snapshot_of_a_writing_browser_restores_whole(
    tmp_path: Path, pause_ms: int
) -> None:
    results = await restored(10, tmp_path, pause_ms)
    assert [result for result in results if not result.whole] == []
    assert results[-1].taken.committed > results[0].taken.committed > 0
    first, *later = [result.taken.pack_bytes for result in results]
    if pause_ms:
        assert max(later) < first / 2, "only what is new is stored"
    databases = [folder for folder in folders(tmp_path / "copy-9") if "IndexedDB" in str(folder)]
    assert databases
    for database in databases:
        _breaks(database)


def _breaks(database: Path) -> None:
    """What would make Chromium wipe the database is found."""
    check(database)
    tables = sorted(database.glob("*.ldb"))
    assert tables, "the writes made no table"
    content = tables[0].read_bytes()
    tables[0].unlink()  # a hard link until now: the living profile keeps its own
    with pytest.raises(Damaged):
        check(database)
    tables[0].write_bytes(content[:-1])
    with pytest.raises(Damaged):
        check(database)
    middle = len(content) // 2
    flipped = bytes([content[middle] ^ 1])
    tables[0].write_bytes(content[:middle] + flipped + content[middle + 1 :])
    with pytest.raises(Damaged, match="checksum"):
        check(database)
    tables[0].write_bytes(content)
    (log,) = sorted(database.glob("*.log"))[-1:]
    whole = log.read_bytes()
    log.write_bytes(whole[:10] + bytes([whole[10] ^ 1]) + whole[11:])
    with pytest.raises(Damaged):
        check(database)
    log.write_bytes(whole[:-3])  # torn by a crash: legal
    check(database)
    (database / "999999.ldb").write_bytes(b"half written")
    drop_unnamed(database)
    assert not (database / "999999.ldb").exists()
    (database / "CURRENT").unlink()
    with pytest.raises(Damaged):
        check(database)
