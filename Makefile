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

test: $(DEVELOPING) ## every test: those without a browser on every core, then the browser
	$(BIN)/python -m pytest -m "not browser" -n logical --dist worksteal
	$(BIN)/python -m pytest -m browser

check: $(DEVELOPING) ## format, lint and types
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

format: $(DEVELOPING) ## put the format right, and what lint can put right
	$(BIN)/python -m ruff check --fix-only .
	$(BIN)/python -m ruff format .

bench: $(DEVELOPING) ## every benchmark of speed and memory; about two hours
	$(BIN)/python -m benchmarks.suite

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(RUNNING): requirements.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements.txt
	$(BIN)/python -c "from segmentation.embed import compile_beside; compile_beside()"
	@touch $@

$(DEVELOPING): requirements.txt requirements-dev.txt | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@touch $(RUNNING) $@
