# Recipes of the project. `make demo` and `make test` are all that a newcomer needs.
PYTHON ?= python3.11
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.PHONY: demo test serve check fix docs bench lock samples

demo: $(READY)            ## set everything up, process samples/, show where the results are
	$(BIN)/tingwu models pull
	$(BIN)/tingwu transcribe samples --diarize --output_dir out/demo --output_format all
	$(BIN)/tingwu notes samples --diarize --output_dir out/demo --output_format md,json
	@echo
	@echo "The files are in $(CURDIR)/out/demo; begin with the .md files."
	@echo "The same recordings on the page, where every line plays its moment: make serve"

test: $(READY) check      ## all checks and tests, with real weights and a real browser
	sh tests/system_packages.sh
	$(BIN)/python -m pytest

serve: $(READY)           ## open the page on this machine
	$(BIN)/tingwu serve

check: $(READY)           ## format, lint, types, layers, generated documents
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/pyright
	$(BIN)/lint-imports
	$(BIN)/cog --check README.md README.zh.md

fix: $(READY)             ## mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: $(READY)            ## write the generated parts of the documents anew
	$(BIN)/cog -r README.md README.zh.md

bench: $(READY)           ## speech engine against its peers on samples/, in turns; fails when limits are broken
	$(BIN)/tingwu bench speech --data samples --model whisper-base --output_dir out/bench \
		--peer faster-whisper --peer faster-whisper-batched
	PYTHONPATH=. $(BIN)/python tests/benchmarks/check_speech.py out/bench/bench-speech.json

samples: $(READY)         ## make the sample recordings anew (needs espeak-ng)
	$(BIN)/python samples/make.py

lock: $(READY)            ## resolve all versions anew
	$(BIN)/pip-compile --quiet --upgrade --strip-extras --allow-unsafe --no-emit-index-url --no-emit-find-links --no-emit-trusted-host \
		--extra dev --extra samples --constraint constraints.txt --output-file requirements.lock pyproject.toml
	sed -i 's/+cpu$$//' requirements.lock

$(READY): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed; name it with: make PYTHON=/path/to/python3.11"; exit 1; }
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --editable .
	touch $@
