"""What `make reports` does to the documents: it builds them, and fails on what a reader would stumble over."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parent.parent / ".ci" / "build-pdfs"
GOOD = r"\documentclass{article}\begin{document}%s\end{document}"


def build(folder: Path, *chosen: str, **texts: str) -> subprocess.CompletedProcess[str]:
    if shutil.which("latexmk") is None:
        pytest.skip("latexmk is missing; on Debian: apt-get install latexmk texlive-latex-recommended")
    for name, text in texts.items():
        (folder / f"{name}.tex").write_text(GOOD % text)
    return subprocess.run(["sh", str(SCRIPT), str(folder), "2", *chosen], capture_output=True, text=True, errors="replace")


def test_good_documents_become_pdfs(tmp_path: Path) -> None:
    done = build(tmp_path, one="$x$", two=r"\section{A}\label{a} \ref{a}")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"{tmp_path}: 2 PDFs\n"
    assert (tmp_path / "two.pdf").is_file()


def test_only_what_is_chosen_is_built_and_judged(tmp_path: Path) -> None:
    done = build(tmp_path, "good.tex", good="$x$", bad=r"\nosuchcommand")
    assert (done.returncode, done.stdout) == (0, f"{tmp_path}: 1 PDFs\n")
    assert not (tmp_path / "bad.log").exists()
    missing = build(tmp_path, "good.tex", "lost.tex")
    assert missing.returncode == 1
    assert "lost.tex: it was not built" in missing.stderr


def test_it_names_the_packages_that_it_takes() -> None:
    done = subprocess.run(["sh", str(SCRIPT), "--packages"], capture_output=True, text=True, check=True)
    assert "latexmk" in done.stdout.split()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (r"\nosuchcommand", "Undefined control sequence"),
        (r"\noindent\hbox to 2\textwidth{x\hfil}", "Overfull"),
        (r"\tracinglostchars=1\font\a=cmr10 \a\char200", "Missing character"),
        (r"\ref{nowhere}", "undefined"),
    ],
)
def test_a_bad_document_fails_and_is_named(tmp_path: Path, text: str, message: str) -> None:
    done = build(tmp_path, good="$x$", bad=text)
    assert done.returncode == 1
    assert message in done.stderr
    assert "bad.log" in done.stderr
    assert "good.log" not in done.stderr
