"""`Blocks`: columns that enter and leave a model together, and which of them only with others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slopewise.errors import ArgumentError
from slopewise.solvers.tableau import Tableau


@dataclass(frozen=True)
class Blocks:
    """The columns of each block, by position, disjoint; `needs`, for each block the earlier ones that it never enters
    without; `forced`, columns that are always in.

    >>> Blocks(((0,), (1, 2), (3, 4)), needs=((), (), (1,)), forced=(5,)).needs[2]
    (1,)
    """

    columns: tuple[tuple[int, ...], ...]
    needs: tuple[tuple[int, ...], ...]
    forced: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        every = [*self.forced, *(j for columns in self.columns for j in columns)]
        if len(set(every)) < len(every) or min(every, default=0) < 0:
            raise ArgumentError("the blocks' columns, and those that are forced, are positions, each of them once")
        if len(self.needs) != len(self.columns) or any(
            not 0 <= need < b for b, needs in enumerate(self.needs) for need in needs
        ):
            raise ArgumentError("a block needs blocks that come before it; give one tuple of them for each block")

    @classmethod
    def singles(cls, p: int) -> Blocks:
        """Each of p columns by itself.

        >>> Blocks.singles(2).columns
        ((0,), (1,))
        """
        return cls(tuple((j,) for j in range(p)), ((),) * p)

    def below(self, b: int) -> tuple[int, ...]:
        """All the blocks that a block needs, and those that these need, in order."""
        found = {*self.needs[b]}
        for need in self.needs[b]:
            found.update(self.below(need))
        return tuple(sorted(found))

    def reduced(self, base: Tableau) -> Blocks:
        """Of each block only the columns that are new beside what is swept into `base` and the blocks that it needs.

        The span of every set of blocks that holds what its members need is the same.
        """
        own: list[tuple[int, ...]] = []
        needs = tuple(self.below(b) for b in range(len(self.columns)))
        for b, columns in enumerate(self.columns):
            earlier = [j for need in needs[b] for j in own[need]]
            part = base.part([*earlier, *columns]).with_columns(range(len(earlier) + len(columns)))
            fresh = part.swept[len(earlier) : -1]
            own.append(tuple(j for j, new in zip(columns, fresh.tolist(), strict=True) if new))
        return Blocks(tuple(own), needs, self.forced)

    def held(self, chosen: Sequence[int]) -> frozenset[int]:
        """The blocks chosen and all that they need."""
        return frozenset({*chosen}.union(*(self.below(b) for b in chosen)))
