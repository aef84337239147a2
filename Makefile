# Every target makes its own virtual environment in .venv with pip alone.
# pip's own variables (PIP_INDEX_URL and so on) are respected.

SHELL := /bin/bash
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
# Tests wait for the pace of upstreams and for the disk: two workers a core keep it busy. A module stays with one worker,
# which starts its servers and reads its recordings once.
WORKERS ?= $(shell echo $$((2 * $$(getconf _NPROCESSORS_ONLN))))
DEBIAN_PACKAGES := prometheus chromium

.PHONY: demo test lint acceptance acceptance-packages chaos benchmarks clean
.DELETE_ON_ERROR:

demo: $(VENV)/installed
	$(BIN)/monitor demo $(ARGS)

test: lint
	$(BIN)/python -m pytest -m "not acceptance and not chaos and not benchmark" -n $(WORKERS) --dist loadscope --no-loadscope-reorder $(ARGS)

lint: $(VENV)/installed-for-tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

acceptance: $(VENV)/installed-for-browsers acceptance-packages
	$(BIN)/python -m pytest -m acceptance $(ARGS)

chaos: $(VENV)/installed-for-tests
	$(BIN)/python -m pytest -m chaos --timeout=1200 $(ARGS)

# Tables of ratios, for reading; on a quiet machine.
benchmarks: $(VENV)/installed-for-tests
	$(BIN)/python -m pytest -m benchmark --timeout=3600 -s $(ARGS)

clean:
	rm -rf $(VENV) dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find monitor tests alembic -name __pycache__ -type d -prune -exec rm -rf {} +

# On Debian, what is missing is installed; elsewhere it is told what to install.
acceptance-packages:
	@missing=""; \
	for package in $(DEBIAN_PACKAGES); do command -v $$package >/dev/null || missing="$$missing $$package"; done; \
	if [ -z "$$missing" ]; then exit 0; fi; \
	if ! command -v apt-get >/dev/null; then echo "please install:$$missing"; exit 1; fi; \
	if [ "$$(id -u)" = 0 ]; then as_root=""; else as_root="sudo"; fi; \
	set -ex; $$as_root apt-get update -q; \
	$$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends $$missing

$(VENV)/bin/pip:
	$(PYTHON) -m venv $(VENV)

$(VENV)/installed: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check -e .
	touch $@

$(VENV)/installed-for-browsers: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check -e ".[test,browser]"
	touch $@ $(VENV)/installed-for-tests $(VENV)/installed

$(VENV)/installed-for-tests: pyproject.toml | $(VENV)/bin/pip
	$(BIN)/pip install -q --disable-pip-version-check -e ".[test]"
	touch $@ $(VENV)/installed
