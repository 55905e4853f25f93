#!/bin/sh
# Compile every .in file to a .txt with hashes; names no registry.
set -eu
cd "$(dirname "$0")/../.."
compile() {
    # compile NAME [OPTION...]
    input=$1; shift
    .venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.13 --no-header \
        --no-emit-index-url --no-emit-find-links "$@" --output-file "$input.txt" "$input.in"
    echo "locked $input.txt"
}
for name in functions/requirements tests/requirements browser-host/requirements \
    infra/local/requirements-emulator infra/local/requirements-image infra/local/requirements-uv \
    infra/local/requirements-sam infra/local/requirements-checkov; do
    compile "$name"
done
# stands on top of the layer that all functions have, and of Lambda's own SDK
compile functions/agent_layer/requirements \
    --no-emit-package boto3 --no-emit-package botocore --no-emit-package s3transfer
