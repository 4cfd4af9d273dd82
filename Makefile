# The verbs a newcomer needs. Everything happens in .venv; nothing outside this folder is touched.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
ARGS   ?=

.DEFAULT_GOAL := help
.PHONY: help install demo test check check-pages mutate kill-demo faults soak bench bench-full clean

help:            ## show this help
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):[^#]*## /  make \1\t/' | expand -t 20

install: $(VENV)/.ready  ## create the environment and install collab-sync with its tools

$(VENV)/.ready: pyproject.toml constraints.txt
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed (this is %d.%d); try: make PYTHON=python3.12 $(MAKECMDGOALS)" % sys.version_info[:2] if sys.version_info < (3, 11) else 0)'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@

demo: install    ## tell the story on sandbox trackers (ARGS=--exit for scripts)
	@$(BIN)/collab-sync demo $(ARGS)

test: install    ## run the whole test suite
	@$(BIN)/python -m pytest $(ARGS)

check: install   ## format, lint, types, import contract, shipped rules and their examples
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/collab-sync rules check rules
	$(BIN)/collab-sync rules test rules

check-pages: install  ## build every diagram and open every page in a real browser; pictures in build/pages
	@$(BIN)/python -m tests.pages $(ARGS)

mutate: install  ## change every threshold and drop every condition of the shipped rules: some example must notice
	$(BIN)/collab-sync rules test --mutate rules

kill-demo: install  ## kill the demo 100 times at random moments and compare with an undisturbed run
	@$(BIN)/python -m tests.scenarios.kill_demo $(ARGS)

faults: install  ## reading races, 1,000 writing storms, a SIGKILL at every statement, other storms: nothing lost or twice
	@$(BIN)/python -m tests.faults $(ARGS)

soak: install    ## an hour of simulated months in bad weather: memory and handles flat, nothing lost (ARGS="--minutes 5")
	@$(BIN)/python -m tests.soak $(ARGS)

bench: $(VENV)/.bench  ## measure against floors and peers in one run, a few minutes (ARGS="P1 P4": only these)
	@$(BIN)/python -m benchmarks $(ARGS)

bench-full: $(VENV)/.bench  ## the same with a million items; takes hours
	@$(BIN)/python -m benchmarks --full $(ARGS)

$(VENV)/.bench: $(VENV)/.ready  # the peers are not part of the product's own environment until somebody measures
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev,bench]'
	@touch $@

clean:           ## remove the environment and everything generated
	rm -rf $(VENV) .demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache dist build
