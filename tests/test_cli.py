"""The command line: what it prints where, its findings, its exit codes."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from derive.cli import exit_code
from derive.errors import DeriveError
from derive.kernel.verdict import Counterexample, Status, mint
from derive.outcome import Outcome, Witness
from derive.reports import Report
from derive.statement.claim import Claim
from derive.version import __version__

Derive = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def whole(derive: Derive, library: Path) -> subprocess.CompletedProcess[str]:
    """The whole library, every format, in a folder."""
    return derive("-j", "2", "--latex", "--html", "--markdown", "--json", "-o", "out/")


def test_the_table_shows_every_claim(whole: subprocess.CompletedProcess[str]) -> None:
    for row in ("softmax_small.jacobian", "softmax_small.rows", "softmax_small.wrong_sign", "squares.square", "squares.fine"):
        assert row in whole.stdout
    assert "1 not as expected" in whole.stdout


def test_findings_say_where_what_and_the_exact_point(whole: subprocess.CompletedProcess[str]) -> None:
    line, note = [line for line in whole.stdout.splitlines() if line.startswith("derivations/")]
    assert line.startswith("derivations/squares.py:5: error: squares.square: link 2 of 2 is REFUTED at x = ")
    assert note == "derivations/squares.py:5: note: squares.square: repair, PROVED: 1 for 2:   x² + 2 x + 1 = x² + 2 x + 1"


def test_something_not_as_expected_exits_1(whole: subprocess.CompletedProcess[str]) -> None:
    assert whole.returncode == 1


def test_a_folder_gets_every_document(whole: subprocess.CompletedProcess[str], library: Path) -> None:
    names = {path.name for path in (library / "out").iterdir()}
    pages = {f"{page}.{form}" for page in ("softmax_small", "squares") for form in ("tex", "html")}
    assert names == pages | {"book.tex", "index.html", "status.md", "errata.md", "coverage.md", "summary.json"}


def test_the_json_follows_its_schema(whole: subprocess.CompletedProcess[str], library: Path) -> None:
    report = json.loads((library / "out" / "summary.json").read_text())
    assert (report["schema"], report["version"], report["errors"]) == (1, __version__, [])
    claims = {c["id"]: c for c in report["claims"]}
    assert [(c["verdict"], c["outcome"]) for c in claims.values()] == [
        ("PROVED", "verified"), ("PROVED", "verified"), ("REFUTED", "expected"), ("REFUTED", "refuted"), ("PROVED", "verified"),
    ]  # fmt: skip
    assert all(c["links"] for c in claims.values())
    rows = claims["softmax_small.rows"]
    assert (rows["scope"], rows["ends"], rows["witness"]["status"]) == ("all n", "PROVED", "AGREES")
    square = claims["squares.square"]
    assert [link["verdict"] for link in square["links"]] == ["PROVED", "REFUTED"]
    assert set(square["counterexample"]) == {"at", "lhs", "rhs", "ball"}
    assert claims["softmax_small.wrong_sign"]["instead"] == "softmax_small.jacobian"


def test_the_number_of_jobs_changes_nothing(whole: subprocess.CompletedProcess[str], derive: Derive, library: Path) -> None:
    def steady(text: str) -> object:
        report = json.loads(text)
        for claim in report["claims"]:
            del claim["seconds"], claim["witness"]["worst_error"]
        return report

    assert steady(derive("-j", "1", "--no-cache", "--json").stdout) == steady((library / "out" / "summary.json").read_text())


def test_one_page_as_latex_is_all_that_stdout_gets(derive: Derive) -> None:
    done = derive("softmax_small", "--latex")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(r"\documentclass")
    assert done.stdout.endswith("\\end{document}\n")
    assert done.stderr == ""


def test_findings_go_to_stderr_beside_a_document(derive: Derive) -> None:
    done = derive("squares", "--json")
    assert done.returncode == 1
    assert [c["id"] for c in json.loads(done.stdout)["claims"]] == ["squares.square", "squares.fine"]
    assert "error: squares.square" in done.stderr


def test_a_broken_page_is_an_error_and_the_others_are_verified(derive: Derive, pages: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "derivations").mkdir()
    for name in ("broken", "misspelt", "softmax_small"):
        (tmp_path / "derivations" / f"{name}.py").write_text(pages[name])
    done = derive("--json", cwd=tmp_path)
    assert done.returncode == 2
    report = json.loads(done.stdout)
    assert {c["outcome"] for c in report["claims"]} == {"verified", "expected"}
    assert [(e["file"], e["line"]) for e in report["errors"]] == [("derivations/broken.py", 4), ("derivations/misspelt.py", 4)]
    assert "derivations/broken.py:4: error: syntax error" in done.stderr
    assert "did you mean eq?" in done.stderr


def test_the_list_parses_and_runs_nothing(derive: Derive, pages: dict[str, str], tmp_path: Path) -> None:
    page = tmp_path / "page.py"
    page.write_text(pages["softmax_small"] + "\nraise SystemExit('this page was run')\n")
    done = derive("--list", str(page))
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "page: Softmax, small: its Jacobian."
    assert f"{page}:13: jacobian" in done.stdout
    assert "wrong_sign (erratum)" in done.stdout


def test_the_list_takes_targets_and_keywords(derive: Derive) -> None:
    done = derive("--list", "softmax_small", "-k", "rows or wrong")
    assert [line.split(": ")[-1] for line in done.stdout.splitlines()[1:]] == ["rows", "wrong_sign (erratum)"]
    done = derive("--list", "softmax_small::rows", "squares")
    assert [line.split(": ")[-1] for line in done.stdout.splitlines() if line.startswith("  ")] == ["rows", "square", "fine"]


@pytest.mark.parametrize("target", ["derivations/softmax_small.py::rows", "softmax_small::rows"])
def test_one_claim_of_a_page(derive: Derive, target: str) -> None:
    done = derive(target)
    assert done.returncode == 0, done.stdout
    assert "softmax_small.rows" in done.stdout
    assert "1 in all" in done.stdout


def test_a_missing_derivation_names_the_nearest(derive: Derive) -> None:
    done = derive("softmx_small")
    assert done.returncode == 2
    assert "did you mean softmax_small" in done.stderr
    assert "did you mean rows?" in derive("softmax_small::rowz").stderr


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        (("--frobnicate",), "No such option"),
        (("-j", "0"), "-j"),
        (("--timeout", "-1"), "--timeout"),
        (("--timeout", "nan"), "nan is no number of seconds"),
        (("--timeout", "inf"), "inf is no number of seconds"),
        (("-k", "a b"), "-k wants words"),
        (("-k", "nothing_has_this_name"), "no claim is selected"),
        (("--latex", "--html"), "several formats go to a folder"),
        (("--html",), "several pages of HTML go to a folder"),
        (("-o", "x.tex"), "-o wants a format"),
        (("--list", "--json"), "leave the other format out"),
        (("--output-format", "yaml"), "is not one of"),
        (("-c", "x == x", "squares"), "it goes with no page"),
        (("--given", "x > 0"), "--given goes with -c"),
        (("new",), "with one name for the new page"),
        (("no/such/file.py",), "there is no file"),
    ],
)
def test_usage_errors_exit_2(derive: Derive, arguments: tuple[str, ...], word: str) -> None:
    done = derive(*arguments)
    assert done.returncode == 2
    assert word in done.stderr
    assert done.stdout == ""


def test_an_output_that_cannot_be_written_is_an_error_of_its_own(derive: Derive, library: Path) -> None:
    done = derive("squares::fine", "--json", "-o", "no/such/folder/x.json")
    assert done.returncode == 2
    assert "No such file or directory; there is no folder no/such/folder, make it first" in done.stderr
    assert "Traceback" not in done.stderr


def test_two_pages_of_one_name_are_refused(derive: Derive, pages: dict[str, str], tmp_path: Path) -> None:
    for folder in ("a", "b"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "page.py").write_text(pages["squares"])
    done = derive("a/page.py", "b/page.py", cwd=tmp_path)
    assert done.returncode == 2
    assert "two pages have the name page: a/page.py and b/page.py" in done.stderr


@pytest.mark.parametrize(
    ("verdicts", "code", "strict"),
    [
        ((), 0, 0),
        (("PROVED verified", "REFUTED expected"), 0, 0),
        (("UNKNOWN expected",), 0, 1),
        (("ADMITTED expected", "PROVED verified"), 0, 1),
        (("UNKNOWN unknown",), 1, 1),
        (("PROVED unwitnessed",), 1, 1),
        (("PROVED conflict", "PROVED verified"), 1, 1),
        (("REFUTED unexpected",), 1, 1),
    ],
)
def test_exit_codes(verdicts: tuple[str, ...], code: int, strict: int) -> None:
    def outcome(words: str) -> Outcome:
        name, result = words.split()
        point = Counterexample((), "0", "1", "-1") if name == "REFUTED" else None
        verdict = mint(Status[name], rules=("field",), counterexample=point)
        return Outcome(Claim("page.a", "page.py", 1), verdict, (), None, Witness("AGREES"), "NOT_RUN", result, 0.0)

    report = Report([], [outcome(words) for words in verdicts])
    assert (exit_code(report, strict=False), exit_code(report, strict=True)) == (code, strict)
    broken = Report([], report.outcomes, [DeriveError("it does not load")])
    assert exit_code(broken, strict=False) == 2


def test_trust_is_a_line_per_claim(derive: Derive) -> None:
    lines = derive("squares", "--trust").stdout.splitlines()
    assert lines[0].startswith("squares.fine: PROVED; rules ")
    assert lines[1].startswith("squares.square: REFUTED")


def test_version(derive: Derive) -> None:
    assert derive("--version").stdout == f"derive {__version__}\n"


def test_an_interrupt_ends_it_promptly(tmp_path: Path) -> None:
    (tmp_path / "page.py").write_text('"""Slow."""\nimport time\nprint("sleeping")\ntime.sleep(60)\n')
    child = subprocess.Popen([sys.executable, "-m", "derive", "page.py"], cwd=tmp_path, stderr=subprocess.PIPE, text=True)
    time.sleep(2)
    child.send_signal(signal.SIGINT)
    _, stderr = child.communicate(timeout=20)  # the page would be stopped after 30
    assert child.returncode == 130
    assert "interrupted" in stderr


def test_a_closed_pipe_is_no_bug(library: Path) -> None:
    command = f"{sys.executable} -m derive --list | head -n 1"
    done = subprocess.run(command, shell=True, cwd=library, capture_output=True, text=True)
    assert done.stdout.startswith("softmax_small")
    assert done.stderr == ""


def test_one_line_of_mathematics(derive: Derive) -> None:
    done = derive("-c", "diff(log(1+exp(x)),x) == 1/(1+exp(-x))")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("d/dx log(1 + e^x) = 1 / (1 + e^{−x})\n")
    assert "1 PROVED; all as expected" in done.stdout
    assert done.stderr == ""


def test_one_line_that_is_false_and_its_hypothesis(derive: Derive) -> None:
    done = derive("-c", "log(x**2) == 2*log(x)", "--output-format", "json")
    assert done.returncode == 1
    (claim,) = json.loads(done.stdout)["claims"]
    assert (claim["id"], claim["verdict"], claim["counterexample"]["at"]) == ("formula.claim", "REFUTED", {"x": "-2"})
    assert derive("-c", "log(x**2) == 2*log(x)", "--given", "x > 0").returncode == 0


def test_one_line_that_cannot_be_read(derive: Derive) -> None:
    done = derive("-c", "x^2 == 1")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "-c:1: error: column 2: ^ is no sign of a formula; write **\n    x^2 == 1\n     ^\n"
    assert "--given:1: error: column 4" in derive("-c", "x == 1", "--given", "x >").stderr


def test_a_new_page(derive: Derive, tmp_path: Path) -> None:
    done = derive("new", "gelu", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (0, "gelu.py is a page that verifies; edit it, then run: python -m derive gelu.py\n")
    assert "gelu.py is there already" in derive("new", "gelu", cwd=tmp_path).stderr
    assert [line.split(": ")[-1] for line in derive("--list", "gelu.py", cwd=tmp_path).stdout.splitlines()[1:]] == [
        "slope", "positive", "gradient", "slope_as_printed (erratum)",
    ]  # fmt: skip


def test_other_output_formats(derive: Derive) -> None:
    done = derive("squares", "--output-format", "github")
    assert done.returncode == 1
    assert "::error file=derivations/squares.py,line=5,title=squares.square::link 2 of 2 is REFUTED at x = " in done.stdout
    done = derive("squares", "--output-format", "junit")
    assert done.stdout.startswith("<?xml")
    assert 'tests="2" failures="1" errors="0"' in done.stdout


def test_a_page_without_claims_is_an_error_among_others(derive: Derive, pages: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "derivations").mkdir()
    (tmp_path / "derivations" / "empty.py").write_text('"""Nothing."""\nfrom derive import real\n')
    (tmp_path / "derivations" / "softmax_small.py").write_text(pages["softmax_small"])
    done = derive(cwd=tmp_path)
    assert done.returncode == 2
    assert "derivations/empty.py:1: error: the page states no claim; write name = claim(...)" in done.stdout
    assert "3 in all" in done.stdout


def test_a_long_line_is_no_file_name(derive: Derive) -> None:
    names = [f"x{k}" for k in range(60)]
    assert derive("-c", f"{'+'.join(names)} == {'+'.join(reversed(names))}").returncode == 0


def test_a_value_of_a_thousand_digits_is_cut_in_the_finding_and_whole_in_the_report(derive: Derive) -> None:
    done = derive("-c", "exp(10**1000) == 1", "--json")
    assert max(map(len, done.stderr.splitlines())) < 200
    assert len(json.loads(done.stdout)["claims"][0]["counterexample"]["lhs"]) > 1000


def test_one_line_is_decided_once(derive: Derive, tmp_path: Path) -> None:
    first, again = (derive("-c", "log(x**2) == 2*log(x)", cwd=tmp_path) for _ in range(2))
    assert (first.stdout, first.stderr, first.returncode) == (again.stdout, again.stderr, again.returncode)
    assert "repair, PROVED: given x > 0" in again.stdout
    assert derive("-c", "log(x**2) == 3*log(x)", cwd=tmp_path).stdout != again.stdout
