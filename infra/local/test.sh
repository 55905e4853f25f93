#!/bin/sh
# Every test; the last line is `N passed, N failed`, the status is not 0 unless all passed.
cd "$(dirname "$0")/../.."
make --no-print-directory lint || lint=failed
.venv/bin/python -m pytest -q tests "$@"
status=$?
