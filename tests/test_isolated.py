"""Pages that lay hands on the checker: they get the verdicts they deserve, and isolated pages reach nothing outside."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import derive
from derive import confine
from derive.check import check_page, decide_item
from derive.errors import PageError
from derive.pages import load_all
from derive.statement.claim import Page

HEAD = "from derive import claim, eq, original, real\n\nx = real('x')\n"
CLAIM = "half_is_whole = claim(x / 2, eq(x), source=original)\n"

HOSTILE = {
    "patches the rules": """
import derive.kernel.decide, derive.kernel.points, derive.kernel.cells, derive.kernel.chain
derive.kernel.points.search = lambda *a: None
derive.kernel.decide.prove = lambda *a: derive.kernel.proof.Proof(("mine",))
""",
    "mints a verdict": """
from derive.kernel import verdict
mine = verdict.mint(verdict.Status.PROVED, rules=("mine",))
import derive.kernel.decide, derive.kernel.claims, derive.check
derive.kernel.decide.decide = derive.kernel.claims.decide = lambda *a: mine
derive.check.decide_item = lambda *a: mine
""",
    "takes the constructor": """
from derive.kernel import verdict
forged = object.__new__(verdict.Verdict)
object.__setattr__(forged, "status", verdict.Status.PROVED)
""",
    "hides among the builtins": "import builtins\nbuiltins.isinstance, builtins.len = (lambda *a: True), (lambda *a: 0)\n",
    "patches the witness": "import derive.witness\nderive.witness.witness_page = lambda *a: {}\n",
    "catches what ends it": "import sys\nsys.settrace(lambda *a: None)\n",
    "patches the second checker": "import derive.recheck\nderive.recheck.recheck = lambda *a: derive.recheck.Answer('AGREES', '')\n",
    "patches derive itself": "import derive\nderive.decide = derive.gradient = lambda *a, **k: None\n",
    "answers when it ends": """
import atexit, os
atexit.register(lambda: [os.write(k, b'{"page": 1}\\n') for k in range(3, 64) if os.path.exists(f"/proc/self/fd/{k}")])
""",
    "has a thread that answers": """
import os, threading, time
def answer():
    for k in list(range(3, 64)) * 50:
        try:
            os.write(k, b'{"page": 1}\\n')
        except OSError:
            pass
threading.Thread(target=answer, daemon=True).start()
time.sleep(0.2)
""",
    "leaves a process that answers": """
import os, time
channels = [int(k) for k in os.listdir("/proc/self/fd") if int(k) > 2] if os.path.exists("/proc/self/fd") else []
if os.fork() == 0:
    for _ in range(20):
        time.sleep(0.05)
        for k in channels:
            try:
                os.write(k, b'{"page": 1}\\n')
            except OSError:
                pass
    os._exit(0)
""",
    "gives its claim another class": """
import derive.vocabulary.chains as chains
class Mine(chains.Draft):
    verdict = "PROVED"
made = chains.Draft.__init__
def turn(draft, *a, **k):
    made(draft, *a, **k)
    draft.__class__ = Mine
chains.Draft.__init__ = turn
""",
    "compares as it likes": """
import sympy
sympy.Basic.__eq__ = lambda a, b: True
sympy.Basic.__ne__ = lambda a, b: False
""",
}


def page(folder: Path, text: str, *, isolated: bool = False, timeout: float = 30.0, after: str = CLAIM) -> Page | PageError:
    file = folder / "page.py"
    file.write_text(HEAD + text + after)
    (found,) = load_all([file], timeout, isolated=isolated)
    return found


@pytest.mark.parametrize("name", HOSTILE)
def test_a_false_claim_is_refuted_whatever_its_page_does(tmp_path: Path, name: str) -> None:
    found = page(tmp_path, HOSTILE[name])
    if isinstance(found, Page):
        (link,) = decide_item(found.claims[0], {}, 10.0).links
        assert link.verdict.name == "REFUTED"


def test_a_page_cannot_speak_for_another(tmp_path: Path) -> None:
    """A page that states claims under another page's name is refused, and the other page keeps its own."""
    forged = "import derive.child as child\nread = child._read_page\n"
    forged += "import dataclasses\nchild._read_page = lambda *a: dataclasses.replace(read(*a), name='honest')\n"
    (tmp_path / "honest.py").write_text(HEAD + CLAIM)
    (tmp_path / "forger.py").write_text(HEAD + forged + CLAIM)
    forger, honest = load_all([tmp_path / "forger.py", tmp_path / "honest.py"])
    assert isinstance(forger, PageError)
    assert "another page" in forger.message
    assert isinstance(honest, Page)
    assert check_page(honest)[0].result == "refuted"


def test_what_one_page_patches_is_whole_for_the_next(tmp_path: Path) -> None:
    """A page that makes both sides of every later claim alike: it changes its own statements at most."""
    patch = "import derive.child\nderive.child._read_claim = lambda draft, file: None\n"
    (tmp_path / "a.py").write_text(HEAD + patch + CLAIM)
    (tmp_path / "b.py").write_text(HEAD + CLAIM)
    _, second = load_all([tmp_path / "a.py", tmp_path / "b.py"])
    assert isinstance(second, Page)
    assert second.claims[0].first is not second.claims[0].links[0].right


def test_a_page_that_prints_without_end_fills_no_disk(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    found = page(tmp_path, "while True:\n    print('x' * 2**20)\n")
    assert isinstance(found, PageError)
    assert "File too large" in found.message
    assert len(capfd.readouterr().err) <= 1 << 20, "and its output is not passed on without end"


CAN_ISOLATE = confine.available() and os.path.exists("/proc/self/ns/net")
isolation = pytest.mark.skipif(not CAN_ISOLATE, reason="this system cannot isolate a page")

REACHES_OUT = {
    "network": ("import socket\nsocket.create_connection(('192.0.2.1', 80), 2)\n", "unreachable"),
    "its own machine": ("import socket\nsocket.create_connection(('127.0.0.1', 22), 2)\n", "unreachable"),
    "files": ("open('written', 'w')\n", "Permission"),
    "programs": ("import subprocess\nsubprocess.run(['true'])\n", ""),
    "memory": ("held = bytearray(8 << 30)\n", "MemoryError"),
}


@isolation
@pytest.mark.parametrize("name", REACHES_OUT)
def test_an_isolated_page_reaches_nothing(tmp_path: Path, name: str) -> None:
    text, words = REACHES_OUT[name]
    if name == "programs" and os.getuid() == 0:
        pytest.skip("the number of processes of root has no limit")
    found = page(tmp_path, text, isolated=True)
    assert isinstance(found, PageError)
    assert words in found.message
    assert not (tmp_path / "written").exists()


@isolation
def test_an_isolated_page_ends_with_its_time(tmp_path: Path) -> None:
    found = page(tmp_path, "while True:\n    pass\n", isolated=True, timeout=2.0)
    assert isinstance(found, PageError)
    assert "stopped after 2 s" in found.message


@isolation
def test_an_honest_page_loads_isolated(tmp_path: Path) -> None:
    found = page(tmp_path, "", isolated=True)
    assert isinstance(found, Page), found
    assert len(found.claims) == 1


def test_where_a_system_cannot_isolate_a_page_is_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from derive import nursery

    monkeypatch.setattr(confine, "available", lambda: False)
    assert "--isolated runs none" in nursery._isolate(1.0)
    monkeypatch.setattr(confine, "available", lambda: True)

    def refuse(seconds: float) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(confine, "isolate", refuse)
    assert "Operation not permitted" in nursery._isolate(1.0)


@pytest.mark.parametrize("name", ["flint", "random"])
def test_a_page_named_like_a_module_does_not_take_its_place(tmp_path: Path, name: str) -> None:
    """`python -m` looks in the current folder first; what is found there must not run in the process that decides, nor in a worker."""
    (tmp_path / f"{name}.py").write_text(f"import os, sys\nprint('ran', sys.argv, file=sys.stderr)\n{HEAD}{CLAIM}")
    source = str(Path(derive.__file__).parent.parent)
    command = [sys.executable, "-m", "derive", f"{name}.py", "--no-cache", "-j", "1"]
    done = subprocess.run(
        command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": source}, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    assert f"{name}.half_is_whole: it is REFUTED" in done.stdout
    assert done.stderr.split("ran ")[1:] == ["['']\n"], "it ran once, in a process of its own"
