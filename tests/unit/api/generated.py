"""Requests generated from the OpenAPI document, right ones and wrong ones, against the real app.

`python -m tests.unit.api.generated 10000` makes so many and prints what was answered as one JSON
line; any fault of ours ends it with the request that caused it.
"""

import json
import sys
import time
from collections import Counter
from datetime import UTC
from functools import cache
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.support.world import World, memory_world
from tests.unit.api.api_client import Answer, ApiClient, matched
from tests.unit.api.contract_walk import CHAT, SAMPLES, Call, calls, spec

from switchboard.adapters.memory.channel_provider import MemoryLinkedPage
from switchboard.adapters.memory.phone import MemoryPhone
from switchboard.domain.ids import HostId, OrganizationId
from switchboard.domain.session import Wanted

SHOP = OrganizationId("shop")
UNLIMITED = 10**9

TEXTS = st.text(st.characters(codec="utf-8"), max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=5,
)
KNOWN = st.sampled_from(["shop", "other", "nobody", CHAT, "110990005551@lid", "true", "0", "50"])
HOSTILE = st.sampled_from(
    [
        "☃",
        "Ünknown",
        "a b",
        "a\r\nX-Injected: 1",
        "\x00",
        "../../etc/passwd",
        "%00",
        "%ED%A0%80",
        "' OR 1=1",
        "x" * 3000,
        "9" * 400,
        "-1",
        "eyJ4IjoxfQ==",
        "W10=",
        "{session}",
        "@",
        "#",
    ]
)
SOMETIMES = st.integers(0, 3).map(lambda number: number == 3)
VALUES = KNOWN | HOSTILE | TEXTS.filter(bool)
RAW = st.sampled_from(
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"text"',
        b"\xff\xfe",
        b"{}" * 9,
        b"[" * 50000,
        b" " * 1000001,
        b'{"text": NaN}',
        b'{"text": 1e400}',
        b'{"text": "\\ud800"}',
        b'{"\\ud800": 1}',
    ]
)


@cache
def inlined(name: str) -> dict[str, Any]:
    """A named schema with every reference written out."""
    return dict(_written_out(spec()["components"]["schemas"][name]))


def _written_out(schema: Any) -> Any:
    if isinstance(schema, dict):
        if "$ref" in schema:
            return inlined(schema["$ref"].rpartition("/")[2])
        return {key: _written_out(value) for key, value in schema.items()}
    if isinstance(schema, list):
        return [_written_out(value) for value in schema]
    return schema


def body_schema(call: Call) -> dict[str, Any]:
    schema = call.operation["requestBody"]["content"]["application/json"]["schema"]
    return dict(_written_out(schema))


def right(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that the schema allows; it knows the words of `chalicelib.contract.schema`."""
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    kind = schema.get("type")
    if isinstance(kind, list):
        return st.one_of(right({**schema, "type": one}) for one in kind)
    if kind == "object":
        needed = set(schema.get("required", []))
        parts = {name: right(inner) for name, inner in schema["properties"].items()}
        free = {name: parts.pop(name) for name in [*parts] if name not in needed}
        return st.fixed_dictionaries(parts, optional=free)
    if kind == "array":
        least, most = schema.get("minItems", 0), min(schema.get("maxItems", 3), 3)
        return st.lists(right(schema["items"]), min_size=least, max_size=most)
    if kind == "integer":
        return st.integers(schema.get("minimum"), schema.get("maximum"))
    simple = {"boolean": st.booleans(), "null": st.none(), "string": _right_text(schema)}
    return simple.get(str(kind), JSON)


def _right_text(schema: dict[str, Any]) -> st.SearchStrategy[str]:
    if schema.get("format") == "date-time":
        return st.datetimes(timezones=st.just(UTC)).map(lambda moment: moment.isoformat())
    longest = min(schema.get("maxLength", 40), 40)
    return st.text(min_size=schema.get("minLength", 0), max_size=longest)


@st.composite
def bodies(draw: st.DrawFn, call: Call) -> bytes:
    kind = draw(st.sampled_from(["sample", "sample", "right", "right", "changed", "any", "raw"]))
    if kind == "raw":
        return draw(RAW)
    body = draw(JSON) if kind == "any" else call.body
    if kind == "right":
        own = {name: SAMPLES[name] for name in call.body or {} if name in SAMPLES}
        body = {**draw(right(body_schema(call))), **own}
    if kind == "changed":
        names = [*body_schema(call)["properties"], "colour", "", "a.b"]
        body = {**(body or {}), draw(st.sampled_from(names)): draw(JSON)}
    return json.dumps(body).encode()


@st.composite
def requests(draw: st.DrawFn) -> tuple[Call, str, dict[str, str], bytes]:
    """An operation, a path for it, its query and its body."""
    call = draw(st.sampled_from(calls()))
    path = call.route
    for name in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
        value = str(draw(VALUES)) if draw(SOMETIMES) else SAMPLES[name]
        path = path.replace(f"{{{name}}}", quote(value, safe="@"))
    declared = [one["name"] for one in call.operation["parameters"] if one["in"] == "query"]
    some = st.dictionaries(st.sampled_from([*declared, "extra"]), VALUES, max_size=3)
    query = call.query | draw(some) if draw(SOMETIMES) else call.query
    body = draw(bodies(call)) if "requestBody" in call.operation else b""
    return call, path, query, body


def clients(world: World) -> list[ApiClient]:
    page = MemoryLinkedPage(MemoryPhone(SHOP, linked=True), world.clock, 1)
    made = [
        ApiClient(world, organization, access, page=page, requests_per_minute=UNLIMITED)
        for organization, access in ((None, "write"), (SHOP, "write"), (SHOP, "read"))
    ]
    return [made[0], made[0], *made]


def ready(world: World, api: ApiClient) -> None:
    """The line is there and held by somebody, whatever the last request did to it."""
    session = world.sessions.read(SHOP)
    if session is not None and session.wanted is Wanted.DELETED and session.lease:
        world.sessions.release(session.lease, session.status, session.reason, world.clock.now())
    if session is None or session.wanted is Wanted.DELETED:
        assert api.call("POST", "/api/sessions", {"name": SHOP}).status == 201
        session = world.sessions.read(SHOP)
    if session.owner is None:
        world.sessions.want(SHOP, Wanted.RUNNING, world.clock.now())
        assert world.sessions.acquire(SHOP, HostId("host"), "queue", world.clock.now())


def judged(call: Call, path: str, answer: Answer) -> None:
    """No fault of ours; an error in its shape, a success as the document says."""
    assert answer.status < 500, (call, path, answer)
    text = str(answer.body)
    assert "Traceback" not in text, text
    assert 'File "' not in text, text
    assert not [name for name in answer.headers if "injected" in name]
    if answer.status >= 400:
        _validator("Error").validate(answer.body)
        return
    if matched(path)[0] != call.route:
        return  # its path was another operation's
    said = call.operation["responses"].get(str(answer.status))
    assert said is not None or answer.status == 304, (call, answer.status)
    content = (said or {}).get("content", {}).get("application/json", {}).get("schema")
    if content and "json" in answer.headers.get("content-type", "json"):
        _validated(call, content, answer.body)


@cache
def _validator(name: str) -> Draft202012Validator:
    return Draft202012Validator(inlined(name))


def _validated(call: Call, schema: dict[str, Any], body: Any) -> None:
    validator = _SUCCESS.get(str(call))
    if validator is None:
        validator = _SUCCESS[str(call)] = Draft202012Validator(_written_out(schema))
    validator.validate(body)


_SUCCESS: dict[str, Draft202012Validator] = {}


def generate(count: int, *, same_every_time: bool) -> Counter[int]:
    """Make so many requests; answers by status.

    Raises:
        AssertionError: a fault of ours, with the request.
    """
    world, statuses = memory_world(), Counter[int]()
    asking = clients(world)

    @settings(
        max_examples=count,
        derandomize=same_every_time,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(requests(), st.sampled_from(asking))
    def run(request: tuple[Call, str, dict[str, str], bytes], api: ApiClient) -> None:
        call, path, query, body = request
        ready(world, asking[0])
        api.headers = {"accept": "application/json"}
        answer = api.call(call.method, path, raw=body, query=query)
        statuses[answer.status] += 1
        judged(call, path, answer)

    run()
    return statuses


def main() -> None:
    started, count = time.process_time(), int(sys.argv[1])
    statuses = generate(count, same_every_time=False)
    told = {
        "name": "api_generated_requests",
        "requests": sum(statuses.values()),
        "faults": 0,
        "answers": {str(status): number for status, number in sorted(statuses.items())},
        "cpu_seconds": round(time.process_time() - started, 1),
    }
    print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
