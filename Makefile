# What one does with this house. Everything behind it is in make/; nothing else is hidden.
.PHONY: help up test lint bench screenshots lock
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
PYTHON := .venv/bin/python
TESTS := requirements.txt tests/requirements.txt

help:  ## this list
	@sed -n 's/^\([a-z]*\):  ## /  make \1\t/p' Makefile | expand -t 20

up:  ## install what is missing, then run the platform with demo content (Ctrl-C stops it)
	@make/environment.sh requirements.txt
	@$(PYTHON) make/up.py

test:  ## every test: on SQLite with browser, then what depends on storage on PostgreSQL
	@make/environment.sh $(TESTS)
	@make/test.sh

lint:  ## style, types, import order, templates, migrations, deployment checks
	@make/environment.sh $(TESTS)
	@make/lint.sh

bench:  ## what was promised, measured against its baseline on both databases
	@make/environment.sh $(TESTS)
	@make/bench.sh

screenshots:  ## take the pictures of the README anew
	@make/environment.sh $(TESTS)
	@$(PYTHON) make/screenshots.py

lock:  ## compile the short lists of dependencies to exact versions with hashes
	@make/environment.sh $(TESTS)
	@make/lock.sh
