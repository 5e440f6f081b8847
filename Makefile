# XLA monitor: `make run` starts it, `make test` checks it. A plain Debian 12 with python3 and make is enough.
# Another interpreter: make run PYTHON=python3.13

PYTHON ?= python3
WORKERS ?= auto
BIN := .venv/bin

# The lock holds what the public index serves, whatever this machine's pip is told to prefer.
PLAIN_PIP := env -u PIP_FIND_LINKS -u PIP_INDEX_URL -u PIP_EXTRA_INDEX_URL -u PIP_NO_INDEX PIP_CONFIG_FILE=/dev/null
COMPILE := $(PLAIN_PIP) CUSTOM_COMPILE_COMMAND="make lock" build/lock/bin/pip-compile --quiet --no-config \
	--generate-hashes --allow-unsafe --strip-extras --no-emit-options --no-emit-index-url \
	--no-emit-find-links --no-emit-trusted-host

.PHONY: help setup setup-tests run test bench survive screenshots catalogues lint format lock clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' Makefile | expand -t 22

setup: ## Prepare .venv for running (system packages only where they are missing)
	@PYTHON="$(PYTHON)" sh .ci/setup run

setup-tests: ## Prepare .venv for testing as well
	@PYTHON="$(PYTHON)" sh .ci/setup test

run: setup ## Start XLA monitor, with the demo on a first start
	@exec $(BIN)/xla serve --demo

test: setup-tests ## Every test on SQLite and PostgreSQL; core and services must be covered in full
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal --cov --cov-report= $(ARGS)
	$(BIN)/python -m coverage report --include='xla/core/*,xla/services/*' --fail-under=100

bench: setup-tests ## Measure speed and memory
	$(BIN)/python tests/benchmarks/run.py $(ARGS)

survive: setup-tests ## What must be survived, a hundred times as often as `make test`
	XLA_SURVIVE=100 XLA_EXAMPLES=1000 $(BIN)/python -m pytest -n 0 -s tests/e2e/test_collecting_survives.py \
		tests/e2e/test_killed_at_commits.py tests/e2e/test_close_while_rated.py \
		tests/e2e/test_database_away.py tests/e2e/test_full_disk.py \
		tests/web/test_rate_hostile.py tests/web/test_api_any.py \
		tests/services/test_bent_rows.py tests/services/test_report_check.py tests/jobs/test_many_at_once.py tests/jobs/test_many_survive.py $(ARGS)

screenshots: setup-tests ## Every page with the demo's data as a picture, in build/screenshots
	$(BIN)/python tests/e2e/screenshots.py $(ARGS)

catalogues: setup-tests ## Take new texts up into the languages' catalogues, to be translated
	$(BIN)/python tests/catalogues.py

lint: setup-tests ## Style and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

format: setup-tests ## Rewrite the code in our style
	$(BIN)/ruff check --fix
	$(BIN)/ruff format

lock: build/lock/bin/pip-compile ## Pin every dependency with its hashes; UPGRADE=1 takes the newest allowed
	$(COMPILE) $(if $(UPGRADE),--upgrade) --build-deps-for=editable --output-file=requirements.lock pyproject.toml
	$(COMPILE) $(if $(UPGRADE),--upgrade) --extra=tests --constraint=requirements.lock \
		--output-file=tests/requirements.lock pyproject.toml

build/lock/bin/pip-compile:
	$(PYTHON) -m venv build/lock
	$(PLAIN_PIP) build/lock/bin/python -m pip install --quiet --disable-pip-version-check 'pip-tools==7.6.2'

clean: ## Remove everything that can be made again; instance/ stays
	rm -rf .venv build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .coverage .coverage.*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
