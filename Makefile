# winset: `make run` makes the report of the example case, `make test` runs every check. Each sets up what it needs.
PYTHON ?= $(shell command -v python3.11 || command -v python3)
CASE ?= cases/ukraine-2025
OUT ?= out/$(notdir $(CASE))
BIN := .venv/bin
SETUP := pyproject.toml constraints.txt

.PHONY: run test checks check lint docs golden kernels slow fuzz bench clean

run: .venv/ready
	$(BIN)/winset run $(CASE) --out $(OUT)
	@echo "The report is in $(OUT); open report.html in a browser."

test: .venv/ready-dev
	@$(MAKE) --no-print-directory -j 2 checks
	$(BIN)/python -m pytest -q -n 2

# all that is not a test, two at a time: the compiler of the kernels takes about as long as the others together; the tables stand
# last, for they call kernels, which two processes would both compile
checks: kernels lint docs golden

# before a commit: style, types, import rules, and the tests of what has changed
check: lint
	@tests="$$($(BIN)/python scripts/touched)"; if [ -n "$$tests" ]; then $(BIN)/python -m pytest -q -n 2 $$tests; else echo "no test file is touched"; fi

lint: .venv/ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy winset
	$(BIN)/lint-imports

docs: .venv/ready-dev
	$(BIN)/sphinx-build -q -W -b html docs build/docs

# make golden                        the reference tables of this repository
# make golden FILE=... [INPUTS=...]  any other file of the same form
FILE ?= $(sort $(wildcard tests/golden/*.csv))
golden: .venv/ready-dev
	set -e; for file in $(FILE); do $(BIN)/python -m tests.golden "$$file" $(if $(INPUTS),--inputs "$(INPUTS)"); done

slow: .venv/ready-dev
	$(BIN)/python -m pytest -q -n 2 -m slow
	WINSET_EXAMPLES=250 $(BIN)/python -m pytest -q -n 2 -m 'hypothesis and not slow'

# the part of `slow` that damages inputs and draws cases; WINSET_FUZZ_SEED=N begins at other luck
fuzz: .venv/ready-dev
	$(BIN)/python -m pytest -q -s -m slow tests/property/test_fuzz_inputs.py tests/property/test_fuzz_rules.py

bench: .venv/ready-dev
	$(BIN)/python -m benchmarks.bench_settlement
	$(BIN)/python -m benchmarks.bench_war
	$(BIN)/python -m benchmarks.bench_case
	$(BIN)/python -m benchmarks.bench_engine
	$(BIN)/python -m benchmarks.bench_influence
	$(BIN)/python -m benchmarks.bench_scorecard
	$(BIN)/python -m benchmarks.bench_robust

clean:
	rm -rf build out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache .benchmarks

# One environment for everything; exact versions come from constraints.txt.
.venv/bin/python:
	$(PYTHON) -m venv .venv

.venv/ready: .venv/bin/python $(SETUP)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e .
	@echo "compiling the kernels, once (a minute or two)"
	@$(MAKE) --no-print-directory kernels
	@touch $@

.venv/ready-dev: .venv/bin/python $(SETUP) scripts/axe
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	@sh scripts/chromium
	@sh scripts/axe .venv
	@touch $@ .venv/ready

# kernels are compiled once, before two processes would both do it, by a case that calls most of them and one whose bargain needs
# the tree; numba keeps them beside the code, and so does Python its bytecode, which it would else make at every start where it may
# not write any (PYTHONDONTWRITEBYTECODE)
kernels: .venv/kernels
.venv/kernels: $(shell grep -rl njit winset --include=*.py)
	@$(BIN)/python -m compileall -q winset
	@$(BIN)/winset run cases/harbour --draws 32 --json --no-store --workers 1 >/dev/null
	@$(BIN)/winset settle cases/ukraine-2025 --json >/dev/null
	@touch $@
