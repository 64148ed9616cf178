"""The formula that nobody wrote: a target, and the columns that are to explain it, or every other one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from slopewise.data.block import Kind
from slopewise.design.tree import Column, text
from slopewise.errors import ArgumentError, UnknownColumn


class Plain(NamedTuple):
    """A formula, and the columns that it leaves out because no formula can use them."""

    formula: str
    left_out: tuple[str, ...]


def formula_of(
    target: str,
    features: Sequence[str] | None,
    columns: Mapping[str, Kind],
    *,
    without: Collection[str] = (),
    source_name: str = "data",
) -> Plain:
    """`target ~ feature + feature + …`; without `features`, of all columns but the target and those in `without`.

    Names that are no identifiers are put in backticks. A column named in `features` is in the formula whatever its
    kind; among all columns, those of kind "other" are left out, and `left_out` says which. Raises `UnknownColumn` for a
    name that the table does not have, and `ArgumentError` where the target is a feature or no column is left.

    >>> formula_of("price", ["area", "lot size"], {"price": "number", "area": "number", "lot size": "number"}).formula
    'price ~ area + `lot size`'
    >>> formula_of("price", None, {"id": "number", "price": "number", "tags": "other", "sold": "date"}, without=["id"])
    Plain(formula='price ~ sold', left_out=('tags',))
    """
    for name in (target, *(features or ())):
        if name not in columns:
            raise UnknownColumn(name, columns, where=source_name)
    if features is not None and target in features:
        raise ArgumentError(f"{target!r} is the target and cannot be one of its own features; leave it out of them")
    others = [name for name in columns if name != target and name not in without]
    left_out = [name for name in others if columns[name] == "other"] if features is None else []
    chosen = list(dict.fromkeys(features)) if features is not None else [n for n in others if n not in left_out]
    if not chosen:
        raise ArgumentError(
            f"no column is left to explain {target!r}; name features, or write {text(Column(target))} ~ 1 for its mean"
        )
    names = [text(Column(name)) for name in (target, *chosen)]
    return Plain(f"{names[0]} ~ {' + '.join(names[1:])}", tuple(left_out))
