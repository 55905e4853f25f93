#!/bin/sh
# Compile every .in file to a .txt with hashes; names no registry.
set -eu
cd "$(dirname "$0")/../.."
for input in tests/requirements functions/requirements browser-host/requirements \
    infra/local/requirements-emulator infra/local/requirements-uv; do
    .venv/bin/uv pip compile --quiet --generate-hashes --python-version 3.13 --no-header \
        --no-emit-index-url --no-emit-find-links --output-file "$input.txt" "$input.in"
    echo "locked $input.txt"
done
