"""The summary of a fit as HTML: one element for a notebook or a page, without scripts, every name escaped."""

from __future__ import annotations

import math

from slopewise.inference.record import FitRecord
from slopewise.numerals import typeset
from slopewise.views.summary import coefficient_cells, goodness_parts, headings, provenance
from slopewise.views.tables_html import NAME, code, escape, fragment, padded, sentences, term

LEFT_OUT = "left out"


def summary_html(record: FitRecord) -> str:
    """The whole summary as one `<div>` with its style inside: light and dark, printable, nothing fetched, nothing run.

    Numbers stand in columns, in line at the decimal point; a column that the fit left out says so. Notes and readings
    are lists under the table.

    >>> import slopewise as sw
    >>> model = sw.fit("price ~ size", {"size": [1.0, 2.0, 3.0], "price": [300.0, 500.0, 690.0]})
    >>> summary_html(model.record()).count("<tr")
    3
    """
    return fragment(
        [
            _table(record),
            _goodness(record),
            sentences("Notes", record.notes),
            sentences("What the coefficients say", record.readings),
        ]
    )


def _table(record: FitRecord) -> str:
    titles = "".join(f'<th scope="col">{escape(title)}</th>' for title in headings(record))
    cells = coefficient_cells(record, NAME)
    columns = [padded(column) for column in list(zip(*cells, strict=True))[1:]]
    rows = []
    for place, (name, *_) in enumerate(cells):
        last = ' class="last"' if place == len(cells) - 1 else ""
        if math.isnan(record.estimates.estimate[place]):
            figures = f'<td class="soft">{LEFT_OUT}</td>' + "<td></td>" * (len(columns) - 1)
        else:
            figures = "".join(f"<td{pad}>{figure}</td>" for figure, pad in (column[place] for column in columns))
        rows.append(f'<tr{last}><th scope="row">{term(name)}</th>{figures}</tr>')
    return (
        f"<table>\n<caption><b>{code(record.formula)}</b><span>{escape(provenance(record))}</span></caption>\n"
        f"<thead><tr>{titles}</tr></thead>\n<tbody>\n" + "\n".join(rows) + "\n</tbody>\n</table>"
    )


def _goodness(record: FitRecord) -> str:
    parts = [f"<span>{escape(typeset(part))}</span>" for part in goodness_parts(record, corrected=True)]
    return f"<p>{' · '.join(parts)}</p>"
