"""An endpoint that answers without end."""

import http.server
import threading
import tracemalloc
from collections.abc import Iterator

import pytest
from tests.unit.agents.test_language_models import request_of

from switchboard.adapters.agents.bounded import LONGEST_BODY
from switchboard.adapters.agents.openai_compatible import openai_agent
from switchboard.adapters.agents.retrieval import Retriever
from switchboard.adapters.agents.wire import Bounds
from switchboard.adapters.memory.agent import WordEmbedder
from switchboard.domain.errors import AgentFailure

ENDLESS = 200 * LONGEST_BODY


class Endless(http.server.BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        try:
            for _ in range(ENDLESS // 100_000):
                self.wfile.write(b" " * 100_000)
        except OSError:
            return  # the client has had enough


@pytest.fixture
def endless() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Endless)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/v1"
    server.shutdown()
    server.server_close()


def test_an_endless_answer_does_not_fill_the_memory(endless: str) -> None:
    bounds = Bounds(seconds=10.0, read_seconds=5.0)
    agent = openai_agent("model", endless, "key", Retriever(WordEmbedder()), bounds)
    tracemalloc.start()
    try:
        with pytest.raises(AgentFailure) as caught:
            agent.answer(request_of())
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert caught.value.code == "model_nonsense"
    assert peak < 60 * LONGEST_BODY
