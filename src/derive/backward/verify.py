"""verify_backward: any function that claims to be a gradient, against the formula that is proved to be it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

import numpy as np

from derive.backward.call import Call, numpy_dtype, plan
from derive.backward.exact import Formula, shape_of
from derive.backward.inputs import Batch, batches
from derive.backward.report import Report, Reports, Worst
from derive.backward.source import gradient_from
from derive.code.pullback import in_order
from derive.export.plain import text
from derive.statement.term import Term

POINTS = 96  # at each setting of sizes
COMPONENTS = 12  # of a gradient that are looked at, at one point
ULPS = 16.0  # what a component may be off, in units in the last place of what rounding may do there
# A mean error is no rounding where it is beyond BIAS ulp, SURE standard errors and PART of the spread, over ENOUGH different values: one
# rounding spreads by 0.29 ulp around 0, and several of them by more.
BIAS, SURE, PART, ENOUGH = 0.1, 6.0, 0.4, 100


def verify_backward(
    fn: Callable[..., Any], claim: Any, dtype: str | Sequence[str] = "float32", *, ulps: float = ULPS, points: int = POINTS, seed: int = 0,
    library: str | None = None,
) -> Any:  # fmt: skip
    """Hold a backward pass against the proved formula of a claim, at inputs chosen to be hard.

    `fn` takes the arrays and numbers of the claim's function, by their names or in the order in which the function speaks of them, and last
    the cotangent, an array like the function's value; where that value is one number, `fn` may leave the cotangent out. It returns the
    gradient in the claim's variable, or a tuple of gradients in all arguments. `claim` is "page::claim", a claim of a page, or a pair
    (function, variable) of SymPy expressions. `dtype` is a name, or several; `library` says whose arrays `fn` wants, where its code does
    not tell.

    Returns a report, true where everything passed; `report.check()` raises with the worst input. Raises DeriveError for a claim that is not
    PROVED or is no gradient.
    """
    gradient = gradient_from(claim)
    formula = Formula(gradient)
    found: dict[str, Term] = {}
    for u in (*in_order(gradient.primal), gradient.variable):
        if u.op == "entry" or u.op == "sym" and u not in formula.question.sizes:
            found.setdefault(u.args[0], u)
    call = plan(fn, tuple(found), gradient.variable.args[0], library, len(gradient.outputs))
    names = [dtype] if isinstance(dtype, str) else list(dtype)
    reports = [_Checking(formula, call, list(found.values()), name, ulps).run(points, seed) for name in names]
    return reports[0] if isinstance(dtype, str) else Reports(reports)


@dataclass
class _Checking:
    """One function in one dtype."""

    formula: Formula
    call: Call
    arguments: list[Term]
    dtype: str
    ulps: float
    not_numbers: int = 0
    off_kink: int = 0
    signed: dict[float, float] = field(default_factory=dict)  # exact value -> error away from 0 in ulp, each value once

    def run(self, points: int, seed: int) -> Report:
        gradient = self.formula.gradient
        words = f"∂/∂{text(gradient.variable)} {text(gradient.primal)} = {text(gradient.slope)}"
        report = Report(gradient.claim.id, words, self.dtype, self.ulps)
        count = 4 * points if self._elementwise() else points  # one call does them all
        for batch in batches(gradient, numpy_dtype(self.dtype), count, seed):
            report.sizes.append(", ".join(f"{s.args[0]} = {n}" for s, n in batch.sizes.items()) or "none")
            self._batch(batch, report)
        self._conclude(report)
        return report

    def _batch(self, batch: Batch, report: Report) -> None:
        if self.call.cotangent == "-":  # the derivative itself
            batch = replace(batch, cotangent=np.ones_like(batch.cotangent))
        shape = shape_of(self.formula.gradient, batch.sizes)
        together = self._elementwise()
        whole = self._called(batch, slice(None), None)[0] if together else None
        for row in range(batch.count):
            point = self.formula.place(batch, row)
            region = self.formula.region(point)
            if region == "outside":
                continue
            got = whole[row] if whole is not None else self._called(batch, row, shape)[0]
            report.points += 1
            for component in self._components(shape, row):
                self._component(batch, row, point, region, component, float(got[component] if shape else got), report)

    def _elementwise(self) -> bool:
        """Whether the function is one of a number alone: then it gets all numbers at once."""
        return len(self.arguments) == 1 and self.arguments[0].op == "sym"

    def _called(self, batch: Batch, row: Any, shape: tuple[int, ...] | None) -> tuple[Any, str]:
        values = [batch.values[u if u.op == "sym" else u.args[:3]][row] for u in self.arguments]
        try:
            with np.errstate(all="ignore"):  # what overflows shows in the result
                out, dtype = self.call(values, batch.cotangent[row], self.dtype)
        except Exception as error:
            error.add_note(f"verify_backward called it in {self.dtype} with {self._input(batch, row if isinstance(row, int) else 0)}")
            raise
        expected = shape if shape is not None else (batch.count,)
        if out.shape != expected:
            got = f"has shape {out.shape}, expected {expected}, at {', '.join(f'{s.args[0]} = {n}' for s, n in batch.sizes.items())}"
            raise ValueError(f"the gradient {got}")
        return out, dtype

    def _components(self, shape: tuple[int, ...], row: int) -> list[tuple[int, ...]]:
        every = list(product(*map(range, shape)))
        if len(every) <= COMPONENTS:
            return every
        chosen = np.random.default_rng(row).choice(len(every), COMPONENTS, replace=False)
        return [every[k] for k in sorted(chosen.tolist())]

    def _component(
        self, batch: Batch, row: int, point: Any, region: str, component: tuple[int, ...], got: float, report: Report
    ) -> None:  # fmt: skip
        info = _limits(self.dtype)
        if region == "kink":
            between = self.formula.around(lambda moved: self.formula.place(batch, row, moved), component)
            if between is None:
                return
            low, high = between
            room = self.ulps * _ulp(max(abs(low), abs(high)), self.dtype) + 2.0**-30 * max(abs(low), abs(high))
            report.kinks += 1
            report.components += 1
            if not low - room <= got <= high + room:  # a NaN is between nothing
                self._fail(
                    report, Worst(np.inf, np.inf, repr(got), f"between {low!r} and {high!r}, at a kink", self._input(batch, row, component))
                )
                self.off_kink += 1
            return
        found = self.formula.exact(point, component)
        if found is None:
            return
        ball, value = found
        if abs(value) > info.max:  # infinity is right, or as right as it gets
            return
        report.components += 1
        if not np.isfinite(got):
            self.not_numbers += 1
            self._fail(report, Worst(np.inf, np.inf, repr(got), _digits(ball), self._input(batch, row, component)))
            return
        error = abs(float(abs(ball - _exactly(got)).mid()))
        ulps = error / _ulp(abs(value), self.dtype)
        floor = float(info.tiny) * max(1.0, float(np.max(np.abs(batch.cotangent[row].astype("float64")), initial=0.0)))
        units = ulps
        if ulps > self.ulps / 4:  # far off, or cancelled, or underflown
            scale = max(abs(value), self.formula.scale(point, component))
            units = error / max(_ulp(scale, self.dtype), floor / self.ulps)
        if 64 * floor < abs(value) and ulps < 4 and error:
            self.signed[value] = (got - value) / _ulp(abs(value), self.dtype) * np.sign(value)
        worst = Worst(ulps, units, repr(got), _digits(ball), self._input(batch, row, component))
        if not units <= self.ulps:
            self._fail(report, worst)
        elif report.worst is None or (units, ulps) > (report.worst.units, report.worst.ulps):
            report.worst = worst

    def _fail(self, report: Report, worst: Worst) -> None:
        report.failures += 1
        if report.worst is None or worst.units > report.worst.units:
            report.worst = worst

    def _conclude(self, report: Report) -> None:
        if self.not_numbers:
            report.troubles.append(f"{self.not_numbers} components are no finite numbers where the exact value is one")
        if self.off_kink:
            report.troubles.append(f"{self.off_kink} components at a kink lie outside what both sides allow")
        others = report.failures - self.not_numbers - self.off_kink
        if others:
            report.troubles.append(f"{others} of {report.components} components are off by more than {self.ulps:g} units in the last place")
        if len(self.signed) >= ENOUGH:
            errors = np.asarray(list(self.signed.values()))
            report.bias = float(errors.mean())
            spread = float(errors.std())
            if abs(report.bias) > max(BIAS, PART * spread, SURE * spread / len(errors) ** 0.5):
                report.troubles.append(
                    f"the error has a bias: {report.bias:+.3f} ulp in the mean over {len(errors)} components, which is no rounding"
                )

    def _input(self, batch: Batch, row: int, component: tuple[int, ...] = ()) -> str:
        """An input as Python that can be pasted."""
        parts = [f"{s.args[0]} = {n}" for s, n in batch.sizes.items()]
        for u in self.arguments:
            parts.append(f"{u.args[0]} = {batch.values[u if u.op == 'sym' else u.args[:3]][row].astype('float64').tolist()!r}")
        parts.append(f"cotangent = {batch.cotangent[row].astype('float64').tolist()!r}")
        where = f", component {component if len(component) > 1 else component[0]}" if component else ""
        return "; ".join(parts) + where


def _limits(dtype: str) -> Any:
    if dtype == "bfloat16":
        import ml_dtypes

        return ml_dtypes.finfo(ml_dtypes.bfloat16)  # type: ignore[no-untyped-call]
    return np.finfo(dtype)


def _ulp(value: float, dtype: str) -> float:
    """The distance between neighbouring numbers of the dtype at a value."""
    info = _limits(dtype)
    value = max(value, float(info.tiny))
    return float(info.eps) * 2.0 ** np.floor(np.log2(value)) if np.isfinite(value) else np.inf


def _exactly(x: float) -> Any:
    from flint import arb

    return arb(x)


def _digits(ball: Any) -> str:
    text = str(ball.str(20, radius=False))
    return "0" if text.startswith("0e") else text
