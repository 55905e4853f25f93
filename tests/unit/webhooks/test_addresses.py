"""Where requests may go: addresses, URLs, headers."""

import pytest

from switchboard.domain.errors import InvalidInput
from switchboard.domain.public_address import Reach, is_allowed
from switchboard.domain.receiver import parse_header, parse_url

FORBIDDEN = {
    "loopback": "127.0.0.1",
    "loopback, all of it": "127.255.255.254",
    "this network": "0.0.0.0",
    "private 10": "10.0.0.1",
    "private 172": "172.31.255.255",
    "private 192": "192.168.1.1",
    "link-local and metadata": "169.254.169.254",
    "metadata of tasks": "169.254.170.2",
    "carrier-grade NAT": "100.64.0.1",
    "carrier-grade NAT, its end": "100.127.255.255",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "documentation": "192.0.2.1",
    "benchmark": "198.18.0.1",
    "6to4 relay": "192.88.99.1",
    "loopback 6": "::1",
    "unspecified 6": "::",
    "link-local 6": "fe80::1",
    "link-local 6 with zone": "fe80::1%eth0",
    "unique local 6": "fd00:ec2::254",
    "site-local 6": "fec0::1",
    "multicast 6": "ff02::1",
    "documentation 6": "2001:db8::1",
    "mapped loopback": "::ffff:127.0.0.1",
    "mapped metadata": "::ffff:169.254.169.254",
    "mapped private, in hex": "::ffff:a00:1",
    "IPv4-compatible": "::10.0.0.1",
    "NAT64 of a private one": "64:ff9b::a00:1",
    "translated metadata": "::ffff:0:169.254.169.254",
    "the newer documentation 6": "3fff::1",
    "local NAT64": "64:ff9b:1::1",
    "6to4 of a private one": "2002:a00:1::1",
    "Teredo": "2001:0:a00:1::1",
    "IPv4-translated metadata": "::ffff:0:169.254.169.254",
    "IPv4-translated public": "::ffff:0:93.184.216.34",
    "documentation 6, the longer one": "3fff::1",
    "no address": "receiver.example",
    "empty": "",
}
PUBLIC = ("93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946", "::ffff:93.184.216.34")


@pytest.mark.parametrize("address", FORBIDDEN.values(), ids=FORBIDDEN)
def test_a_private_address_is_refused(address: str) -> None:
    assert not is_allowed(address, Reach.PUBLIC)


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_allowed(address: str) -> None:
    assert is_allowed(address, Reach.PUBLIC)


@pytest.mark.parametrize("name", [name for name in FORBIDDEN if "loopback" not in name])
def test_a_local_run_may_go_to_loopback_and_nowhere_else(name: str) -> None:
    assert not is_allowed(FORBIDDEN[name], Reach.LOOPBACK_TOO)


def test_a_local_run_may_go_to_loopback() -> None:
    for address in ("127.0.0.1", "::1", "::ffff:127.0.0.1"):
        assert is_allowed(address, Reach.LOOPBACK_TOO)


REFUSED_URLS = (
    "http://receiver.example/",
    "ftp://receiver.example/",
    "//receiver.example/",
    "receiver.example",
    "https://",
    "https:///path",
    "https://user:secret@receiver.example/",
    "https://receiver.example:22/",
    "https://receiver.example:6379/",
    "https://receiver.example:99999/",
    "https://receiver.example:port/",
    "https://receiver.example/#fragment",
    "https://receiver.example/a b",
    "https://receiver.example/\r\nX-Evil: 1",
    "https://receiver.example\\@127.0.0.1/",
    "https://réceiver.example/",
    "https://localhost/",
    "https://localhost./",
    "https://intranet/",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[fe80::1%25eth0]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://[fd00:ec2::254]/",
    "https://" + "10.0.0.1/",
    "https://[bad/",
    "https://" + "a" * 64 + ".example/",
    "https://receiver.example/" + "x" * 2_000,
)


@pytest.mark.parametrize("url", REFUSED_URLS)
def test_a_url_that_is_not_allowed_is_refused_by_its_field(url: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_url(url, "webhooks[0].url", Reach.PUBLIC)
    assert refused.value.field == "webhooks[0].url"


@pytest.mark.parametrize(
    "url",
    [
        "https://receiver.example",
        "https://receiver.example:8443/a/b?c=d&e=%20",
        "https://RECEIVER.example/",
        "https://xn--rceiver-bya.example/",
        "https://93.184.216.34/",
        "https://[2606:2800:220:1:248:1893:25c8:1946]:443/",
    ],
)
def test_a_public_url_is_taken_as_it_is(url: str) -> None:
    assert parse_url(url, "url", Reach.PUBLIC) == url


@pytest.mark.parametrize("url", ["http://127.0.0.1:5000/", "http://localhost:1/", "https://[::1]/"])
def test_a_local_run_takes_loopback(url: str) -> None:
    assert parse_url(url, "url", Reach.LOOPBACK_TOO) == url


@pytest.mark.parametrize("url", ["http://receiver.example/", "http://" + "10.0.0.1:5000/"])
def test_a_local_run_takes_nothing_else(url: str) -> None:
    with pytest.raises(InvalidInput):
        parse_url(url, "url", Reach.LOOPBACK_TOO)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X Team", "a"),
        ("", "a"),
        ("X-Team:", "a"),
        ("X-Team\r\nX-Evil", "a"),
        ("X-Team", "a\r\nX-Evil: 1"),
        ("X-Team", "a\n"),
        ("X-Team", "a\x00"),
        ("X-Team", "…"),
        ("X-Team", "a" * 2_001),
        ("Host", "other.example"),
        ("content-length", "0"),
        ("Transfer-Encoding", "chunked"),
        ("X-Webhook-Hmac", "forged"),
    ],
)
def test_a_header_cannot_smuggle_or_replace(name: str, value: str) -> None:
    with pytest.raises(InvalidInput):
        parse_header(name, value, "customHeaders[0]")


def test_a_common_header_passes() -> None:
    assert parse_header("Authorization", "Bearer abc", "h") == ("Authorization", "Bearer abc")
