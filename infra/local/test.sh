#!/bin/sh
# Lint, then every test. The last line is `N passed, N failed`; the status is 0 only when all passed.
# Two workers, each with a stack of its own; a file that stages processes keeps to one of them.
set -u
cd "$(dirname "$0")/../.."
rm -rf .local/test-counts
run() { .venv/bin/python -m pytest -q -p tests.support.closing_line --durations=15 "$@"; }

make --no-print-directory lint
lint=$?
run -n 2 --dist worksteal tests/unit tests/contract tests/infra
quick=$?
run -n 2 --dist loadfile tests --ignore tests/unit --ignore tests/contract --ignore tests/infra
staged=$?
[ "$lint" -eq 0 ] || echo "lint failed: see above" >&2
.venv/bin/python -m tests.support.closing_line "$lint" "$quick" "$staged"
