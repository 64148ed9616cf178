# Everything a contributor runs. Each target needs only make and Python 3.11 or newer (with venv): it brings the rest.
# PYTHON=python3.13 chooses the interpreter; VENV=.venv-3.13 keeps a second environment beside the first.

.DEFAULT_GOAL := help
.NOTPARALLEL:

VENV ?= .venv
PYTHON ?=
export VENV PYTHON
# Where it is set, each of the hundreds of processes of the tests would compile everything that it imports anew.
unexport PYTHONDONTWRITEBYTECODE
BIN = $(VENV)/bin
INSTALL = @sh scripts/install.sh
WORKERS = -n auto --dist loadfile

.PHONY: help demo test coverage lint format js bench docs dist lock clean

help: ## Show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1|\2/p' Makefile | while IFS='|' read -r target what; do \
		printf '%-15s %s\n' "$$target" "$$what"; done

demo: ## Fit the classroom houses and a real table; pictures go to demo/
	$(INSTALL) core
	@PATH="$(abspath $(BIN)):$$PATH" sh scripts/demo.sh

test: ## Run every test on all cores
	$(INSTALL) test
	@$(BIN)/python scripts/needs.py
	@$(BIN)/python -m pytest $(WORKERS)

coverage: ## The same, and report the lines that no test runs; takes half as long again
	$(INSTALL) test
	@$(BIN)/python scripts/needs.py
	@$(BIN)/python -m pytest $(WORKERS) --cov --cov-report=term

lint: ## Check style, types, and that no file names a machine
	$(INSTALL) lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/machine_names.py

format: ## Rewrite the files as lint wants them
	$(INSTALL) lint
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

js: ## Build what runs in pages and notebooks anew from js/; needs Node 20 or newer
	cd js && npm ci && node build.mjs

bench: ## Time and check slopewise beside seven other libraries; writes benchmarks/results.md
	$(INSTALL) bench
	@$(BIN)/python -m benchmarks

docs: ## Build the documentation, strictly, in build/site/
	$(INSTALL) docs
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "open build/site/index.html"

dist: ## Build the wheel and the source archive in dist/, and check them
	$(INSTALL) dist
	@rm -rf dist
	@PIP_CONSTRAINT=$(abspath constraints.txt) $(BIN)/python -m build --quiet
	@$(BIN)/twine check --strict dist/*
	@$(BIN)/check-wheel-contents dist/*.whl

lock: ## Resolve constraints.txt anew, to the newest versions that fit
	$(INSTALL) core
	@$(BIN)/python scripts/lock.py

clean: ## Remove the environment and all that was made
	rm -rf $(VENV) js/node_modules demo build dist .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
