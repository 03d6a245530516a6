"""The pytest plugin: a page is a test file, a claim is a test, and other projects do not notice."""

from __future__ import annotations

import re
from pathlib import Path
from xml.etree import ElementTree as Xml

import pytest

from derive import confine
from derive.pytest_plugin import is_page

OPEN = '''"""Open."""
from derive import claim, eq, real

x = real("x")
gap = claim(x, eq(x, admits="tau exists"), unknown="tried for a day")
silent = claim(x, eq(x, admits="tau exists"))
'''

WRONG = '''"""Wrong in several ways."""
from derive import D, Sum, claim, cite, delta, eq, erratum, exp, indices, log, natural, real, real_vector

x = real("x")
n = natural("n")
i, j, k = indices("i j k", upto=n)
u = real_vector("u", n)
Z = Sum(exp(u[k]), k)
logs = claim(log(x**2), eq(2 * log(x)), source=cite("notes", "3"))
forgotten = claim(D(exp(u[i]) / Z, u[j]), eq(exp(u[i]) / Z * (1 - exp(u[j]) / Z), why="for i = j"))
right = claim(x + x, eq(2 * x))
no_erratum = erratum(cite("notes", "4"), printed=claim(x + x, eq(2 * x)), instead=right)
'''

HIDDEN = '''"""Hidden."""
from derive import claim, eq, real

x = real("x")
seen = claim(x, eq(x))
if True:
    unseen = claim(x, eq(x + 1))
'''


def put(pytester: pytest.Pytester, name: str, text: str) -> Path:
    path = pytester.path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_each_claim_and_erratum_is_a_test_and_failures_say_all(pytester: pytest.Pytester, pages: dict[str, str]) -> None:
    for name in ("softmax_small", "squares", "broken", "misspelt"):
        put(pytester, f"derivations/{name}.py", pages[name])
    result = pytester.runpytest_subprocess("derivations", "-v", "-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=4, failed=3)
    result.stdout.fnmatch_lines_random(
        [
            "derivations/softmax_small.py::jacobian PASSED*",
            "derivations/softmax_small.py::rows PASSED*",
            "derivations/softmax_small.py::wrong_sign PASSED*",
            "derivations/squares.py::square FAILED*",
            "derivations/squares.py::fine PASSED*",
            "derivations/broken.py::loads FAILED*",
            "derivations/misspelt.py::a FAILED*",
        ]
    )
    result.stdout.fnmatch_lines(["derivations/broken.py:4: error: syntax error: invalid syntax, in `x = = 1`"])
    result.stdout.fnmatch_lines(["derivations/misspelt.py:4: error: unknown name eqq; did you mean eq*"])
    result.stdout.fnmatch_lines(
        [
            "derivations/squares.py:5  squares.square, link 2 of 2: REFUTED",
            "  from     x² + 2 x + 1",
            "  eq       x² + 2 x + 2   why: careless",
            "  at       x = *:   * ≠ *   (exact)",
            "  repair   1 for 2:   x² + 2 x + 1 = x² + 2 x + 1   (PROVED)",
            "  jax      does not agree with it (float64, * points)*",
            "  next     python -m derive derivations/squares.py::square --explain",
        ]
    )


def test_what_is_declared_open_is_an_expected_failure(pytester: pytest.Pytester) -> None:
    put(pytester, "derivations/open.py", OPEN)
    put(pytester, "derivations/hidden.py", HIDDEN)
    result = pytester.runpytest_subprocess("derivations", "-rx", "-p", "no:xdist")
    result.assert_outcomes(xfailed=1, failed=2)
    result.stdout.fnmatch_lines(["XFAIL derivations/open.py::gap - *its page declares it open: tried for a day"])
    result.stdout.fnmatch_lines(["derivations/open.py:6  open.silent: ADMITTED", "*admits*tau exists*"])
    result.stdout.fnmatch_lines(["*unseen stands inside another statement; bind each claim at the top of the page"])


def test_it_works_under_xdist_and_for_one_claim(pytester: pytest.Pytester, pages: dict[str, str]) -> None:
    put(pytester, "derivations/softmax_small.py", pages["softmax_small"])
    put(pytester, "derivations/squares.py", pages["squares"])
    chosen = ("derivations/softmax_small.py::jacobian", "derivations/squares.py::square")
    result = pytester.runpytest_subprocess(*chosen, "-n", "2", "--dist", "loadfile")
    result.assert_outcomes(passed=1, failed=1)


def test_collecting_runs_no_page_and_loads_nothing_heavy(pytester: pytest.Pytester, pages: dict[str, str]) -> None:
    put(pytester, "derivations/page.py", pages["softmax_small"] + "\nraise SystemExit('this page was run')\n")
    put(pytester, "test_own.py", "def test_own():\n    pass\n")
    pytester.makeconftest(
        """
        import sys

        def pytest_collection_finish(session):
            heavy = [m for m in ("sympy", "jax", "z3", "numpy", "flint", "rich", "click") if m in sys.modules]
            print("loaded:", heavy)
        """
    )
    result = pytester.runpytest_subprocess("--collect-only", "-q", "-s", "-p", "no:xdist", "-p", "no:hypothesispytest")
    result.stdout.fnmatch_lines_random(
        ["loaded: []", "derivations/page.py::jacobian", "derivations/page.py::wrong_sign", "test_own.py::test_own"]
    )


@pytest.mark.parametrize(
    ("name", "text", "page"),
    [
        ("derivations/a.py", "from derive import claim\na = claim(1)", True),
        ("derivations/a.py", "from derive import claim\nx = = 1", True),
        ("derivations/a.py", "from derive import claim", True),
        ("derivations/a.py", "import derive", True),
        ("derivations/a.py", "import numpy\ndef test_a(): pass", False),
        ("derivations/conftest.py", "from derive import claim", False),
        ("derivations/_shared.py", "from derive import claim\na = claim(1)", False),
        ("derivations/a.txt", "from derive import claim\na = claim(1)", False),
        ("tests/a.py", "from derive import claim\na = claim(1)", True),
        ("tests/test_a.py", "from derive import erratum\na = erratum(1)", True),
        ("tests/test_a.py", "from derive import decide\ndef test_a(): decide(1, 1)", False),
        ("tests/test_a.py", "from derive import claim\ndef test_a():\n    b = claim(1)", False),
        ("tests/test_a.py", "from derive import claim\nx = = 1", False),
        ("tests/test_a.py", "from derivatives import claim\na = claim(1)", False),
        ("tests/test_a.py", "a = claim(1)", False),
        ("tests/test_a.py", "from derive import decide\ndef claim(x): pass\na = claim(1)", False),
        ("tests/test_a.py", "from derive import *\na = claim(1)", True),
    ],
)
def test_which_files_are_pages(tmp_path: Path, name: str, text: str, page: bool) -> None:
    path = tmp_path / name
    path.parent.mkdir()
    path.write_text(text)
    assert is_page(path) is page


def test_a_file_that_cannot_be_read_is_no_page(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_bytes(b"from derive import claim\n\xff\xfe\x00")
    assert not is_page(tmp_path / "a.py")
    assert not is_page(tmp_path / "missing.py")


def failures(output: str) -> str:
    """What pytest prints of failures, without what JAX measured and what depends on the terminal."""
    lines = output.partition(" FAILURES =")[2].partition("short test summary")[0].splitlines()[1:-1]
    words = "\n".join(line.strip("_") if line.startswith("__") else line for line in lines)
    return re.sub(r"float64, \d+ points\).*", "float64, # points)", words) + "\n"


def test_failures_are_printed_as_expected(pytester: pytest.Pytester, pages: dict[str, str]) -> None:
    for name in ("squares", "broken", "misspelt"):
        put(pytester, f"derivations/{name}.py", pages[name])
    put(pytester, "derivations/open.py", OPEN)
    put(pytester, "derivations/wrong.py", WRONG)
    result = pytester.runpytest_subprocess("derivations", "--derive-strict", "-p", "no:cacheprovider", "-p", "no:xdist")
    result.assert_outcomes(passed=2, failed=8)
    assert failures(str(result.stdout)) == (Path(__file__).parent / "expected" / "failures.txt").read_text()


def test_what_is_declared_open_fails_when_strict(pytester: pytest.Pytester) -> None:
    put(pytester, "derivations/open.py", OPEN)
    result = pytester.runpytest_subprocess("derivations", "--derive-strict", "-p", "no:xdist")
    result.assert_outcomes(failed=2)


def test_markers_choose_claims_and_errata(pytester: pytest.Pytester, pages: dict[str, str]) -> None:
    put(pytester, "derivations/softmax_small.py", pages["softmax_small"])
    put(pytester, "test_own.py", "def test_own():\n    pass\n")
    collect = ("--collect-only", "-q", "--strict-markers", "-p", "no:xdist", "-m")
    assert "3/4 tests collected" in str(pytester.runpytest_subprocess(*collect, "derive").stdout)
    assert "1/4 tests collected" in str(pytester.runpytest_subprocess(*collect, "erratum").stdout)
    assert "1/4 tests collected" in str(pytester.runpytest_subprocess(*collect, "not derive").stdout)


def test_junit_holds_verdicts_and_counterexamples(pytester: pytest.Pytester, pages: dict[str, str]) -> None:
    put(pytester, "derivations/softmax_small.py", pages["softmax_small"])
    put(pytester, "derivations/squares.py", pages["squares"])
    pytester.runpytest_subprocess("derivations", "--junit-xml=junit.xml", "-n", "2").assert_outcomes(passed=4, failed=1)
    cases = {
        c.get("name"): {p.get("name"): p.get("value") for p in c.iter("property")}
        for c in Xml.parse(pytester.path / "junit.xml").iter("testcase")
    }
    assert cases["jacobian"]["derive.verdict"] == "PROVED"
    assert cases["jacobian"]["derive.scope"] == "all n"
    assert cases["wrong_sign"]["derive.counterexample"].startswith("n = ")
    assert cases["square"]["derive.counterexample"].startswith("x = ")
    assert cases["square"]["derive.outcome"] == "refuted"


def test_time_limit_and_seed(pytester: pytest.Pytester, pages: dict[str, str]) -> None:
    put(pytester, "derivations/softmax_small.py", pages["softmax_small"])
    pytester.makeconftest(
        """
        from derive import check

        def stopped(pages, library, **options):
            raise check.DeriveError(f"asked with seed {options['seed']}, timeout {options['timeout']}")

        check.check_pages = stopped
        """
    )
    result = pytester.runpytest_subprocess("derivations", "--derive-timeout", "2.5", "--derive-seed", "7", "-p", "no:xdist")
    result.stdout.fnmatch_lines(["*asked with seed 7, timeout 2.5"])
    pytester.runpytest_subprocess("derivations", "-p", "no:xdist").stdout.fnmatch_lines(["*asked with seed 0, timeout 60.0"])
    for wrong in ("0", "-1", "inf", "nan", "soon"):
        done = pytester.runpytest_subprocess("derivations", f"--derive-timeout={wrong}", "-p", "no:xdist")
        assert done.ret == pytest.ExitCode.USAGE_ERROR
        done.stderr.fnmatch_lines(["*--derive-timeout*"])


# Statements without points: JAX need not be loaded for them.
CACHED = '''"""Small."""
from derive import Eq, claim, exists, exp, not_always, real

x = real("x")
somewhere = claim(exists(exp(x) > 2, at={x: 1}))
no_rule = claim(not_always(Eq(x * x, 2 * x), at={x: 1}))
'''

COUNTING = """
from derive import jobs, recheck

run = jobs.Pool.run
asked = []

def counted(pool, calls, *rest):
    calls = list(calls)
    asked.extend(call.function.__name__ for call in calls)
    return run(pool, calls, *rest)

jobs.Pool.run = counted

def pytest_unconfigure():
    print("asked:", *sorted(asked))
"""
DISAGREEING = "recheck.recheck = lambda claim, logs: recheck.Recheck('DISAGREES', 'whatever it says')\n"
ALL = "asked: decide_item decide_item witness_claims"


@pytest.mark.skipif(not confine.available(), reason="this system has no Landlock; derive keeps no cache on it")
def test_what_is_known_is_not_asked_again(pytester: pytest.Pytester) -> None:
    page = put(pytester, "derivations/cached.py", CACHED)
    pytester.makeconftest(COUNTING)

    def asked(*options: str) -> str:
        result = pytester.runpytest_subprocess("derivations", "-p", "no:xdist", *options)
        result.assert_outcomes(passed=2)
        return next(line for line in result.outlines if line.startswith("asked:"))

    assert asked("--derive-no-cache") == ALL, "cold"
    assert not (pytester.path / ".derive-cache").exists()
    assert asked() == ALL, "cold, and kept"
    assert asked() == "asked:"
    assert asked("--derive-no-cache") == ALL
    assert asked("--derive-seed", "1") == "asked: witness_claims"
    page.write_text(CACHED.replace("> 2", "> 1"))
    assert asked() == "asked: decide_item witness_claims"
    pytester.makeconftest(COUNTING + DISAGREEING)
    assert asked() == "asked: decide_item decide_item", "a proof counts only where the recheck has nothing against it"
