# The entry point of the project. `make help` lists the targets; every target sets up what it needs.

PYTHON ?= python3
SUPERSET_PYTHON ?= .venv/bin/python
override BIN := .venv/bin

# nothing that runs here calls home
export DO_NOT_TRACK := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false

# refuse MONTHS= (set but empty) instead of silently loading the default
ifneq ($(origin MONTHS),undefined)
ifeq ($(strip $(value MONTHS)),)
$(error MONTHS is empty: say which months, such as MONTHS=2024-01)
endif
endif

# Values are data: neither make nor a shell expands them. Each of INPUTS is passed to commands in the
# environment as ONTIME_<name>, never on a command line; child processes do not see the short name.
override INPUTS := ARGS SOURCES MONTHS AIRPORTS FOLDER FROM TO SQL METRIC BY WHERE ORDER LIMIT QUERY COLUMN WHOLE \
  DSN ROLE SCHEMA_PREFIX PORT BASE PYTHON SUPERSET_PYTHON NOTEBOOK
$(foreach name,$(.VARIABLES),$(if $(filter command,$(firstword $(origin $(name)))),\
  $(eval override $(name) := $$(value $(name)))$(eval export $(name))))
$(foreach name,$(INPUTS),\
  $(eval override ONTIME_$(name) := $$(value $(name)))$(eval export ONTIME_$(name))$(eval unexport $(name)))

# runs a command with the options of ARGS
override WITH_ARGS := $(BIN)/python -m ontime.with_args

# runs dbt as the project says, whatever DBT_TARGET and its like are set to for other projects
override DBT := $(BIN)/python -m ontime.with_project_settings

.DEFAULT_GOAL := help
.SHELLFLAGS := -ec
.PHONY: help setup run ingest status runs alerts refresh build audit failures publish verify rollback
.PHONY: backup restore
.PHONY: docs explain dictionary questions pictures query metric metrics notebook baseline release diff
.PHONY: dashboards browser-sql serve serve-postgres superset mcp dagster spark-test spark-bench drivers
.PHONY: dev ci-changed impact impact-test lint contracts format types check test pytest bench bench-full
.PHONY: bench-queries certify sbom vulnerabilities lock clean

##@ Run the warehouse

run: ingest ## Do the main job: ingest the embedded data, build, test and publish the marts
	@$(BIN)/ontime is-current || $(BIN)/ontime build
	@$(BIN)/ontime summary

ingest: setup ## Load what is new: the embedded data, or live months (MONTHS=2024-01..2024-12)
	@$(WITH_ARGS) $(BIN)/ontime load

status: setup ## Show what is loaded, what publishers changed since, and what is pending
	@$(WITH_ARGS) $(BIN)/ontime status

runs: setup ## Show the last runs: what ran, when, how long, and how it ended (LIMIT=20, ARGS=--json)
	@$(WITH_ARGS) $(BIN)/ontime runs

refresh: setup ## The daily job: load new and re-issued months, then build, test and publish
	@$(WITH_ARGS) sh ontime/refresh.sh $(BIN)

build: setup ## Build and test what has changed; publish if all of it passes (dbt build)
	@$(WITH_ARGS) $(BIN)/ontime build

audit: setup ## Run every test on everything, also on months that have not changed (dbt test)
	@$(WITH_ARGS) $(BIN)/ontime audit

alerts: setup ## Report failed runs, quality findings and irregular days, each once: feeds, and who is configured
	@$(WITH_ARGS) $(BIN)/ontime alerts

dagster: .venv-dagster/.installed ## Schedule, run and watch all of this in Dagster, on loopback: make dagster PORT=3000
	@$(WITH_ARGS) $(BIN)/ontime dagster

# in its own environment: it runs the project's commands, and needs other versions of packages than dbt
.venv-dagster/.installed: requirements/dagster.txt | setup
	@echo "Installing Dagster into .venv-dagster (about 200 MB) ..."
	@$(BIN)/python -m uv venv --quiet --clear --python $(BIN)/python .venv-dagster
	@$(BIN)/python -m uv pip sync --quiet --python .venv-dagster/bin/python --require-hashes requirements/dagster.txt
	@touch $@

failures: setup ## Show the rows behind the tests that failed in the last build or audit (LIMIT=100)
	@$(WITH_ARGS) $(BIN)/ontime failures

publish: setup ## Publish the last whole build again without building (dbt run-operation publish)
	@$(DBT) --quiet run-operation publish

verify: setup ## Check what is published and released: checksums, content hashes, signatures
	@$(BIN)/ontime verify

backup: setup ## Copy what cannot be made again into a new, verified folder: make backup TO=/mnt/backups
	@$(BIN)/ontime backup

restore: setup ## Restore a backup into an empty data folder: make restore FROM=/mnt/backups
	@$(BIN)/ontime restore

rollback: setup ## Put the publication before the present one back in place
	@$(BIN)/ontime rollback

##@ Ask what is published

query: setup ## Query the published marts: make query SQL="from dim_carriers", or a prompt without SQL
	@$(WITH_ARGS) $(BIN)/ontime query

metric: setup ## Answer from the metrics: make metric METRIC=on_time_arrival_rate BY=carrier,month
	@$(WITH_ARGS) $(BIN)/ontime metric

metrics: setup ## List the metrics, what to group them by, and the saved queries
	@ONTIME_METRIC= ONTIME_QUERY= $(BIN)/ontime metric

explain: setup ## Show where a column comes from and who reads it: make explain COLUMN=table.column
	@$(WITH_ARGS) $(BIN)/ontime explain

notebook: setup ## Open a notebook in the browser: make notebook NOTEBOOK=first_question, or list them
	@$(WITH_ARGS) $(BIN)/ontime notebook

diff: setup ## Show what changed between two publications (FROM=... TO=..., ARGS="--html FILE")
	@$(WITH_ARGS) $(BIN)/ontime diff

##@ See and read

dashboards: setup ## Write the site of dashboards and documentation into site/ (ARGS=--quick: no dbt docs)
	@$(WITH_ARGS) $(BIN)/ontime dashboards

browser-sql: .duckdb-wasm/.installed ## Fetch DuckDB for browsers (npm, 36 MB), for the site's page that asks in SQL

# locked with checksums, installed without scripts; only the few files that the page loads are kept
.duckdb-wasm/.installed: ontime/site/sql/package.json ontime/site/sql/package-lock.json ontime/site/sql/checksums.json | setup
	@command -v npm > /dev/null || { echo "npm is missing: install it (on Debian and Ubuntu the package npm)." >&2; exit 1; }
	@rm -rf .duckdb-wasm && mkdir .duckdb-wasm && cp ontime/site/sql/package.json ontime/site/sql/package-lock.json .duckdb-wasm/
	@npm ci --prefix .duckdb-wasm --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error > /dev/null
	@$(BIN)/python -m ontime.site.sql.engine .duckdb-wasm
	@rm -rf .duckdb-wasm/node_modules
	@touch $@

serve: setup ## Show the site on this machine until Ctrl-C (PORT=8000, or any free one)
	@$(WITH_ARGS) $(BIN)/ontime serve

docs: setup ## Write the browsable documentation to one page, target/static_index.html
	@$(DBT) --quiet docs generate --static
	@echo "Open $${DBT_TARGET_PATH:-target}/static_index.html in a browser."

superset: .venv-superset/.installed ## Serve the marts and a dashboard in Apache Superset, on loopback: make superset PORT=8088
	@$(WITH_ARGS) $(BIN)/ontime superset

# in its own environment: Superset's dependencies conflict with ours
.venv-superset/.installed: requirements/superset.txt requirements/build.txt | setup
	@"$$ONTIME_SUPERSET_PYTHON" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 13))' || { \
	  printf 'Superset needs Python 3.11 or 3.12; %s is %s.\n' "$$ONTIME_SUPERSET_PYTHON" \
	    "$$("$$ONTIME_SUPERSET_PYTHON" --version 2>&1)" >&2; \
	  echo "Name one: make superset SUPERSET_PYTHON=python3.12" >&2; exit 1; }
	@echo "Installing Superset into .venv-superset (about 700 MB) ..."
	@$(BIN)/python -m uv venv --quiet --clear --python "$$ONTIME_SUPERSET_PYTHON" .venv-superset
	@$(BIN)/python -m uv pip install --quiet --python .venv-superset/bin/python --no-deps --require-hashes -r requirements/build.txt
	@$(BIN)/python -m uv pip sync --quiet --python .venv-superset/bin/python --require-hashes requirements/superset.txt
	@touch $@

mcp: setup ## Answer assistants over MCP on this machine until Ctrl-C: docs/connect/assistants.md
	@$(WITH_ARGS) $(BIN)/ontime mcp --http

serve-postgres: setup ## Copy the published marts into a PostgreSQL: make serve-postgres DSN=postgresql://user@host/db
	@$(WITH_ARGS) $(BIN)/ontime postgres

release: setup ## Write what is published to data/releases/, to be cited and kept: docs/releases.md
	@$(WITH_ARGS) $(BIN)/ontime release

baseline: setup ## Train a baseline from the published features; scores and a chart go to data/baseline
	@$(BIN)/ontime baseline

##@ Develop

setup: .venv/.installed ## Create .venv and install the locked dependencies

.venv/.installed: requirements/lock.txt requirements/installer.txt requirements/build.txt pyproject.toml
	@"$$ONTIME_PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  printf 'ontime needs Python 3.11 or newer; %s is %s.\n' "$$ONTIME_PYTHON" "$$("$$ONTIME_PYTHON" --version 2>&1)" >&2; \
	  echo "Install a newer one and name it, as in: make run PYTHON=python3.13" >&2; exit 1; }
	@test -x $(BIN)/python || "$$ONTIME_PYTHON" -m venv .venv || { rm -rf .venv; \
	  echo "Python's venv module is missing: install it (on Debian and Ubuntu the package python3-venv)." >&2; exit 1; }
	@echo "Installing the locked dependencies into .venv ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --only-binary :all: --require-hashes \
	  --no-deps -r requirements/installer.txt -r requirements/build.txt
	@# compiled now, once: otherwise the first start of each command takes seconds, and every start does
	@# where PYTHONDONTWRITEBYTECODE is set
	@$(BIN)/python -m uv pip sync --quiet --compile-bytecode --python $(BIN)/python --require-hashes requirements/lock.txt
	@# the command `ontime` itself, after the sync, which would remove it: it runs the files of this folder
	@$(BIN)/python -m uv pip install --quiet --python $(BIN)/python --offline --no-deps --no-build-isolation --editable .
	@touch $@

check: setup types ## Check before a commit: Python's style and types, and the tests that need no build
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/python -m pytest --quiet --numprocesses 2 --dist worksteal -m "not whole"

test: setup ## Run everything that CI runs
	@# the environment is set up by now; linting SQL takes minutes on one core, so the tests run beside it
	@$(MAKE) --no-print-directory --jobs 2 --old-file .venv/.installed drivers types lint pytest

pytest: drivers
	@$(BIN)/python -m pytest --numprocesses 2 --dist worksteal

lint: setup ## Check style and conventions of Python, SQL and the dbt project (ARGS=--whole: all SQL)
	@$(WITH_ARGS) $(BIN)/python -m tests.lint

types: setup ## Check the types of Python
	@$(BIN)/mypy

format: setup ## Rewrite Python and SQL in the project's style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .
	@$(BIN)/sqlfluff fix --disable-progress-bar dbt_project

dev: setup ## Build what you changed into a file of your own, beside the published marts (ARGS="--select mart+")
	@$(WITH_ARGS) $(BIN)/ontime dev

ci-changed: setup ## Build and test what changed since a revision, never publishing: make ci-changed BASE=main
	@$(WITH_ARGS) $(BIN)/ontime ci-changed

impact: setup ## Show what a change does to the data and to its readers: make impact BASE=main
	@$(WITH_ARGS) $(BIN)/ontime impact

contracts: setup ## Write down what the public models promise now, having changed it on purpose
	@$(DBT) parse --quiet --target lint --target-path target/lint
	@$(BIN)/ontime contracts --accept

questions: setup ## Answer the worked questions of docs/analyst.md from the published file, with charts
	@$(BIN)/ontime questions

dictionary: setup ## Write the data dictionary, the diagram and the metrics; correct the guides' numbers
	@$(BIN)/ontime dictionary
	@$(BIN)/ontime metric-list
	@$(BIN)/python -m tests.docs.facts --write

pictures: setup ## Draw the pictures of the README from the site (make dashboards ARGS=--quick)
	@$(BIN)/python -m tests.dashboards.pictures

# the oldest and the newest driver that must read the published file, each in its own environment;
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

# the reference implementations of the open standards that the project writes; without them (no package
# index) their tests are skipped
.venv-standards/.installed: requirements/standards.txt | setup
	@$(BIN)/python -m uv venv --quiet --clear --python $(BIN)/python .venv-standards
	@$(BIN)/python -m uv pip sync --quiet --python .venv-standards/bin/python --require-hashes requirements/standards.txt
	@touch $@

bench: setup ## Measure against plain DuckDB; results go to benchmarks/results.md
	@$(BIN)/python -m benchmarks
	@$(WITH_ARGS) $(BIN)/python -m benchmarks.growth --months 1,3

bench-full: setup ## Grow one warehouse to 36 made-up months: hours; run it again to go on where it stopped
	@$(WITH_ARGS) $(BIN)/python -m benchmarks.growth --growing 3,6,12,24,35
	@$(WITH_ARGS) $(BIN)/python -m benchmarks.growth --rebuilds 20 --rows 20000

bench-queries: .venv-queries/.installed ## Answer the published on-time questions with DuckDB, chdb and polars
	@$(WITH_ARGS) $(BIN)/python -m benchmarks.queries

# in its own environment: nothing else needs them, and chdb is as large as all the rest
.venv-queries/.installed: requirements/queries.txt | setup
	@echo "Installing chdb and polars into .venv-queries (about 1.1 GB) ..."
	@$(BIN)/python -m uv venv --quiet --clear --python $(BIN)/python .venv-queries
	@$(BIN)/python -m uv pip sync --quiet --python .venv-queries/bin/python --require-hashes requirements/queries.txt
	@touch $@

spark-test: .venv-spark/.installed ## Build on a Spark cluster of this machine, and compare every mart with DuckDB's
	@$(WITH_ARGS) $(BIN)/python -m benchmarks.cluster

spark-bench: .venv-spark/.installed ## Measure DuckDB, one worker and two; results go to benchmarks/cluster.md
	@$(WITH_ARGS) $(BIN)/python -m benchmarks.cluster.slopes

dagster-test: .venv-dagster/.installed ## Leave Dagster running for some minutes: schedule, sensors, a range of months, retries
	@$(WITH_ARGS) $(BIN)/python -m tests.orchestration.trial

impact-test: setup ## Show the impact of three prepared changes, and write it to docs/changes.md (5 minutes)
	@$(BIN)/python -m benchmarks.changes

# in its own environment: the adapter and DuckDB's want different versions of what they share
.venv-spark/.installed: requirements/spark.txt requirements/build.txt | setup
	@echo "Installing Apache Spark into .venv-spark (about 500 MB) ..."
	@$(BIN)/python -m uv venv --quiet --clear --python $(BIN)/python .venv-spark
	@$(BIN)/python -m uv pip install --quiet --python .venv-spark/bin/python --no-deps --require-hashes -r requirements/build.txt
	@$(BIN)/python -m uv pip sync --quiet --python .venv-spark/bin/python --require-hashes requirements/spark.txt
	@touch $@

certify: setup ## Inject every fault of docs/certificate.md: hours; run it again to go on where it stopped
	@$(WITH_ARGS) $(BIN)/python -m tests.certificate

sbom: .venv-audit/.installed ## Write the bill of materials of the locked packages (CycloneDX) to target/sbom.json
	@mkdir -p target
	@.venv-audit/bin/cyclonedx-py requirements requirements/lock.txt --pyproject pyproject.toml --short-PURLs \
	  --output-reproducible --of JSON -o target/sbom.json 2> target/sbom.log || { cat target/sbom.log >&2; exit 1; }
	@echo "target/sbom.json lists the locked packages with their versions and checksums."

vulnerabilities: .venv-audit/.installed ## Ask the database OSV for known vulnerabilities of the locked packages
	@sh .ci/vulnerabilities .venv-audit/bin

# in its own environment: the tools are not needed to build, and change often
.venv-audit/.installed: requirements/audit.txt | setup
	@echo "Installing cyclonedx-bom and pip-audit into .venv-audit (about 60 MB) ..."
	@$(BIN)/python -m uv venv --quiet --clear --python $(BIN)/python .venv-audit
	@$(BIN)/python -m uv pip sync --quiet --python .venv-audit/bin/python --require-hashes requirements/audit.txt
	@touch $@

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
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/dagster.in -o requirements/dagster.txt
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/spark.in -o requirements/spark.txt
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/standards.in -o requirements/standards.txt
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/audit.in -o requirements/audit.txt
	@$(BIN)/python -m uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	  --python-version 3.11 --custom-compile-command "make lock" requirements/queries.in -o requirements/queries.txt
	@grep -A 100 '^uv==' requirements/lock.txt | awk 'NR > 1 && /^[a-z]/ {exit} {print}' > requirements/installer.txt

clean: ## Remove everything that was built, and the data; the environments stay
	@rm -rf data site target logs .pytest_cache .mypy_cache .ruff_cache

help: ## List the targets
	@awk -F ':.*## ' '/^##@ / {printf "%s%s\n", separator, substr($$1, 5); separator = "\n"} \
	  /^[a-z-]+:.*## / {printf "  make %-15s %s\n", $$1, $$2}' Makefile
