"""The walk-through and the client of `docs/api.md`, as they stand there."""

import os
import re
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.e2e.conftest import RunningStack

from demo.scenario import until

TEXT = Path("docs/api.md").read_text(encoding="utf8")
ACCOUNT = "15550009824"
LONGEST_SECONDS = 150


def blocks(language: str) -> list[str]:
    found = re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)
    assert found, f"docs/api.md has no {language}"
    return found


@dataclass(frozen=True)
class Reader:
    """Somebody who runs what the document says, in a folder with its variables set."""

    folder: Path
    environment: dict[str, str]

    def run(self, *command: str) -> str:
        ended = subprocess.run(
            command,
            env=self.environment,
            cwd=self.folder,
            timeout=LONGEST_SECONDS,
            capture_output=True,
            text=True,
            check=False,
        )
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout

    def shell(self, script: str) -> str:
        return self.run("sh", "-eu", "-c", script)

    def sees_a_qr(self) -> bool:
        image = self.folder / "qr.png"
        return image.exists() and image.read_bytes().startswith(b"\x89PNG")


def scan(stack: RunningStack, reader: Reader, name: str) -> None:
    until(reader.sees_a_qr, 60, "a QR on the screen")
    ref = until(lambda: stack.qr(name), 60, "the QR")
    stack.phone.ctl(op="scan", ref=ref, pn=ACCOUNT)


@pytest.mark.usefixtures("revoked_key")  # its minute passes meanwhile
def test_the_docs_commands_and_client_do_what_they_say(
    stack: RunningStack, unique: Callable[[str], str], tmp_path: Path
) -> None:
    name = unique("docs")
    known = {"API": stack.facts["api_url"].rstrip("/"), "KEY": stack.admin_key, "LINE": name}
    reader = Reader(tmp_path, {**os.environ, **known})
    create, use, end = blocks("sh")
    (client,) = blocks("python")
    call = create.splitlines()[0] + "\n"

    person = threading.Thread(target=scan, args=(stack, reader, name))
    person.start()
    reader.shell(create)
    person.join()
    assert "Good morning" in reader.shell(call + use)
    told = reader.run(sys.executable, "-c", client)
    assert re.search(r"(SENT|DELIVERED|READ)", told), told
    assert "invalid_input" in told
    assert "chatId" in told
    assert sorted(one["body"] for one in stack.phone.sent(ACCOUNT)) == [
        "Good morning",
        "Your order is on its way.",
    ]
    assert '"key"' in reader.shell(call + end)
    assert name not in [line["name"] for line in stack.api.pages("/api/sessions")]
