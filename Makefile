.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help setup demo test check format matrix lock clean

help: ## what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(STAMP) ## environment in .venv from the lock file (safe to run again)

$(STAMP): requirements-dev.lock pyproject.toml scripts/setup.sh
	@PYTHON=$(PYTHON) bash scripts/setup.sh
	@touch $@

demo: setup ## a filled consultation on http://127.0.0.1:8000
	@$(BIN)/python -m consult demo

test: setup ## every check: format, lint, types, imports, tests on SQLite and PostgreSQL, browser
	@bash scripts/test.sh

check: setup ## the quick half of 'make test': format, lint, types, imports
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

format: setup ## put the code into its one format
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --fix --quiet .

matrix: setup ## every page in every language, colour scheme and width, in Chromium
	@bash scripts/test.sh matrix

lock: ## renew the lock files (needs uv)
	uv pip compile -q --upgrade pyproject.toml --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -o requirements.lock
	uv pip compile -q pyproject.toml --group dev -c requirements.lock --universal --generate-hashes --no-header --no-emit-index-url --no-emit-find-links -o requirements-dev.lock

clean: ## remove the environment, the demo database and all caches
	rm -rf $(VENV) var dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
