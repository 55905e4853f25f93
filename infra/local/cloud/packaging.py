"""Prepare the template for the emulator: thin zips, uploaded templates, a PYTHONPATH."""

from __future__ import annotations

import hashlib
import io
import json
import os
import zipfile
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from samtranslator.yaml_helper import yaml_parse

from cloud.left_out import without_left_out
from cloud.warming import BATCHES_AT_ONCE

BUCKET = "switchboard-local-code"
_SKIPPED = {"__pycache__", "requirements.txt", "requirements.in"}


@dataclass(frozen=True, slots=True)
class Packager:
    """Uploads code and nested templates and points the root template at them."""

    root: Path
    endpoint: str
    s3: Any
    python_path: tuple[Path, ...]
    layers: dict[str, Path] = field(default_factory=dict)
    """Where the contents of layers stand that only some functions have."""

    def package(self) -> str:
        """The root template as JSON, ready for CreateStack."""
        with suppress(self.s3.exceptions.BucketAlreadyOwnedByYou):  # an update finds it there
            self.s3.create_bucket(
                Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            )
        template = without_left_out(yaml_parse((self.root / "template.yaml").read_text()))
        self._globals(template["Globals"]["Function"])
        for name, resource in template["Resources"].items():
            self._resource(name, resource)
        return json.dumps(template)

    def _globals(self, function: dict[str, Any]) -> None:
        del function["Layers"]
        function["Environment"]["Variables"] |= {
            "PYTHONPATH": self._path(()),
            "AWS_ENDPOINT_URL": self.endpoint,
            "POWERTOOLS_TRACE_DISABLED": "true",  # no X-Ray daemon here
        }

    def _resource(self, name: str, resource: dict[str, Any]) -> None:
        properties = resource.get("Properties", {})
        match resource["Type"]:
            case "AWS::Serverless::Function":
                source = self.root / properties["CodeUri"]
                properties["CodeUri"] = self._put(f"{name}.zip", _zip(source))
                if layers := properties.pop("Layers", ()):
                    variables = properties["Environment"]["Variables"]
                    variables["PYTHONPATH"] = self._path(layers)
                _hold_concurrency(properties.get("Events", {}))
            case "AWS::CloudFormation::Stack":
                nested = yaml_parse((self.root / properties["TemplateURL"]).read_text())
                body = json.dumps(without_left_out(nested)).encode()
                key = self._put(f"{name}.json", body).removeprefix("s3:/")
                properties["TemplateURL"] = f"{self.endpoint}{key}"
            case "AWS::Serverless::Api":
                include = properties["DefinitionBody"]["Fn::Transform"]["Parameters"]
                body = (self.root / include["Location"]).read_bytes()
                # the definition says so too, where SAM can only read it once it is included
                properties["BinaryMediaTypes"] = ["*/*"]
                include["Location"] = self._put("api.openapi.yaml", body)

    def _path(self, layers: Iterable[dict[str, str]]) -> str:
        own = [self.layers[layer["Ref"]] for layer in layers]
        return os.pathsep.join(map(str, (*self.python_path, *own)))

    def _put(self, name: str, body: bytes) -> str:
        """Under a key that changes with the contents, so that an update sees a change."""
        key = f"{hashlib.sha256(body).hexdigest()[:16]}/{name}"
        self.s3.put_object(Bucket=BUCKET, Key=key, Body=body)
        return f"s3://{BUCKET}/{key}"


def _hold_concurrency(events: dict[str, Any]) -> None:
    """As many batches at once as there are warm workers."""
    for event in events.values():
        if "ScalingConfig" in event["Properties"]:
            event["Properties"]["ScalingConfig"]["MaximumConcurrency"] = BATCHES_AT_ONCE


def _zip(source: Path) -> bytes:
    """A thin zip: the function's own files; its dependencies stand on PYTHONPATH."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(source.rglob("*")):
            if path.is_file() and not _SKIPPED & {*path.relative_to(source).parts}:
                archive.write(path, path.relative_to(source))
    return buffer.getvalue()
