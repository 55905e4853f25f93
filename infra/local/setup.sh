#!/bin/sh
# Everything that a fresh machine needs, in steps that are skipped once done. Safe to run again.
set -eu
cd "$(dirname "$0")/../.."
export UV_PYTHON_DOWNLOADS=never UV_SYSTEM_CERTS=1 UV_NO_PROGRESS=1 DEBIAN_FRONTEND=noninteractive
export PLAYWRIGHT_BROWSERS_PATH="$PWD/.local/browsers"
say() { printf 'setup: %s\n' "$*" >&2; }
stop() { say "$*"; exit 1; }

is_python() { "$1" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info[:2] != (3, 13))' >/dev/null 2>&1; }

find_python() {
    # a shim may be there and yet not run, so each candidate has to answer
    for candidate in "${PYTHON:-}" python3.13 "${PYENV_ROOT:-$HOME/.pyenv}"/versions/3.13*/bin/python3.13 \
        /usr/bin/python3.13 /usr/local/bin/python3.13 python3; do
        if [ -n "$candidate" ] && is_python "$candidate"; then echo "$candidate"; return; fi
    done
    for version in $(pyenv versions --bare 2>/dev/null | grep '^3\.13\.' || true); do
        candidate=$(PYENV_VERSION=$version pyenv which python 2>/dev/null) || continue
        if is_python "$candidate"; then echo "$candidate"; return; fi
    done
    uv python find 3.13 2>/dev/null
}

# once NAME FILE... -- COMMAND...: run the command unless it succeeded for these very files
once() {
    name=$1; shift
    files=""
    while [ "$1" != "--" ]; do files="$files $1"; shift; done
    shift
    # shellcheck disable=SC2086 # a list of names without spaces
    digest=$({ pwd; cat $files; } | sha256sum | cut -d' ' -f1) # environments hold this folder's name
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

agent() {
    # what the answer function alone has, on top of .local/functions
    rm -rf .local/agent &&
        .venv/bin/uv pip install --python .venv/bin/python --target .local/agent --no-deps \
            --require-hashes -r functions/agent_layer/requirements.txt &&
        .venv/bin/python -m compileall -q -j 2 .local/agent
}

wa_js() { npm ci --prefix browser-host --ignore-scripts --no-audit --no-fund; }

peer() { npm ci --prefix tests/support/peer --ignore-scripts --no-audit --no-fund; }

infra_tools() {
    # each drags the others down in one environment
    make_venv ".local/$1" && install ".local/$1" "infra/local/requirements-$1.txt"
}

have_chromium() {
    # the places where infra/local/run/browser.py looks
    for candidate in "${CHROMIUM_EXECUTABLE:-}" /usr/bin/chromium-headless-shell /usr/bin/chromium \
        "$PLAYWRIGHT_BROWSERS_PATH"/chromium_headless_shell-*/*/*headless*shell; do
        if [ -x "$candidate" ] && [ ! -d "$candidate" ]; then return; fi
    done
    return 1
}

chromium() {
    if [ "$(id -u)" = 0 ] && command -v apt-get; then
        apt-get update && { apt-get install -y chromium-headless-shell || apt-get install -y chromium; } && return
    fi
    .venv/bin/python -m playwright install chromium-headless-shell
}

mkdir -p .local/stamps
if command -v flock >/dev/null; then exec 9>.local/setup.lock && flock 9; fi # one set-up at a time
python=$(find_python) || stop "Python 3.13 is missing: install it (pyenv install 3.13, uv python install 3.13, or your system's package), or set PYTHON"
command -v npm >/dev/null || stop "npm is missing: install Node.js 20 or newer"
[ -x .venv/bin/python ] || rm -f .local/stamps/development
[ -x .local/emulator/bin/ministack ] || rm -f .local/stamps/emulator
[ -d .local/functions ] || rm -f .local/stamps/functions
[ -d .local/agent ] || rm -f .local/stamps/agent
[ -d browser-host/node_modules ] || rm -f .local/stamps/wa-js
once development tests/requirements.txt infra/local/requirements-uv.txt -- development
once emulator infra/local/requirements-emulator.txt -- emulator
once functions functions/requirements.txt -- functions
once agent functions/agent_layer/requirements.txt -- agent
[ -d tests/support/peer/node_modules ] || rm -f .local/stamps/peer
once wa-js browser-host/package-lock.json -- wa_js
[ "${1:-}" != tests ] || once peer tests/support/peer/package-lock.json -- peer
if [ "${1:-}" = infra-tools ]; then
    for tool in sam checkov; do
        [ -x ".local/$tool/bin/$tool" ] || rm -f ".local/stamps/$tool"
        once "$tool" "infra/local/requirements-$tool.txt" -- infra_tools "$tool"
    done
    exit 0 # no browser needed
fi
have_chromium || rm -f .local/stamps/chromium
have_chromium || once chromium infra/local/setup.sh -- chromium
have_chromium || stop "Chromium is missing: install your system's chromium, or set CHROMIUM_EXECUTABLE"
