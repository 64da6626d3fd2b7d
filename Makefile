# Larkwatch. `make demo` and `make test` set up everything they need on a fresh machine.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
LOGS   ?=
SEED    = $(if $(CI),--randomly-seed=1 --reruns 1 -rR)
UV_LOCK = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate

# Where it is set, each of the many processes of the checks would compile the product anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: install dev system judges demo test check bench lock screenshots clean help

help:           ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST)

install: $(VENV)/.run  ## .venv with the command .venv/bin/larkwatch
dev: $(VENV)/.dev      ## install, and what the checks need

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(0 if v >= (3, 11) else "Larkwatch needs Python 3.11 or newer; %s is %d.%d. Name another one: make PYTHON=python3.12 …" % (sys.executable, *v))'
	@$(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "Could not make $(VENV). On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }

$(VENV)/.run: $(VENV)/bin/python .ci/lock-run.txt pyproject.toml
	@echo "Setting up $(VENV) …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r .ci/lock-run.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: $(VENV)/.run .ci/lock-dev.txt
	@echo "Setting up the tools for the checks …"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r .ci/lock-dev.txt
	@touch $@

system: ## Chromium and fonts for the browser tests (root on Debian only)
	@sh .ci/system-packages

judges: $(VENV)/.judges-py system ## the foreign clients that take the sandbox for Feishu (tests/judges)
	@if command -v npm >/dev/null; then $(MAKE) -s $(VENV)/.judges-node; else \
	  echo "!! THE TESTS WITH FEISHU'S SDK FOR NODE WILL BE SKIPPED: missing npm" >&2; [ -z "$$CI" ]; fi

$(VENV)/.judges-py: $(VENV)/.dev .ci/lock-judges.txt
	@echo "Setting up the Python clients of tests/judges …"
	@$(BIN)/python -m venv --clear $(VENV)/judges-py
	@$(VENV)/judges-py/bin/python -m pip install -qq --disable-pip-version-check --require-hashes -r .ci/lock-judges.txt
	@touch $@

$(VENV)/.judges-node: tests/judges/node/package.json tests/judges/node/package-lock.json
	@echo "Setting up the Node client of tests/judges …"
	@mkdir -p $(VENV)/judges && cp $^ $(VENV)/judges
	@npm ci --prefix $(VENV)/judges --ignore-scripts --no-audit --no-fund --loglevel=error >/dev/null
	@touch $@

demo: install  ## sandbox, bot and three noisy services; LOGS='/var/log/*.log' adds your own files
	@exec $(BIN)/larkwatch demo $(if $(LOGS),--logs '$(LOGS)')

test: dev judges ## all tests
	@$(BIN)/python -m pytest -n 2 -q

check: dev judges ## lint, format, types, contracts, dead code, dependencies, tests
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry .
	$(BIN)/vulture
	$(BIN)/python -m pytest -q tests/bot/core --cov=bot.core --cov-branch --cov-fail-under=100 --cov-report= $(SEED)
	$(BIN)/python -m pytest -n 2 -q --ignore=tests/bot/core $(SEED)

bench: dev ## the benchmarks of tests/bench, one after the other
	@for f in tests/bench/bench_*.py; do echo "== $$f"; $(BIN)/python $$f || exit 1; done

screenshots: dev system ## draws the README's pictures anew from the sandbox
	@PYTHONPATH=. $(BIN)/python tests/screenshots.py

lock: dev ## writes the pinned versions anew
	$(UV_LOCK) --group pyproject.toml:build pyproject.toml -o .ci/lock-run.txt
	$(UV_LOCK) --group pyproject.toml:dev --group pyproject.toml:build pyproject.toml -c .ci/lock-run.txt -o .ci/lock-dev.txt
	$(UV_LOCK) --all-extras --group pyproject.toml:build pyproject.toml -c .ci/lock-dev.txt -o .ci/lock-image.txt
	$(UV_LOCK) --group pyproject.toml:judges -o .ci/lock-judges.txt
	cd tests/judges/node && npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund

clean: ## removes what the targets made
	rm -rf $(VENV) .demo .artefacts .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
