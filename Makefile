# make demo   a pretrained model and a short training, with pictures (one backend)
# make test   the test suite on PyTorch, TensorFlow and JAX; what names no tensor once
# make lint   ruff, as CI runs it
# make docs   the documentation, in site/

PYTHON ?= python3
VENV ?= .venv
PIP = $(VENV)/bin/python -m pip install --quiet --disable-pip-version-check
# What names no tensor runs on the first: PyTorch starts fastest and compiles nothing.
BACKENDS ?= torch tensorflow jax
# Processes that share the test files of one backend.
WORKERS ?= 2
# TensorFlow reports missing GPUs and skipped optimizations; Python errors still show.
export TF_CPP_MIN_LOG_LEVEL ?= 3
# Threads of PyTorch in each worker: more of them wait for one another on the same cores.
test: export OMP_NUM_THREADS ?= 1

.PHONY: demo test lint docs clean

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)

$(VENV)/demo: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) -c constraints.txt -e '.[tensorflow]'
	@touch $@

$(VENV)/test: $(VENV)/bin/python pyproject.toml constraints.txt
	$(PIP) -c constraints.txt -e '.[tensorflow,jax,torch,dev,docs]'
	@touch $@

demo: $(VENV)/demo
	KERAS_BACKEND=tensorflow $(VENV)/bin/python examples/demo.py

test: $(VENV)/test
	@for backend in $(BACKENDS); do \
	    echo "== $$backend"; \
	    [ $$backend = $(firstword $(BACKENDS)) ] && chosen="" || chosen="not host"; \
	    KERAS_BACKEND=$$backend $(VENV)/bin/python -m pytest -q --durations=5 \
	        -m "$$chosen" --numprocesses=$(WORKERS) --dist=loadfile \
	        --no-loadscope-reorder || exit 1; \
	done

lint: $(VENV)/test
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/ruff check .

docs: $(VENV)/test
	$(VENV)/bin/mkdocs build --strict

clean:
	rm -rf $(VENV) site
