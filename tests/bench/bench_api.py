"""A warm read beside a route that does nothing, over HTTP on the same stack, one after the other."""

import os
import tempfile
import time
from pathlib import Path

import requests
from tests.bench.figures import figure

from demo.clients import ApiClient
from run.stack import Stack

ROUNDS = 300
LINES = 30
WARM_UP = 20
PERCENTILE = 0.95


def main() -> None:
    """Print both at p95, and the ratio (the promise is 3 at most)."""
    before = dict(os.environ)
    try:
        with (
            tempfile.TemporaryDirectory() as folder,
            Stack(lambda _: None, folder=Path(folder)) as stack,
        ):
            _measure(stack)
    finally:
        os.environ.clear()
        os.environ.update(before)


def _measure(stack: Stack) -> None:
    key = Path(stack.facts["admin_key_file"]).read_text(encoding="utf8")
    url = stack.facts["api_url"].rstrip("/")
    api = ApiClient(url, key)
    for number in range(1, LINES):
        api.call("POST", "/api/sessions", {"name": f"line-{number}", "start": False})
    api.call("POST", "/api/sessions", {"name": "bench", "start": False})
    body = {"session": "bench", "chatId": "15550009901@c.us", "text": "hello"}
    message = api.call("POST", "/api/messages", body)["id"]
    paths = {
        "ping": "/ping",
        "session": "/api/sessions/bench",
        "message": f"/api/messages/{message}?session=bench",
        "chats": "/api/bench/chats",
        "sessions_of_30": "/api/sessions",
    }
    took: dict[str, list[float]] = {name: [] for name in paths}
    for number in range(WARM_UP + ROUNDS):
        for name, path in paths.items():  # in turn, so that a disturbance hits all alike
            spent = _spent(api.http, url + path, key)
            if number >= WARM_UP:
                took[name].append(spent)
    for name, times in took.items():
        figure(f"api_{name}_p95", _high(times), "ms")
        if name != "ping":
            figure(f"api_{name}_p95_to_ping", _high(times) / _high(took["ping"]), "ratio")


def _spent(http: requests.Session, url: str, key: str) -> float:
    started = time.perf_counter()
    answer = http.get(url, headers={"X-Api-Key": key}, timeout=30)
    spent = (time.perf_counter() - started) * 1000
    answer.raise_for_status()
    return spent


def _high(times: list[float]) -> float:
    return sorted(times)[int(len(times) * PERCENTILE)]


if __name__ == "__main__":
    main()
