"""Bodies as JSON that SQS accepts, whatever a stranger typed."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_NEVER_IN_XML = re.compile("[\ufffe\uffff]")


def json_body(fields: Mapping[str, object]) -> str:
    """Write a body in UTF-8, a third of the size of ASCII for most of the world's scripts.

    A lone surrogate (a name that JavaScript cut in the middle of an emoji) becomes U+FFFD, since
    neither SQS nor DynamoDB can hold it. JSON escapes the control characters, and what else SQS
    refuses is escaped here.

    Source: SQS API reference, SendMessage, MessageBody: allowed characters.
    """
    text = json.dumps(fields, ensure_ascii=False)
    whole = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return _NEVER_IN_XML.sub(lambda match: f"\\u{ord(match[0]):04x}", whole)
