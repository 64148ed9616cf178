"""Just enough of SQL's lexicon to tell one statement that gives rows from everything else, before any of it runs.

This makes for clear refusals. What holds a query to reading is its database: see `slopewise.data.databases`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from slopewise.errors import ArgumentError, UnknownColumn

READS = ("SELECT", "WITH", "FROM", "VALUES", "TABLE")

_TOKEN = re.compile(
    r"""(?P<blank> \s+ | --[^\n]* | /\*.*?\*/ )
    | (?P<text> e'(?:[^'\\]|''|\\.)*' | '(?:[^']|'')*' | \$(?P<tag>[a-z_]*)\$.*?\$(?P=tag)\$ )
    | (?P<name> "(?:[^"]|"")*" | `[^`]*` )
    | (?P<word> \w+ )
    | (?P<open> /\* | ['"`] )
    | (?P<mark> . )""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)


def check_statement(sql: str) -> str:
    """`sql` without the semicolon at its end. Raises ArgumentError unless it is one statement that gives rows.

    >>> check_statement("SELECT ';' AS mark -- a semicolon;")
    "SELECT ';' AS mark -- a semicolon;"
    >>> check_statement("SELECT 1; ")
    'SELECT 1'
    """
    if sql.encode(errors="replace").decode() != sql:
        raise ArgumentError("the query is not UTF-8 text; write it anew")
    end = _check_whole(sql, "the query")
    words = (token for kind, token in _tokens(sql) if token != "(")
    first = next(words, "").upper()
    if first not in READS:
        said = f"begins with {first}" if first else "is empty"
        raise ArgumentError(f"the query {said}; only one that gives rows is run, such as SELECT … or WITH … SELECT …")
    return sql[:end]


def check_whole(condition: str) -> None:
    """Raise ArgumentError for a condition that would reach beyond the brackets put around it."""
    if _check_whole(condition, f"where={condition!r}") < len(condition):
        raise ArgumentError(f"where={condition!r} has a semicolon in it; give one condition")


def check_quoted_names(condition: str, columns: Sequence[str], where: str) -> None:
    r"""Raise UnknownColumn for a name in double quotes that no column bears.

    SQLite itself would take it for a text, and compare that.

    >>> check_quoted_names("\"area\" > 1 AND street <> 'the \"Allee\"'", ["Area", "street"], "the query")
    """
    known = {name.casefold() for name in columns}
    for kind, token in _tokens(condition):
        name = token[1:-1].replace('""', '"')
        if kind == "name" and token[0] == '"' and name.casefold() not in known:
            raise UnknownColumn(name, columns, where)


def _check_whole(sql: str, name: str) -> int:
    """Where the statement ends; ArgumentError if another follows, or if quotes or brackets do not match."""
    depth, end = 0, len(sql)
    for match in _TOKEN.finditer(sql):
        kind, token = match.lastgroup, match.group()
        if kind == "blank":
            continue
        if kind == "open":
            raise ArgumentError(f"{name} opens a {token} that nothing closes; close it")
        if end < len(sql):
            raise ArgumentError(f"{name} has two statements, with a semicolon between them; give one")
        depth += (token == "(") - (token == ")")
        if depth < 0:
            break
        if token == ";":
            end = match.start()
    if depth:
        raise ArgumentError(f"{name} has brackets that do not match; correct them")
    return end


def _tokens(sql: str) -> Iterator[tuple[str, str]]:
    for match in _TOKEN.finditer(sql):
        if match.lastgroup != "blank":
            yield str(match.lastgroup), match.group()
