# The names that people and CI use. Only Python >= 3.11 (and, for tests and checks, Node >= 20) has to be there; the rest is set up.
.DEFAULT_GOAL := help
.PHONY: help setup serve test check generate lock bench docs build clean

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
PY := $(BIN)/python

help:  ## List the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

setup:  ## Install everything that development needs into .uv, .venv and node_modules
	@tools/setup dev

serve:  ## Run the reference server on http://127.0.0.1:4010 (NODAI_PORT=4567 and ARGS="--flag" are passed on)
	@tools/setup run
	@exec $(BIN)/nodai-mock serve $(ARGS)

test:  ## Run every test; ARGS="-k name" are passed to pytest
	@tools/setup dev
	@$(PY) tools/test.py $(ARGS)

check:  ## Run every static check: format, lint, types, imports, generated code, contract, file length
	@tools/setup dev
	@$(PY) tools/check.py

generate:  ## Write everything that comes from contract/
	@tools/setup dev
	@$(PY) -m codegen

lock:  ## Update requirements/*.lock from the pyproject files (UPGRADE=1 takes newer versions)
	@tools/lock

bench:  ## Compare with peers in one run and write docs/benchmarks.md (ARGS="--smoke" for a quick look)
	@tools/setup dev
	@$(PY) -m benchmarks $(ARGS)

docs:  ## Check the documentation's links and pages
	@tools/setup dev
	@$(PY) tools/docs.py

build:  ## Build the wheels and the npm packages into dist/ and check what is in them
	@tools/setup dev
	@$(PY) tools/build.py

clean:  ## Remove what the other targets made
	rm -rf .uv .venv node_modules dist sdk/js/dist widget/dist benchmarks/.venv benchmarks/out
