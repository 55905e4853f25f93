"""A language model on loopback that speaks Bedrock's Converse and OpenAI's chat completions.

What it answers is decided by a script; what it was asked is kept. Real HTTP, real clients.
"""

import json
import re
import threading
import time
import urllib.parse
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass(frozen=True)
class Asked:
    """One request as either format carries it."""

    number: int
    """From 1."""
    instructions: str
    turns: Sequence[tuple[str, str]]
    """Role and text."""
    tools: Sequence[str]
    max_tokens: int | None
    streamed: bool
    headers: dict[str, str]

    @property
    def last(self) -> str:
        return self.turns[-1][1]


@dataclass(frozen=True)
class Call:
    """The model calls a tool."""

    tool: str
    arguments: Any


@dataclass(frozen=True)
class Say:
    """The model writes plain text."""

    text: str


@dataclass(frozen=True)
class Fail:
    """The service answers with an error."""

    status: int
    kind: str


@dataclass(frozen=True)
class Hang:
    """The service answers late, or never as far as the client can tell."""

    seconds: float


@dataclass(frozen=True)
class Garbage:
    """The service answers something that is no answer."""

    body: bytes


type Answer = Call | Say | Fail | Hang | Garbage
type Script = Callable[[Asked], Answer]

GOOD = {"reply": "We are open from 9 to 19.", "contact_status": "IN_PROGRESS"}
USAGE = (321, 42)


def good(_: Asked) -> Answer:
    return Call("answer", GOOD)


@dataclass
class ModelServer:
    """Where the model listens, and what it was asked."""

    url: str
    script: Script
    asked: list[Asked] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, asked: Callable[[int], Asked]) -> Answer:
        with self.lock:
            request = asked(len(self.asked) + 1)
            self.asked.append(request)
        return self.script(request)


@contextmanager
def model_server(script: Script = good) -> Iterator[ModelServer]:
    """One model; it is gone when the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.daemon_threads = True
    model = ModelServer(f"http://127.0.0.1:{server.server_port}", script)
    server.model = model  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield model
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        path = urllib.parse.unquote(self.path)
        converse = re.fullmatch(r"/model/.+/converse(-stream)?", path)
        parse = _of_converse if converse else _of_chat
        model: ModelServer = self.server.model  # type: ignore[attr-defined]
        streamed = bool(converse and converse[1]) or bool(body.get("stream"))
        headers = {key.lower(): value for key, value in self.headers.items()}
        answer = model.take(lambda number: parse(number, body, headers, streamed=streamed))
        self._answer(answer, _converse if converse else _chat)

    def _answer(self, answer: Answer, shape: Callable[[Call | Say], dict[str, Any]]) -> None:
        match answer:
            case Fail(status, kind):
                error = {"message": kind, "error": {"message": kind, "code": kind, "type": kind}}
                self._send(status, json.dumps(error).encode(), {"x-amzn-errortype": kind})
            case Hang(seconds):
                time.sleep(seconds)
                self._send(200, b"{}", {})
            case Garbage(body):
                self._send(200, body, {})
            case Call() | Say():
                self._send(200, json.dumps(shape(answer)).encode(), {})

    def _send(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        try:
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)
        except OSError:
            return  # nobody waits for it any more


def _of_converse(number: int, body: Any, headers: dict[str, str], *, streamed: bool) -> Asked:
    return Asked(
        number,
        "\n".join(part.get("text", "") for part in body.get("system", [])),
        [(one["role"], _converse_text(one["content"])) for one in body["messages"]],
        [tool["toolSpec"]["name"] for tool in body.get("toolConfig", {}).get("tools", [])],
        body.get("inferenceConfig", {}).get("maxTokens"),
        streamed,
        headers,
    )


def _converse_text(parts: Sequence[dict[str, Any]]) -> str:
    return "\n".join(part.get("text") or json.dumps(part, ensure_ascii=False) for part in parts)


def _of_chat(number: int, body: Any, headers: dict[str, str], *, streamed: bool) -> Asked:
    system = [one for one in body["messages"] if one["role"] in ("system", "developer")]
    others = [one for one in body["messages"] if one not in system]
    return Asked(
        number,
        "\n".join(_chat_text(one) for one in system),
        [(one["role"], _chat_text(one)) for one in others],
        [tool["function"]["name"] for tool in body.get("tools", [])],
        body.get("max_completion_tokens") or body.get("max_tokens"),
        streamed,
        headers,
    )


def _chat_text(message: dict[str, Any]) -> str:
    content = message.get("content")
    if isinstance(content, list):
        return "\n".join(part.get("text", "") for part in content)
    return content or json.dumps(message.get("tool_calls"), ensure_ascii=False)


def _converse(answer: Call | Say) -> dict[str, Any]:
    read, written = USAGE
    if isinstance(answer, Say):
        part: dict[str, Any] = {"text": answer.text}
    else:
        use = {"toolUseId": f"t{time.monotonic_ns()}", "name": answer.tool}
        part = {"toolUse": {**use, "input": answer.arguments}}
    return {
        "output": {"message": {"role": "assistant", "content": [part]}},
        "stopReason": "end_turn" if isinstance(answer, Say) else "tool_use",
        "usage": {"inputTokens": read, "outputTokens": written, "totalTokens": read + written},
        "metrics": {"latencyMs": 1},
    }


def _chat(answer: Call | Say) -> dict[str, Any]:
    read, written = USAGE
    message: dict[str, Any] = {"role": "assistant", "content": None}
    if isinstance(answer, Say):
        message["content"] = answer.text
    else:
        function = {"name": answer.tool, "arguments": json.dumps(answer.arguments)}
        call = {"id": f"t{time.monotonic_ns()}", "type": "function", "function": function}
        message["tool_calls"] = [call]
    reason = "stop" if isinstance(answer, Say) else "tool_calls"
    return {
        "id": "c",
        "object": "chat.completion",
        "created": 1,
        "model": "m",
        "choices": [{"index": 0, "finish_reason": reason, "message": message}],
        "usage": {
            "prompt_tokens": read,
            "completion_tokens": written,
            "total_tokens": read + written,
        },
    }
