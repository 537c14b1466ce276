# Everything an engineer does here, one word each. A missing or outdated .venv is made first.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
RUNNING := $(VENV)/.requirements
DEVELOPING := $(VENV)/.requirements-dev

.DEFAULT_GOAL := help
.PHONY: help run test check format bench

help: ## say what each word does
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "make %-8s %s\n", $$1, $$2}'

run: $(RUNNING) ## open the workbench in the browser, on the sample survey
	WORKBENCH_OPEN_SAMPLE=1 $(BIN)/python -m streamlit run streamlit_app.py

test: $(DEVELOPING) ## every test: the fast ones first, then the slow ones, then the browser
	$(BIN)/python -m pytest

check: $(DEVELOPING) ## format, lint and types
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

format: $(DEVELOPING) ## put the format right, and what lint can put right
	$(BIN)/python -m ruff check --fix-only .
	$(BIN)/python -m ruff format .

bench: $(RUNNING) ## measure the engine against the notebook that it replaces
	$(BIN)/python -m benchmarks.first_cohorts

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(RUNNING): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	@touch $@

$(DEVELOPING): requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(RUNNING) $@
