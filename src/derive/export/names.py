"""Names of symbols as a textbook sets them: lambda, x_hat, W1, h_a, d_h."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

# Each spelling of a Greek letter that Python code uses, and its LaTeX command.
GREEK = {
    "alpha": "alpha", "beta": "beta", "gamma": "gamma", "delta": "delta", "epsilon": "varepsilon", "eps": "varepsilon", "zeta": "zeta",
    "eta": "eta", "theta": "theta", "iota": "iota", "kappa": "kappa", "lambda": "lambda", "lamda": "lambda", "lam": "lambda",
    "mu": "mu", "nu": "nu",
    "xi": "xi", "pi": "pi", "rho": "rho", "sigma": "sigma", "tau": "tau", "upsilon": "upsilon", "phi": "phi", "chi": "chi", "psi": "psi",
    "omega": "omega", "Gamma": "Gamma", "Delta": "Delta", "Theta": "Theta", "Lambda": "Lambda", "Lamda": "Lambda", "Xi": "Xi", "Pi": "Pi",
    "Sigma": "Sigma", "Upsilon": "Upsilon", "Phi": "Phi", "Psi": "Psi", "Omega": "Omega", "ell": "ell", "varepsilon": "varepsilon",
}  # fmt: skip

LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "iota": "ι",
    "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ", "tau": "τ", "upsilon": "υ",
    "phi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω", "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π",
    "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "ell": "ℓ",
}  # fmt: skip
COMMANDS = {letter: command for command, letter in LETTERS.items()}

ACCENTS = {"hat": "hat", "bar": "bar", "tilde": "tilde", "dot": "dot", "vec": "vec"}
_PLAIN = re.compile(r"([A-Za-z]+?)(hat|bar|tilde|dot|vec)?(\d*)('*)")


@dataclass(frozen=True)
class Name:
    """A name in parts: what stands on the line, below it and above it, each ready for LaTeX math."""

    head: str
    below: tuple[str, ...] = ()
    above: str = ""
    width: float = 1.0

    def latex(self, *more: str, separator: str = "") -> str:
        """The name with further subscripts, such as the positions of an entry."""
        inner = separator.join(more)
        below = ",".join((*self.below, inner) if inner else self.below)
        return self.head + script("^", self.above) + script("_", below)


def script(mark: str, text: str) -> str:
    """A sub- or superscript, in braces where it is more than one letter."""
    return "" if not text else mark + (text if len(text) == 1 else f"{{{text}}}")


def read(name: str, array: bool = False) -> Name:
    """The parts of a Python name; the number at the end of an array's name is its layer, above the line."""
    spelled = "".join(COMMANDS.get(c, c) for c in name)
    head, *rest = [part for part in spelled.split("_") if part] or [""]
    found = _PLAIN.fullmatch(head)
    if found is None or any(not part.isalnum() or not part.isascii() for part in rest):
        return Name(_upright(name), width=len(name))
    stem, accent, digits, primes = found.groups()
    if accent and len(stem) > 1 and stem not in GREEK:
        stem, accent = stem + accent, ""
    below, above = [], primes.replace("'", r"\prime ").strip()
    for part in rest:
        if part in ACCENTS:
            accent = part
        elif part == "star":
            above += "*"
        else:
            below.append(_letters(part))
    if digits and array:
        above = f"({digits})" + above
    elif digits:
        below.insert(0, digits)
    text = _letters(stem)
    if accent:
        text = rf"\{ACCENTS[accent]}{{{text}}}"
    return Name(text, tuple(below), above, width=_width(stem) + 0.6 * sum(_width(b) for b in rest) + 0.6 * len(digits))


def _letters(part: str) -> str:
    """One word in math: a letter or number as it is, Greek by its command, anything longer upright."""
    if part in GREEK:
        return "\\" + GREEK[part]
    return part if len(part) == 1 or part.isdigit() else rf"\mathrm{{{part}}}"


def _width(part: str) -> float:
    return 1.0 if part in GREEK else 0.3 + 0.6 * len(part)


def _upright(name: str) -> str:
    """A name that is no plain identifier, letter by letter; what LaTeX cannot set is named by its code point."""
    out = []
    for c in unicodedata.normalize("NFKC", name):
        if c in COMMANDS:
            out.append(f"}}\\{COMMANDS[c]}\\mathrm{{")
        elif c.isascii() and c.isalnum():
            out.append(c)
        elif c in "_#$%&{}":
            out.append("\\" + c)
        elif c in "()[]+-*/=<>.,:;!|'\" ":
            out.append(c if c != " " else r"\ ")
        else:
            out.append(rf"\langle {ord(c):04X}\rangle ")
    return rf"\mathrm{{{''.join(out)}}}".replace(r"\mathrm{}", "")


def plain(name: str) -> str:
    """A name for a line of text: Greek letters as letters, the rest as it is written."""
    parts = name.split("_")
    return "_".join(LETTERS.get(GREEK.get(part, ""), part) for part in parts)
