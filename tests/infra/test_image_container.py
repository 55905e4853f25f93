"""`make verify-image` runs by hand only: what it takes from the local stack must stay there."""

from pathlib import Path

from tests.image.container import IN_THE_IMAGE, OF_THE_MACHINE, ContainerStack
from tests.infra.templates import ROOT

from cloud import LocalCloud
from cloud.emulator import Emulator


def test_the_container_is_given_the_tasks_variables_and_none_of_this_machine(
    tmp_path: Path,
) -> None:
    stack = ContainerStack(print, tmp_path)
    emulator = Emulator(tmp_path / "ministack", tmp_path / "cloud.log", port=4566)
    task = {"TABLE_NAME": "lines", "CHROMIUM_SANDBOX": "on"}
    stack.cloud = LocalCloud(ROOT, (), emulator, host_environment=task)
    lines = stack._environment_file().read_text(encoding="utf8").splitlines()
    given = dict(line.split("=", 1) for line in lines)
    assert given["TABLE_NAME"] == "lines"
    assert given["CHROMIUM_SANDBOX"] == "off"
    assert given["AWS_ENDPOINT_URL"] == "http://127.0.0.1:4566"
    assert not given.keys() & (OF_THE_MACHINE | IN_THE_IMAGE)
