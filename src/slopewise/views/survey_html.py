"""A survey as a page: a card for each column with a small picture, what `fit` would do with it, and what to look at.

One file without scripts: light and dark as the reader's system says, narrow and wide, printable, and every name and
value escaped.
"""

from __future__ import annotations

import html
from collections.abc import Iterator

from slopewise.survey.figures import percent, rows, shown
from slopewise.survey.record import TOPICS, ColumnRecord, Hint, Level, SurveyRecord
from slopewise.views.summary import on_a_line
from slopewise.views.survey_style import STYLE
from slopewise.views.survey_text import distinct, extent, mean

LONGEST = 500  # cards; a page of more is a burden to any reader, human or not
LISTED = 24  # columns named under a topic
WIDTH, HEIGHT = 240, 64  # of a histogram, in the units of its viewBox

FIT_WORDS = {"id": "key", "constant": "constant", "empty": "empty"}


def page(record: SurveyRecord) -> str:
    """The survey as a whole HTML document."""
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{escape(extent(record))}</title>\n"
        "<style>body { margin: 0; }</style>\n"
        f"</head>\n<body>\n{fragment(record)}\n</body>\n</html>\n"
    )


def fragment(record: SurveyRecord) -> str:
    """The survey as one element with its style inside, as a notebook shows it."""
    cards = "\n".join(_card(record, place) for place in range(min(len(record.columns), LONGEST)))
    hidden = len(record.columns) - LONGEST
    more = f"<p>… and {hidden:,} more columns: a .csv or .json file holds them all.</p>" if hidden > 0 else ""
    return (
        f'<div class="slopewise-survey">\n<style>{STYLE}</style>\n'
        f"<header>\n<h1>{escape(record.source)}</h1>\n<p>{_summary(record)}</p>\n</header>\n"
        f"<main>\n{_overview(record)}\n"
        f'<section class="cards" aria-label="Columns">\n{cards}\n</section>\n{more}</main>\n'
        "</div>"
    )


def escape(text: str) -> str:
    """Text for a place between tags or in an attribute, on one line.

    >>> escape("<script>")
    '&lt;script&gt;'
    """
    return html.escape(on_a_line(text, 400))


def _summary(record: SurveyRecord) -> str:
    size = escape(extent(record)[len(record.source) + 2 :])
    target = f" · target <b>{escape(record.target)}</b>" if record.target is not None else ""
    complete = "" if record.complete is None else f" · {percent(record.complete)} of the rows complete"
    return f"{size}{complete}{target}"


def _overview(record: SurveyRecord) -> str:
    """What is worth a look, by topic, each name a link to its card; then the notes on the whole table."""
    topics = []
    for topic, heading in TOPICS.items():
        found = [(place, hint) for place, c in enumerate(record.columns) for hint in c.hints if hint.topic == topic]
        if found:
            links = ", ".join(_link(record, place, hint) for place, hint in found[:LISTED])
            more = f" and {len(found) - LISTED} more" if len(found) > LISTED else ""
            topics.append(f"<dt>{escape(heading)}</dt><dd>{links}{more}</dd>")
    notes = "".join(f"<li>{escape(note[0].upper() + note[1:])}.</li>" for note in record.notes)
    formula = (
        f"<p>A formula to begin with: <code>{escape(record.formula)}</code></p>" if record.formula is not None else ""
    )
    return (
        '<section class="overview" aria-label="Worth a look">\n'
        + (f"<h2>Worth a look</h2>\n<dl>{''.join(topics)}</dl>\n" if topics else "")
        + (f"<ul>{notes}</ul>\n" if notes else "")
        + f"{formula}</section>"
    )


def _link(record: SurveyRecord, place: int, hint: Hint) -> str:
    name = escape(record.columns[place].name)
    linked = f'<a href="#column-{place + 1}">{name}</a>' if place < LONGEST else name
    brief = f" <small>{escape(hint.brief)}</small>" if hint.brief else ""
    return f"<span>{linked}{brief}</span>"


def _card(record: SurveyRecord, place: int) -> str:
    column = record.columns[place]
    hints = "".join(f"<li>{escape(_sentence(hint))}</li>" for hint in column.hints if hint.text != column.use)
    facts = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in _facts(record, column))
    role = f'<span class="role">{FIT_WORDS.get(column.role, column.role)}</span>'
    return (
        f'<article id="column-{place + 1}" class="{column.role}">\n'
        f"<h3>{escape(column.name)}</h3>\n"
        f'<p class="use">{role} {escape(_upper(column.use))}</p>\n'
        f"{_picture(column)}"
        f"<dl>{facts}</dl>\n" + (f"<ul>{hints}</ul>\n" if hints else "") + "</article>"
    )


def _sentence(hint: Hint) -> str:
    return f"{_upper(hint.text)}."


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _facts(record: SurveyRecord, column: ColumnRecord) -> Iterator[tuple[str, str]]:
    """The figures of a column and their names, as HTML."""
    yield "type", escape(column.type or column.kind)
    if column.missing:
        first = f" <small>{rows(column.first_missing)}</small>" if column.missing <= len(column.first_missing) else ""
        yield "missing", f"{column.missing:,} <small>{percent(column.missing_share)}</small>{first}"
    if column.distinct is not None:
        yield "distinct", distinct(column)
    if column.mean is not None and column.quantiles is not None:
        yield "mean", escape(mean(column))
        if column.deviation is not None:
            yield "std. dev.", shown(column.deviation, "number") + " days" * (column.kind == "date")
        yield "median", escape(shown(column.quantiles.median, column.kind))
        middle = (column.quantiles.q25, column.quantiles.q75)
        yield "middle half", " to ".join(escape(shown(value, column.kind)) for value in middle)
        if column.zeros and column.kind == "number":
            yield "zeros", f"{column.zeros:,}"
        if column.negative and column.kind == "number":
            yield "negative", f"{column.negative:,}"
    if column.role != "target" and column.paired is not None:
        yield from _association(record, column)


def _association(record: SurveyRecord, column: ColumnRecord) -> Iterator[tuple[str, str]]:
    """How the column goes with the target, and over how many rows where that is not all."""
    of = f" <small>of {column.paired:,} rows</small>" if column.paired != record.rows else ""
    if column.correlation is not None:
        yield "r with target", f"{column.correlation:.3f}".replace("-", "−") + of
    elif column.r_squared is not None:
        yield "R² alone", f"{column.r_squared:.3f}{of}"


def _picture(column: ColumnRecord) -> str:
    if column.histogram is not None and column.low is not None and column.high is not None:
        ends = shown(column.low, column.kind), shown(column.high, column.kind)
        return _histogram(column.name, column.histogram.counts, *ends)
    if column.kind in ("text", "boolean") and column.top:
        return _bars(column)
    return ""


def _histogram(name: str, counts: tuple[int, ...], low: str, high: str) -> str:
    """Bars of one width over the range, with its ends beneath."""
    width, most = WIDTH / len(counts), max(counts)
    bars = "".join(
        f'<rect x="{place * width + 0.5:.1f}" y="{HEIGHT - _tall(count, most):.1f}" width="{width - 1:.1f}" '
        f'height="{_tall(count, most):.1f}"/>'
        for place, count in enumerate(counts)
        if count
    )
    label = escape(f"Histogram of {name} from {low} to {high}")
    return (
        f'<figure><svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{label}" preserveAspectRatio="none">'
        f'{bars}<path d="M0 {HEIGHT}H{WIDTH}"/></svg>'
        f"<figcaption><span>{escape(low)}</span><span>{escape(high)}</span></figcaption></figure>\n"
    )


def _tall(count: int, most: int) -> float:
    """The height of a bar: a single row among many is still to be seen."""
    return max((HEIGHT - 2) * count / most, 1.5)


def _bars(column: ColumnRecord) -> str:
    """The most frequent levels as bars, and the rest as one."""
    rest = column.count - sum(level.rows for level in column.top)
    levels = list(column.top)
    others = (column.distinct or 0) - len(levels)
    longest = max(levels[0].share, rest / column.count)
    items = "".join(_bar(level, longest, "") for level in levels)
    if others > 0 and rest > 0:
        name = f"{'about ' * (not column.distinct_exact)}{others:,} other{'s' * (others != 1)}"
        share = rest / column.count
        items += _bar(Level(name, rest, share), longest, ' class="others"')
    return f'<ol aria-label="Most frequent levels of {escape(column.name)}">{items}</ol>\n'


def _bar(level: Level, most: float, style: str) -> str:
    length = min(100 * level.share / most, 100.0)
    label = escape(level.label) if level.label.strip() else "<i>blank</i>"
    return (
        f'<li{style}><span class="label">{label}</span><span class="bar"><i style="width:{length:.1f}%"></i></span>'
        f'<span class="share">{percent(level.share)}</span></li>'
    )
