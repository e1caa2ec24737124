# Two commands matter: `make run` opens Ventanilla, `make test` tests it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CATALOGUES := $(wildcard tui/locale/*/LC_MESSAGES/*.po)
SOURCES := ventanilla issuance server backend_client tui screens
# What the tests' chance begins with: another one looks elsewhere, the same one repeats.
export SEED ?= 20261122
INSTALL_VISION = $(BIN)/python -m pip install --quiet --require-hashes -r requirements/vision.txt
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: run test check lint types imports soak bench docs screenshots vision match hsm server lock clean

run: $(VENV)/.ready $(VENV)/.vision
	@$(BIN)/ventanilla

test: $(VENV)/.ready-to-develop
	$(BIN)/python -m pytest -n auto --dist worksteal -m "not soak" --hypothesis-seed $(SEED)

check: lint types imports test

lint: $(VENV)/.ready-to-develop
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.ready-to-develop
	$(BIN)/pyright

imports: $(VENV)/.ready-to-develop
	$(BIN)/lint-imports

# The full figures of the long suites; SEED=n repeats or resumes a run.
soak: $(VENV)/.ready-to-develop
	EXAMPLES=full $(BIN)/python -m pytest -m "soak or hypothesis" --timeout 7200 --hypothesis-seed $(SEED)

# Every measure in bench/ holds its limits, as ratios of the same run.
bench: $(VENV)/.ready-to-develop
	@failed=0; for each in bench/*.py; do $(BIN)/python $$each || failed=1; done; exit $$failed

docs: $(VENV)/.ready-to-develop
	$(BIN)/python tools/operator_guide.py

screenshots: $(VENV)/.ready-to-develop
	$(BIN)/python tools/screenshots.py

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "Ventanilla needs Python 3.11 or newer; this one is: $$($(PYTHON) --version 2>&1). Set PYTHON=/path/to/python3.11 and run make again."; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || \
	  { echo "Python's venv module is missing. On Debian or Ubuntu: apt-get install python3-venv. Then run make again."; exit 1; }
	@echo "Preparing the private environment in $(VENV) (once) ..."
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.ready: $(VENV)/.python requirements/base.txt requirements/build.txt pyproject.toml build_hook.py $(CATALOGUES)
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/base.txt -r requirements/build.txt
	@$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@$(BIN)/python -m compileall -q -j 0 $(SOURCES) $(VENV)/lib || true
	@touch $@

# Wanted, not needed: some Pythons have no wheels for it, some counters no network.
$(VENV)/.vision: requirements/vision.txt | $(VENV)/.ready
	@$(INSTALL_VISION) --retries 1 2>$(VENV)/vision.log || \
	  echo "Photos are checked without face finder and page pictures: they could not be installed (see $(VENV)/vision.log; make vision tries again, ventanilla doctor says what it means)."
	@touch $@

vision: $(VENV)/.ready
	$(INSTALL_VISION)
	@touch $(VENV)/.vision

# Comparison of two faces, as advice; 140 MB.
match: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/match.txt

# Keys in tokens and security modules (PKCS#11); needs a C compiler where there is no wheel.
hsm: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/hsm.txt

# One office for many counters: `ventanilla serve`.
server: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements/server.txt

$(VENV)/.ready-to-develop: $(VENV)/.ready $(VENV)/.vision requirements/dev.txt requirements/hsm.txt requirements/lint.txt requirements/server.txt
	@for set in server dev hsm lint; do \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements/$$set.txt || exit 1; done
	@touch $@

# Needs uv; run it after editing a requirements/*.in file.
lock:
	for set in base build server vision match hsm lint dev; do \
	  uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	    --no-emit-index-url --no-header requirements/$$set.in -o requirements/$$set.txt; done

clean:
	rm -rf $(VENV)
