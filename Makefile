# The front door. `make help` lists the targets; every target sets up what it needs.

PYTHON ?= python3
BIN := .venv/bin
SUPERSET_PYTHON ?= $(BIN)/python
comma := ,

# nothing that runs here calls home
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

.DEFAULT_GOAL := help
.SHELLFLAGS := -ec
.PHONY: help setup run ingest status refresh build publish verify rollback
.PHONY: docs explain dictionary questions query metric metrics baseline release diff
.PHONY: dashboards serve serve-postgres superset drivers
.PHONY: lint contracts format types test bench lock clean

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sort | awk -F ':.*## ' '{printf "  make %-15s %s\n", $$1, $$2}'

setup: .venv/.installed ## Create .venv and install the locked dependencies

.venv/.installed: requirements/lock.txt requirements/installer.txt requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "ontime needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version 2>&1)." >&2; \
	  echo "Install a newer one and name it: make $(or $(MAKECMDGOALS),run) PYTHON=python3.13" >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || { rm -rf .venv; \
	  echo "Python's venv module is missing: install it (on Debian and Ubuntu the package python3-venv)." >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
	  --no-deps -r requirements/installer.txt -r requirements/build.txt
	@$(BIN)/python -m uv pip sync --quiet --python $(BIN)/python --require-hashes requirements/lock.txt
	@touch $@

run: ingest ## Do the main job: ingest the embedded data, build, test and publish the marts
	@$(BIN)/python -m warehouse is-current || $(BIN)/dbt build
	@$(BIN)/python -m warehouse summary

# a variable of the shell that is empty by mistake shall not load something else
ifneq ($(origin MONTHS),undefined)
ifeq ($(strip $(MONTHS)),)
$(error MONTHS is empty: say which months, such as MONTHS=2024-01)
endif
endif

ingest: setup ## Load what is new: the embedded data, or live months (MONTHS=2024-01..2024-12)
	@$(BIN)/python -m ingest load $(subst $(comma), ,$(SOURCES)) $(if $(MONTHS),--months "$(MONTHS)") \
	  $(if $(AIRPORTS),--airports "$(AIRPORTS)") $(if $(FOLDER),--offline-from "$(FOLDER)") $(ARGS)

status: setup ## Show what is loaded, what publishers changed since, and what is pending
	@$(BIN)/python -m ingest status $(ARGS)

refresh: setup ## The daily job: load new and re-issued months, then build, test and publish
	@# a file that was refused (1) holds up no other, and is told by the exit code all the same
	@code=0; $(BIN)/python -m ingest refresh $(ARGS) || code=$$?; [ $$code -le 1 ] || exit $$code; \
	  $(BIN)/python -m warehouse is-current || $(BIN)/dbt build; exit $$code

build: setup ## Build and test every model; publish if all of it passes (dbt build)
	@$(BIN)/dbt build $(ARGS)

publish: setup ## Publish the last whole build again without building (dbt run-operation publish)
	@$(BIN)/dbt --quiet run-operation publish

verify: setup ## Check that readers see what was published: checksums and content hashes
	@$(BIN)/python -m warehouse verify

rollback: setup ## Put the publication before the present one back in place
	@$(BIN)/python -m warehouse rollback

release: setup ## Write what is published to data/releases/, to be cited and kept: docs/releases.md
	@$(BIN)/python -m warehouse release $(ARGS)

diff: setup ## Show what changed between two publications (FROM=... TO=..., ARGS="--html FILE")
	@$(BIN)/python -m warehouse diff $(if $(FROM),--from "$(FROM)") $(if $(TO),--to "$(TO)") $(ARGS)

query: setup ## Query the published marts: make query SQL="from dim_carriers", or a prompt without SQL
	@$(BIN)/python -m warehouse query

metric: setup ## Answer from the metrics: make metric METRIC=on_time_arrival_rate BY=carrier,month
	@$(BIN)/python -m warehouse metric $(ARGS)

metrics: setup ## List the metrics, what to group them by, and the saved queries
	@METRIC= QUERY= $(BIN)/python -m warehouse metric

# the address may hold a password: it goes by the environment, and into no command line of ours
serve-postgres: setup ## Copy the published marts into a PostgreSQL: make serve-postgres DSN=postgresql://user@host/db
	@$(BIN)/python -m serving postgres $(ARGS)

superset: .venv-superset/.installed ## Serve the marts and a dashboard in Apache Superset, on loopback: make superset PORT=8088
	@$(BIN)/python -m serving superset $(if $(PORT),--port $(PORT)) $(ARGS)

# apart, for what Superset needs contradicts what the project needs
.venv-superset/.installed: requirements/superset.txt requirements/build.txt | setup
	@$(SUPERSET_PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || { \
	  echo "Superset needs Python 3.11 or 3.12; $(SUPERSET_PYTHON) is $$($(SUPERSET_PYTHON) --version 2>&1)." >&2; \
	  echo "Name one: make superset SUPERSET_PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing Superset into .venv-superset (about 700 MB) ..."
	@$(BIN)/python -m uv venv --quiet --clear --python $(SUPERSET_PYTHON) .venv-superset
	@$(BIN)/python -m uv pip install --quiet --python .venv-superset/bin/python --no-deps --require-hashes -r requirements/build.txt
	@$(BIN)/python -m uv pip sync --quiet --python .venv-superset/bin/python --require-hashes requirements/superset.txt
	@touch $@

docs: setup ## Write the browsable documentation to one page, target/static_index.html
	@$(BIN)/dbt --quiet docs generate --static
	@echo "Open target/static_index.html in a browser."

dashboards: setup ## Write the site of dashboards and documentation into site/ (ARGS=--quick: no dbt docs)
	@$(BIN)/python -m site_builder build $(ARGS)

serve: setup ## Show the site on this machine until Ctrl-C (PORT=8000, or any free one)
	@$(BIN)/python -m site_builder serve $(ARGS)

explain: setup ## Tell where a column comes from and who reads it: make explain COLUMN=table.column
	@$(BIN)/python -m warehouse explain $(ARGS)

dictionary: setup ## Write the data dictionary, the diagram and the metrics; correct the guides' numbers
	@$(BIN)/python -m warehouse dictionary
	@$(BIN)/python -m warehouse metric-list
	@$(BIN)/python -m tests.docs.facts --write

questions: setup ## Answer the worked questions of docs/analyst.md from the published file, with charts
	@$(BIN)/python -m warehouse questions

baseline: setup ## Train a baseline from the published features; scores and a chart go to data/baseline
	@$(BIN)/python -m science

lint: setup ## Check style and conventions of Python, SQL and the dbt project
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/dbt parse --quiet --target lint --target-path target/lint
	@$(BIN)/dbt-bouncer --config-file dbt-bouncer.yml
	@$(BIN)/python -m warehouse contracts
	@$(BIN)/sqlfluff lint --disable-progress-bar dbt_project

contracts: setup ## Write down what the public models promise now, having changed it on purpose
	@$(BIN)/dbt parse --quiet --target lint --target-path target/lint
	@$(BIN)/python -m warehouse contracts --accept

types: setup ## Check the types of Python
	@$(BIN)/mypy

format: setup ## Rewrite Python and SQL in the project's style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt_project

# the oldest and the newest driver that the published file is read with, each in a place of its own;
# without them (no network, or a Python that is too new for the oldest) their tests are skipped
drivers: setup
	@for name in oldest newest; do \
	  $(MAKE) --no-print-directory .venv-drivers/$$name/.installed || \
	    echo "There is no $$name DuckDB driver for this Python, or no package index: it is not tested." >&2; \
	done

.venv-drivers/%/.installed: requirements/drivers/%.txt
	@$(BIN)/python -m uv venv --quiet --clear --python $(BIN)/python .venv-drivers/$*
	@$(BIN)/python -m uv pip install --quiet --python .venv-drivers/$*/bin/python --no-deps \
	  --only-binary :all: --require-hashes -r requirements/drivers/$*.txt
	@touch $@

test: setup drivers lint types ## Run everything that CI runs
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

bench: setup ## Measure against plain DuckDB; results go to benchmarks/results.md
	@$(BIN)/python -m benchmarks

lock: setup ## Resolve the dependencies anew and write the lock
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" pyproject.toml --extra dev -o requirements/lock.txt
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" --constraints requirements/lock.txt \
	  requirements/build.in -o requirements/build.txt
	@for name in oldest newest; do $(BIN)/python -m uv pip compile --quiet --universal --generate-hashes \
	  --no-emit-index-url --python-version 3.11 --custom-compile-command "make lock" \
	  requirements/drivers/$$name.in -o requirements/drivers/$$name.txt; done
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/superset.in -o requirements/superset.txt
	@grep -A 100 '^uv==' requirements/lock.txt | awk 'NR > 1 && /^[a-z]/ {exit} {print}' > requirements/installer.txt

clean: ## Remove everything that was built, and the data; the environments stay
	@rm -rf data site target logs .pytest_cache .mypy_cache .ruff_cache
