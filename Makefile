# Everything a stranger needs: `make help`. Paths stay relative, so the folder may have any name.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules

PY := .venv/bin/python
CDK := node_modules/.bin/cdk
PIP := -m pip --disable-pip-version-check --quiet

# What would lead Python, pip, Node and bash elsewhere is left out; proxies stay, for the downloads.
unexport PYTHONPATH PYTHONHOME PYTHONSTARTUP PYTHONUSERBASE PYTHONSAFEPATH PYTHONWARNINGS
unexport PYTHONIOENCODING PYTHONCOERCECLOCALE PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_VIRTUALENV
unexport NODE_OPTIONS NODE_PATH NODE_ENV BASH_ENV CDPATH

# An environment whose Python is gone, or that was moved, is set up again.
$(shell tools/forget_broken.sh)

export CDK_DISABLE_CLI_TELEMETRY := true
export CDK_DISABLE_VERSION_CHECK := 1
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export PYTHONDONTWRITEBYTECODE :=

PORT ?=
READY ?=
SETTINGS ?=
KEEP ?=
ORDER ?=
HISTORIES ?=
ONLY ?=

# Two at a time, each file in one process: what its tests share is made once.
TWO := --numprocesses 2 --dist loadfile
UNIT_TESTS := $(filter-out tests/stacks tests/e2e tests/__pycache__,$(patsubst %/,%,$(wildcard tests/*/)) $(wildcard tests/test_*.py))

.PHONY: help
help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

.PHONY: prerequisites
prerequisites:
	@tools/pick_python.sh >/dev/null
	@tools/check_node.sh

.venv/.ready: requirements-dev.lock tools/pick_python.sh
	@echo "==> Python packages (.venv), about a minute the first time"
	@tools/make_venv.sh .venv requirements-dev.lock
	@$(PY) $(PIP) install --no-deps --editable .
	@touch $@

.venv-aws/.ready: embedded/requirements.lock tools/pick_python.sh
	@echo "==> Embedded AWS account (.venv-aws), about 15 seconds the first time"
	@tools/make_venv.sh .venv-aws embedded/requirements.lock
	@touch $@

.venv-bench/.ready: bench/requirements.lock tools/pick_python.sh
	@echo "==> The peers to measure against (.venv-bench)"
	@tools/make_venv.sh .venv-bench bench/requirements.lock
	@touch $@

node_modules/.ready: package-lock.json .npmrc tools/check_node.sh
	@tools/check_node.sh
	@echo "==> CDK command line (node_modules)"
	@npm ci --silent --include=dev
	@touch $@

.PHONY: setup
setup: prerequisites ## Install all that the other targets need, into this folder
	@$(MAKE) --no-print-directory $(if $(findstring -j,$(MAKEFLAGS)),,--jobs=3) installed

.PHONY: installed
installed: .venv/.ready .venv-aws/.ready node_modules/.ready
	@:

.PHONY: install
install: .venv/.ready ## Put the command trailkeeper, and all that it needs, into .venv/bin
	@echo "trailkeeper is .venv/bin/trailkeeper"

.PHONY: demo
demo: setup ## Show the main job on an embedded AWS account (KEEP=1 leaves the account running)
	@$(PY) -m demo $(if $(KEEP),--keep)

.PHONY: up
up: setup ## Run the embedded account with the stacks deployed (PORT=N READY=FILE SETTINGS=FILE, all optional)
	@exec $(PY) -m stage up $(if $(PORT),--port "$(PORT)") $(if $(READY),--ready "$(READY)") $(if $(SETTINGS),--settings "$(SETTINGS)")

.PHONY: synth
synth: .venv/.ready node_modules/.ready ## Synthesize the CloudFormation templates into cdk.out
	@PATH="$(CURDIR)/.venv/bin:$$PATH" $(CDK) synth --quiet --no-notices && echo "Templates are in cdk.out"

.PHONY: lint
lint: .venv/.ready
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check --quiet .
	@.venv/bin/mypy app.py stacks tools bench
	@.venv/bin/mypy trailkeeper lambdas embedded stage demo
	@$(PY) -m compileall -q app.py stacks lambdas trailkeeper embedded stage demo bench tools

.PHONY: test-unit
test-unit: .venv/.ready
	@$(PY) -m pytest $(TWO) $(if $(filter random,$(ORDER)),-p randomly) $(UNIT_TESTS)

.PHONY: test-random
test-random: .venv/.ready ## Run the unit tests in an order that nobody chose (the seed is printed)
	@$(PY) -m pytest $(TWO) -p randomly $(UNIT_TESTS)

.PHONY: test-stacks
test-stacks: .venv/.ready node_modules/.ready
	@$(PY) -m pytest $(TWO) tests/stacks

.PHONY: test-embedded
test-embedded: setup
	@tools/unless_unchanged.sh test-embedded embedded trailkeeper/dialects -- \
		.venv-aws/bin/python -m pytest $(TWO) -c embedded/pyproject.toml embedded/tests

.PHONY: test-e2e
test-e2e: setup
	@$(PY) -m pytest $(TWO) tests/e2e

.PHONY: test
test: setup ## Everything CI runs: lint, types, unit, stack and end-to-end tests, two kinds at a time
	@$(MAKE) --no-print-directory --jobs=2 test-e2e test-rest

# One after the other, while the end-to-end tests wait.
.PHONY: test-rest
test-rest: setup
	@$(MAKE) --no-print-directory lint
	@$(MAKE) --no-print-directory test-unit
	@$(MAKE) --no-print-directory test-stacks
	@$(MAKE) --no-print-directory test-embedded

.PHONY: mutants
mutants: .venv/.ready ## See whether the unit tests notice a fault in each statement (SEED=N other ones, SAMPLE=N few, EVERY=1 all, PLANTED=1 the known ones)
	@$(PY) -m tools.mutants $(if $(PLANTED),--planted) $(if $(EVERY),--every) $(if $(SAMPLE),--sample "$(SAMPLE)") $(if $(SEED),--seed "$(SEED)")

.PHONY: chaos
chaos: setup ## Play histories of attacks and mishaps: thousands in memory (HISTORIES=N), some on the embedded account (EMBEDDED=N)
	@HISTORIES=$(or $(HISTORIES),5000) $(PY) -m pytest tests/chaos
	@$(PY) -m tests.e2e.play_histories --histories $(or $(EMBEDDED),20)

.PHONY: guard
guard: setup ## Play every attack on the guard itself, and see how it ends (ONLY=REGEX some), ten minutes
	@$(PY) -m tests.e2e.play_guard $(if $(ONLY),--only "$(ONLY)")

.PHONY: bench
bench: setup .venv-bench/.ready ## Measure against the peers, side by side (WRITE=1 puts it into the docs)
	@$(PY) -m bench $(if $(WRITE),--write)

.PHONY: docs
docs: .venv/.ready ## Make the generated pages and tables again, from the code
	@$(PY) -m tools.alerts_page --write docs/alerts.md
	@$(PY) -m tools.techniques_page --write docs/techniques.md
	@$(PY) -m tools.guard_page --write docs/guard.md
	@$(PY) -m tools.doctor_page --write docs/doctor.md
	@$(PY) -m stacks.setting_names --write trailkeeper/cli/setting_names.py
	@$(PY) -m tools.cost_page --write docs/cost.md
	@$(PY) -m tools.cost_table --write README.md
	@$(PY) -m tools.monitoring_page --write docs/monitoring.md
	@$(PY) -m tools.deploy_policy --write docs/deploy-policy.json
	@$(PY) -m stacks.settings_table --write docs/settings.md
	@$(PY) -m stacks.rights_table --write docs/permissions.md
	@$(PY) -m stacks.leaving --write docs/leaving.md
	@$(PY) -m tools.pictures docs/pictures

.PHONY: pictures
pictures: .venv/.ready ## Draw the mail, the Slack message and the recording again, from docs/pictures/recorded
	@$(PY) -m tools.pictures docs/pictures

.PHONY: recording
recording: setup ## Run the demo, keep what it shows and draw the pictures of it
	@$(PY) -m demo --record docs/pictures/recorded
	@$(PY) -m tools.pictures docs/pictures

.PHONY: fmt
fmt: .venv/.ready ## Format the code
	@.venv/bin/ruff check --fix --quiet . || true
	@.venv/bin/ruff format --quiet .

.PHONY: lock
lock: .venv/.ready ## Resolve the pinned requirements again (needs uv)
	@lock() { uv pip compile --quiet --universal --python-version 3.11 --no-header --no-annotate --generate-hashes \
		--no-emit-index-url "$$1" --output-file "$$2"; }; \
	for each in requirements-dev lambdas/requirements bench/requirements; do lock $$each.txt $$each.lock; done; \
	lock embedded/requirements-dev.txt embedded/requirements.lock

.PHONY: clean
clean: ## Remove everything that make made
	@rm -rf .venv .venv-aws .venv-bench node_modules cdk.out build .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
