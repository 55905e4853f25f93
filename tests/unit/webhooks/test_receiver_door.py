"""`HttpReceiverDoor` against real sockets on loopback, with a resolver of our own."""

import datetime as dt
import ipaddress
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from switchboard.adapters.http.receiver_door import HttpReceiverDoor
from switchboard.adapters.http.resolving import Resolver
from switchboard.domain.delivery import Answer, Failure
from switchboard.domain.public_address import Reach

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"
SECOND = timedelta(seconds=1)
type Behave = Callable[[socket.socket, bytes], None]


class Server:
    """Accepts, reads one request, then behaves as told."""

    def __init__(self, behave: Behave, context: ssl.SSLContext | None = None) -> None:
        self.behave, self.context = behave, context
        self.requests: list[bytes] = []
        self.connections = 0
        self.names: list[str | None] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            threading.Thread(target=self._one, args=(connection,), daemon=True).start()

    def _one(self, connection: socket.socket) -> None:
        try:
            if self.context is not None:
                self.context.sni_callback = lambda _s, name, _c: self.names.append(name)
                connection = self.context.wrap_socket(connection, server_side=True)
            self.requests.append(request := read(connection))
            self.behave(connection, request)
        except OSError:
            return
        finally:
            connection.close()


def read(connection: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(4096)
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(4096)
    return head + b"\r\n\r\n" + body


@contextmanager
def serving(behave: Behave, context: ssl.SSLContext | None = None) -> Iterator[Server]:
    server = Server(behave, context)
    try:
        yield server
    finally:
        server.listener.close()


def say(text: bytes) -> Behave:
    return lambda connection, _: connection.sendall(text)


def hang(_connection: socket.socket, _request: bytes) -> None:
    time.sleep(2)


def trickle(connection: socket.socket, _request: bytes) -> None:
    connection.sendall(b"HTTP/1.1 200 OK\r\n")
    for _ in range(40):
        connection.sendall(b"X-A: b\r\n")
        time.sleep(0.1)


class Names:
    """A resolver that a test can rebind."""

    def __init__(self, *answers: list[str]) -> None:
        self.answers, self.asked = list(answers), 0

    def __call__(self, _host: str, _port: int) -> list[str]:
        self.asked += 1
        return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]


def post(
    url: str,
    names: Names,
    reach: Reach = Reach.LOOPBACK_TOO,
    within: timedelta = SECOND,
    ca_file: str | None = None,
) -> Answer:
    door = HttpReceiverDoor(Resolver(reach, names), ca_file)
    return door.post(url, {"X-Webhook-Request-Id": "r"}, b'{"a":1}', within=within)


LOCAL = ["127.0.0.1"]


def test_a_request_goes_to_the_judged_address_under_the_urls_name() -> None:
    names = Names(LOCAL)
    with serving(say(OK)) as server:
        answer = post(f"http://receiver.example:{server.port}/hook?x=1", names)
    assert (answer.status, answer.failure) == (200, None)
    assert names.asked == 1, "nobody asks again between the judgement and the connection"
    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert head.startswith(b"POST /hook?x=1 HTTP/1.1\r\n")
    assert f"Host: receiver.example:{server.port}".encode() in head
    assert b"X-Webhook-Request-Id: r" in head
    assert head.lower().count(b"\r\nhost:") == 1
    assert body == b'{"a":1}'


@pytest.mark.parametrize(
    "addresses",
    [["10.0.0.1"], ["169.254.169.254"], ["::1"], ["93.184.216.34", "192.168.0.1"], ["127.0.0.1"]],
)
def test_a_name_that_leads_inside_is_refused_before_anybody_connects(
    addresses: list[str],
) -> None:
    answer = post("https://receiver.example/", Names(addresses), Reach.PUBLIC)
    assert answer.failure is Failure.FORBIDDEN_ADDRESS
    assert answer.duration < SECOND


def test_a_name_that_is_rebound_after_it_was_stored_is_refused() -> None:
    names = Names(["93.184.216.34"], ["127.0.0.1"])
    assert not Resolver(Reach.PUBLIC, names).leads_inside("https://receiver.example/")
    with serving(say(OK)) as server:
        answer = post(f"https://receiver.example:{server.port}/", names, Reach.PUBLIC)
    assert answer.failure is Failure.FORBIDDEN_ADDRESS
    assert server.connections == 0


def test_a_name_that_leads_inside_is_known_when_it_is_stored() -> None:
    assert Resolver(Reach.PUBLIC, Names(["10.1.1.1"])).leads_inside("https://receiver.example/")
    assert Resolver(Reach.PUBLIC).leads_inside("https://localhost/")


def test_a_redirect_is_not_followed() -> None:
    with serving(say(OK)) as target:
        there = f"http://127.0.0.1:{target.port}/".encode()
        answers = say(b"HTTP/1.1 307 Moved\r\nLocation: " + there + b"\r\n\r\n")
        with serving(answers) as server:
            answer = post(f"http://receiver.example:{server.port}/", Names(LOCAL))
    assert (answer.status, answer.failure) == (307, Failure.REDIRECTED)
    assert target.connections == 0


@pytest.mark.parametrize(("status", "failure"), [(204, None), (500, "refused"), (429, "refused")])
def test_only_2xx_is_a_success(status: int, failure: str | None) -> None:
    with serving(say(f"HTTP/1.1 {status} X\r\n\r\n".encode())) as server:
        answer = post(f"http://receiver.example:{server.port}/", Names(LOCAL))
    assert (answer.status, answer.failure) == (status, failure)


@pytest.mark.parametrize("behave", [hang, trickle], ids=["silent", "trickling"])
def test_a_receiver_that_does_not_come_to_an_end_is_left_in_time(behave: Behave) -> None:
    within = timedelta(seconds=0.4)
    with serving(behave) as server:
        answer = post(f"http://receiver.example:{server.port}/", Names(LOCAL), within=within)
    assert answer.failure is Failure.TIMED_OUT
    assert answer.duration < 2 * within + timedelta(seconds=0.5)


def test_a_body_without_an_end_is_not_read() -> None:
    def pour(connection: socket.socket, _request: bytes) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n")
        while True:
            connection.sendall(b"x" * 65_536)

    with serving(pour) as server:
        answer = post(f"http://receiver.example:{server.port}/", Names(LOCAL))
    assert (answer.status, answer.failure) == (200, None)


def test_what_is_no_http_and_who_hangs_up_are_failures() -> None:
    for behave in (say(b"SSH-2.0-OpenSSH\r\n"), say(b"")):
        with serving(behave) as server:
            answer = post(f"http://receiver.example:{server.port}/", Names(LOCAL))
        assert answer.failure is Failure.UNREACHABLE


def test_nobody_listening_is_unreachable() -> None:
    with socket.socket() as bound:  # and not listening
        bound.bind(("127.0.0.1", 0))
        answer = post(f"http://receiver.example:{bound.getsockname()[1]}/", Names(LOCAL))
    assert answer.failure is Failure.UNREACHABLE


def test_an_unknown_name_and_a_slow_resolver_are_unresolvable() -> None:
    def unknown(_host: str, _port: int) -> list[str]:
        raise socket.gaierror("no such name")

    def slow(_host: str, _port: int) -> list[str]:
        time.sleep(5)
        return LOCAL

    for resolve in (unknown, slow):
        door = HttpReceiverDoor(Resolver(Reach.PUBLIC, resolve))
        answer = door.post("https://receiver.example/", {}, b"", within=timedelta(seconds=0.2))
        assert answer.failure is Failure.UNRESOLVABLE
        assert answer.duration < SECOND


class Authority:
    """A certificate for a name, and the file that trusts it."""

    def __init__(self, folder: Path, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
        now = dt.datetime.now(dt.UTC)
        names: list[x509.GeneralName] = [x509.DNSName(name)]
        if name.replace(".", "").isdigit():
            names = [x509.IPAddress(ipaddress.ip_address(name))]
        made = (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - dt.timedelta(hours=1))
            .not_valid_after(now + dt.timedelta(hours=1))
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
            .sign(key, hashes.SHA256())
        )
        self.file, secret = folder / "ca.pem", folder / "key.pem"
        self.file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
        secret.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.file, secret)


def test_tls_is_for_the_name_of_the_url_at_the_pinned_address(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "receiver.example")
    with serving(say(OK), authority.context) as server:
        url = f"https://receiver.example:{server.port}/"
        answer = post(url, Names(LOCAL), ca_file=str(authority.file))
    assert (answer.status, answer.failure) == (200, None)
    assert server.names == ["receiver.example"]


def test_a_certificate_of_another_name_or_of_nobody_is_refused(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "other.example")
    with serving(say(OK), authority.context) as server:
        url = f"https://receiver.example:{server.port}/"
        for ca_file in (str(authority.file), None):
            answer = post(url, Names(LOCAL), ca_file=ca_file)
            assert answer.failure is Failure.TLS_FAILED
    assert server.requests == []


def test_a_certificate_of_the_address_does_not_stand_for_the_name(tmp_path: Path) -> None:
    authority = Authority(tmp_path, "127.0.0.1")
    with serving(say(OK), authority.context) as server:
        url = f"https://receiver.example:{server.port}/"
        answer = post(url, Names(LOCAL), ca_file=str(authority.file))
    assert answer.failure is Failure.TLS_FAILED


def test_a_handshake_that_trickles_is_left_in_time() -> None:
    listener = socket.create_server(("127.0.0.1", 0))

    def drip() -> None:
        connection, _ = listener.accept()
        try:
            connection.sendall(b"\x16\x03\x03\x10\x00")
            for _ in range(40):
                connection.sendall(b"\x00")
                time.sleep(0.1)
        except OSError:
            return

    threading.Thread(target=drip, daemon=True).start()
    url = f"https://receiver.example:{listener.getsockname()[1]}/"
    answer = post(url, Names(LOCAL), within=timedelta(seconds=0.5))
    listener.close()
    assert answer.failure is not None
    assert answer.duration < timedelta(seconds=1.5)
