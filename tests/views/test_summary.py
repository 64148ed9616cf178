"""The summary stays a table whatever the names are."""

from __future__ import annotations

import slopewise as sw


def test_names_that_would_break_the_table_are_shown_on_a_line() -> None:
    table = {"a\nb": [1.0, 2.0, 3.0], "level" * 50: ["p", "q", "q"], "y": [1.0, 2.0, 4.0]}
    text = sw.fit(f"y ~ `a\nb` + {'level' * 50}", table).summary()
    lines = text.splitlines()
    ruler = next(i for i, line in enumerate(lines) if line.startswith("─"))
    assert lines[ruler + 2].startswith("a b")
    assert max(map(len, lines[ruler - 1 : ruler + 4])) < 160
