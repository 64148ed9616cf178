"""Every public name says what it does, shows an example that runs, and names its errors, shapes and formulas."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docs_hooks
from transcripts import PROJECT, blocks

import slopewise as sw
from slopewise import errors
from slopewise.errors import ArgumentError
from slopewise.typing import Array

ERRORS = {name for name, value in vars(errors).items() if inspect.isclass(value)}
ARRAY = re.compile(r"\b(Array|ArrayLike|AnyArray|IntArray|BoolArray|Weights)\b")
SHAPE = re.compile(r"\((…|[a-zGL](_\w)?( \+ 1)?)(, (…|[a-zGL0-9]( \+ 1)?))*,?\)")
FORMULAS = re.compile(r"Source:|Reference:|Formulas:|`slopewise\.\w+|(as for|as|see) `\w+")
NO_STATISTICS = re.compile(r"(Collected|Comparison|ReadOptions|compare|explore|report|load|datasets|errors|plots)\b")
"""Names that hold, read, write or draw what others have computed."""


@dataclass(frozen=True)
class Name:
    """A public name and what it stands for; `within` is the class or module that it belongs to."""

    path: str
    value: Any
    within: Any = None

    @property
    def code(self) -> Any:
        """The function behind a method or a property; anything else as it is."""
        for wrapped in ("fget", "func", "__func__"):
            if inner := getattr(self.value, wrapped, None):
                return inner
        return self.value

    @property
    def text(self) -> str:
        """Its own docstring: neither one that it inherits nor the one that Python writes for a dataclass."""
        written = self.value.__dict__.get("__doc__") if inspect.isclass(self.value) else inspect.getdoc(self.value)
        return (
            "" if written is None or written.startswith(f"{self.path.split('.')[-1]}(") else inspect.cleandoc(written)
        )

    @property
    def around(self) -> str:
        """The docstring of what it belongs to."""
        return (inspect.getdoc(self.within) or "") if self.within else ""


def public() -> Iterator[Name]:
    """The names of the package and of its public modules, and the members of all classes among them."""
    found = [
        Name(name, getattr(sw, name), inspect.getmodule(getattr(sw, name))) for name in sw.__all__ if name[0] != "_"
    ]
    if importlib.util.find_spec("slopewise.sklearn"):
        found.append(Name("sklearn", importlib.import_module("slopewise.sklearn")))
    for name in found:
        inside = docs_hooks.names(name.value) if inspect.ismodule(name.value) else []
        for one in (name, *(Name(f"{name.path}.{own}", getattr(name.value, own), name.value) for own in inside)):
            yield one
            if inspect.isclass(one.value) and not issubclass(one.value, BaseException):
                for own in docs_hooks.methods(one.value):
                    yield Name(f"{one.path}.{own}", inspect.getattr_static(one.value, own), one.value)


@functools.cache
def run_by_pages() -> str:
    """All Python that the documentation and README run."""
    texts = [path.read_text(encoding="utf-8") for path in [*(PROJECT / "docs").rglob("*.md"), PROJECT / "README.md"]]
    return "\n".join(block for text in texts for language, block in blocks(text) if language in ("python", "pycon"))


def no_example(name: Name) -> str:
    """An example of its own, or for a member one with its class or on a page; errors are shown by those that raise."""
    if ">>> " in name.text or (inspect.isclass(name.value) and issubclass(name.value, Exception)):
        return ""
    shown = name.around + run_by_pages() if inspect.isclass(name.within) else ""
    return "" if re.search(rf"\.{name.path.split('.')[-1]}\b", shown) else "an example"


def no_errors(name: Name) -> str:
    """Each error of ours that its own lines raise."""
    if not inspect.isfunction(name.code):
        return ""
    tree = ast.parse(textwrap.dedent(inspect.getsource(name.code)))
    made = [node.exc.func for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call)]
    raised = {function.id for function in made if isinstance(function, ast.Name)} & ERRORS
    missing = [error for error in sorted(raised) if f"`{error}`" not in name.text]
    return f"that it raises {', '.join(missing)}" if missing else ""


def no_shapes(name: Name) -> str:
    """The shapes of arrays that it takes or returns."""
    if not inspect.isfunction(name.code):
        return ""
    types = " ".join(map(str, inspect.get_annotations(name.code).values()))
    return "" if not ARRAY.search(types) or SHAPE.search(name.text + name.around) else "the shapes of its arrays"


def no_formulas(name: Name) -> str:
    """The source of what it computes, or the module that has the formulas."""
    return (
        ""
        if FORMULAS.search(name.text + name.around) or NO_STATISTICS.match(name.path)
        else "the source of its formulas"
    )


def test_every_public_name_is_documented() -> None:
    names = [*public()]
    assert {"fit", "LinearModel.predict", "Run.at", "lesson.compute_cost", "plots.contours"} <= {n.path for n in names}
    found = {
        name.path: [one for one in (no_example(name), no_errors(name), no_shapes(name), no_formulas(name)) if one]
        if name.text
        else ["a docstring"]
        for name in names
    }
    assert {path: lacking for path, lacking in found.items() if lacking} == {}


def test_the_modules_that_docstrings_name_are_there() -> None:
    named = {(name.path, place) for name in public() for place in re.findall(r"`(slopewise(?:\.\w+)+)`", name.text)}
    assert named
    for _, place in named:
        docs_hooks.resolve(place)


def test_what_is_lacking_is_found() -> None:
    def bare(y: Array) -> Array:
        raise ArgumentError("never called")

    lacking = [f(Name("bare", bare)) for f in (no_example, no_errors, no_shapes, no_formulas)]
    assert lacking == [
        "an example",
        "that it raises ArgumentError",
        "the shapes of its arrays",
        "the source of its formulas",
    ]
