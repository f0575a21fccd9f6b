# Everything from nothing but python3, make and a package index.

PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000

.PHONY: serve test build pictures clean

serve: .venv/installed build
	$(BIN)/readouts serve --port $(PORT)

build: .venv/installed
	$(BIN)/readouts build

test: .venv/tested
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/readouts build --check
	$(BIN)/pytest

# The pictures of the README, taken with Debian's Chromium.
pictures: .venv/tested
	$(BIN)/python src/front/pictures.py

# What pages are shown with is bundled by the installation.
.venv/installed: pyproject.toml $(wildcard src/front/*.*)
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable .
	touch $@

.venv/tested: .venv/installed
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

clean:
	rm -rf .venv dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
