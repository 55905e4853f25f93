"""Builds the image without a container engine, and looks at what is in it.

buildah builds in a chroot on a base made from Debian's packages. The certificates and the settings
by which this machine reaches the registries are mounted for the build and never enter the image.
"""

import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
IMAGE = "localhost/switchboard/browser-host:verify"
BASE = "localhost/switchboard/base:trixie"
TOOLS = ROOT / ".local/image-tools/bin"
CERTIFICATES = Path(os.environ.get("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt"))
MOUNTED_CERTIFICATES = "/run/build/ca.crt"
BUILD_WITHIN_SECONDS = 900
TEXT_SCANNED_BYTES = 200_000


def run(*command: str, within: float = 120, **more: object) -> str:
    """Run to the end and return what it printed; its errors go to our stderr."""
    done = subprocess.run(
        command, check=True, stdout=subprocess.PIPE, text=True, timeout=within, **more
    )
    return done.stdout.strip()


def base() -> str:
    """The base image, made once a machine: what the published Debian image holds, and Python."""
    if subprocess.run(["podman", "image", "exists", BASE], check=False, timeout=60).returncode:
        archive = ROOT / ".local/image-base.tar"
        forget = 'rm -f "$1"/etc/resolv.conf "$1"/etc/hostname'
        packages = "--include=ca-certificates,python3,python3-venv"
        command = ["mmdebstrap", "--variant=minbase", packages, f"--customize-hook={forget}"]
        run(*command, "trixie", str(archive), within=BUILD_WITHIN_SECONDS, stderr=sys.stderr)
        run("podman", "import", str(archive), BASE, within=BUILD_WITHIN_SECONDS, stderr=sys.stderr)
        archive.unlink()
    return BASE


def build() -> None:
    """Build the image; layers that did not change are taken from the last build."""
    settings = ROOT / ".local/image-pip.conf"
    settings.write_text(f"[global]\ncert={MOUNTED_CERTIFICATES}\n", encoding="utf8")
    mounts = {CERTIFICATES: MOUNTED_CERTIFICATES, settings: "/etc/pip.conf"}
    run(
        *("buildah", "bud", "--isolation", "chroot", "--network", "host", "--pull-never"),
        *("--layers", "--build-arg", f"BASE_IMAGE={base()}", "--tag", IMAGE),
        *(word for here, there in mounts.items() for word in ("--volume", f"{here}:{there}:ro")),
        *("--file", "browser-host/Dockerfile", "."),
        within=BUILD_WITHIN_SECONDS,
        cwd=ROOT,
        stderr=sys.stderr,
    )


def size_mb() -> float:
    return int(run("podman", "image", "inspect", "--format", "{{.Size}}", IMAGE)) / 1e6


def hadolint() -> str:
    """What the linter has to say; nothing when all is well."""
    done = subprocess.run(
        [TOOLS / "hadolint", ROOT / "browser-host/Dockerfile"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return done.stdout + done.stderr


def bill_of_materials(target: Path) -> set[str]:
    """Write the SBOM as SPDX, and return the names of the packages in it."""
    archive = target.with_suffix(".tar")
    archive.unlink(missing_ok=True)
    run("podman", "save", "--format", "oci-archive", "--output", str(archive), IMAGE, within=300)
    output = f"spdx-json={target}"
    run(str(TOOLS / "syft"), "--quiet", f"oci-archive:{archive}", "--output", output, within=300)
    archive.unlink()
    packages = json.loads(target.read_text(encoding="utf8"))["packages"]
    return {package["name"].lower() for package in packages}


def files() -> Iterator[tuple[tarfile.TarInfo, bytes]]:
    """Every entry of the image's file system with the beginning of its content."""
    container = run("podman", "create", IMAGE)
    try:
        export = subprocess.Popen(["podman", "export", container], stdout=subprocess.PIPE)
        with tarfile.open(fileobj=export.stdout, mode="r|") as archive:
            for entry in archive:
                opened = archive.extractfile(entry) if entry.isfile() else None
                yield entry, opened.read(TEXT_SCANNED_BYTES) if opened else b""
        assert export.wait(60) == 0
    finally:
        run("podman", "rm", "--force", container)


def traces_of_this_machine() -> list[str]:
    """Files in the image that speak of the machine on which it was built, or that raise rights."""
    words = {str(ROOT), os.uname().nodename, MOUNTED_CERTIFICATES}
    marks = [word.encode() for word in words if len(word) > len("/app")]
    local = set(_own_certificates())
    found = []
    for entry, content in files():
        name = entry.name
        if entry.mode & 0o6000 and entry.isfile():
            found.append(f"{name}: set-user-id")
        if name in {"etc/pip.conf", "etc/hostname"} and content.strip():
            found.append(name)
        if any(mark in content for mark in marks):
            found.append(f"{name}: a path or name of this machine")
        if name.endswith("ca-certificates.crt") and any(block in content for block in local):
            found.append(f"{name}: a certificate of this machine")
    return found


def _own_certificates() -> Iterator[bytes]:
    """Certificates that this machine trusts beside Debian's."""
    for path in Path("/usr/local/share/ca-certificates").rglob("*.crt"):
        yield path.read_bytes().strip()
