#!/bin/sh
# Everything that a fresh machine needs, in steps that are skipped once done. Safe to run again.
set -eu
cd "$(dirname "$0")/../.."
export UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

find_python() {
    for candidate in "${PYTHON:-}" python3.13 "$HOME"/.pyenv/versions/3.13*/bin/python3.13 \
        /usr/bin/python3.13 /usr/local/bin/python3.13 python3; do
        [ -n "$candidate" ] || continue
        if "$candidate" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' \
            >/dev/null 2>&1; then
            echo "$candidate"
            return
        fi
    done
    if command -v uv >/dev/null 2>&1; then uv python find 3.13 2>/dev/null && return; fi
    return 1
}

# once NAME FILE... -- COMMAND...: run the command unless it succeeded for these very files
once() {
    name=$1; shift
    files=""
    while [ "$1" != "--" ]; do files="$files $1"; shift; done
    shift
    # shellcheck disable=SC2086 # a list of names without spaces
    digest=$(cat $files | sha256sum | cut -d' ' -f1)
    if [ "$(cat ".local/stamps/$name" 2>/dev/null)" = "$digest" ]; then return; fi
    say "$name ..."
    "$@" >".local/setup-$name.log" 2>&1 || { tail -20 ".local/setup-$name.log" >&2; stop "$name failed, see .local/setup-$name.log"; }
    echo "$digest" >".local/stamps/$name"
}

make_venv() { rm -rf "$1" && "$python" -m venv "$1"; }

install() {
    # install VENV REQUIREMENTS: hashed requirements into an environment
    .venv/bin/uv pip install --python "$1/bin/python" --require-hashes -r "$2"
}

development() {
    make_venv .venv &&
        .venv/bin/python -m pip install --quiet --require-hashes -r infra/local/requirements-uv.txt &&
        install .venv tests/requirements.txt
}

emulator() { make_venv .local/emulator && install .local/emulator infra/local/requirements-emulator.txt; }

functions() {
    # what the layer holds on AWS: one folder on the functions' PYTHONPATH
    rm -rf .local/functions &&
        .venv/bin/uv pip install --python .venv/bin/python --target .local/functions \
            --require-hashes -r functions/requirements.txt &&
        .venv/bin/python -m compileall -q -j 2 .local/functions
}

wa_js() { npm ci --prefix browser-host --ignore-scripts --no-audit --no-fund; }

peer() { npm ci --prefix tests/e2e/peer --ignore-scripts --no-audit --no-fund; }

chromium() {
    [ -x /usr/bin/chromium-headless-shell ] || [ -x /usr/bin/chromium ] && return
    if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
        apt-get update && { apt-get install -y chromium-headless-shell || apt-get install -y chromium; }
    else
        .venv/bin/python -m playwright install chromium-headless-shell
    fi
}

mkdir -p .local/stamps
python=$(find_python) || stop "Python 3.13 is missing: install it (pyenv install 3.13, uv python install 3.13, or your system's package), or set PYTHON"
command -v npm >/dev/null || stop "npm is missing: install Node.js 20 or newer"
[ -x .venv/bin/python ] || rm -f .local/stamps/development
[ -d browser-host/node_modules ] || rm -f .local/stamps/wa-js
once development tests/requirements.txt infra/local/requirements-uv.txt -- development
once emulator infra/local/requirements-emulator.txt -- emulator
once functions functions/requirements.txt -- functions
[ -d tests/e2e/peer/node_modules ] || rm -f .local/stamps/peer
once wa-js browser-host/package-lock.json -- wa_js
[ "${1:-}" != tests ] || once peer tests/e2e/peer/package-lock.json -- peer
[ -x /usr/bin/chromium-headless-shell ] || [ -x /usr/bin/chromium ] || rm -f .local/stamps/chromium
once chromium infra/local/setup.sh -- chromium
