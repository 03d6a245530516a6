# Everything runs in .venv with the exact versions of requirements.lock: nothing is needed but make and Python 3.11 or newer.

VENV := .venv
PY := $(VENV)/bin/python
INSTALLED := $(VENV)/.installed
JOBS ?= $(shell nproc 2>/dev/null || echo 2)

.PHONY: help verify test reports book status corpus bench docs lint mutants fuzz second-solver determinism coq trust lock clean

help:
	@echo "make verify    verify every page of derivations/, write reports/"
	@echo "make test      run the tests, then every page as a test file"
	@echo "make reports   verify, draw the plots, and build the PDFs of reports/ (wants latexmk)"
	@echo "make book      the same, with the book as the only PDF and a few pages beside it: what CI builds"
	@echo "make status    verify, then put the generated tables into README.md, ERRATA.md and docs/coverage.md"
	@echo "make corpus    put the whole practice corpus to decide, and check its truths by numbers"
	@echo "make mutants   change every claim of the library at one place and refute what comes out; writes docs/mutants.md"
	@echo "make fuzz      20,000 random cases for the rules of proof, the points and the readers"
	@echo "make second-solver  put to cvc5 what z3 answered for the library"
	@echo "make determinism    run the library in seven ways and compare what is reported"
	@echo "make coq       put the proved equations to Coq, and mutants of them (wants coqc); writes docs/coq.md"
	@echo "make bench     run derive beside what one would take otherwise; writes benchmarks/results.md and a plot"
	@echo "make docs      build the documentation in build/docs; a warning is an error"
	@echo "make lint      ruff and mypy"
	@echo "make trust     hold what every verdict rests on against docs/trust.txt"
	@echo "make lock      choose the newest versions and write requirements.lock"
	@echo "make clean     remove .venv, caches and what is generated"

verify: $(INSTALLED)
	$(PY) -m derive -j $(JOBS) --latex --html --markdown --json -o reports/

test: $(INSTALLED)
	$(PY) -m pytest -n $(JOBS) tests --ignore tests/corpus
	$(PY) -m pytest -n $(JOBS) --dist loadfile derivations

reports: $(INSTALLED)
	@command -v latexmk >/dev/null || { echo "make reports: latexmk is missing; on Debian: apt-get install $$(sh .ci/build-pdfs --packages)"; exit 1; }
	$(PY) -m derive -j $(JOBS) --latex --html --markdown --json --plots -o reports/
	sh .ci/build-pdfs reports $(JOBS)

book: $(INSTALLED)
	@command -v latexmk >/dev/null || { echo "make book: latexmk is missing; on Debian: apt-get install $$(sh .ci/build-pdfs --packages)"; exit 1; }
	$(PY) -m derive -j $(JOBS) --latex --html --markdown --json --plots -o reports/
	sh .ci/build-pdfs reports $(JOBS) book.tex softmax_jacobian.tex convolution.tex

status: verify
	$(PY) -c 'from pathlib import Path; from derive.export.markdown import put; \
		p = Path("README.md"); p.write_text(put(p.read_text(), "status", Path("reports/status.md").read_text()))'
	cp reports/errata.md ERRATA.md
	cp reports/coverage.md docs/coverage.md

corpus: $(INSTALLED)
	$(PY) tests/corpus/test_truth.py
	$(PY) tests/corpus/run.py --jobs $(JOBS)

mutants: $(INSTALLED)
	$(PY) tests/mutants.py -j $(JOBS) --each 8 --summary docs/mutants.md

fuzz: $(INSTALLED)
	FUZZ_CASES=2000 $(PY) -m pytest tests/kernel/test_fuzz.py tests/test_strange_input.py

second-solver: $(INSTALLED)
	$(PY) tests/second_solver.py --summary docs/second-solver.md

coq: $(INSTALLED)
	$(PY) tests/coq_audit.py --jobs $(JOBS) --summary docs/coq.md

determinism: $(INSTALLED)
	$(PY) tests/determinism.py

bench: $(INSTALLED)
	$(PY) benchmarks/bench.py

docs: $(INSTALLED)
	@$(PY) -c 'import furo, myst_parser, sphinx' 2>/dev/null || { echo "make docs: Sphinx is missing; $(PY) -m pip install -e '.[docs]'"; exit 1; }
	$(PY) -m sphinx -W --keep-going -q -b html docs build/docs && echo "documentation in build/docs/index.html"

lint: $(INSTALLED)
	$(PY) -m ruff check src tests derivations benchmarks
	$(PY) -m ruff format --check src tests benchmarks
	$(PY) -m mypy

trust: $(INSTALLED)
	@$(PY) -m derive -j $(JOBS) --trust > .trust.new || { rm -f .trust.new; exit 1; }
	@diff docs/trust.txt .trust.new && rm .trust.new && echo "every verdict rests on what docs/trust.txt says" \
		|| { echo "make trust: verdicts rest on something else now; if that is meant: mv .trust.new docs/trust.txt"; exit 1; }

lock: $(INSTALLED)
	$(PY) -m piptools compile --quiet --upgrade --strip-extras --allow-unsafe --extra dev --extra docs --no-annotate --no-header \
		--no-emit-index-url --no-emit-find-links --no-emit-trusted-host --output-file requirements.lock pyproject.toml

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .derive-cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find reports -mindepth 1 ! -name README.md -delete

# Made anew only when the lock file or pyproject.toml is newer; an install that broke off leaves no stamp.
$(INSTALLED): requirements.lock pyproject.toml
	@test -x $(PY) || { python=$$(sh .ci/find-python) && echo "making $(VENV) with $$python" && $$python -m venv $(VENV); }
	$(PY) -m pip install --quiet --disable-pip-version-check -r requirements.lock
	$(PY) -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@
