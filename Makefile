# `make demo`: the whole way on handwritten digits. `make test`: everything checked. Both set themselves up.
.DEFAULT_GOAL := help
.PHONY: help demo setup setup-test setup-docs docs release test test-fast test-random test-settings test-cores lint format bench bench-distill fuzz clean

BIN := .venv/bin
C_FILES = $(shell git ls-files 'firmware/*.[ch]' 'tests/*.[ch]' 'benchmarks/*.[ch]' ':!:tests/*/golden/*')  # golden files stay as they are generated

help: ## these lines
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 14

demo: setup ## teacher -> student -> int8 -> C -> three emulated boards and this machine, verified
	@boards=; command -v arm-none-eabi-gcc >/dev/null && command -v qemu-system-arm >/dev/null || boards="--board host"; \
	$(BIN)/tinykd run examples/digits/tinykd.toml $$boards

setup: ## .venv, compilers, emulator
	@scripts/setup.sh demo

setup-test:
	@scripts/setup.sh test

setup-docs:
	@scripts/setup.sh docs

docs: setup-docs ## the documentation as a site in build/site: tutorials executed, every link checked
	$(BIN)/python -m scripts.docs.tutorials build/tutorials
	NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	$(BIN)/python -m scripts.docs.links build/site

test: setup-test ## all tests (up to 25 minutes on 2 cores)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder

test-fast: setup-test ## the tests that take no more than a few seconds each (under a minute)
	$(BIN)/python -m pytest -n 2 -m 'not slow'

test-random: setup-test ## all tests in a random order, ten times as many examples drawn anew (an hour; prints its seed)
	$(BIN)/python -m pytest -n 2 --dist loadgroup --no-loadscope-reorder -p randomly --hypothesis-profile=random

test-settings: setup-test ## three times each under other threads, processors, libraries, orders and load, what these could turn red
	$(BIN)/python -m tests.settings --times 3

test-cores: setup-test ## the faked Arduino cores beside the real ones below TINYKD_CORES_DIR (~/.platformio/packages)
	TINYKD_CORES_DIR="$${TINYKD_CORES_DIR:-$$HOME/.platformio/packages}" $(BIN)/python -m pytest -n 2 tests/ports/test_real_cores.py

lint: setup-test ## ruff, ruff format, mypy --strict, clang-format
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	clang-format --dry-run -Werror $(C_FILES)

format: setup-test ## format Python and C
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	clang-format -i $(C_FILES)

DISTILL = $(BIN)/python -m benchmarks.distill $(if $(QUICK),--quick) $(if $(DATA),--data $(DATA))
bench-distill: setup-test ## distilled students beside students on labels alone (hours; QUICK=1: minutes)
	$(DISTILL) --select --share 1/2 & $(DISTILL) --select --share 2/2 && wait
	$(DISTILL) --share 1/2 & $(DISTILL) --share 2/2 && wait
	$(DISTILL)

bench: setup-test ## instructions per inference, flash and arena on the emulated boards
	$(BIN)/python -m benchmarks

fuzz: setup-test ## ten minutes of hostile bytes for the firmware's parser and commands; keeps the corpus
	$(BIN)/python -m tests.fuzz 600

release: ## VERSION=0.2.0: version, changelog, sdist and wheel, both checked and tried; bill of materials, commit, tag
	@scripts/setup.sh release
	$(BIN)/python scripts/release.py $(if $(DRY),--dry-run) $(VERSION)

clean: ## what was made; .venv stays
	rm -rf examples/*/build examples/*/firmware/*/build examples/*/firmware/*/.pio build dist .pytest_cache .mypy_cache .ruff_cache
