# Everything runs from .venv, which is made with the machine's Python 3.10 or later; beside it only cargo is needed.
# `make test PROFILE=dev` skips the slow optimised build.

PROFILE ?= release
# tried first; the others follow
PYTHON ?=
# the archives of published servers
SERVERS ?= ../shared/servers/archives
BIN := .venv/bin
DIST := dist/$(PROFILE)
SITE := target/site
SOURCES := $(shell find src python -type f -not -path '*/__pycache__/*' -not -name '*.so') Cargo.toml Cargo.lock pyproject.toml README.md LICENSE
# the one wheel in there; expanded in recipes, after it was built
WHEEL = $(firstword $(wildcard $(DIST)/*.whl))

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## /\1\t/' | awk -F '\t' '{ printf "make %-8s %s\n", $$1, $$2 }'

.PHONY: demo
demo: $(DIST)/.built ## Build the example server with the backend, talk to it, and see a broken copy refused
	@$(BIN)/python scripts/demo.py $(DIST)

.PHONY: test
test: $(DIST)/.built $(SITE)/index.html ## Run the tests in Rust, then the end-to-end tests through pip, build and uv
	# all of them: slightly optimised they end in a third of the time that `cargo test` takes
	CARGO_PROFILE_DEV_OPT_LEVEL=1 cargo test
	MCP_BACKEND_DIST=$(CURDIR)/$(DIST) MCP_BACKEND_PROFILE=$(PROFILE) MCP_BACKEND_SITE=$(CURDIR)/$(SITE) \
		$(BIN)/python -m pytest -n auto $(PYTEST_ARGS)

.PHONY: check
check: $(DIST)/.built ## Check format, lints, types, and that the stubs tell the truth
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	cargo clippy --features python -- -D warnings
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy python scripts benches
	$(BIN)/mypy tests/python
	MYPYPATH=examples/weather/src $(BIN)/mypy examples/weather/src examples/weather/tests
	MYPYPATH=examples/moon/src $(BIN)/mypy examples/moon/src examples/moon/tests
	$(BIN)/python -m pip install --quiet --force-reinstall --no-deps --no-index $(DIST)/*.whl
	$(BIN)/python -m mypy.stubtest mcp_backend._native

.PHONY: docs
docs: ## Write the pages that come from the code: rules and settings
	UPDATE=1 cargo test --test it documents_are_current

.PHONY: pictures
pictures: $(DIST)/.built ## Draw the pictures of the readme, from real runs
	@$(BIN)/python scripts/pictures.py $(DIST)

.PHONY: site
site: $(SITE)/index.html ## Build the site of the docs
	@echo file://$(CURDIR)/$<

.PHONY: dev
dev: .venv/.tools ## Install the backend into .venv, unoptimised, to try it by hand
	VIRTUAL_ENV=$(CURDIR)/.venv $(BIN)/maturin develop

.PHONY: wheel
wheel: $(DIST)/.built ## Build the wheel of the backend
	@ls -l $(DIST)/*.whl

.PHONY: bench
bench: $(DIST)/.built .venv/bench/.tools ## Measure against the other backends
	.venv/bench/bin/python -m pip install --quiet --force-reinstall --no-deps --no-index $(DIST)/*.whl
	.venv/bench/bin/python benches/run.py $(BENCH_ARGS)

.PHONY: bench-published
bench-published: $(DIST)/.built .venv/bench/.tools ## Build published servers with their own backends and with this one
	.venv/bench/bin/python -m pip install --quiet --force-reinstall --no-deps --no-index $(DIST)/*.whl
	.venv/bench/bin/python benches/published.py $(BENCH_ARGS) $(PUBLISHED)

.PHONY: compare
compare: $(DIST)/.built .venv/compare/.tools ## Hold the findings in SERVERS, a folder of archives, against other tools
	.venv/compare/bin/python -m pip install --quiet --force-reinstall --no-deps --no-index $(DIST)/*.whl
	.venv/compare/bin/python scripts/compare_anchors.py $(COMPARE_ARGS) $(SERVERS)

# the folders of published servers, each with archives/ and an index
PUBLISHED ?= ../shared/servers ../shared/census
.PHONY: precision
precision: $(DIST)/.built .venv/.tools ## Make the figures of docs/precision.md anew, from PUBLISHED: about an hour
	$(BIN)/python -m pip install --quiet --force-reinstall --no-index --no-deps $(DIST)/*.whl
	$(BIN)/python scripts/measure_precision.py --wheels .venv/wheels $(PUBLISHED)
	$(BIN)/python scripts/score_tools.py $(PUBLISHED)
	$(BIN)/python scripts/measure_migration.py --wheels .venv/wheels $(PUBLISHED)
	$(BIN)/python scripts/measure_contracts.py $(PUBLISHED)
	$(MAKE) compare

.PHONY: refresh
refresh: .venv/refresh/.tools ## Make the tables of src/knowledge/data anew, from the index
	.venv/refresh/bin/python scripts/refresh_knowledge.py $(REFRESH_ARGS)
	.venv/refresh/bin/python scripts/sdk_starts.py
	UPDATE=1 cargo test --test it -- every_case_holds
	UPDATE=1 cargo test --test it -- documents_are_current

.PHONY: clean
clean: ## Remove what the other targets made
	rm -rf .venv dist .pytest_cache .mypy_cache .ruff_cache
	cargo clean

$(DIST)/.built: .venv/.tools $(SOURCES)
	rm -rf $(DIST)
	$(BIN)/maturin build --profile $(PROFILE) --interpreter $(BIN)/python --out $(DIST)
	$(if $(filter release,$(PROFILE)),$(BIN)/python scripts/pack_wheel.py $(DIST)/*.whl)
	@touch $@

$(SITE)/index.html: .venv/site/.tools $(shell find docs site -type f) Cargo.toml
	rm -rf $(SITE)
	.venv/site/bin/sphinx-build --fail-on-warning --keep-going --quiet --conf-dir site --doctree-dir target/doctrees docs $(SITE)
	@touch $@

.venv/.tools: requirements/build.txt requirements/lint.txt requirements/test.txt
	@set -e; for python in $(PYTHON) python3.14 python3.13 python3.12 python3.11 python3.10 python3 none; do \
		if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' 2>/dev/null; then break; fi; \
	done; \
	if [ $$python = none ]; then echo 'Python 3.10 or later is needed, with its venv module' >&2; exit 1; fi; \
	rm -rf .venv; $$python -m venv .venv
	$(BIN)/python -m pip install --quiet $(addprefix -r ,$^)
	@touch $@

.venv/site/.tools: requirements/site.txt | .venv/.tools
	$(BIN)/uv venv --quiet --clear --python '>=3.11' .venv/site
	$(BIN)/uv pip install --quiet --python .venv/site -r $<
	@touch $@

.venv/compare/.tools: requirements/compare.txt | .venv/.tools
	$(BIN)/python -m venv .venv/compare
	.venv/compare/bin/python -m pip install --quiet -r $<
	@touch $@

.venv/refresh/.tools: requirements/refresh.txt | .venv/.tools
	$(BIN)/python -m venv .venv/refresh
	.venv/refresh/bin/python -m pip install --quiet -r $<
	@touch $@

.venv/bench/.tools: requirements/bench.txt | .venv/.tools
	$(BIN)/python -m venv .venv/bench
	.venv/bench/bin/python -m pip install --quiet -r $<
	@touch $@
