"""Figures as people write them: a number to four digits, days since 1970-01-01 as a date, a share in percent."""

from __future__ import annotations

import datetime
import math

from slopewise.data.block import Kind

_EPOCH = datetime.datetime(1970, 1, 1)


def figure(value: float, digits: int = 4) -> str:
    """A number to so many digits; whole numbers in full where they are not long, with separators from 10,000 on.

    >>> figure(2207.0), figure(215_000.0), figure(0.12345), figure(1234.5), figure(12_345.6), figure(5.2e-9)
    ('2207', '215,000', '0.1235', '1234', '12,346', '5.2e-09')
    """
    size = abs(value)
    if not size or (1e-4 <= size < 10**digits and not value.is_integer()):
        shown = f"{value:.{digits}g}"
        return shown if "e" not in shown else f"{value:.0f}"
    if 1 <= size < (1e12 if value.is_integer() else 1e9):
        return f"{value:,.0f}" if size >= 10_000 else f"{value:.0f}"
    return f"{value:.{digits}g}"


def shown(value: float, kind: Kind) -> str:
    """A value of a column of this kind: dates as dates.

    >>> shown(0.5, "number"), shown(0.0, "date")
    ('0.5', '1970-01-01')
    """
    return as_date(value) if kind == "date" else figure(value)


def as_date(days: float) -> str:
    """The day, with the time where there is one, as ISO 8601 writes it; as a number where no calendar reaches.

    >>> as_date(0.0), as_date(19_000.5), as_date(1e9)
    ('1970-01-01', '2022-01-08 12:00:00', '1e+09 days since 1970')
    """
    try:
        moment = _EPOCH + datetime.timedelta(seconds=round(days * 86_400))
    except (OverflowError, ValueError):
        return f"{days:g} days since 1970"
    return moment.date().isoformat() if math.floor(days) == days else moment.isoformat(sep=" ")


def percent(share: float) -> str:
    """A share in percent: never 0 where there is some, never 100 where some lacks.

    >>> percent(0.0), percent(1e-6), percent(0.123), percent(0.99999), percent(1.0)
    ('0 %', '<0.1 %', '12 %', '>99.9 %', '100 %')
    """
    if 0 < share < 0.001:
        return "<0.1 %"
    if 0.999 < share < 1:
        return ">99.9 %"
    precise = f"{100 * share:.1f}" if share < 0.0995 or 0.985 < share < 1 else f"{100 * share:.0f}"
    return f"{precise.removesuffix('.0')} %"


def rows(numbers: tuple[int, ...]) -> str:
    """Row numbers in a sentence.

    >>> rows((7,)), rows((1, 2, 30_000))
    ('row 7', 'rows 1, 2 and 30,000')
    """
    listed = [f"{number:,}" for number in numbers]
    return f"row {listed[0]}" if len(listed) == 1 else f"rows {', '.join(listed[:-1])} and {listed[-1]}"


def estimated(count: int) -> str:
    """An estimate to the three digits that it may have.

    >>> estimated(123_456)
    '123,000'
    """
    return f"{round(count, 2 - math.floor(math.log10(count))):,}"
