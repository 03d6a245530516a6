"""The house of docs/design.md, held by reading every import and call: no arrow runs back, and only the kernel mints a verdict."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

SRC = Path(__file__).parent.parent / "src" / "derive"

FIGURES_BORROW = ("balls", "evaluator", "forms", "point", "question", "questions", "sizes")
WITNESS_BORROWS = ("balls", "domain", "hypothesis", "question", "sizes", "values")

# room: (rooms it may import, outside packages at the top of its files, outside packages inside functions)
TABLE: dict[str, tuple[set[str], set[str], set[str]]] = {
    "errors": (set(), set(), set()),
    "version": (set(), set(), set()),
    # A notebook draws statements and outcomes: the one arrow that runs back, taken when it asks.
    "shown": ({"export.notebook"}, set(), set()),
    "statement": ({"errors", "shown"}, set(), set()),
    "kernel": ({"errors", "statement"}, {"flint"}, {"z3", "sympy"}),
    "recheck": ({"errors", "statement"}, set(), set()),
    # What is put to Coq comes from the statement: no rule of the kernel has a hand in it. FLINT finds hints, which Coq proves.
    "coq": ({"statement", "recheck.setting"}, {"flint"}, set()),
    "outcome": ({"statement", "kernel.verdict", "shown"}, set(), set()),
    # The witness borrows the kernel's balls to settle a point that float64 cannot, and no rule.
    "witness": ({"errors", "statement", "outcome", *(f"kernel.{m}" for m in WITNESS_BORROWS)}, {"numpy"}, {"jax", "scipy", "flint"}),
    "jobs": (set(), set(), set()),
    "cluster": ({"errors", "version", "keys", "jobs"}, set(), {"distributed", "cloudpickle"}),
    "select": ({"errors"}, set(), set()),
    "progress": (set(), set(), {"rich"}),
    "catalogue": ({"errors"}, set(), set()),
    "files": (set(), set(), set()),
    "rerun": ({"catalogue", "keys", "cache", "files"}, set(), set()),
    "cache": ({"catalogue", "confine"}, set(), {"platformdirs"}),
    "keys": ({"statement"}, set(), set()),
    "confine": (set(), set(), set()),
    "pages": ({"errors", "statement", "catalogue", "keys", "cache"}, set(), set()),
    "nursery": ({"child", "confine"}, set(), set()),
    "memory": ({"errors", "statement", "outcome", "judgement", "cache", "kernel.record"}, set(), set()),
    "formula": ({"errors", "statement", "catalogue", "kernel.read", "vocabulary"}, set(), set()),
    "start": ({"errors", "catalogue", "files"}, set(), set()),
    "vocabulary": ({"errors", "statement"}, {"sympy"}, set()),
    "judgement": ({"errors", "statement", "kernel", "outcome"}, set(), set()),
    "check": (
        {"errors", "statement", "kernel", "outcome", "witness", "recheck", "judgement", "jobs", "gradients", "repairs", "keys", "memory"},
        set(),
        set(),
    ),
    "repairs": ({"errors", "statement", "kernel", "outcome", "export.plain"}, set(), set()),
    "contents": ({"errors"}, set(), set()),
    # Figures borrow the kernel's evaluator: they show numbers, and prove nothing.
    "figures": ({"statement", "outcome", "witness.lower", *(f"kernel.{m}" for m in FIGURES_BORROW)}, {"flint"}, set()),
    "export": (
        {"errors", "statement", "outcome", "kernel.verdict", "version", "contents", "figures.figure"},
        {"jinja2", "markupsafe", "latex2mathml", "pygments"},
        {"rich", "matplotlib", "numpy"},
    ),
    "backward": (
        {
            "errors",
            "statement",
            "kernel",
            "witness",
            "code",
            "gradients",
            "catalogue",
            "pages",
            "check",
            "export.plain",
            "vocabulary.binding",
        },
        {"numpy"},
        {"jax", "torch", "ml_dtypes", "flint"},
    ),
    "code": ({"errors", "statement", "kernel", "witness", "outcome", "gradients", "export.plain"}, {"numpy"}, set()),
}

# SymPy stands at the top of these files alone: the one door in, and what speaks SymPy to authors.
SYMPY = {"kernel/read.py", "child.py", "formula/meaning.py", "vocabulary/", "tactics.py", "gradients.py", "write.py"}
MINTS = {"mint", "Verdict", "_TOKEN"}
FORBIDDEN = {"eval", "exec", "compile", "parse_expr", "sympify", "S"}


def sources() -> list[Path]:
    return sorted(SRC.rglob("*.py"))


def room(path: Path) -> str:
    return path.relative_to(SRC).parts[0].removesuffix(".py")


def imports(tree: ast.AST) -> Iterator[tuple[str, bool, int]]:
    """(module, whether it is imported as the file loads, line) of every import; `if TYPE_CHECKING` loads nothing."""

    def walk(node: ast.AST, at_load: bool) -> Iterator[tuple[str, bool, int]]:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
                continue
            if isinstance(child, ast.Import):
                yield from ((alias.name, at_load, child.lineno) for alias in child.names)
            elif isinstance(child, ast.ImportFrom):
                whole = child.module or "."
                inner = [f"{whole}.{alias.name}" for alias in child.names] if whole in ("derive", "derive.kernel") else [whole]
                yield from ((module, at_load, child.lineno) for module in inner)
            else:
                yield from walk(child, at_load and not isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda))

    yield from walk(tree, True)


def import_faults(name: str, tree: ast.AST) -> list[str]:
    """What a file of the house imports against the table."""
    where = name.split("/")[0].removesuffix(".py")
    faults = []
    rooms, at_top, inside = TABLE.get(where, (None, set(), set()))
    for module, at_load, line in imports(tree):
        top, _, rest = module.partition(".")
        if top in sys.stdlib_module_names:
            continue
        if top == "derive":
            target = rest.split(".")[0]
            if (
                rooms is not None
                and rest
                and target != where
                and not any(rest == r or target == r or rest.startswith(r + ".") for r in rooms)
            ):
                faults.append(f"{name}:{line}: {where} may not import {module}")
        elif top == "sympy":
            if not any(name == place or (place.endswith("/") and name.startswith(place)) for place in SYMPY):
                faults.append(f"{name}:{line}: only {', '.join(sorted(SYMPY))} import SymPy")
        elif rooms is not None and top not in (at_top if at_load else at_top | inside):
            faults.append(f"{name}:{line}: {where} may not import {module}{' at its top' if at_load and top in inside else ''}")
        elif top in ("jax", "z3", "matplotlib", "cvc5") and at_load:
            faults.append(f"{name}:{line}: {module} is imported only inside the functions that use it")
    return faults


def mint_faults(name: str, tree: ast.AST) -> list[str]:
    """Every place outside the kernel that could make a verdict."""
    if name.startswith("kernel/"):
        return []
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("derive.kernel"):
            faults += [f"{name}:{node.lineno}: imports {a.name}" for a in node.names if a.name in ("mint", "_TOKEN")]
        elif isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            if called in MINTS or (called == "__new__" and any("Verdict" in ast.unparse(a) for a in node.args)):
                faults.append(f"{name}:{node.lineno}: calls {ast.unparse(node.func)}")
            if called == "replace" and any("verdict" in ast.unparse(a).lower() for a in node.args[:1]) and node.keywords:
                faults.append(f"{name}:{node.lineno}: changes a verdict")
        elif isinstance(node, ast.ClassDef) and any("Verdict" in ast.unparse(b) for b in node.bases):
            faults.append(f"{name}:{node.lineno}: subclasses Verdict")
    return faults


def text_faults(name: str, tree: ast.AST) -> list[str]:
    """Calls that would run text from outside, and asserts, which `python -O` drops."""
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assert):
            faults.append(f"{name}:{node.lineno}: raise, never assert")
        elif isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            strict = any(k.arg == "strict" and isinstance(k.value, ast.Constant) and k.value.value is True for k in node.keywords)
            if called.removeprefix("builtins.").removeprefix("sympy.").removeprefix("sp.") in FORBIDDEN and not strict:
                faults.append(f"{name}:{node.lineno}: calls {called}")
    return faults


CHECKS = {"import": import_faults, "mint": mint_faults, "text": text_faults}


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("path", sources(), ids=lambda p: str(p.relative_to(SRC)))
def test_every_file_keeps_to_the_house(path: Path, check: str) -> None:
    assert CHECKS[check](str(path.relative_to(SRC)), ast.parse(path.read_text())) == []


@pytest.mark.parametrize(
    ("check", "name", "code"),
    [
        ("import", "kernel/balls.py", "from derive.witness import witness_page"),
        ("import", "kernel/balls.py", "def f():\n    import derive.check"),
        ("import", "kernel/balls.py", "import sympy"),
        ("import", "kernel/integers.py", "import z3"),
        ("import", "kernel/field.py", "import numpy"),
        ("import", "statement/term.py", "from derive.kernel import verdict"),
        ("import", "statement/term.py", "import flint"),
        ("import", "recheck/replay.py", "from derive.kernel.verdict import Verdict"),
        ("import", "recheck/replay.py", "def f():\n    import sympy"),
        ("import", "witness/lower.py", "import jax"),
        ("import", "witness/lower.py", "def f():\n    from derive import kernel"),
        ("import", "export/terminal.py", "from derive.kernel.decide import decide"),
        ("import", "cli.py", "import matplotlib.pyplot"),
        ("import", "cli.py", "try:\n    import jax\nexcept ImportError:\n    pass"),
        ("mint", "check.py", "from derive.kernel.verdict import mint"),
        ("mint", "check.py", "verdict.mint(Status.PROVED, rules=('trust me',))"),
        ("mint", "check.py", "Verdict(token)"),
        ("mint", "check.py", "object.__new__(Verdict)"),
        ("mint", "check.py", "dataclasses.replace(outcome.verdict, status=PROVED)"),
        ("mint", "check.py", "class Mine(Verdict): pass"),
        ("text", "pages.py", "eval(text)"),
        ("text", "pages.py", "builtins.exec(text)"),
        ("text", "cli.py", "sympy.sympify(text)"),
        ("text", "cli.py", "sympify(text, strict=False)"),
        ("text", "kernel/read.py", "assert x"),
    ],
)
def test_each_check_is_seen_to_fail(check: str, name: str, code: str) -> None:
    assert CHECKS[check](name, ast.parse(code)) != []


@pytest.mark.parametrize(
    ("check", "name", "code"),
    [
        ("import", "kernel/read.py", "import sympy"),
        ("import", "kernel/integers.py", "def f():\n    import z3"),
        ("import", "kernel/field.py", "import flint\nfrom fractions import Fraction\nfrom derive.statement.term import Term"),
        ("import", "kernel/field.py", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import z3"),
        ("mint", "kernel/decide.py", "mint(Status.PROVED)"),
        ("text", "export/latex.py", "re.compile('x')"),
        ("text", "kernel/solver.py", "model.eval(v)"),
        ("text", "kernel/read.py", "sympify(x, strict=True)"),
    ],
)
def test_what_is_allowed_passes(check: str, name: str, code: str) -> None:
    assert CHECKS[check](name, ast.parse(code)) == []


def loaded_by(code: str) -> set[str]:
    """Which heavy packages a fresh Python has loaded after this code."""
    heavy = ("sympy", "jax", "z3", "matplotlib", "numpy", "flint", "rich", "scipy", "jinja2")
    script = f"import sys\n{code}\nprint(*(m for m in {heavy!r} if m in sys.modules), file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stderr.split())


@pytest.mark.parametrize("code", ["import derive", "import derive.pytest_plugin", "import derive.cli", "import derive.jobs"])
def test_an_import_loads_the_standard_library_only(code: str) -> None:
    assert loaded_by(code) == set()


def test_deciding_from_terms_needs_no_sympy() -> None:
    assert "sympy" not in loaded_by("import derive.check, derive.kernel.decide")


def test_the_import_check_is_seen_to_fail() -> None:
    assert "sympy" in loaded_by("import derive.kernel.read")


def test_every_room_of_the_table_stands() -> None:
    assert {r for r in TABLE if not (SRC / r).exists() and not (SRC / f"{r}.py").exists()} == set()
