# Two commands: `make demo` shows the dashboard on the built-in emulator,
# `make test` runs every test. Both make .venv first, from nothing but Python.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ANY_BYTES := Inputs made up at random and from good ones, given to everything that reads bytes: \
	each must give values or its one declared error.

.PHONY: demo test lint types check bench soak reliability picture recordings settings web clean

demo: $(VENV)/.installed
	$(BIN)/semtui --demo

test: $(VENV)/.installed-dev
	$(BIN)/pytest -n auto

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.installed-dev
	$(BIN)/mypy

check: lint types test

bench: $(VENV)/.installed-dev
	$(BIN)/python -m benchmarks

soak: $(VENV)/.installed-dev
	$(BIN)/python -m tests.soak

reliability: $(VENV)/.installed-dev
	$(BIN)/python -m tests.soak --seeds 2 --more 8 --write docs/reliability.md
	printf '\n## Any bytes\n\n%s\n\n' '$(ANY_BYTES)' >> docs/reliability.md
	$(BIN)/python -m tests.fuzz --seconds 60 >> docs/reliability.md

picture: $(VENV)/.installed-dev
	$(BIN)/python docs/screenshot.py docs/dashboard.svg

recordings: $(VENV)/.installed
	$(BIN)/python docs/recordings.py

settings: $(VENV)/.installed
	$(BIN)/python docs/settings.py docs/settings.md

# The chart library of the web view; everything else works without it, and without npm.
web:
	rm -rf build/web && mkdir -p build/web semtui/web/static/vendor
	cp semtui/web/package.json semtui/web/package-lock.json build/web/
	cd build/web && npm ci --silent --no-audit --no-fund
	cp build/web/node_modules/uplot/dist/uPlot.iife.min.js \
	  build/web/node_modules/uplot/dist/uPlot.min.css semtui/web/static/vendor/
	cp build/web/node_modules/uplot/LICENSE semtui/web/static/vendor/LICENSE.txt

$(BIN)/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/.installed: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[web]'
	touch $@

$(VENV)/.installed-dev: pyproject.toml | $(BIN)/python
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[dev]'
	touch $@ $(VENV)/.installed

clean:
	rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
