# make demo   set up, sample data, site up (SQLite)       make check   lint, types, contracts, migrations, fast tests
# make test   set up and the whole suite                  make bench   every benchmark beside its limit
# make setup  only prepare .venv                          make test-postgres   the whole suite on PostgreSQL
# make reader what the tests with a virtual card reader need besides (swig, a C compiler, libpcsclite-dev, pcscd, vsmartcard-vpcd)
# make handbook   the pictures of the handbook anew, from the running demonstration (needs Chromium)

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.ready
PORT ?= 8000
JOBS ?= 2
FAST_TESTS ?= yes
# the tests start many processes: none but the first is to compile the sources
unexport PYTHONDONTWRITEBYTECODE
# a test run never sees the data of the demo or of a real site
PYTEST := $(BIN)/pytest -n $(JOBS) --dist loadscope --no-loadscope-reorder

.PHONY: setup demo test test-postgres check bench reader handbook format clean
.DELETE_ON_ERROR:

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) tools/need_python.py
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	# the lock names everything: pip must not look for other versions of what a package asks for
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(STAMP)
	$(BIN)/zhibu demo --port $(PORT)

test: $(STAMP)
	$(PYTEST)

test-postgres: $(STAMP)
	tools/with_postgres.sh $(PYTEST)

check: $(STAMP)
	@BIN=$(BIN) FAST_TESTS=$(FAST_TESTS) tools/check.sh

bench: $(STAMP)
	$(BIN)/python -m benchmarks

# the agent's library is built from source: no part of the server, nor of a set-up without a C compiler
reader: $(STAMP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --require-hashes \
	    -r requirements-reader.lock

handbook: $(STAMP)
	$(BIN)/python tools/handbook_pictures.py

format: $(STAMP)
	$(BIN)/ruff format src tests tools
	$(BIN)/ruff check --fix src tests tools

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov .coverage
