# Everything a person does here, as commands. `make help` lists them.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
DEMO := demo

.PHONY: help setup run test check quality bench lock docs clean

help:  ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.installed  ## build .venv with the product and its tools, from the lock

$(VENV)/.installed: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Sinoscope needs Python 3.11 or newer; name one with: make PYTHON=/path/to/python3.11"; exit 2; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

run: setup  ## one cycle of the demo newsroom as a Prefect flow, then what it found
	@test -f $(DEMO)/config/settings.yaml || $(BIN)/sinoscope init $(DEMO) --demo
	$(BIN)/sinoscope --home $(DEMO) run $(RUN)
	@$(BIN)/sinoscope --home $(DEMO) trends
	@echo
	@echo "Next:  $(BIN)/sinoscope --home $(DEMO) query --list"
	@echo "       $(BIN)/sinoscope --home $(DEMO) sql 'FROM trends.daily_topic WHERE stories > 3'"
	@echo "       $(BIN)/sinoscope --home $(DEMO) serve --every 2h"

test: setup  ## all tests: no network but loopback
	$(BIN)/python -m pytest -n 2 $(TESTS)

check: setup  ## format, lint, types, layers, configuration, generated docs
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/sinoscope --home . config check
	$(BIN)/python -m flows.generated_docs docs --check

quality: setup  ## the gates with pinned floors, alone
	$(BIN)/python -m pytest tests/quality

bench: setup  ## benchmarks: each prints a table (those named fit_ fit weights to labelled data instead)
	for script in $(filter-out benchmarks/fit_% benchmarks/__init__.py,$(wildcard benchmarks/*.py)); do echo "== $$script"; PYTHONPATH=. $(BIN)/python $$script || exit 1; done

docs: setup  ## generate what is generated in docs/
	$(BIN)/python -m flows.generated_docs docs

lock: setup  ## resolve pyproject.toml anew into requirements.lock: versions and hashes, no registry named
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header --quiet --output-file requirements.lock

clean:  ## remove the virtual environment and the demo
	rm -rf $(VENV) $(DEMO)
