"""`import derive` is light, and every name of the vocabulary is there when it is asked for."""

from __future__ import annotations

import subprocess
import sys

import pytest

import derive
import derive.vocabulary

HEAVY = ("sympy", "jax", "z3", "matplotlib", "flint", "numpy", "derive.vocabulary")


def loaded(code: str) -> set[str]:
    found = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*[m for m in {HEAVY!r} if m in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": ":".join(sys.path)},
    )
    return set(found.stdout.split())


def test_import_derive_loads_the_standard_library_only() -> None:
    assert loaded("import derive; derive.__version__; from derive import catalogue, pages; dir(derive)") == set()


def test_the_first_word_loads_sympy() -> None:
    assert loaded("from derive import exp") - {"flint"} == {"sympy", "derive.vocabulary"}  # SymPy may use FLINT


def test_derive_exports_the_vocabulary() -> None:
    assert set(derive.__all__) == {*derive.vocabulary.__all__, "decide", "gradient", "verify_backward", "__version__"}
    assert set(derive.__all__) <= set(dir(derive))


@pytest.mark.parametrize("name", derive.vocabulary.__all__)
def test_every_name_is_there(name: str) -> None:
    assert getattr(derive, name) is getattr(derive.vocabulary, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="no attribute 'sigmod'"):
        derive.sigmod  # noqa: B018
