"""Which levels a term needs beside the terms before it: the rule of coding, on symbols alone.

A category of k levels is spanned by a constant and k − 1 contrasts, f = 1 + f⁻; a term of categories is the product
of such sums, f:g = 1 + f⁻ + g⁻ + f⁻:g⁻. Of these parts those are new that no earlier term with the same numeric
factors has; then f⁻:(rest) + (rest) is put together again as f:(rest), with every level of f.

Reference: J. M. Chambers & T. J. Hastie (1992), *Statistical Models in S*, section 2.4.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from enum import IntEnum
from typing import TypeAlias

from slopewise.design.terms import Term

MAX_CATEGORIES = 8
"""As many categories as may interact in one term, for n of them have 2ⁿ parts."""


class Coded(IntEnum):
    """How a category takes part in one part of a term."""

    ABSENT = 0  # not at all: whatever its level
    REDUCED = 1  # by its levels but the first
    FULL = 2  # by all its levels


Pattern: TypeAlias = tuple[Coded, ...]
"""One part of a term: how each of its categories takes part, in the order of the term."""


def patterns(terms: Sequence[Term], intercept: bool) -> list[tuple[Pattern, ...]]:
    """The parts that each term adds to the ones before it, in the order of their columns; none if it adds nothing.

    >>> from slopewise.design.formula import parse
    >>> from slopewise.design.terms import expand
    >>> terms = [term.resolve({"f": "text", "g": "text"}) for term in expand(parse("y ~ 0 + f + f:g"))]
    >>> [[[coded.name for coded in part] for part in parts] for parts in patterns(terms, False)]
    [[['FULL']], [['FULL', 'REDUCED']]]
    """
    nothing: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
    spanned = {nothing} if intercept else set()
    chosen = []
    for term in terms:
        categories = [factor.text for factor in term.categories]
        numeric = term.key.difference(categories)
        fresh = []
        for pattern in itertools.product((Coded.REDUCED, Coded.ABSENT), repeat=len(categories)):
            part = (numeric, frozenset(itertools.compress(categories, pattern)))
            if part not in spanned:
                spanned.add(part)
                fresh.append(pattern)
        chosen.append(tuple(_put_together(fresh)))
    return chosen


def _put_together(parts: Iterable[Pattern]) -> list[Pattern]:
    """The fewest parts that span the same columns, simple ones first."""
    kept: list[Pattern] = []
    for part in sorted(parts, key=lambda pattern: len(pattern) - pattern.count(Coded.ABSENT)):
        partner = next((other for other in kept if _completes(part, other)), None)
        if partner is None:
            kept.append(part)
        else:
            others = [other for other in kept if other != partner]
            kept = _put_together([*others, _union(part, partner)])
    return kept


def _completes(part: Pattern, other: Pattern) -> bool:
    """Whether `part` is `other` times the contrasts of one more category."""
    differing = [(ours, theirs) for ours, theirs in zip(part, other, strict=True) if ours != theirs]
    return differing == [(Coded.REDUCED, Coded.ABSENT)]


def _union(part: Pattern, other: Pattern) -> Pattern:
    return tuple(ours if ours == theirs else Coded.FULL for ours, theirs in zip(part, other, strict=True))
