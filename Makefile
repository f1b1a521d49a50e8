# `make` alone tells what there is. Everything lives in .venv and in files that git ignores.
PYTHON ?= python3
PORT ?= 8000
VENV := .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)
ifdef UV
INSTALL = VIRTUAL_ENV=$(VENV) $(UV) pip install --quiet
else
INSTALL = $(BIN)/python -m pip --disable-pip-version-check --quiet install
endif

.DEFAULT_GOAL := help
.PHONY: help run check test test-long lint bench lock texts clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 10

run: $(VENV)/.ready  ## set up what is missing, then serve the demonstration on http://127.0.0.1:8000 (PORT=… for another)
	@$(BIN)/python hatch_build.py
	@exec $(BIN)/surveyapp demo --port $(PORT)

# A worker for each core: tests that are killed, timed or short of memory on purpose want a core of their own.
WORKERS ?= 2
FAST = tests/test_house.py tests/house tests/definition tests/forms tests/analysis tests/handouts tests/storage/test_schema.py

check: lint  ## what to run while working: lint, types, walls and the fast tests, in less than a minute
	$(BIN)/python -m pytest -q -n 2 -m "not slow" $(FAST)

test: lint  ## set up what is missing, then run every check and every test
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(PYTEST)

test-long: $(VENV)/.ready-dev  ## the tests that count their turns, with thousands of them: an hour or more
	SURVEYAPP_TEST_LONG=1 $(BIN)/python -m pytest -m long $(PYTEST)

lint: $(VENV)/.ready-dev  ## ruff, mypy and the walls between the rooms
	@$(BIN)/python hatch_build.py
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m tests.house.format_templates --check
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.ready-dev  ## measure pages, saves, definitions and workbooks
	@$(BIN)/python hatch_build.py
	$(BIN)/python -m tests.benchmarks

texts: $(VENV)/.ready  ## collect the interface's texts into its catalogues, and compile them
	$(BIN)/surveyapp extract-texts
	$(BIN)/surveyapp compile-texts

# `pip compile` for every platform; needs uv
COMPILE = uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --quiet
lock:  ## renew the locked versions (needs uv)
	$(COMPILE) --group build --upgrade --output-file requirements/runtime.txt
	$(COMPILE) --group build --group dev --constraint requirements/runtime.txt --output-file requirements/dev.txt

clean:  ## remove the environment and the fetched parts; the instance folder with its answers stays
	rm -rf $(VENV) node_modules surveyapp/static/vendor

# Stamps: a changed lock file installs again, nothing else does.
$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or newer is needed: make PYTHON=python3.12 …")'
	@echo "Making the environment in $(VENV) …"
ifdef UV
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) $(VENV)
else
	@$(PYTHON) -m venv $(VENV)
endif

$(VENV)/.ready: requirements/runtime.txt pyproject.toml | $(BIN)/python
	@echo "Installing the locked packages …"
	@$(INSTALL) --require-hashes -r requirements/runtime.txt
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.ready-dev: requirements/dev.txt $(VENV)/.ready
	@echo "Installing the locked packages for tests …"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@
