"""The house stands: imports go down, nothing runs in a circle, files and functions stay short.

`FLOORS` is ARCHITECTURE.md's table as a tuple. Each rule is a function from the package's folder to the sentences that
say where it is broken, so that the rules are themselves tested on small houses with one known fault.
"""

from __future__ import annotations

import ast
import functools
import inspect
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

import slopewise

PROJECT = Path(__file__).resolve().parent.parent
PACKAGE = PROJECT / "src" / "slopewise"

FLOORS = (
    ("errors.py", "typing.py", "choices.py", "threads.py", "numerals.py", "alphabet.py", "room.py", "_version.py"),
    ("moments/", "data/"),
    ("objective/", "design/", "survey/"),
    ("solvers/",),
    ("inference/",),
    ("engines/",),
    ("views/",),
    (
        *("records.py", "state_files.py", "collected.py", "disclosure.py", "notes.py", "readings.py", "effects.py"),
        *("comparing.py", "checkpoint.py", "saved.py", "predictions.py", "evaluation.py", "rereading.py"),
        *("regrouping.py", "findings.py", "diagnosis.py", "pictures.py", "extrapolation.py", "partial_effects.py"),
        *("plotting.py", "answer.py", "model.py", "explored.py"),
    ),
    (
        *("run.py", "streams.py", "passes.py", "pipeline.py", "described.py", "penalties.py", "submodels.py"),
        *(
            "selection.py",
            "groups.py",
            "clustering.py",
            "shrinkage.py",
            "answering.py",
            "recollected.py",
            "datasets.py",
            "checkup.py",
        ),
        *("reporting.py", "exploring.py", "widget.py", "learning/"),
    ),
    ("cli/", "lesson.py", "sklearn/"),
    ("__main__.py",),
)
FLOOR_OF = {place: floor for floor, places in enumerate(FLOORS) for place in places}
DOORS = FLOOR_OF["cli/"]
ROOF = "__init__.py"  # above every floor: it may import all, and none may import it

LONGEST_FILE = 400
LONGEST_FUNCTION = 30  # lines without the docstring, at the 95th percentile
HEAVY = ("numba", "duckdb", "pyarrow", "pandas", "polars", "matplotlib", "sklearn", "dask", "pyspark")
HEAVY += ("scipy", "rich", "typer")


# The reading of a package: its files, their imports, their functions.


class Import(NamedTuple):
    """`file` imports `target` on `line`; both are paths inside the package, such as `moments/state.py`."""

    file: str
    line: int
    target: str


parsed = functools.cache(ast.parse)


def sources(package: Path) -> dict[str, ast.Module]:
    return {
        path.relative_to(package).as_posix(): parsed(path.read_text(encoding="utf-8"))
        for path in sorted(package.rglob("*.py"))
    }


def module_file(package: Path, dotted: str) -> str | None:
    """The file of a dotted name such as `home.moments.state`, or None where there is none."""
    path = package.parent.joinpath(*dotted.split("."))
    candidates = (path.with_suffix(".py"), path / "__init__.py")
    return next((file.relative_to(package).as_posix() for file in candidates if file.is_file()), None)


def last_name(function: ast.expr) -> str:
    """The `c` of `a.b.c`, or of a plain `c`; nothing of other expressions."""
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def imported_names(node: ast.AST, folders: list[str]) -> Iterator[tuple[str, str]]:
    """Each import of `node` as (absolute module, name taken from it or ''); `folders` lead to the file that imports."""
    if isinstance(node, ast.Import):
        yield from ((alias.name, "") for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = folders[: len(folders) - node.level + 1] if node.level else []
        yield from ((".".join([*base, node.module] if node.module else base), alias.name) for alias in node.names)
    elif isinstance(node, ast.Call) and last_name(node.func).endswith(("import_module", "__import__")):
        yield from ((argument.value, "") for argument in node.args[:1] if isinstance(argument, ast.Constant))


def imports(package: Path) -> list[Import]:
    """Every import of one file of the package by another, wherever it stands in the file."""
    found = []
    for file, tree in sources(package).items():
        folders = [package.name, *file.split("/")[:-1]]
        for node in ast.walk(tree):
            for module, name in imported_names(node, folders):
                if module.split(".")[0] == package.name:
                    target = module_file(package, f"{module}.{name}") or module_file(package, module) or module
                    found.append(Import(file, node.lineno, target))
    return list(dict.fromkeys(found))


def place(file: str) -> str:
    """The place in the table that holds a file: a folder of the package, or the file itself."""
    folder, slash, _ = file.partition("/")
    return folder + slash


def function_lengths(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(lines without the docstring, name) of each function."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0]
            documented = ast.get_docstring(node) is not None
            docstring = (first.end_lineno or 0) - first.lineno + 1 if documented else 0
            yield (node.end_lineno or 0) - node.lineno + 1 - docstring, node.name


# The rules.


def homeless_files(package: Path) -> list[str]:
    return [
        f"{file} belongs to no floor; add it to FLOORS and to ARCHITECTURE.md"
        for file in sources(package)
        if file != ROOF and place(file) not in FLOOR_OF
    ]


def upward_imports(package: Path) -> list[str]:
    """A file may import what is below it, its own folder, and single files on its floor; only __main__ a door."""

    def allowed(file: str, target: str) -> bool:
        ours, theirs = place(file), place(target)
        here, there = (FLOOR_OF.get(name, len(FLOORS)) for name in (ours, theirs))
        neighbours = here == there < DOORS and not (ours + theirs).count("/")
        return ours == theirs or there < here or neighbours

    return [
        f"{file}:{line} imports {target}, which is not below it"
        for file, line, target in imports(package)
        if not allowed(file, target)
    ]


def circles(package: Path) -> list[str]:
    """The first circle of files, each importing the one before it."""
    graph: dict[str, set[str]] = {}
    for file, _, target in imports(package):
        graph.setdefault(file, set()).add(target)
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return ["a circle of imports: " + ", ".join(error.args[1])]
    return []


def long_files(package: Path) -> list[str]:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in package.rglob("*.py")}
    return [f"{path.name} has {n} lines, more than {LONGEST_FILE}" for path, n in lengths.items() if n > LONGEST_FILE]


def long_functions(package: Path) -> list[str]:
    found = sorted(
        (length, f"{file}:{name}") for file, tree in sources(package).items() for length, name in function_lengths(tree)
    )
    if not found or found[math.ceil(0.95 * len(found)) - 1][0] <= LONGEST_FUNCTION:
        return []
    longer = [f"{name} ({length})" for length, name in found if length > LONGEST_FUNCTION]
    return [f"more than 5 % of the functions exceed {LONGEST_FUNCTION} lines: {', '.join(longer)}"]


def taken_names(package: Path, functions: set[str]) -> list[str]:
    """A module `fit.py` would hide the function `fit` as soon as somebody imports it."""
    return [
        f"{file} bears the name of the public function {name}"
        for file in sources(package)
        for name in sorted(functions & {part.removesuffix(".py") for part in file.split("/")})
    ]


def roof_code(package: Path) -> list[str]:
    lazy = {"__getattr__", "__dir__"}
    return [
        f"{ROOF}:{node.lineno} defines {node.name}; the roof only resolves names"
        for node in ast.walk(sources(package)[ROOF])
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) and node.name not in lazy
    ]


RULES = (homeless_files, upward_imports, circles, long_files, long_functions, roof_code)


# The house as it is.


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_the_house_keeps_the_rule(rule):
    assert rule(PACKAGE) == []


def test_no_module_bears_the_name_of_a_public_function():
    functions = {name for name in slopewise.__all__ if inspect.isfunction(getattr(slopewise, name))}
    assert "fit" in functions
    assert taken_names(PACKAGE, functions) == []


def test_every_place_exists_and_stands_in_architecture_md():
    text = (PROJECT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| ([^|]+) \|", text, flags=re.MULTILINE)
    written = {(int(floor), name) for floor, places in rows for name in re.findall(r"`([^`]+)`", places)}
    assert written == {(floor, name) for name, floor in FLOOR_OF.items()}
    assert [name for name in FLOOR_OF if not (PACKAGE / name).exists()] == []


def test_importing_slopewise_loads_nothing_heavy():
    code = f"import sys, slopewise; print([name for name in {HEAVY} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


def test_the_command_line_loads_no_arrays_before_a_command_runs():
    heavy = {"numpy", *HEAVY} - {"rich", "typer"}
    code = f"import sys, slopewise.cli; print([name for name in {heavy} if name in sys.modules])"
    answer = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert answer.stdout.strip() == "[]"


# The rules on houses with one known fault.


def house(tmp_path: Path, files: dict[str, str]) -> Path:
    """A package `home` with the given files and an empty roof."""
    package = tmp_path / "home"
    for name, text in {ROOF: "", **files}.items():
        path = package / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return package


def test_a_sound_house_breaks_no_rule(tmp_path):
    files = {
        "__init__.py": "from home.pipeline import fit\ndef __getattr__(name): ...\n",
        "errors.py": "class Bad(Exception): ...\n",
        "threads.py": "from home import errors\n",
        "moments/state.py": "from home.errors import Bad\nfrom home.moments import small\n",
        "moments/small.py": "import numpy\nfrom ..errors import Bad\n",
        "pipeline.py": "import home.moments.state\nfrom home import errors\ndef fit(): ...\n",
    }
    package = house(tmp_path, files)
    assert [fault for rule in RULES for fault in rule(package)] == []
    assert taken_names(package, {"fit"}) == []


@pytest.mark.parametrize(
    "line",
    [
        "import home.model",
        "from home.model import LinearModel",
        "from home import model",
        "from ..model import LinearModel",
        "from .. import model",
        "from home.data import block",
        "from ..data.block import Block",
        "def late():\n    from home import model",
        "if TYPE_CHECKING:\n    from home.model import LinearModel",
        "import importlib\nimportlib.import_module('home.model')",
        "import home",
        "from home import Moments",
        "from home.nowhere import anything",
    ],
)
def test_an_upward_import_is_caught(tmp_path, line):
    package = house(tmp_path, {"moments/state.py": line, "model.py": "", "data/block.py": ""})
    assert len(upward_imports(package)) == 1
    assert upward_imports(package)[0].startswith("moments/state.py:")


def test_nobody_imports_a_door(tmp_path):
    doors = {"cli/__init__.py": "from home import lesson", "lesson.py": "", "__main__.py": "import home.cli"}
    package = house(tmp_path, {**doors, "pipeline.py": "import home.cli"})
    assert [fault.split(":")[0] for fault in upward_imports(package)] == ["cli/__init__.py", "pipeline.py"]


def test_a_circle_inside_one_folder_is_caught(tmp_path):
    late = "def f():\n    from . import a"
    package = house(tmp_path, {"errors.py": "", "moments/a.py": "from home.moments import b", "moments/b.py": late})
    assert upward_imports(package) == []
    assert len(circles(package)) == 1
    assert "moments/a.py, moments/b.py" in circles(package)[0]


def test_a_file_that_no_floor_lists_is_caught(tmp_path):
    package = house(tmp_path, {"helpers.py": "", "utils/strings.py": "", "views/plots.py": ""})
    assert [fault.split()[0] for fault in homeless_files(package)] == ["helpers.py", "utils/strings.py"]


def test_a_long_file_is_caught(tmp_path):
    assert long_files(house(tmp_path, {"errors.py": "pass\n" * LONGEST_FILE})) == []
    assert len(long_files(house(tmp_path, {"errors.py": "pass\n" * (LONGEST_FILE + 1)}))) == 1


def functions_of(bodies: list[str]) -> str:
    return "\n".join(f"def f{number}():\n{body}" for number, body in enumerate(bodies))


def test_long_functions_are_caught_at_the_95th_percentile_docstring_aside(tmp_path):
    short, long = "    pass\n", "    pass\n" * LONGEST_FUNCTION  # with the line of def, one too many
    documented = '    """One.\n\n' + "    more\n" * 50 + '    """\n' + "    pass\n" * (LONGEST_FUNCTION - 1)
    assert long_functions(house(tmp_path, {"errors.py": functions_of([short] * 19 + [long])})) == []
    assert long_functions(house(tmp_path, {"errors.py": functions_of([documented] * 20)})) == []
    faults = long_functions(house(tmp_path, {"errors.py": functions_of([short] * 18 + [long] * 2)}))
    assert faults == ["more than 5 % of the functions exceed 30 lines: errors.py:f18 (31), errors.py:f19 (31)"]


def test_a_module_named_like_a_public_function_is_caught(tmp_path):
    package = house(tmp_path, {"solvers/fit.py": "", "collect/rows.py": "", "lesson.py": ""})
    assert len(taken_names(package, {"fit", "collect", "solve"})) == 2


def test_code_in_the_roof_is_caught(tmp_path):
    package = house(tmp_path, {"__init__.py": "def __dir__(): ...\nclass Helper: ...\ndef fit(): ...\n"})
    assert [fault.split()[2] for fault in roof_code(package)] == ["Helper;", "fit;"]
