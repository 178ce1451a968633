# Set-up, demo, tests. Needs Python >= 3.11 with venv, and make; everything else goes into .venv and node_modules.
# pip and npm are used as configured on the machine, so that a mirror of the site works; the locks pin every hash.

PY      := .venv/bin/python
PIP     := $(PY) -m pip --disable-pip-version-check --no-input
# Stamps carry the place: an environment that was copied or moved is made anew.
STAMP   := .venv/.stamp-$(shell printf '%s' '$(CURDIR)' | cksum | cut -d' ' -f1)
VENDOR  := web/static/vendor/versionen.json
MODULES := node_modules/.package-lock.json
# Test processes at once; ARGS goes to pytest, e.g. make test ARGS="tests/engine -k frist".
JOBS    ?= 2
ARGS    ?=
# How long make fuzz runs.
SEKUNDEN ?= 30
# make lock UPGRADE=--upgrade raises the pins; without it they stay unless pyproject.toml demands otherwise.
UPGRADE ?=

.PHONY: help setup setup-dev spark browser demo test check fuzz format texte lock clean
.DELETE_ON_ERROR:

help:
	@echo "make setup   Umgebung in .venv anlegen, Oberfläche bauen"
	@echo "make demo    Demo-Amt Musterstadt auf http://127.0.0.1:8000 starten (Strg-C beendet)"
	@echo "make test    alle Tests ausführen; richtet Browser und Datenbank dafür ein"
	@echo "make check   Format, Regeln, Typen und Schichten prüfen"
	@echo "make spark   Spark für den Wertstrom einrichten (braucht Java ab 17); make test prüft ihn dann mit"
	@echo "make fuzz    FEEL und DMN mit Zufallseingaben prüfen, 30 Sekunden (Linux, Python 3.11 bis 3.13)"
	@echo "make format  Quelltext formatieren"
	@echo "make texte   Texte der Seiten in die Kataloge der anderen Sprachen aufnehmen"
	@echo "make lock    Versionen neu festschreiben (UPGRADE=--upgrade hebt sie an)"
	@echo "make clean   Umgebung und Gebautes löschen"

setup: $(STAMP)/run $(STAMP)/project $(VENDOR)
	@:

setup-dev: setup $(STAMP)/dev

demo: setup
	@.venv/bin/hilfefluss demo

spark: $(STAMP)/spark
	@:

browser: $(STAMP)/dev
	@$(PY) tests/browser/install.py

test: setup-dev browser
	@$(PY) -m pytest -n $(JOBS) --dist worksteal $(ARGS)

check: setup-dev
	@$(PY) -m ruff format --check .
	@$(PY) -m ruff check .
	@$(PY) -m mypy
	@.venv/bin/lint-imports --no-cache

# Where atheris has no wheel the lock is empty: then there is nothing to run, and the property tests remain.
fuzz: $(STAMP)/fuzz
	@if $(PY) -c 'import importlib.util as u; raise SystemExit(u.find_spec("atheris") is None)'; \
	  then $(PY) tests/fuzz/feel_fuzz.py -max_total_time=$(SEKUNDEN) -artifact_prefix=test-ergebnisse/; \
	  else echo "Ohne atheris (nur für Linux mit Python 3.11 bis 3.13): nichts ausgeführt"; fi

format: setup-dev
	@$(PY) -m ruff format .
	@$(PY) -m ruff check --fix .

texte: setup-dev
	@$(PY) -m web.textsammlung

clean:
	rm -rf .venv node_modules web/static/vendor web/static/vendor.neu .mypy_cache .ruff_cache .pytest_cache

# --- the environment ---------------------------------------------------------------------------------------------

# A vanished interpreter (an upgraded system) makes the stamp worthless.
ifneq ($(shell [ -x $(PY) ] && echo ok),ok)
.PHONY: $(STAMP)/venv
endif

# _base_executable: the interpreter behind an activated environment, which may be the very one to be replaced.
$(STAMP)/venv:
	@for python in $(PYTHON) python3.13 python3.12 python3.11 python3 python3.14 python; do \
	  base=$$($$python -c 'import sys, ensurepip, venv; print(sys._base_executable); sys.exit(sys.version_info < (3, 11))' \
	    2>/dev/null) || continue; \
	  echo "Umgebung .venv mit $$("$$base" --version) ($$base)"; \
	  rm -rf .venv && "$$base" -m venv .venv && mkdir -p $(STAMP) && touch $@ && exit 0; \
	  echo "Einrichten nicht möglich: $$base -m venv .venv ist gescheitert." >&2; exit 1; \
	done; \
	echo "Einrichten nicht möglich: kein Python ab 3.11 mit dem Modul venv gefunden." >&2; \
	echo "Bitte installieren (Debian, Ubuntu: apt install python3 python3-venv) oder nennen: make setup PYTHON=/pfad/zu/python3" >&2; \
	echo "No Python >= 3.11 with the venv module found: install one, or name it with PYTHON=/path/to/python3." >&2; \
	exit 1

# Installs a locked list of wheels (nothing is compiled). Of pip's hundreds of lines one in ten packages is shown;
# when it fails, its last ones. $(1) file below requirements/, $(2) what it is for
define install
	@echo "Pakete $(2) (requirements/$(1).txt)"
	@{ $(PIP) install --require-hashes --only-binary :all: --progress-bar off -r requirements/$(1).txt 2>&1 \
	    || echo "gescheitert"; } | awk -v total="$$(grep -c '==' requirements/$(1).txt)" ' \
	  { last[NR % 15] = $$0 } \
	  /^(Collecting|Processing|Requirement already)/ { if (++n % 10 == 0) { print "  " n " von " total; fflush() } } \
	  /^Installing/ { print "  werden installiert"; fflush() } \
	  /^gescheitert$$/ { for (i = NR - 14; i < NR; i++) print last[i % 15]; exit 1 }'
endef

$(STAMP)/run: requirements/run.txt $(STAMP)/venv
	$(call install,run,für den Betrieb)
	@touch $@

$(STAMP)/dev: requirements/dev.txt $(STAMP)/run
	$(call install,dev,für die Entwicklung)
	@touch $@

# pyspark is published as a source package only: it is built with what is locked, and fetches nothing else.
$(STAMP)/spark: requirements/spark.txt requirements/spark-build.txt $(STAMP)/run
	$(call install,spark-build,zum Bauen von Spark)
	@echo "Spark (requirements/spark.txt, rund 450 MB)"
	@$(PIP) install --quiet --require-hashes --no-build-isolation --no-deps -r requirements/spark.txt
	@touch $@

$(STAMP)/fuzz: requirements/fuzz.txt $(STAMP)/run
	$(call install,fuzz,für Zufallseingaben)
	@mkdir -p test-ergebnisse
	@touch $@

$(STAMP)/project: pyproject.toml $(STAMP)/run
	@$(PIP) install --quiet --no-index --no-build-isolation --no-deps --editable .
	@touch $@

# --- the front end -----------------------------------------------------------------------------------------------

# With the Node of the environment, where the machine has none that is new enough.
WITH_NODE := PATH="$(CURDIR)/.venv/bin:$$PATH"
NODE_IS_NEW := node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)'

# npm writes $(MODULES) as its last act.
$(MODULES): package.json package-lock.json .npmrc requirements/node.txt | $(STAMP)/venv
	@export $(WITH_NODE); if ! { $(NODE_IS_NEW) && npm --version; } >/dev/null 2>&1; then \
	  echo "Node fehlt oder ist zu alt: Node aus requirements/node.txt"; \
	  $(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/node.txt; \
	fi
	@echo "Pakete der Oberfläche mit Node $$($(WITH_NODE) node --version) (package-lock.json)"
	@$(WITH_NODE) npm ci --ignore-scripts --loglevel error
	@touch $@

$(VENDOR): $(MODULES) web/assets.py
	@$(PY) -P web/assets.py

# --- locks -------------------------------------------------------------------------------------------------------

COMPILE = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
  --no-emit-index-url --no-annotate --no-header $(UPGRADE)

# npm first: the modules cannot be installed while their lock does not fit package.json.
lock: $(STAMP)/venv
	$(WITH_NODE) npm install --package-lock-only --ignore-scripts
	@$(PIP) install --quiet --require-hashes --only-binary :all: -r requirements/lock.txt
	$(COMPILE) --extra build -o requirements/run.txt pyproject.toml
	$(COMPILE) --extra build --extra dev -c requirements/run.txt -o requirements/dev.txt pyproject.toml
	$(COMPILE) --group node -o requirements/node.txt
	$(COMPILE) --group lock -o requirements/lock.txt
	$(COMPILE) --group bench -o requirements/bench.txt
	$(COMPILE) --group spark -o requirements/spark.txt
	$(COMPILE) --group spark-build -o requirements/spark-build.txt
	$(COMPILE) --group fuzz -o requirements/fuzz.txt
