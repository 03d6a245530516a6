"""A place: whole numbers for sizes and indices, and values for the variables, drawn when they are first asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from random import Random
from typing import Any

from derive.recheck.writing import Key
from derive.statement.term import Term


@dataclass
class Place:
    """One point. `draw(sort, random)` makes the value of a variable that has none yet."""

    random: Random
    integers: dict[Term, int]  # sizes, and other symbols that are whole
    sorts: Mapping[Any, str]  # of each array by its name, and of those syms of which more is known than they say
    draw: Callable[[str, Random], Any]
    values: dict[Key, Any] = field(default_factory=dict)
    solved: set[Any] = field(default_factory=set)  # the keys of values that a hypothesis fixes
    rounded: bool = False  # whether those may differ from what would make it true

    @cached_property
    def seed(self) -> int:
        """Of the numbers that stand for what is not drawn."""
        return self.random.getrandbits(64)

    def of(self, key: Key) -> Any:
        """The value of a variable."""
        found = self.values.get(key)
        if found is None:
            name = key[0]
            sort = self.sorts[name] if isinstance(name, str) else self.sorts.get(name) or name.args[1]
            found = self.values[key] = self.draw(sort, self.random)
        return found
