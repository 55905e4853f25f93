# Everything is done through these targets; `make help` lists them.
.DEFAULT_GOAL := help
PY := .venv/bin/python
export PYTHONPATH := infra/local:shared/src:browser-host/src
export PYTHONDONTWRITEBYTECODE := 1
export OMP_NUM_THREADS := 1

.PHONY: infra-check test-aws cost $(shell sed -n 's/^\([a-z-]*\):.*/\1/p' $(MAKEFILE_LIST))

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 18

setup: ## install everything this machine lacks
	@infra/local/setup.sh

run: setup ## start everything on loopback; Ctrl-C stops it
	@exec $(PY) -m run

demo: setup ## start everything, link two organizations, account for every message
	@exec $(PY) -m demo

simulator: setup ## the WhatsApp Web simulator alone
	@exec $(PY) -m simulator

lint: setup
	.venv/bin/ruff format --check .
	.venv/bin/ruff check .
	.venv/bin/mypy
	MYPYPATH=$(PYTHONPATH):functions/api .venv/bin/mypy functions/*/*.py infra/local infra/api
	.venv/bin/lint-imports --no-cache
	.venv/bin/cfn-lint --append-rules infra/lint -- template.yaml infra/*.yaml

check: lint ## format, lint, types, import rules, templates, unit and contract tests
	$(PY) -m pytest -q -n 2 --dist worksteal tests/unit tests/contract

setup-tests: setup
	@infra/local/setup.sh tests

test: setup-tests ## everything that can be proved here; ends with `N passed, N failed`
	@exec infra/local/test.sh

ROUNDS ?= 20
verify-crashes: setup-tests ## kill the host between a send and its SENT, 20 times a setting
	@$(PY) -m tests.e2e.crashes $(ROUNDS)

verify-offline: setup-tests ## 300 messages while the host is down: stored once, answered once at most
	@$(PY) -m tests.e2e.offline $(if $(filter command line,$(origin COUNT)),$(COUNT),300)

SEEDS ?= 4000
verify-simulation: setup ## simulate hosts, functions and WhatsApp failing; SEED=17 replays one, aloud
	@$(PY) -m tests.simulation $(if $(SEED),--seed $(SEED),--seeds $(SEEDS))

COUNT ?= 200
verify-snapshots: setup-tests ## 200 snapshots of a writing browser, each restored and opened
	@$(PY) -m tests.integration.profiles.snapshots $(COUNT)

FAULT ?=
LINES ?= 2
verify-chaos: setup-tests ## stage every fault (or FAULT=a,b ROUNDS=n LINES=n) on two or three hosts
	@$(PY) -m tests.e2e.chaos --fault "$(FAULT)" --rounds $(if $(filter command line,$(origin ROUNDS)),$(ROUNDS),1) --lines $(LINES)

FAILOVERS ?= 50
verify-restarts: setup-tests ## COUNT=200 restarts and FAILOVERS=50 failovers in a row; may be run in pieces
	@$(PY) -m tests.e2e.chaos.restarts --restarts $(COUNT) --failovers $(FAILOVERS) --lines $(LINES)

verify-image: setup ## build the browser host's image and run it bare; a JSON line a case
	@infra/local/setup-image.sh
	@$(PY) -m tests.image $(CASES)

RACE_ROUNDS ?= 100
verify-contracts: setup-tests ## every contract on the emulator, and processes that race on it
	@$(PY) -m tests.integration.contracts $(RACE_ROUNDS)

REQUESTS ?= 10000
verify-api: setup ## 10,000 requests made of the OpenAPI document, without a fault of ours
	@$(PY) -m tests.unit.api.generated $(REQUESTS)

RUNS ?= 3000
verify-bursts: setup ## 3,000 simulated runs of bursts, duplicates and crashes: no turn lost or doubled
	@$(PY) -m tests.simulation_turns $(RUNS)

verify-agent: setup ## the embedded agent on questions it was not fitted on, and what functions cost to import
	@$(PY) -m tests.unit.agents.verify

bench: setup-tests ## figures as JSON lines
	@$(PY) -m tests.bench

lock: setup ## compile the .in files to hashed requirements
	@infra/local/lock.sh

infra-check: setup ## templates: build, validate, lint, checkov, parity, policies; JSON lines
	@infra/local/setup.sh infra-tools
	@$(PY) -m checks

test-aws: setup ## the contract suites on a real account, when credentials are there
	@$(PY) -m tests.contract.on_aws

cost: setup ## what a message and a line cost, from counted calls; JSON lines
	@$(PY) -m tests.cost

api-definition: setup ## write infra/api/openapi.yaml from the app's routes
	$(PY) infra/api/generate.py

clean: ## remove what setup and runs left
	rm -rf .venv .local browser-host/node_modules
