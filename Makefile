# Needs Python 3.11 (or newer), make and git; everything else is fetched into ignored folders. `make help` lists the targets.
PORT ?= 8000
ARGS ?=
SIZE ?=
ASSURANCE_ROUNDS ?=

PYTHON ?= $(shell for name in python3.11 python3 python3.12 python3.13 python3.14 python; do \
	"$$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$name"; break; }; done)
VENV_PYTHON := .venv/bin/python

.DEFAULT_GOAL := help
.PHONY: help demo demo-reset test assurance bench litellm lint format lock assets verify.pyz python .venv/ready .venv/dev-ready

help: ## This list
	@sed -n 's/^\([a-z][a-z.-]*\):.*## \(.*\)/\1|\2/p' Makefile | while IFS='|' read -r name text; do printf '  make %-14s %s\n' "$$name" "$$text"; done

python:
	@test -n "$(PYTHON)" || { echo "No Python 3.11 or newer was found. Install one, or say where it is: make PYTHON=/path/to/python3.11 ..." >&2; exit 1; }

.venv/ready: python
	@"$(PYTHON)" deploy/local/venv.py app

.venv/dev-ready: python
	@"$(PYTHON)" deploy/local/venv.py app dev

# The last command of a recipe is exec'd by make without a shell between, so that a killed make takes the processes along.
demo: .venv/ready ## Assay with demo data and its own PostgreSQL and Valkey (PORT=8000)
	@$(VENV_PYTHON) -m deploy.local.demo --port=$(PORT) --follow-parent

demo-reset: .venv/ready ## Empty the demo's data folder
	@$(VENV_PYTHON) -m deploy.local.demo --reset

assets: .venv/ready ## Style sheets, scripts and icons into static/vendor/
	@$(VENV_PYTHON) -m deploy.local.assets

test: .venv/dev-ready ## Lint, types, layers and all tests (ARGS= goes to pytest)
	@$(VENV_PYTHON) -m deploy.local.test --follow-parent all -- $(ARGS)

lint: .venv/dev-ready ## Lint, types and layers only
	@$(VENV_PYTHON) -m deploy.local.test --follow-parent lint

format: .venv/dev-ready ## Put code into the shape that lint asks for
	@$(VENV_PYTHON) -m ruff check --fix --quiet .
	@$(VENV_PYTHON) -m ruff format --quiet .

assurance: .venv/dev-ready ## Races, kills and crawls that take long (ASSURANCE_ROUNDS=)
	@ASSURANCE_ROUNDS=$(ASSURANCE_ROUNDS) $(VENV_PYTHON) -m deploy.local.test --follow-parent assurance -- $(ARGS)

bench: .venv/dev-ready ## Speed against measured ceilings, as JSON lines (SIZE=)
	@SIZE=$(SIZE) $(VENV_PYTHON) -m deploy.local.test --follow-parent bench

litellm: .venv/ready ## A real LiteLLM proxy with the recorder, asked once in every way
	@$(VENV_PYTHON) -m deploy.litellm.run --once

verify.pyz: .venv/ready ## The offline verifier, dist/verify.pyz
	@mkdir -p dist
	@$(VENV_PYTHON) -m evidence.tlog.build_verifier dist/verify.pyz

lock: .venv/dev-ready ## Recompile requirements/*.txt and package-lock.json
	@$(VENV_PYTHON) -m deploy.local.lock
