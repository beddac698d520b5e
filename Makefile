# `make` lists the commands. make.py does the work; without make, `python make.py COMMAND` is the same.
PYTHON := $(or $(shell command -v python3 2>/dev/null),$(shell command -v python 2>/dev/null))

COMMANDS := help setup lab test test-browser test-gpu notebooks selftest bench bench-gpu lint

.PHONY: $(COMMANDS)
$(COMMANDS):
	@test -n "$(PYTHON)" || { echo "Python is missing: install Python 3.11 or newer from https://www.python.org/downloads/"; exit 1; }
	@"$(PYTHON)" make.py $@ $(ARGS)
