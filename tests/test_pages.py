"""Pages run in a child process: what they state comes back, and whatever is wrong comes back as file, line and advice."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

import derive
from derive import catalogue, confine
from derive.cache import Cache
from derive.errors import PageError
from derive.pages import load, load_all
from derive.statement.claim import Page
from derive.statement.term import HALF, OO, ZERO, fn, index, make, mul, neg, num, sym

HEAD = "from derive import *\nx, y = real('x y')\nn, m = natural('n m')\ni, j, k = indices('i j k', upto=n)\nv = real_vector('v', n)\n"
HEAD_LINES = HEAD.count("\n")


def write(folder: Path, text: str, name: str = "page") -> Path:
    file = folder / f"{name}.py"
    file.write_text(HEAD + text)
    return file


def state(folder: Path, text: str) -> Page:
    return load(write(folder, text))


X = sym("x")


# What is stated


def test_a_page_says_what_its_author_wrote(tmp_path: Path) -> None:
    page = state(tmp_path, "it = claim(log(exp(x)), eq(x * exp(x) / exp(x), why='a reason'), eq(x), given=x > 0, source=cite('b', 'p'))\n")
    (claim,) = page.claims
    assert claim.id == "page.it"
    assert claim.line == HEAD_LINES + 1
    # Nothing was evaluated on the way.
    assert claim.first == fn("log", fn("exp", X))
    assert claim.links[0].right == mul(X, fn("exp", X), make("pow", fn("exp", X), num(-1)))
    assert claim.links[0].why == "a reason"
    assert claim.given == (make("lt", ZERO, X),)
    assert claim.source[0].key == "b"


def test_claims_cite_claims_by_id(tmp_path: Path) -> None:
    page = state(tmp_path, "a = claim(x, eq(x))\nb = claim(x, eq(x, by=a), eq(x, by=[a, a]))\n")
    assert page.claims[1].links[0].by == ("page.a",)
    assert page.claims[1].links[1].by == ("page.a", "page.a")


def test_arrays_arrive_as_entries_with_their_ranges(tmp_path: Path) -> None:
    page = state(tmp_path, "W = real_matrix('W', m, n)\nit = claim(W @ v, eq(W @ v), given=v > 0)\n")
    (claim,) = page.claims
    row = index("l", sym("m", "positive integer"))
    assert claim.first is claim.links[0].right
    assert claim.first is not None
    assert claim.first.op == "sum"
    assert row not in claim.given
    assert claim.display == "W v = W v"


def test_errata_points_and_readings_arrive(tmp_path: Path) -> None:
    page = state(
        tmp_path,
        "right = claim(x + x, eq(2 * x))\n"
        "wrong = erratum(original, printed=claim(x + x, eq(x)), refuted_at={x: half}, instead=right)\n"
        "vague = erratum(original, readings=[('as two', right), ('as one', claim(x + x, eq(x)))])\n"
        "broken = erratum(original, printed=lambda: claim(v[i, j], eq(0)), raises=ShapeError)\n",
    )
    wrong, vague, broken = page.errata
    assert wrong.printed is not None
    assert wrong.printed.printed
    assert wrong.printed.id == wrong.id == "page.wrong"
    assert wrong.refuted_at == (("x", "1/2"),)
    assert wrong.instead == "page.right"
    assert vague.readings == (("as two", "page.right"), ("as one", "page.vague.reading_1"))
    assert [(c.id, c.printed) for c in page.claims] == [("page.right", False), ("page.vague.reading_1", True)]
    assert broken.raises.startswith("ShapeError: v is n × 1")
    assert (vague.reason, wrong.reason) == ("ill-posed", "refuted")


def test_forms_arrive_with_their_parts(tmp_path: Path) -> None:
    page = state(
        tmp_path,
        "W = real_matrix('W', m, n)\n"
        "limit = claim(tends_to(tanh(x), x, -oo, -1))\n"
        "point = claim(not_always(Eq(v[i], x), at={n: 2, i: 0, v: (0, half), x: 3}))\n"
        "shape = claim(has_shape(W @ v, m, 1))\n"
        "best = claim(minimises(Max(v, 0), Sum((y_ - v) ** 2), over=y_, subject_to=y_ >= 0))\n".replace("y_", "p").replace(
            "best", "p = real_vector('p', n)\nbest"
        ),
    )
    limit, point, shape, best = (c.form for c in page.claims)
    assert limit is not None and point is not None and shape is not None and best is not None  # noqa: PT018
    assert (limit["point"], limit["side"]) == (neg(OO), "")
    n = sym("n", "positive integer")
    assert [(str(a.args[0]), b) for a, b in point["point"]] == [("n", num(2)), ("i", ZERO), ("v", ZERO), ("v", HALF), ("x", num(3))]  # type: ignore[attr-defined]
    assert point["point"][3][0].args[2:] == ((n,), (num(1),))  # type: ignore[index]
    assert shape["shape"] == (sym("m", "positive integer"), num(1))
    (variable,), (value,) = best["over"], best["point"]  # type: ignore[misc]
    assert variable.args[3] == value.args[0 if value.args[0].op == "entry" else 1].args[3]


def test_the_syntax_tells_the_rest(tmp_path: Path) -> None:
    file = tmp_path / "page.py"
    file.write_text('"""Title.\n\nText."""\nfrom derive import claim, eq, real\nx = real("x")  # a number\nit = claim(x, eq(x))\n')
    page = load(file)
    assert (page.name, page.title, page.text, page.notes) == ("page", "Title.", "Text.", (("x", "a number"),))


def test_two_runs_give_the_same_page(tmp_path: Path) -> None:
    file = write(tmp_path, "it = claim(Max(x, y, Sum(v)), eq(Max(Sum(v), y, x)), given=[x > 0, Ne(y, 0), v > 0])\n")
    assert load(file) == load(file)


# What is refused, each with file and line

BROKEN = {
    "syntax": ("it = claim(x, eq(x)\n", 1, "syntax error: '(' was never closed, in `it = claim(x, eq(x)`"),
    "unknown name, none near": ("it = claim(softplus(x), eq(x))\n", 1, "unknown name softplus; define it above its first use"),
    "unknown import, none near": ("from derive import softmax\n", 1, "derive has no softmax; write its formula, or import it"),
    "unknown keyword": ("it = claim(x, eq(x), giving=x > 0)\n", 1, "unexpected keyword argument 'giving'; did you mean given?"),
    "comparison in a row": ("it = claim(0 < x < 1, iff(x > 0))\n", 1, "write And(a < b, b < c) for a < b < c"),
    "if": ("if x > 0:\n    it = claim(x, eq(x))\n", 1, "cases(...) for an if"),
    "function of math": ("import math\nit = claim(math.exp(x), eq(x))\n", 2, "use exp, log, ... of derive"),
    "memory": ("it = claim(x, eq(len([0] * 10**12)))\n", 1, "MemoryError: too deep or too large"),
    "nested too deeply": ("z = x\nfor _ in range(1000):\n    z = sqrt(z)\nit = claim(z, eq(z))\n", 4, "nested too deeply; claim its parts"),
    "huge number": ("it = claim(x + 10**100000, eq(x))\n", 1, "digits; derive reads up to 60000"),
    "huge exponent": ("it = claim(x ** 10**9, eq(x))\n", 1, "the exponent is too large"),
    "look-alike": ("z = real('\u0445')\n", 1, "'\\u0445' is no name for a symbol: write a letter from a to z"),
    "not real": ("import sympy\nit = claim(sympy.I * x, eq(x))\n", 2, "complex"),
    "not a number": ("import sympy\nit = claim(x, eq(sympy.nan))\n", 2, "nan is not a number"),
    "infinity": ("it = claim(x + oo, eq(x))\n", 1, "oo stands only as the bound"),
    "unknown name": ("it = claim(sqr(x), eq(x))\n", 1, "unknown name sqr; did you mean sqrt?"),
    "word not imported": ("del sqrt\nit = claim(sqrt(x), eq(x))\n", 2, "unknown name sqrt; import it from derive"),
    "unknown import": ("from derive import sofmax, sqrtt\n", 1, "derive has no sofmax"),
    "near import": ("from derive import sqrtt\n", 1, "did you mean sqrt?"),
    "shape": ("b = real_vector('b', m)\n\nit = claim(v + b, eq(0))\n", 3, "ShapeError: v + b: n × 1 and m × 1 are different shapes"),
    "index range": ("r = index('r', upto=m)\nit = claim(v[r], eq(0))\n", 2, "index r runs over m values, but that axis of v has n"),
    "float": ("it = claim(x, eq(x))\nother = claim(1 / 3 * x, eq(x))\n", 2, "Rational(1, 3)"),
    "bare bool": ("it = claim(x == y)\n", 1, "`==` compares structure"),
    "bool hypothesis": ("it = claim(x, eq(x), given=x == 0)\n", 1, "write Eq(a, b)"),
    "duplicate symbol": ("x = positive('x')\n", 1, "x is declared twice: first as real, then as positive"),
    "duplicate behind our back": ("import sympy\nit = claim(sympy.Symbol('x'), eq(x))\n", 2, "two"),
    "unnamed": ("claim(x, eq(x))\n", 1, "this claim has no name: write name = claim(...)"),
    "unnamed in a list": ("all_ = [claim(x, eq(x))]\n", 1, "no name"),
    "unnamed erratum": ("erratum(original, printed=claim(x, eq(y)))\n", 1, "this erratum has no name"),
    "rebound": ("it = claim(x, eq(x))\nit = claim(y, eq(y))\n", 1, "it is bound again further down"),
    "rebound to something else": ("it = claim(x, eq(x))\nit = 3\n", 1, "it is bound again"),
    "two names": ("it = claim(x, eq(x))\nagain = it\n", 1, "the names it and again"),
    "printed with a name": ("p = claim(x, eq(y))\ne = erratum(original, printed=p)\n", 2, "without a name of its own"),
    "index in two jobs": ("it = claim(v[k], eq(Sum(v[k], k)))\n", 1, "summed over in one place and free in another"),
    "unsupported function": ("import sympy\nit = claim(sympy.zeta(x), eq(x))\n", 2, "zeta"),
    "exception": ("1 / 0\n", 1, "ZeroDivisionError"),
    "exception in a function": ("def f():\n    raise ValueError('why')\nf()\n", 2, "ValueError: why"),
    "exit": ("import sys\nsys.exit(0)\n", 2, "the page ended the process"),
    "missing page": ("from derivations.sofplus import slope\n", 1, "there is no page sofplus; did you mean softplus?"),
    "missing claim": ("from derivations.softplus import slop\n", 1, "slop"),
    "own import": ("from derivations.own_import import it\n", 1, "circle"),
    "recursion": ("def f(a):\n    return f(a)\nf(1)\n", 2, "RecursionError"),
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Page | PageError]]:
    """All broken pages, loaded together."""
    folder = tmp_path_factory.mktemp("broken")
    files = [write(folder, text, name.replace(" ", "_")) for name, (text, _, _) in BROKEN.items()]
    return dict(zip(BROKEN, zip(files, load_all(files), strict=True), strict=True))


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_page_is_an_error_with_file_line_and_advice(broken: dict[str, tuple[Path, Page | PageError]], name: str) -> None:
    _, line, words = BROKEN[name]
    file, error = broken[name]
    assert isinstance(error, PageError)
    assert words in error.message
    assert error.file == catalogue.show_path(file)
    assert error.line == HEAD_LINES + line


def test_a_page_that_cites_a_broken_page_says_so(tmp_path: Path) -> None:
    bad = write(tmp_path, "it = claim(1 / 3 * x, eq(x))\n", "bad")
    good = write(tmp_path, "from derivations.bad import it\n", "good")
    first, second = load_all([good, bad])
    assert isinstance(first, PageError)
    assert isinstance(second, PageError)
    assert first.file == catalogue.show_path(good)
    assert first.message.startswith("it imports bad, which does not load: ")
    assert second.line == HEAD_LINES + 1


def test_one_error_never_hides_the_others(tmp_path: Path) -> None:
    texts = {
        "a": "it = claim(x, eq(x))\n",
        "b": "it = (\n",
        "c": "import os\nos._exit(3)\n",
        "d": "while True: pass\n",
        "e": "import os, signal\nos.kill(os.getpid(), signal.SIGSEGV)\n",
        "f": "it = claim(y, eq(y))\n",
    }
    found = load_all(
        [*(write(tmp_path, text, name) for name, text in texts.items()), tmp_path / "none.py", tmp_path / "text.txt"], timeout=2
    )
    words = [p.message if isinstance(p, PageError) else p.name for p in found]
    assert words[0] == "a"
    assert words[1].startswith("syntax error")
    assert words[2].startswith("its process died (exit 3)")
    assert words[3].startswith("it was stopped after 2 s")
    assert words[4].startswith("its process died (signal SIGSEGV)")
    assert words[5] == "f"
    assert words[6] == "there is no such file"
    assert "a page is a Python file" in words[7]


def test_a_page_that_hangs_is_killed_with_all_that_it_started(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    text = "import subprocess\np = subprocess.Popen(['sleep', '600'])\nprint('started', p.pid, flush=True)\np.wait()\n"
    with pytest.raises(PageError, match="stopped after"):
        load(write(tmp_path, text), timeout=2)
    time.sleep(0.2)
    process = Path("/proc") / capfd.readouterr().err.split("started ")[1].split()[0]
    assert not process.exists() or " Z " in (process / "stat").read_text()


def test_a_process_left_behind_keeps_nobody_waiting(tmp_path: Path) -> None:
    start = time.monotonic()
    assert state(tmp_path, "import os, time\nif os.fork() == 0:\n    time.sleep(60)\n    os._exit(0)\nit = claim(x, eq(x))\n").claims
    assert time.monotonic() - start < 10


def test_what_a_page_prints_is_no_statement(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    page = state(tmp_path, "print('hello')\nimport os\nos.write(1, b'{}')\nit = claim(x, eq(x))\n")
    assert page.claims
    out, _ = capfd.readouterr()
    assert out == ""


def test_a_page_cannot_state_nonsense_on_the_private_channel(tmp_path: Path) -> None:
    forged = "import os\nfor fd in range(3, 20):\n    try: os.write(fd, {!r})\n    except OSError: pass\n"
    for line in (b"nonsense\n", b'{"page": 0, "data": {"nodes": [], "value": {"is": "Verdict"}}}\n', b"[]\n"):
        with pytest.raises(PageError):
            state(tmp_path, forged.format(line))


def test_memory_can_be_limited(tmp_path: Path) -> None:
    file = write(tmp_path, "a = bytearray(2 * 10**9)\nit = claim(x, eq(x))\n")
    with pytest.raises(PageError, match="MemoryError"):
        load(file, memory=10**9)


def test_this_process_runs_no_page(tmp_path: Path) -> None:
    state(tmp_path, "import os\nos.environ['DERIVE_RAN'] = '1'\nit = claim(x, eq(x))\n")
    assert "DERIVE_RAN" not in os.environ
    assert "derivations" not in sys.modules


# A page runs alone, cannot write, and is not run again while nothing that it rests on has changed


def test_what_one_page_does_no_other_page_sees(tmp_path: Path) -> None:
    texts = {
        "a": "import derive.child as c\nc._read_page = None\nimport sympy\nsympy.exp = sympy.sin\nit = claim(x, eq(x))\n",
        "b": "import sympy\nit = claim(sympy.exp(x), eq(exp(x)))\n",
    }
    first, second = load_all([write(tmp_path, text, name) for name, text in texts.items()])
    assert isinstance(first, PageError)
    assert isinstance(second, Page)
    assert second.claims[0].first is fn("exp", X)


def test_a_page_states_no_other_page(tmp_path: Path) -> None:
    forged = (
        "import derive.child as c, dataclasses as d\nplain = c._read_page\n"
        "def forge(page): return d.replace(page, {})\nc._read_page = lambda *a: forge(plain(*a))\nit = claim(x, eq(x))\n"
    )
    for change in ("name='other'", "claims=tuple(d.replace(c, id='other.it') for c in page.claims)"):
        with pytest.raises(PageError, match="stated another page"):
            state(tmp_path, forged.format(change))
    assert state(tmp_path, forged.format("title='Mine'")).title == "Mine"


@pytest.mark.skipif(not confine.available(), reason="this system has no Landlock; derive keeps no cache on it")
def test_a_page_cannot_write(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    cache.put("decision", "key", {"links": []})
    text = "import sqlite3\nbase = sqlite3.connect({!r})\nbase.execute('DELETE FROM entries')\nit = claim(x, eq(x))\n"
    with pytest.raises(PageError, match="OperationalError"):
        state(tmp_path, text.format(str(cache.file)))
    with pytest.raises(PageError, match=r"PermissionError.*a page may write no file"):
        state(tmp_path, f"open({str(tmp_path / 'page.py')!r}, 'a').write('x = 1')\nit = claim(x, eq(x))\n")
    assert cache.get("decision", "key") == {"links": []}


PARTS = {
    "base": "it = claim(x, eq(x))\n",
    "page": "from derivations.base import it\nword = open(__file__[:-7] + 'data.txt').read()\nmine = claim(x, eq(x, by=it, why=word))\n",
    "alone": "it = claim(y, eq(y))\n",
}


def ran(folder: Path, capfd: pytest.CaptureFixture[str]) -> list[str]:
    """The pages that were run when all three are loaded with the cache of the folder."""
    files = [folder / f"{name}.py" for name in PARTS]
    capfd.readouterr()
    remembered = load_all(files, cache=Cache(folder / "cache"), forks=2)
    started = sorted(line.removeprefix("runs ") for line in capfd.readouterr().err.splitlines() if line.startswith("runs "))
    assert remembered == load_all(files)
    return started


def test_a_page_is_run_again_only_when_what_it_rests_on_has_changed(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    for name, text in PARTS.items():
        write(tmp_path, f"if __name__ == 'derivations.{name}': print('runs {name}')\n{text}", name)
    (tmp_path / "data.txt").write_text("a reason")
    assert ran(tmp_path, capfd) == ["alone", "base", "base", "page"], "the page that is imported runs in the process of each"
    assert ran(tmp_path, capfd) == []
    (tmp_path / "data.txt").write_text("another reason")
    assert ran(tmp_path, capfd) == ["base", "page"]
    write(tmp_path, "print('runs base')\nit = claim(x, eq(x))\nmore = claim(y, eq(y))\n", "base")
    assert ran(tmp_path, capfd) == ["base", "base", "page"]
    assert ran(tmp_path, capfd) == []


def test_a_broken_page_is_run_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "cache")
    file = write(tmp_path, "1 / 0\n")
    assert [type(load_all([file], cache=cache)[0]) for _ in range(2)] == [PageError, PageError]
    assert cache.hits == 0


def test_a_damaged_page_is_run_again(tmp_path: Path) -> None:
    said: list[str] = []
    cache, file = Cache(tmp_path / "cache", said.append), write(tmp_path, "it = claim(x, eq(x))\n")
    (page,) = load_all([file], cache=cache)
    with closing(sqlite3.connect(cache.file)) as base:
        ((key,),) = base.execute("SELECT key FROM entries").fetchall()
    for forged in ({}, {"page": [], "read": []}, {"page": {"nodes": [], "value": {"is": "Verdict"}}, "read": []}, {"read": 3}, ["page"]):
        cache.put("page", key, forged)
        assert load_all([file], cache=cache) == [page]
    assert len(said) == 5


# Pages import each other by one line, wherever they lie

CITING = "from derivations.softplus import slope\nfrom derivations.mine import base\nit = claim(x, eq(x, by=[slope, base]))\n"


def test_from_a_folder_of_ones_own(tmp_path: Path) -> None:
    write(tmp_path, "base = claim(y, eq(y))\n", "mine")
    page = load(write(tmp_path, CITING, "citing"))
    assert page.claims[0].links[0].by == ("softplus.slope", "mine.base")
    assert page.cites == ("softplus", "mine")


def test_from_the_checkout() -> None:
    page = load(catalogue.library() / "softplus.py")
    assert "sigmoid_tanh.sigmoid" in {name for c in page.claims for link in c.links for name in link.by}


def test_from_the_wheel(tmp_path: Path) -> None:
    """The layout of the installed package: derivations inside derive, no checkout around."""
    package = Path(derive.__file__).parent
    site, empty = tmp_path / "site", tmp_path / "empty"
    shutil.copytree(package, site / "derive", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(catalogue.library(), site / "derive" / "derivations", ignore=shutil.ignore_patterns("__pycache__"))
    empty.mkdir()
    write(empty, "base = claim(y, eq(y))\n", "mine")
    write(empty, CITING, "citing")
    code = (
        "from derive import catalogue; from derive.pages import load_all; from pathlib import Path\n"
        "files = [catalogue.find('softplus'), Path('citing.py')]\n"
        "print(catalogue.library(), *[p.name for p in load_all(files)], load_all(files)[1].claims[0].links[0].by)"
    )
    env = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"} | {"PYTHONPATH": str(site)}
    done = subprocess.run([sys.executable, "-P", "-c", code], cwd=empty, env=env, capture_output=True, text=True, check=False)
    assert done.stdout.split(" ", 1) == [str(site / "derive" / "derivations"), "softplus citing ('softplus.slope', 'mine.base')\n"], (
        done.stderr
    )


def test_a_page_of_ones_own_hides_the_library_page_of_its_name(tmp_path: Path) -> None:
    write(tmp_path, "slope = claim(y, eq(y))\n", "softplus")
    write(tmp_path, "base = claim(y, eq(y))\n", "mine")
    assert load(write(tmp_path, CITING, "citing")).claims[0].links[0].by == ("softplus.slope", "mine.base")


# The library


def test_every_page_of_the_library_loads() -> None:
    files = catalogue.files_in(catalogue.library())
    for file, page in zip(files, load_all(files, forks=2), strict=True):
        assert isinstance(page, Page), page
        assert {item.name for item in catalogue.outline(file).items} == {i.id.partition(".")[2] for i in (*page.claims, *page.errata)} - {
            i.id.partition(".")[2] for i in page.claims if i.printed
        }
