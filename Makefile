# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# superoffice.erpsync: `make` lists what there is. Everything that is made lies under .build/.

SHELL := bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
# The steps of `test` but for the unit tests use about one core each, so that JOBS of them go on at a time.
JOBS ?= 2
MAKEFLAGS += --no-print-directory

BUILD := .build
VENV := $(BUILD)/venv
IMPORTER_VENV := $(BUILD)/importer-venv
EDA_VENV := $(BUILD)/eda-venv
LOCK_VENV := $(BUILD)/lock-venv
LINK := $(BUILD)/collections/ansible_collections/superoffice/erpsync
BIN := $(CURDIR)/$(VENV)/bin
PY := $(BIN)/python
STEP := $(PY) tools/step.py
# One more than cores, because some tests wait.
PYTEST_WORKERS ?= 3
PORT ?= 8099
ARGS ?=

# pip leaves compiled files only without this, and every start of ansible is twice as slow when there are none.
unexport PYTHONDONTWRITEBYTECODE
# A caller's own Ansible settings must not decide what passes here.
unexport ANSIBLE_CONFIG ANSIBLE_COLLECTIONS_PATHS ANSIBLE_LIBRARY ANSIBLE_INVENTORY ANSIBLE_STDOUT_CALLBACK PYTHONPATH VIRTUAL_ENV
export ANSIBLE_COLLECTIONS_PATH := $(CURDIR)/$(BUILD)/collections
export ANSIBLE_HOME := $(CURDIR)/$(BUILD)/ansible
export PIP_DISABLE_PIP_VERSION_CHECK := 1
# Only the tools' own environment is changed: the recipes that need it put it in front.
WITH_VENV := PATH="$(BIN):$$PATH"

# The first interpreter that is new enough and really starts.
FIND_PYTHON = for candidate in $${PYTHON:-} python3 python3.13 python3.12 python3.11; do \
	"$$candidate" -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo "$$candidate"; exit 0; }; done; \
	echo "make setup needs Python 3.11 or newer with the venv module; set PYTHON=... to name one." >&2; exit 1

.PHONY: help
help:  ## Show this list
	@echo "superoffice.erpsync: make TARGET"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

##@ Setting up

.PHONY: setup
setup: $(VENV)/.stamp $(LINK)  ## Create .build/venv with everything that development needs

INSTALL = python=$$($(FIND_PYTHON)); "$$python" tools/step.py --unrecorded --progress '^ ?((?:Collecting|Downloading|Downloaded|Prepared|Installing|Installed) .*)' \
	"setting up $(@D)" -- "$$python" tools/install.py $(@D) $<

$(VENV)/.stamp: requirements/dev.txt
	@$(INSTALL)
	@touch $@

# After the other: its pip serves both.
$(IMPORTER_VENV)/.stamp: requirements/importer.txt | $(VENV)/.stamp
	@$(INSTALL)
	@touch $@

# With npm. Tests are skipped without: no other needs it.
.PHONY: npm
npm: $(if $(shell command -v npm),$(BUILD)/npm/.stamp)  ## Install what tests take from npm: the vendor's client, and axe-core
$(BUILD)/npm/.stamp: requirements/npm/package-lock.json
	@rm -rf $(@D) && mkdir -p $(@D) && cp requirements/npm/*.json $(@D)
	@cd $(@D) && { npm ci --ignore-scripts --no-audit --no-fund --silent && touch $(@F); } || echo "npm does not get its packages; tests are skipped."

# For the tests it is tried once.
.PHONY: browser
browser: setup  ## Install Chromium for tests, where there is none and root can with apt-get
	@$(PY) tools/install_browser.py
$(BUILD)/browser.stamp: tools/install_browser.py tools/apt_packages.py | $(VENV)/.stamp
	@$(PY) tools/install_browser.py && touch $@

# The engine of rulebooks, which wants Java. A test is skipped without.
$(EDA_VENV)/.stamp: requirements/eda.txt | $(VENV)/.stamp
	@$(INSTALL) && touch $@ || echo "ansible-rulebook cannot be installed; the test of rulebooks in their engine is skipped."
$(BUILD)/java.stamp: tools/install_java.py tools/apt_packages.py | $(VENV)/.stamp
	@$(PY) tools/install_java.py && touch $@

# Playbooks, pytest and mypy find the working tree under the collection's name.
$(LINK):
	@mkdir -p $(@D) && ln -sfn ../../../.. $@

.PHONY: lock
lock:  ## Pin the newest releases again in requirements/*.txt
	@test -x $(LOCK_VENV)/bin/uv || { python=$$($(FIND_PYTHON)); "$$python" -m venv $(LOCK_VENV); $(LOCK_VENV)/bin/pip install -qq uv; }
	@cd requirements && for name in uv dev importer eda; do \
		UV_PYTHON_DOWNLOADS=never ../$(LOCK_VENV)/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --no-annotate \
			--custom-compile-command "make lock" --output-file $$name.txt $$name.in; done

##@ Checking

# The longest first. The unit tests use all cores themselves and come last, as soon as one of the others ends.
# All run, also after one that failed: a person wants to know them all.
LINT := lint-playbooks lint-licences lint-docs lint-galaxy lint-code lint-yaml
STEPS := molecule sanity lint-playbooks docs $(filter-out lint-playbooks,$(LINT)) import-tests unit

.PHONY: test
test: setup $(IMPORTER_VENV)/.stamp  ## Everything that must hold: lint, sanity, docs, molecule, unit
	@rm -f $(BUILD)/results.jsonl
	@status=0; $(MAKE) --jobs=$(JOBS) --keep-going $(STEPS) || status=$$?; $(PY) tools/summary.py || status=1; exit $$status

LEFT_OUT = $(if $(ERPSYNC_TEST_EVERY_WAY),,--left-out "$(1) (make thorough)")

# What costs more than it finds from day to day. Its steps are those of `test`, with more in them.
.PHONY: thorough
thorough: export ERPSYNC_MOLECULE_HOSTS := .
thorough: export ERPSYNC_TEST_EVERY_WAY := 1
thorough: setup  ## What test leaves out: all versions of the services in both shells, slow sanity tests
	@rm -f $(BUILD)/results.jsonl
	@status=0; $(MAKE) --jobs=$(JOBS) --keep-going molecule sanity unit || status=$$?; $(PY) tools/summary.py || status=1; exit $$status

.PHONY: lint
lint: setup $(IMPORTER_VENV)/.stamp  ## Style, types, licences, documentation, Galaxy's rules
	@$(MAKE) --jobs=$(JOBS) --keep-going $(LINT)

.PHONY: lint-code
lint-code: setup  ## ruff, mypy --strict
	@failed=0; \
	$(STEP) ruff -- $(BIN)/ruff check --output-format concise . || failed=1; \
	$(STEP) "mypy plugins" -- $(BIN)/mypy -p ansible_collections.superoffice.erpsync.plugins || failed=1; \
	$(STEP) "mypy tests and tools" -- $(BIN)/mypy tests tools noxfile.py extensions/molecule/plugins extensions/eda/plugins || failed=1; \
	exit $$failed

# Test files that are imported once need not be compiled by all workers of the unit tests at the same time. After the licences, which would take
# what is being compiled for files without one.
.PHONY: import-tests
import-tests: setup lint-licences
	@$(WITH_VENV) $(STEP) "importing tests" -- $(PY) -m pytest --collect-only -qq

# In the environment that is there: nox would make one for each session.
.PHONY: lint-licences
lint-licences: setup  ## Licences, headers, action group, files that do not belong here (antsibull-nox.toml)
	@$(WITH_VENV) $(STEP) "licences, headers, action group" -- $(BIN)/nox --no-venv --session license-check extra-checks

.PHONY: lint-yaml
lint-yaml: setup  ## yamllint
	@$(STEP) yamllint -- $(BIN)/yamllint --strict .

.PHONY: lint-playbooks
lint-playbooks: setup  ## ansible-lint (profile production)
	@$(WITH_VENV) $(STEP) --progress '(?:Executing|Examining) (.+)' ansible-lint -- $(PY) tools/lint_playbooks.py --offline --strict --nocolor -vv

.PHONY: lint-docs
lint-docs: setup  ## Changelog fragments and the collection's documentation
	@mkdir -p $(BUILD)/home; failed=0; \
	PYTHONPATH=$(ANSIBLE_COLLECTIONS_PATH) $(STEP) "option documentation" -- $(PY) tools/write_option_docs.py --check || failed=1; \
	$(WITH_VENV) $(STEP) antsibull-changelog -- $(BIN)/antsibull-changelog lint || failed=1; \
	HOME="$(CURDIR)/$(BUILD)/home" $(WITH_VENV) $(STEP) antsibull-docs -- \
		$(BIN)/antsibull-docs lint-collection-docs --plugin-docs --validate-collection-refs self --disallow-unknown-collection-refs . || failed=1; \
	exit $$failed

.PHONY: lint-galaxy
lint-galaxy: setup $(IMPORTER_VENV)/.stamp  ## galaxy-importer without a warning
	@$(STEP) --progress '^(Loading .*)' galaxy-importer -- $(PY) tools/run_importer.py $(IMPORTER_VENV)/bin/python

# One after the other: all make the copy in .build/stage anew. ruff finds most of what pylint and pep8 find, and a unit test what import finds;
# they take a minute and more.
SANITY_STEP := $(STEP) --progress '^Running sanity test (.*)' --skipped '^WARNING: (?:Skipping|Required program) (.*)'
SANITY = $(PY) tools/run_ansible_test.py sanity --local --color no --python "$$($(PY) -c 'import sys; print("%d.%d" % sys.version_info[:2])')"

.PHONY: sanity
sanity: setup  ## ansible-test sanity, without containers
ifdef ARGS
	@$(SANITY_STEP) sanity -- $(SANITY) $(ARGS)
else ifdef ERPSYNC_TEST_EVERY_WAY
	@failed=0; \
	$(SANITY_STEP) "sanity of imports and pep8" -- $(SANITY) --test import --test pep8 || failed=1; \
	$(SANITY_STEP) pylint -- $(SANITY) --test pylint || failed=1; \
	exit $$failed
else
	@$(SANITY_STEP) $(call LEFT_OUT,import and pep8 and pylint) sanity -- $(SANITY) --skip-test pylint --skip-test import --skip-test pep8
endif

.PHONY: unit
unit: setup npm $(BUILD)/browser.stamp $(BUILD)/java.stamp $(EDA_VENV)/.stamp  ## Unit tests and the stand-in's own tests
	@$(WITH_VENV) $(STEP) --stream --junit $(BUILD)/junit/unit.xml $(call LEFT_OUT,every test in both shells and over every version) \
		unit -- $(PY) -m pytest -q -n $(PYTEST_WORKERS) --junitxml $(BUILD)/junit/unit.xml $(ARGS)

.PHONY: eda
eda: setup $(BUILD)/java.stamp $(EDA_VENV)/.stamp  ## The rulebooks in Event-Driven Ansible's own engine, each against a stand-in
	@ERPSYNC_TEST_EVERY_WAY=1 $(WITH_VENV) $(PY) -m pytest -q -rs tests/unit/events/test_rulebooks.py $(ARGS)

# Molecule takes extensions/molecule/config.yml into account only where it is started beside galaxy.yml.
.PHONY: molecule integration
molecule: setup  ## Molecule scenarios against the stand-in (integration is the same)
	@NO_COLOR=1 ANSIBLE_NOCOLOR=1 PY_COLORS=0 $(WITH_VENV) $(STEP) --progress '^INFO +\[(\S+ > \S+)\] Executing' \
		$(if $(ERPSYNC_MOLECULE_HOSTS),,$(call LEFT_OUT,hosts with ordinary modules or other versions than REST and Services75)) molecule -- $(PY) tools/run_molecule.py test --all $(ARGS)
integration: molecule

.PHONY: matrix
matrix: setup  ## Sanity and tests on every ansible-core from 2.16 on whose Python is there
	@$(PY) tools/matrix.py $(ARGS)

.PHONY: release-check
release-check: setup $(IMPORTER_VENV)/.stamp  ## What a release needs, and the archive installed and used on the oldest, newest and coming ansible-core
	@$(PY) tools/release_check.py $(ARGS)

.PHONY: benchmark
benchmark: setup  ## Measure against uri tasks, ordinary modules and a bare script; ARGS=--write puts the table into the guide
	@$(WITH_VENV) PYTHONPATH=$(BUILD)/collections $(PY) tests/benchmark/benchmark.py $(ARGS)

.PHONY: fix
fix: setup  ## Let ruff mend what it can
	@$(BIN)/ruff check --fix .

##@ Using

.PHONY: mock
mock: setup  ## Start the stand-in server in the foreground: make mock PORT=8099 ARGS=...
	@exec $(PY) tests/mock_server --port $(PORT) --hint $(ARGS)

.PHONY: demo
demo: setup  ## A story in 60 lines: what was clicked, by whom, and the way back
	@$(PY) tools/demo.py

.PHONY: docs
docs: setup  ## Build the documentation site in .build/docs/html
	@$(STEP) docs -- $(PY) tools/build_docs.py
	@echo "       The site begins at $(BUILD)/docs/html/index.html"

.PHONY: build
build: setup  ## Build the collection's archive in .build/dist
	@$(PY) tools/stage.py && $(BIN)/ansible-galaxy collection build $(BUILD)/stage/ansible_collections/superoffice/erpsync --output-path $(BUILD)/dist --force

.PHONY: clean
clean:  ## Remove .build
	@rm -rf $(BUILD)
