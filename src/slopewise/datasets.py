"""The example tables: the classroom's houses, Anscombe's four sets and the sales of Ames, by name.

>>> load("two_houses").to_pydict()
{'size': [1.0, 2.0], 'price': [300.0, 500.0]}
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slopewise.data import open_source
from slopewise.data.writing import write_whole
from slopewise.errors import ArgumentError

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["TABLES", "Example", "copy", "load", "path"]


@dataclass(frozen=True)
class Example:
    """One table: its `name`, how many `rows` it has, what it `holds`, a `formula` to begin with, and its `source`.

    >>> TABLES[0].name, TABLES[0].rows, TABLES[0].formula
    ('two_houses', 2, 'price ~ size')
    """

    name: str
    rows: int
    holds: str
    formula: str
    source: str


CLASSROOM = "made up for teaching"
ANSCOMBE = "Anscombe (1973), The American Statistician 27(1), 17–21"
AMES = "De Cock (2011), Journal of Statistics Education 19(3)"

TABLES = (
    Example(
        "two_houses", 2, "size (1000 sqft) and price ($1000): one line goes through both", "price ~ size", CLASSROOM
    ),
    Example("six_houses", 6, "size (1000 sqft) and price ($1000): no line goes through all", "price ~ size", CLASSROOM),
    Example(
        "houses", 3, "four features on very different scales", "price ~ size_sqft + bedrooms + floors + age", CLASSROOM
    ),
    Example("anscombe", 11, "four data sets with the same line and different pictures", "y1 ~ x1", ANSCOMBE),
    Example("ames", 2930, "house sales in Ames, Iowa, 2006–2010: 82 columns", "price ~ area + Neighborhood", AMES),
)
"""The tables there are, smallest first."""


def path(name: str) -> Path:
    """The CSV file of the table `name`, to be read and not to be changed. Raises `ArgumentError` for another name.

    >>> path("ames").name
    'ames.csv'
    >>> path("aims")
    Traceback (most recent call last):
    slopewise.errors.ArgumentError: there is no example table 'aims'; did you mean 'ames'?
    """
    names = [example.name for example in TABLES]
    if name not in names:
        close = difflib.get_close_matches(str(name), names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"there are {', '.join(names)}"
        raise ArgumentError(f"there is no example table {name!r}; {hint}")
    return _folder() / f"{name}.csv"


def load(name: str) -> pa.Table:
    """The table `name` as Arrow, its columns as `fit` reads them. Raises `ArgumentError` for another name.

    >>> load("ames").shape
    (2930, 82)
    """
    import pyarrow as pa

    source = open_source(path(name))
    return pa.concat_tables(block.table for block in source.blocks(tuple(source.columns))).combine_chunks()


def copy(name: str, folder: str | Path = ".") -> Path:
    """Write the table `name` into `folder`, which is made if there is none, and return the file's path.

    A file of that name is left as it is if it is the same, and is otherwise an `ArgumentError`: nothing is lost.

    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     copy("two_houses", folder).read_text().splitlines()
    ['size,price', '1.0,300', '2.0,500']
    """
    content = path(name).read_bytes()
    target = Path(folder) / f"{name}.csv"
    if target.exists() and target.read_bytes() != content:
        raise ArgumentError(f"{target} is there already, and is another file; move it, or name another folder")
    target.parent.mkdir(parents=True, exist_ok=True)
    with write_whole(target, "wb") as file:
        file.write(content)
    return target


def _folder() -> Path:
    """Where the tables stand: inside an installed package, or beside `src` in a checkout."""
    here = Path(__file__).resolve().parent
    installed = here / "tables"
    return installed if installed.is_dir() else here.parents[1] / "examples"
