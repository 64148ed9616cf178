"""`Models`: one model for each group of rows, from one reading of all of them; and what is said of all groups together.

The groups' states were gathered side by side (`design/keyed.py`), and are solved side by side (`solvers/batched.py`).
A group's `LinearModel` is made when it is asked for. Levels of a category are those of all rows, so that every group
has the same coefficients: of a level that a group lacks the column is zeros, and is dropped.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from slopewise.collected import Collected
from slopewise.data.buffers import as_numpy
from slopewise.data.keys import taken
from slopewise.design.keyed import Keyed
from slopewise.design.levels import level_name
from slopewise.errors import ArgumentError, UnknownGroup
from slopewise.inference.covariance import Assumption, Cov
from slopewise.inference.geometries import Geometries
from slopewise.inference.geometry import Geometry
from slopewise.inference.grouped import STATUSES, Chow, Figures, chow, estimates_of, figures
from slopewise.inference.robust import POWER
from slopewise.inference.scatters import Sureness, sureness
from slopewise.model import LinearModel
from slopewise.moments import Moments
from slopewise.numerals import aligned, on_a_line, plain
from slopewise.predictions import open_rows, weighed
from slopewise.regrouping import Progress, Refits, Robust, check_room, coded_states, squares_of
from slopewise.rereading import check_rereadable
from slopewise.solvers import exact
from slopewise.solvers.batched import Solutions, is_large, solve_stack
from slopewise.solvers.solution import Solution
from slopewise.typing import AnyArray, Array, ArrayLike, IntArray

if TYPE_CHECKING:
    import pyarrow as pa

SHOWN, WIDEST, NAMED = 20, 6, 5
"""Groups and coefficients that the text shows, and degenerate groups that it names."""

PAGE = 1_024
"""Groups whose covariances are worked out at a time."""

ESTIMATES = ("estimate", "std_error", "statistic", "p_value", "conf_low", "conf_high")
GLANCED = (
    *("nobs", "r_squared", "adj_r_squared", "sigma", "statistic", "p_value", "df", "df_residual", "rank"),
    *("log_lik", "aic", "bic"),
)


@dataclass(frozen=True, eq=False)
class Models(Mapping[Hashable, LinearModel]):
    """The models of all groups, by the value of the key column; by a tuple of values where there are two.

    In the order of the values. `kept`: what was collected of all rows, and of each group. A group is a whole model
    that can be saved and predicts; degenerate ones too, see `glance` for their `status`. Formulas:
    `slopewise.inference.grouped`.

    >>> import slopewise as sw
    >>> table = {"f": list("aaabbb"), "x": [1.0, 2, 3, 1, 2, 3], "y": [1.0, 2, 3, 3, 5, 7]}
    >>> models = sw.fit("y ~ x", table, by="f")
    >>> [(key, model.coefficients["x"]) for key, model in models.items()]
    [('a', 1.0), ('b', 2.0)]
    """

    kept: Collected
    robust: Robust | None = None

    def __getitem__(self, key: Hashable) -> LinearModel:
        at = self._order[[self._place(key)]]
        named = " and ".join(f"{name} = {level_name(value)}" for name, value in zip(self.by, _tuple(key), strict=True))
        model = self._model(self._state(at)[0], f"{self.kept.source}, {named}")
        if self.robust is None:
            return model
        states, w = Moments.stack([model.moments]), model.solution.coefficients[None]
        geometries = Geometries.of(states, w, intercept=self.kept.intercept)
        scatters = self.robust.scatters(self.kept, at, geometries)
        found = scatters.covariance(0, geometries, self.robust.assumption)
        return replace(model, robust=self.robust.named(found, int(at[0])))

    def __iter__(self) -> Iterator[Hashable]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._order)

    @property
    def by(self) -> tuple[str, ...]:
        """The columns that make the groups."""
        return self._keyed.keys

    @property
    def names(self) -> tuple[str, ...]:
        """The names of all k parameters of each model, the intercept first if there is one."""
        return ("Intercept",) * self.kept.intercept + self.kept.names

    @cached_property
    def groups(self) -> pa.Table:
        """The values of the key columns, a row a group, in order."""
        values = self._keyed.values
        assert values is not None
        return taken(values, self._order)

    @cached_property
    def solutions(self) -> Solutions:
        """The parameters of all groups by position, in the order of the groups."""
        kept, threads = self.kept, self._keyed.threads
        coding, large = kept.coding, is_large(len(self), len(kept.names) + 1)
        as_they_are = coding.selection == tuple(range(len(kept.gathered.keys)))
        found = Solutions.empty(len(self), len(kept.names), has_intercept=kept.intercept)
        places, done = np.argsort(self._order), 0
        for states in self._keyed.pages(kept.gathered.keys):
            coded = states if as_they_are else coding.apply(states)
            here = slice(done, done := done + len(states.rows))
            found.put(places[here], solve_stack(coded, intercept=kept.intercept, large=large, threads=threads))
        return found

    @cached_property
    def figures(self) -> Figures:
        """The figures of all fits, arrays over the groups in their order."""
        stack = self._keyed
        return figures(self.solutions, stack.rows[self._order], stack.log_weight[self._order], self._sureness)

    def with_covariance(
        self,
        cov: Cov,
        data: Any = None,
        *,
        weights: ArrayLike | None = None,
        frequency: ArrayLike | None = None,
        threads: int | None = None,
        progress: Progress | None = None,
    ) -> Models:
        """The same models with other standard errors: "classical", or "HC0" … "HC3", which read their rows once more.

        `data`, `weights` and `frequency` (m,) are as in `LinearModel.with_covariance`. Clusters within groups are
        gathered with them: `fit(formula, data, by="region", cov=("cluster", "school"))`. Raises `ArgumentError` for
        other rows than those of the fit, and where states of all groups would take too much memory twice.

        >>> import slopewise as sw
        >>> table = {"f": list("aaaabbbb"), "x": [1.0, 2, 3, 4] * 2, "y": [1.0, 2, 4, 4, 3, 5, 7, 8]}
        >>> models = sw.fit("y ~ x", table, by="f").with_covariance("HC3", table)
        >>> models["a"].vcov().round(4).tolist()
        [[0.576, -0.3041], [-0.3041, 0.1808]]
        """
        assumption = Assumption.of(cov)
        if not assumption.rereads:
            return replace(self, robust=None)
        if assumption.keys:
            raise ArgumentError(
                f"the states of clusters are gathered with those of the groups: fit(…, by={self.by!r}, cov={cov!r})"
            )
        check_room(len(self), len(self.kept.gathered.keys) + 1)
        source = weighed(self.kept.design, open_rows(self.kept.design, data), weights, frequency)
        check_rereadable(source, f"cov={cov!r}")
        groups, found = self._keyed, self.solutions
        place = np.argsort(self._order)
        df = np.maximum(groups.rows - found.rank[place], 1)
        w, rss = found.coefficients[place], found.rss[place]
        refits = Refits(self.kept, groups, self._geometries(w), rss / df, POWER[assumption.kind])
        squares = squares_of(refits, source, assumption, float(np.nansum(rss)), threads=threads, progress=progress)
        return replace(self, robust=squares)

    def table(self, level: float = 0.95) -> pa.Table:
        """Each group and term in a row: the keys, term estimate std_error statistic p_value conf_low conf_high.

        As `LinearModel.tidy` has them for one group; null where there is nothing to say. Computed side by side.
        """
        import pyarrow as pa

        e = estimates_of(self.solutions, self.figures.df_residual, level, self._sureness)
        k = len(self.names)
        keys = taken(self.groups, np.repeat(np.arange(len(self)), k))
        term = pa.DictionaryArray.from_arrays(np.tile(np.arange(k, dtype=np.int32), len(self)), list(self.names))
        columns = {name: pa.array(getattr(e, name).ravel(), from_pandas=True) for name in ESTIMATES}
        table = pa.table({"term": term.cast(pa.string()), **columns})
        return pa.table({**dict(zip(_apart(keys, table), keys.columns, strict=True)), **_columns(table)})

    def glance(self) -> pa.Table:
        """One row a group: the keys, its figures as in `LinearModel.glance`, its rank, and its `status`.

        "ok", or what is the matter: "no rows", "fewer rows than parameters", "no residual degrees of freedom",
        "constant target", "columns dropped", as earlier ones determine them, or "a single cluster".
        """
        import pyarrow as pa

        fit, keys = self.figures, self.groups
        columns = {name: pa.array(getattr(fit, name), from_pandas=True) for name in GLANCED}
        status = pa.DictionaryArray.from_arrays(fit.status.astype(np.int32), list(STATUSES)).cast(pa.string())
        table = pa.table({**columns, "status": status})
        return pa.table({**dict(zip(_apart(keys, table), keys.columns, strict=True)), **_columns(table)})

    def pooled(self) -> LinearModel:
        """The model of all groups together; clustered where they are, and `ArgumentError` for "HC0" … "HC3"."""
        return self._clustered(LinearModel(replace(self.kept, keyed=None), self._whole), np.arange(len(self)))

    def union(self, keys: Iterable[Hashable]) -> LinearModel:
        """The model of the rows of some groups together, clustered where they are.

        Raises `UnknownGroup`, and `ArgumentError` for no group, and for "HC0" … "HC3": its residuals are other ones.
        """
        chosen = list(dict.fromkeys(keys))
        if not chosen:
            raise ArgumentError("a union is of one group at least; name some of them")
        places = np.array([self._place(key) for key in chosen], dtype=np.int64)
        named = f"{len(chosen):,} groups by {' and '.join(self.by)}"
        parts = [self._state(self._order[places[a : a + 4096]]).pool() for a in range(0, len(places), 4096)]
        model = self._model(Moments.stack(parts).pool(), f"{self.kept.source}, {named}")
        return self._clustered(model, np.sort(self._order[places]))

    def chow(self) -> Chow:
        """The F test of one model for all groups against one for each: see `slopewise.inference.grouped`."""
        return chow(self.solutions, self.figures.nobs, self._whole.residual_sum_of_squares, self._whole.rank)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Models):
            return NotImplemented
        return self.kept == other.kept and bool(self.groups.equals(other.groups) and self.table().equals(other.table()))

    __hash__ = None  # type: ignore[assignment]

    def __str__(self) -> str:
        shown, fit, estimates = min(len(self), SHOWN), self.figures, self._shown
        heading = [" ".join(self.by), "rows", "R²", *map(on_a_line, self.names[:WIDEST])]
        rows = [
            [on_a_line(_text(key)), f"{fit.nobs[g]:,}", plain(fit.r_squared[g])]
            + ["" if np.isnan(value) else f"{value:.6g}" for value in estimates[g, :WIDEST]]
            for g, key in enumerate(self._named(np.arange(shown)))
        ]
        more = len(self) - shown, len(self.names) - WIDEST
        cut = [
            f"{count:,} more {what}" for count, what in zip(more, ("groups", "coefficients"), strict=True) if count > 0
        ]
        lines = [f"{self.kept.design.formula}, by {' and '.join(self.by)}: {len(self):,} models{self._errors}", ""]
        lines += aligned([heading, *rows]) + [f"… {' and '.join(cut)}"] * bool(cut)
        return "\n".join([*lines, "", *self._degenerate()])

    def __repr__(self) -> str:
        return f"<Models {self.kept.design.formula!r} by {' and '.join(self.by)}: {len(self):,} groups>"

    @property
    def _errors(self) -> str:
        """What kind of standard errors the models have; nothing for classical ones."""
        if self.robust is None:
            return ""
        assumption = self.robust.assumption
        return f", errors clustered by {' and '.join(assumption.keys)}" if assumption.keys else f", {assumption.kind}"

    @property
    def _shown(self) -> AnyArray:
        """The parameters (G, k)."""
        return np.column_stack([self.solutions.intercept, self.solutions.coefficients])[:, 1 - self.kept.intercept :]

    @property
    def _keyed(self) -> Keyed:
        if self.kept.keyed is None:
            raise ArgumentError("no groups were collected; say by which column, by='region'")
        return self.kept.keyed

    @cached_property
    def _order(self) -> IntArray:
        """The groups in the order of their values, (G,)."""
        from pyarrow import compute

        values = self._keyed.values
        if values is None:
            return np.zeros(0, dtype=np.int64)
        keys = [(name, "ascending") for name in values.column_names]
        return as_numpy(compute.sort_indices(values, sort_keys=keys)).astype(np.int64)

    @cached_property
    def _places(self) -> dict[Hashable, int]:
        """Where each key stands among the groups in order."""
        return {key: place for place, key in enumerate(self._named(np.arange(len(self))))}

    def _named(self, places: IntArray) -> list[Any]:
        """The keys of the groups at these places."""
        columns = [column.to_pylist() for column in taken(self.groups, places).columns]
        return columns[0] if len(columns) == 1 else list(zip(*columns, strict=True))

    @cached_property
    def _whole(self) -> Solution:
        return exact.solve(self.kept.moments, intercept=self.kept.intercept, threads=self._keyed.threads)

    def _place(self, key: Hashable) -> int:
        if key in self._places:
            return self._places[key]
        some = ", ".join(map(repr, list(self._places)[:NAMED])) + ", …" * (len(self) > NAMED)
        raise UnknownGroup(f"no group {key!r} by {' and '.join(self.by)}; there are {some}")

    def _state(self, groups: IntArray) -> Moments:
        """The states of some groups, of the columns of the pass."""
        return self._keyed.widened(self.kept.gathered.keys, groups)

    def _model(self, state: Moments, source: str) -> LinearModel:
        """The model of the rows of a state."""
        gathered = self._keyed.gathered(self.kept.gathered, state)
        kept = Collected(self.kept.design, gathered, source, self.kept.provenance)
        return LinearModel(kept, exact.solve(kept.moments, intercept=kept.intercept))

    def _geometries(self, coefficients: Array) -> Geometries:
        """Those of all groups, in the order of their states, with these coefficients (G, p)."""
        parts, start = [], 0
        for states in self._keyed.pages(self.kept.gathered.keys, PAGE):
            here = coefficients[start : start + len(states.rows)]
            parts.append(Geometries.of(self.kept.coding.apply(states), here, intercept=self.kept.intercept))
            start += len(states.rows)
        return Geometries.joined(parts)

    @cached_property
    def _sureness(self) -> Sureness | None:
        """Standard errors and F of all groups, in their order, where they are not the classical ones."""
        if self.robust is None:
            return None
        parts, w = [], self.solutions.coefficients
        for a in range(0, len(self), PAGE):
            at = self._order[a : a + PAGE]
            states = coded_states(self.kept, self._keyed, at)
            geometries = Geometries.of(states, w[a : a + PAGE], intercept=self.kept.intercept)
            parts.append(sureness(self.robust.scatters(self.kept, at, geometries), geometries))
        return Sureness(*map(np.concatenate, zip(*parts, strict=True)))

    def _clustered(self, model: LinearModel, groups: IntArray) -> LinearModel:
        """A model of several groups with their covariance."""
        if self.robust is None:
            return model
        geometry = Geometry.of(model.moments, model.solution)
        return replace(model, robust=self.robust.union(self.kept, groups, geometry))

    def _degenerate(self) -> list[str]:
        """A sentence for each status but "ok" that some group has, and one where none has."""
        status, lines = self.figures.status, []
        for code, what in enumerate(STATUSES):
            if not code or not (here := np.flatnonzero(status == code)).size:
                continue
            some = ", ".join(map(_text, self._named(here[:NAMED]))) + ", …" * (len(here) > NAMED)
            lines.append(f"{len(here):,} with {what}: {some}")
        return [f"Degenerate groups: {'; '.join(lines)}."] if lines else ["No group is degenerate."]


def grouped_fit(kept: Collected) -> Models:
    """The models of the groups that were collected. Raises `ArgumentError` where there are none."""
    models = Models(kept)
    models._keyed  # noqa: B018 — refuses what has no groups
    return models


def _tuple(key: Hashable) -> tuple[Any, ...]:
    return key if isinstance(key, tuple) else (key,)


def _text(key: Hashable) -> str:
    """The values of a key as categories name them: a column of numbers in a CSV may hold 3.0 for 3."""
    return " ".join(map(level_name, _tuple(key)))


def _apart(keys: pa.Table, table: pa.Table) -> list[str]:
    """Names for the key columns, `key.` before those that the table has already."""
    return [f"key.{name}" if name in table.column_names else name for name in keys.column_names]


def _columns(table: pa.Table) -> dict[str, Any]:
    return dict(zip(table.column_names, table.columns, strict=True))
