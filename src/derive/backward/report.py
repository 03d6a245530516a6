"""Reports: what came of holding a backward pass against a proof. True where it passed, and told in full where it did not."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import dataclass, field


class Mismatch(AssertionError):
    """A backward pass that is not what was proved."""


@dataclass(frozen=True)
class Worst:
    """One component of one gradient: where the function is furthest from the exact value, and there."""

    ulps: float  # of the exact value
    units: float  # of what rounding may do there; this is what is held against the tolerance
    got: str
    exact: str
    at: str  # the input, as Python


@dataclass
class Report:
    """What was found in one dtype."""

    claim: str
    statement: str
    dtype: str
    tolerance: float
    sizes: list[str] = field(default_factory=list)
    points: int = 0
    components: int = 0
    kinks: int = 0  # components on a kink, where any value between the slopes passes
    failures: int = 0  # components that are off
    worst: Worst | None = None
    bias: float = 0.0  # mean error away from 0, in units in the last place
    troubles: list[str] = field(default_factory=list)  # what is wrong, one sentence each, the gravest first

    @property
    def passed(self) -> bool:
        return not self.troubles and self.components > 0

    def __bool__(self) -> bool:
        return self.passed

    def check(self) -> Report:
        """The report itself; raises Mismatch with the whole of it where something is wrong."""
        if not self.passed:
            raise Mismatch(str(self))
        return self

    def lines(self) -> list[str]:
        """The report, line by line."""
        out = [f"{'PASSED' if self.passed else 'FAILED'}: {self.claim} in {self.dtype}: {self.statement}"]
        out += [f"  {trouble}" for trouble in self.troubles]
        if not self.components and not self.troubles:
            out.append("  nothing was compared: no point of the region was found, and that is no pass")
        counts = f"{self.points} points, {self.components} components, {self.kinks} of them on kinks"
        out.append(f"  {counts}; sizes: {'; '.join(self.sizes) or 'none'}")
        if self.worst is not None:
            worst = self.worst
            allowed = f"{worst.units:.3g} ulp of what is rounded there, where {self.tolerance:g} are allowed"
            out.append(f"  worst: {worst.ulps:.3g} ulp of the value, {allowed}; mean error {self.bias:+.3f} ulp")
            out.append(f"    at {worst.at}")
            out.append(f"    got {worst.got}, exact {worst.exact}")
        return out

    def __str__(self) -> str:
        return "\n".join(self.lines())

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return f"<pre>{html.escape(str(self))}</pre>"


@dataclass
class Reports:
    """One report for each dtype."""

    each: list[Report]

    @property
    def passed(self) -> bool:
        return bool(self.each) and all(r.passed for r in self.each)

    def __bool__(self) -> bool:
        return self.passed

    def __iter__(self) -> Iterator[Report]:
        return iter(self.each)

    def check(self) -> Reports:
        """The reports themselves; raises Mismatch with all of them where one did not pass."""
        if not self.passed:
            raise Mismatch(str(self))
        return self

    def __str__(self) -> str:
        return "\n".join(str(r) for r in self.each)

    __repr__ = __str__

    def _repr_html_(self) -> str:
        return "".join(r._repr_html_() for r in self.each)
