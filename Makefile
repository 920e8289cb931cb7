# make demo and make test set everything up by themselves; all they need is Python 3.11 or later with venv.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/ready
BENCH_READY := $(VENV)/bench-ready
FUZZ_READY := $(VENV)/fuzz-ready
SOAK_MESSAGES ?= 1000000
SOAK_SECONDS ?= 600
SOAK_EXAMPLES ?= 5000

.PHONY: help demo test lint type cov check bench soak faults man schema lock clean

help:                     ## what there is to make
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## */\t/' | expand -t 12

$(READY): pyproject.toml .ci/requirements.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q kmsdns
	@touch $@

demo: $(READY)            ## the main job, against the bundled server
	@$(BIN)/python docs/demo.py

test: $(READY)            ## the test suite, on all processors; a file's tests stay together and share their servers
	$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder

lint: $(READY)            ## style, and who may import what
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

type: $(READY)            ## mypy --strict
	$(BIN)/mypy

check: lint type          ## everything but the tests

cov: $(READY)             ## the test suite, with the branches it doesn't reach
	$(BIN)/coverage run -m pytest
	$(BIN)/coverage report

$(BENCH_READY): $(READY) .ci/bench-requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/bench-requirements.txt
	@touch $@

bench: $(BENCH_READY)     ## side by side against peers: look-up, order, codec, zone files, server, checks
	$(BIN)/python -m compileall -q kmsdns
	$(BIN)/python -m benchmarks

$(FUZZ_READY): $(READY) .ci/fuzz-requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .ci/fuzz-requirements.txt \
	    || echo "atheris is not to be had for this system: the fuzzers go without coverage"
	@touch $@

soak: $(FUZZ_READY)       ## the long versions of the tests: a million mutated messages, ten minutes of each fuzzer
	KMSDNS_TEST_MUTATIONS=$(SOAK_MESSAGES) KMSDNS_TEST_QUERIES=$(SOAK_MESSAGES) KMSDNS_TEST_FERRET=all \
	    KMSDNS_TEST_WRITERS=50 KMSDNS_TEST_WRITES=100 KMSDNS_TEST_EXAMPLES=$(SOAK_EXAMPLES) KMSDNS_TEST_VERDICTS=all \
	    $(BIN)/python -m pytest -q -s tests/lookup/test_wire_differential.py tests/zone/test_ferret.py \
	    tests/net/server/test_server_fuzz.py tests/net/client/test_hostcache_writers.py \
	    tests/zone/test_properties.py tests/zone/test_writer.py tests/zone/test_plain.py tests/zone/test_edits.py \
	    tests/jobs/test_autofix.py tests/fuzz/test_fuzz.py tests/e2e/test_one_verdict.py
	$(BIN)/python -m tests.fuzz decode --seconds $(SOAK_SECONDS)
	$(BIN)/python -m tests.fuzz exchange --seconds $(SOAK_SECONDS)

faults: $(BENCH_READY)    ## the tables of docs/faults.md: what look-ups make of each fault, measured beside peers
	$(BIN)/python docs/faults.py measure

man: $(READY)             ## man pages from the command line's own help, in docs/man
	$(BIN)/python docs/man.py

schema: $(READY)          ## docs/schema, from the types of the JSON formats
	$(BIN)/python -c 'import sys; from kmsdns.formats.schema import schema; sys.stdout.buffer.write(schema())' \
	    > docs/schema/report-v1.json
	$(BIN)/python -c 'import sys; from kmsdns.kms.evidence.bundle_types import schema; sys.stdout.buffer.write(schema())' \
	    > docs/schema/bundle-v1.json
	$(BIN)/python -c 'import sys; from kmsdns.expectations.types import schema; sys.stdout.buffer.write(schema())' \
	    > docs/schema/spec-v1.json

lock: $(READY)            ## the newest versions that pyproject.toml admits, with their hashes
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host --no-header --all-build-deps --extra dev -o .ci/requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host --no-header --extra bench -c .ci/requirements.txt -o .ci/bench-requirements.txt pyproject.toml
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --generate-hashes --allow-unsafe --no-emit-index-url --no-emit-find-links \
	    --no-emit-trusted-host --no-header --extra fuzz -c .ci/requirements.txt -o .ci/fuzz-requirements.txt pyproject.toml

clean:                    ## removes what was set up and built
	rm -rf $(VENV) dist build .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .coverage
