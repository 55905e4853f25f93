"""No tracked file holds a secret, an address of the machine it was made on, or a registry."""

import re
import subprocess

import pytest
from tests.infra.templates import ROOT

FORBIDDEN = {
    "a private key": re.compile(r"-{5}BEGIN [A-Z ]*PRIVATE KEY"),
    "a certificate": re.compile(r"-{5}BEGIN CERTIFICATE"),
    "an AWS key": re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{16}\b"),
    "an API key of ours": re.compile(r"\bsb_[A-Za-z0-9_-]{40,}"),
    "a home or work folder": re.compile(r"(?<![\w.])/(home|Users|work|root)/\w"),
    "a registry": re.compile(
        r"https?://[^\s\"']*(pypi|npm|registry|index)[^\s\"']*/", re.IGNORECASE
    ),
    "an address of a private network": re.compile(
        r"https?://(10|192\.168|172\.(1[6-9]|2\d|3[01]))\."
    ),
}
PUBLIC = re.compile(r"https?://(registry\.npmjs\.org|pypi\.org|www\.npmjs\.com)/")
PLANTED = {
    "a private key": "-----BEGIN " + "RSA PRIVATE KEY-----",
    "a certificate": "-----BEGIN " + "CERTIFICATE-----",
    "an AWS key": "AKIA" + "ABCDEFGHIJKLMNOP",
    "an API key of ours": "sb_" + "a" * 43,
    "a home or work folder": "/" + "home/somebody/switchboard",
    "a registry": "https://" + "mirror.example/pypi/simple/",
    "an address of a private network": "http://" + "10.1.2.3/x",
}


def found(text: str) -> set[str]:
    return {what for what, pattern in FORBIDDEN.items() if pattern.search(PUBLIC.sub("", text))}


def tracked() -> list[str]:
    command = ["git", "-c", "safe.directory=*", "ls-files", "-z"]  # whoever owns the clone
    listed = subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=30
    )
    return [name for name in listed.stdout.split("\0") if name]


def test_no_tracked_file_holds_what_does_not_belong_there() -> None:
    names = tracked()
    assert len(names) > 200
    texts = {name: (ROOT / name).read_text(encoding="utf8", errors="replace") for name in names}
    assert {name: what for name, text in texts.items() if (what := found(text))} == {}


@pytest.mark.parametrize("what", PLANTED)
def test_what_does_not_belong_there_is_found(what: str) -> None:
    assert what in found(f"before {PLANTED[what]} after")
