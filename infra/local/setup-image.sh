#!/bin/sh
# What builds, runs and inspects the browser host's image without a container engine: Debian's
# buildah, podman and runc, and a hash-locked environment of tools.
set -eu
cd "$(dirname "$0")/../.."
missing=""
for tool in buildah podman runc mmdebstrap ip; do command -v "$tool" >/dev/null || missing="$missing $tool"; done
if [ -n "$missing" ]; then
    [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null || { echo "missing:$missing; install them first" >&2; exit 1; }
    echo "setup: installing$missing ..." >&2
    { apt-get update && DEBIAN_FRONTEND=noninteractive apt-get install -y \
        buildah podman runc conmon mmdebstrap containernetworking-plugins iproute2; } >.local/setup-image.log 2>&1 ||
        { tail -20 .local/setup-image.log >&2; exit 1; }
fi
if [ ! -x .local/image-tools/bin/syft ]; then
    .venv/bin/python -m venv .local/image-tools
    .venv/bin/uv pip install --quiet --python .local/image-tools/bin/python --require-hashes -r infra/local/requirements-image.txt
fi
