"""Every public name says what it does, shows an example that runs, and names its errors, shapes and formulas."""

from __future__ import annotations

import ast
import functools
import importlib
import importlib.util
import inspect
import re
import sys
import textwrap
import typing
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


WITHIN = ("slopewise.design", "slopewise.moments")
"""Where the parts of a state are: its file format and the explanation of moments describe those."""


@functools.cache
def scope(module: str) -> dict[str, Any]:
    """What the annotations of a module may name: all that it has, and what it imports for its types only."""
    found: dict[str, Any] = {}
    for node in ast.walk(ast.parse(inspect.getsource(sys.modules[module]))):
        if isinstance(node, ast.ImportFrom) and str(node.module).startswith("slopewise"):
            within = importlib.import_module(str(node.module))
            found |= {one.asname or one.name: getattr(within, one.name, None) for one in node.names}
    return found | vars(sys.modules[module])


def classes(annotation: Any, module: str) -> Iterator[type]:
    """The classes of slopewise that an annotation names, directly or by another name for several."""
    for word in re.findall(r"\w+", str(annotation)):
        value = scope(module).get(word)
        for one in (value, *typing.get_args(value)):
            if inspect.isclass(one) and one.__module__.startswith("slopewise") and not issubclass(one, BaseException):
                yield one


def fields(kind: type) -> dict[str, tuple[str, str]]:
    """The public fields of a class and of its bases: annotation, and the module it stands in."""
    return {
        name: (str(hint), base.__module__)
        for base in reversed(kind.__mro__)
        if base.__module__.startswith("slopewise")
        for name, hint in inspect.get_annotations(base).items()
        if not name.startswith("_")
    }


def results() -> dict[type, str]:
    """The classes that public functions and members return, those that these hold, and who has them."""
    found: dict[type, str] = {}
    names = [*public()]
    known = {name.value for name in names if inspect.isclass(name.value)}

    def meet(annotation: Any, module: str, path: str) -> None:
        for kind in classes(annotation, module):
            outside = not kind.__module__.startswith(WITHIN) and not getattr(kind, "_is_protocol", False)
            if outside and kind not in known | {*found}:
                found[kind] = path
                hold(kind, kind.__name__)

    def hold(kind: type, path: str) -> None:
        for name, (hint, module) in fields(kind).items():
            meet(hint, module, f"{path}.{name}")

    for name in names:
        if inspect.isfunction(name.code):
            meet(inspect.get_annotations(name.code).get("return"), name.code.__module__, name.path)
        elif inspect.isclass(name.value):
            hold(name.value, name.path)
    return found


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


def no_fields(kind: type) -> str:
    """What each of its fields is, in its own docstring or in that of the class it extends."""
    text = "".join(base.__doc__ or "" for base in kind.__mro__ if base.__module__.startswith("slopewise"))
    missing = [name for name in fields(kind) if f"`{name}`" not in text]
    return f"what {', '.join(missing)} mean" if missing else ""


def lacking(kind: type) -> list[str]:
    """What the documentation of a result lacks: its own, then that of its members."""
    told = Name(kind.__name__, kind)
    found = ["a docstring"] if not told.text else []
    found += [] if ">>> " in told.text else ["an example"]
    arrays = any(ARRAY.search(hint) for hint, _ in fields(kind).values())
    found += ["the shapes of its arrays"] if arrays and not SHAPE.search(inspect.getdoc(kind) or "") else []
    found += [no_fields(kind)]
    for own in docs_hooks.methods(kind):
        member = Name(f"{kind.__name__}.{own}", inspect.getattr_static(kind, own), kind)
        if own not in fields(kind) and not hasattr(tuple, own):
            told_of = [no_errors(member), no_shapes(member)] if member.text else ["a docstring"]
            found += [f"{own}: {one}" for one in told_of if one]
    return [one for one in found if one]


def test_every_class_that_is_returned_is_documented() -> None:
    found = results()
    assert {"Solution", "Diagnosis", "Averages", "Path", "Normality"} <= {kind.__name__ for kind in found}
    assert {f"{kind.__name__}, of {path}": lacking(kind) for kind, path in found.items() if lacking(kind)} == {}


def test_every_class_that_is_returned_has_a_place_in_the_reference() -> None:
    pages = "".join(path.read_text(encoding="utf-8") for path in (PROJECT / "docs" / "reference").glob("*.md"))
    described = {docs_hooks.resolve(place) for place in re.findall(r"^::: (slopewise[\w.]+)$", pages, re.MULTILINE)}
    assert [f"{kind.__module__}.{kind.__name__}" for kind in results() if kind not in described] == []


def test_every_public_name_is_documented() -> None:
    names = [*public()]
    assert {"fit", "LinearModel.predict", "Run.at", "lesson.compute_cost", "plots.contours"} <= {n.path for n in names}
    found = {
        name.path: [one for one in (no_example(name), no_errors(name), no_shapes(name), no_formulas(name)) if one]
        if name.text
        else ["a docstring"]
        for name in names
    }
    assert {path: lacks for path, lacks in found.items() if lacks} == {}


def test_the_modules_that_docstrings_name_are_there() -> None:
    named = {(name.path, place) for name in public() for place in re.findall(r"`(slopewise(?:\.\w+)+)`", name.text)}
    assert named
    for _, place in named:
        docs_hooks.resolve(place)


def test_what_is_lacking_is_found() -> None:
    def bare(y: Array) -> Array:
        raise ArgumentError("never called")

    found = [f(Name("bare", bare)) for f in (no_example, no_errors, no_shapes, no_formulas)]
    assert found == [
        "an example",
        "that it raises ArgumentError",
        "the shapes of its arrays",
        "the source of its formulas",
    ]


def test_what_is_lacking_of_a_result_is_found() -> None:
    @dataclass(frozen=True)
    class Bare:
        """Has `one`."""

        one: Array
        two: float

        def three(self) -> Array:
            raise ArgumentError("never called")

    Bare.__module__ = "slopewise.nowhere"
    assert lacking(Bare) == ["an example", "the shapes of its arrays", "what two mean", "three: a docstring"]
