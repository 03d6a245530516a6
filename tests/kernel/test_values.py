"""Functions on values, against mpmath; exact values where they are exact; where there is none, Undefined."""

from __future__ import annotations

import mpmath
import pytest
from flint import arb, ctx, fmpq

from derive.kernel.jets import Frame, Jet, Undefined, Unsure
from derive.kernel.values import FUNCTIONS, maximum, power

mp = mpmath.mp.clone()
mp.dps = 40

POINTS = ["-7/2", "-5/4", "-3/5", "-1/3", "1/7", "1/2", "4/5", "3/2", "9/4", "17/3", "30"]
ONE_ARGUMENT = {
    "exp": mp.exp,
    "log": mp.log,
    "sin": mp.sin,
    "cos": mp.cos,
    "tan": mp.tan,
    "asin": mp.asin,
    "acos": mp.acos,
    "atan": mp.atan,
    "sinh": mp.sinh,
    "cosh": mp.cosh,
    "tanh": mp.tanh,
    "asinh": mp.asinh,
    "acosh": mp.acosh,
    "atanh": mp.atanh,
    "erf": mp.erf,
    "erfc": mp.erfc,
    "erfinv": mp.erfinv,
    "gamma": mp.gamma,
    "loggamma": mp.loggamma,
    "floor": mp.floor,
    "ceiling": mp.ceil,
}
DOMAIN = {
    "log": (0, None),
    "asin": (-1, 1),
    "acos": (-1, 1),
    "acosh": (1, None),
    "atanh": (-1, 1),
    "erfinv": (-1, 1),
    "loggamma": (0, None),
}


def q(text: str) -> fmpq:
    top, _, bottom = text.partition("/")
    return fmpq(int(top), int(bottom or 1))


def holds(value: object, number: object) -> bool:
    """Whether a value agrees with an mpmath number to 30 digits."""
    ball = arb(value)
    expected = arb(mp.nstr(number, 38))
    return bool(abs(ball - expected) < arb("1e-30") * (1 + abs(expected)))


@pytest.fixture(autouse=True)
def precision() -> object:
    before, ctx.prec = ctx.prec, 256
    yield
    ctx.prec = before


@pytest.mark.parametrize("name", ONE_ARGUMENT)
def test_functions_agree_with_mpmath(name: str) -> None:
    low, high = DOMAIN.get(name, (None, None))
    seen = 0
    for text in POINTS:
        x = q(text)
        if (low is not None and x <= low) or (high is not None and x >= high):
            with pytest.raises(Undefined):
                FUNCTIONS[name](x)
            continue
        value = FUNCTIONS[name](x)
        expected = mp.mpf(ONE_ARGUMENT[name](mp.mpf(int(x.p)) / int(x.q)))
        assert holds(value, expected), (name, text)
        assert not holds(value, expected + (1 + abs(expected)) * mp.mpf("1e-20")), (name, text)
        seen += 1
    assert seen >= 3


@pytest.mark.parametrize("order", [0, 1, 2, 5])
def test_polygamma_and_bessel_agree_with_mpmath(order: int) -> None:
    for text in POINTS:
        x = q(text)
        number = mp.mpf(int(x.p)) / int(x.q)
        assert holds(FUNCTIONS["polygamma"](fmpq(order), x), mp.psi(order, number))
        assert holds(FUNCTIONS["besseli"](fmpq(order), x), mp.besseli(order, number))
    assert holds(FUNCTIONS["besseli"](fmpq(1, 2), q("9/4")), mp.besseli(0.5, mp.mpf(9) / 4))


EXACT = [
    ("exp", ["0"], "1"),
    ("log", ["1"], "0"),
    ("sin", ["0"], "0"),
    ("cos", ["0"], "1"),
    ("tanh", ["0"], "0"),
    ("acos", ["1"], "0"),
    ("acosh", ["1"], "0"),
    ("atanh", ["0"], "0"),
    ("erfc", ["0"], "1"),
    ("gamma", ["5"], "24"),
    ("loggamma", ["2"], "0"),
    ("besseli", ["0", "0"], "1"),
    ("besseli", ["3", "0"], "0"),
    ("besseli", ["1/2", "0"], "0"),
    ("abs", ["-3/2"], "3/2"),
    ("sign", ["0"], "0"),
    ("heaviside", ["0"], "1/2"),
    ("floor", ["-1/2"], "-1"),
    ("ceiling", ["-1/2"], "0"),
    ("mod", ["-7", "3"], "2"),
    ("mod", ["7/2", "-2"], "-1/2"),
]


@pytest.mark.parametrize(("name", "args", "expected"), EXACT)
def test_exact_values_are_exact(name: str, args: list[str], expected: str) -> None:
    value = FUNCTIONS[name](*map(q, args))
    assert type(value) is fmpq
    assert value == q(expected)


UNDEFINED = [
    ("log", ["0"]),
    ("gamma", ["0"]),
    ("gamma", ["-3"]),
    ("loggamma", ["0"]),
    ("loggamma", ["-1/2"]),
    ("polygamma", ["1", "-2"]),
    ("asin", ["2"]),
    ("acosh", ["1/2"]),
    ("atanh", ["1"]),
    ("erfinv", ["1"]),
    ("erfinv", ["-1"]),
    ("mod", ["1", "0"]),
    ("besseli", ["1/2", "-1"]),
    ("besseli", ["-1/2", "0"]),
]


@pytest.mark.parametrize(("name", "args"), UNDEFINED)
def test_what_has_no_real_value_is_undefined(name: str, args: list[str]) -> None:
    with pytest.raises(Undefined):
        FUNCTIONS[name](*map(q, args))


POWERS = [
    ("0", "0", "1"),
    ("0", "3", "0"),
    ("0", "1/2", "0"),
    ("4/9", "1/2", "2/3"),
    ("-8", "3", "-512"),
    ("27", "-2/3", "1/9"),
    ("-2", "0", "1"),
    ("-1", "3", "-1"),
]


@pytest.mark.parametrize(("base", "exponent", "expected"), POWERS)
def test_powers_are_exact_where_they_can_be(base: str, exponent: str, expected: str) -> None:
    value = power(q(base), q(exponent))
    assert type(value) is fmpq
    assert value == q(expected)


@pytest.mark.parametrize(("base", "exponent"), [("0", "-1"), ("0", "-1/2"), ("-1", "1/2"), ("-8", "1/3")])
def test_powers_without_a_real_value_are_undefined(base: str, exponent: str) -> None:
    with pytest.raises(Undefined):
        power(q(base), q(exponent))


def test_a_ball_that_cannot_tell_is_unsure() -> None:
    zero = arb.pi() - arb.pi()
    for name in ("sign", "heaviside", "floor", "log"):
        with pytest.raises(Unsure):
            FUNCTIONS[name](zero)
    with pytest.raises(Unsure):
        power(zero, fmpq(-1))
    with pytest.raises(Unsure):
        FUNCTIONS["asin"](1 + zero)
    assert FUNCTIONS["abs"](zero).contains(0)
    assert power(zero, fmpq(2)) >= 0


def test_huge_powers_become_balls_before_they_are_computed() -> None:
    assert type(power(fmpq(10), fmpq(100))) is fmpq
    assert type(power(fmpq(10), fmpq(10**9))) is arb
    assert power(fmpq(-1), fmpq(10**30 + 1)) == -1


def around(x: fmpq | arb, order: int = 3) -> Jet:
    return Jet(Frame(1, order), [x, fmpq(1)], 0, True)


@pytest.mark.parametrize("name", [n for n in ONE_ARGUMENT if n not in ("floor", "ceiling")])
def test_jets_hold_the_taylor_coefficients(name: str) -> None:
    x = q("9/4") if name in ("acosh", "gamma", "loggamma") else q("2/5")
    jet = FUNCTIONS[name](around(x))
    expected = mp.taylor(ONE_ARGUMENT[name], mp.mpf(int(x.p)) / int(x.q), 3)
    assert len(jet.coefs) == 4
    for value, number in zip(jet.coefs, expected, strict=True):
        assert abs(arb(value) - arb(mp.nstr(number, 30))) < arb("1e-12")
    assert not abs(arb(jet.coefs[3]) - arb(mp.nstr(expected[3] + 1, 30))) < arb("1e-12")


@pytest.mark.parametrize(("exponent", "base"), [("-1", "2/3"), ("1/2", "4"), ("-3/2", "4"), ("5", "2/3"), ("11", "2/3")])
def test_powers_of_jets_hold_the_binomial_coefficients(exponent: str, base: str) -> None:
    e, x = q(exponent), q(base)
    jet = power(around(x), e)
    factor, expected = fmpq(1), []
    for k in range(4):
        expected.append(factor * power(x, e - k))
        factor = factor * (e - k) / (k + 1)
    assert all(not (arb(c) - arb(d)) or (arb(c) - arb(d)).contains(0) for c, d in zip(jet.coefs, expected, strict=True))


def test_jets_divide_through_a_common_zero() -> None:
    t = around(fmpq(0))
    sinc = FUNCTIONS["sin"](t) * power(t, fmpq(-1))
    assert [str(c) for c in sinc.coefs] == ["1", "0", "-1/6"]
    assert not sinc.pole
    pole = power(t, fmpq(-2))
    assert pole.pole == 2


def test_a_jet_at_a_kink_takes_the_side_that_it_moves_to() -> None:
    right = around(fmpq(0))
    left = -around(fmpq(0))
    assert FUNCTIONS["sign"](right) == 1
    assert FUNCTIONS["sign"](left) == -1
    assert FUNCTIONS["floor"](left) == -1
    assert FUNCTIONS["heaviside"](right) == 1
    assert right.frame.forked
    assert left.frame.forked
    smooth = around(fmpq(1))
    FUNCTIONS["abs"](smooth)
    assert not smooth.frame.forked


def test_a_root_at_zero_has_no_slope() -> None:
    with pytest.raises(Undefined):
        power(-around(fmpq(0)), fmpq(1, 2))
    jet = power(around(fmpq(0)), fmpq(3, 2))
    assert [str(c) for c in jet.coefs] == ["0", "0"]


def test_jets_that_differ_by_a_ball_around_0_have_no_known_maximum() -> None:
    frame = Frame(1, 1)
    six, apart = Jet(frame, [arb(6).log(), fmpq(1)], 0, True), Jet(frame, [arb(2).log() + arb(3).log(), fmpq(1)], 0, True)
    with pytest.raises(Unsure):
        maximum(six, apart)
    assert maximum(six, Jet(frame, [arb(7).log(), fmpq(1)], 0, True)).coefs[0].overlaps(arb(7).log())
