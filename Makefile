# `make app` opens the app in a browser, `make class` opens it to a class in the same network, which
# enters a class code, and `make test` checks everything. All install what they need.

PYTHON := .venv/bin/python
INSTALLED := .venv/.installed
TESTS_INSTALLED := .venv/.tests-installed
PIP_INSTALL := $(PYTHON) -m pip install --quiet --disable-pip-version-check

.PHONY: app class setup test lint docs screenshots clean

app: setup
	@$(PYTHON) -m streamlit run streamlit_app.py

class: setup
	@$(PYTHON) -m fmnist_core class open

setup: $(INSTALLED)
	@$(PYTHON) -m fmnist_core data fetch || \
		echo "Fashion-MNIST is not available; the app offers synthetic garments instead."

test: $(TESTS_INSTALLED)
	@.ci/browser
	@.ci/imagemagick
	@.ci/data $(PYTHON)
	@$(MAKE) --no-print-directory lint
	$(PYTHON) -m pytest

lint: $(TESTS_INSTALLED)
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m mypy

docs: $(INSTALLED)
	$(PYTHON) docs/architecture.py
	$(PYTHON) -m fmnist_core.cli.reference > docs/commands.md

screenshots: $(TESTS_INSTALLED)
	$(PYTHON) docs/screenshots.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache

$(PYTHON):
	@.ci/venv

$(INSTALLED): requirements.txt $(PYTHON)
	@echo "Installing requirements.txt into .venv; torch is large, so this takes minutes the first time."
	@$(PIP_INSTALL) -r requirements.txt
	@touch $@

$(TESTS_INSTALLED): tests/requirements.txt requirements-cluster.txt $(INSTALLED)
	@$(PIP_INSTALL) -r tests/requirements.txt
	@touch $@
