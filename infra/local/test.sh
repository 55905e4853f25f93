#!/bin/sh
# Lint, then every test. The last line is `N passed, N failed`; the status is 0 only when all passed.
set -u
cd "$(dirname "$0")/../.."
make --no-print-directory lint
lint=$?
.venv/bin/python -m pytest -q -p tests.support.closing_line tests "$@"
tests=$?
[ "$lint" -eq 0 ] || echo "lint failed: see above" >&2
.venv/bin/python -m tests.support.closing_line "$lint" "$tests"
