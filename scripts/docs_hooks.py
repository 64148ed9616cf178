"""What mkdocs does not do by itself: reference pages from docstrings and from the command line, formulas, pictures.

- A line `::: slopewise.fit` in a page becomes the signature and docstring of that name; a class brings its methods.
- A line `::: command-line` becomes what every command says of itself.
- A name of the reference between backticks links there: `` `sw.fit` `` anywhere, `` `fit` `` within the reference.
- `$…$` and `$$…$$` become MathML, which browsers draw without a program.
- `pictures/NAME.png` in a page is drawn by the function NAME of `docs/pictures.py` while the pages are built.
"""

from __future__ import annotations

import html
import importlib
import importlib.util
import inspect
import posixpath
import re
import typing
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import latex2mathml.converter
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import slopewise

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures.py"

PLACES: dict[str, tuple[str, str]] = {}
"""Where each name of the reference is described: page and anchor; filled when the pages are known."""

WIDE = 78
"""Characters of a signature on one line."""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Find where names are described, leave programs out of the site, and add every picture shown, drawn now."""
    for file in files.documentation_pages():
        for name in re.findall(r"^::: slopewise\.([\w.]+)$", file.content_string, flags=re.MULTILINE):
            PLACES.update((told, (file.src_uri, anchor)) for told, anchor in _anchors(name))
    wanted = {
        name for file in files.documentation_pages() for name in re.findall(r"pictures/(\w+)\.png", file.content_string)
    }
    for file in [*files]:
        if file.src_uri.endswith(".py"):
            files.remove(file)
    drawn = ROOT / "build" / "pictures"
    drawn.mkdir(parents=True, exist_ok=True)
    program = _module(PICTURES)
    for name in sorted(wanted):
        place = drawn / f"{name}.png"
        getattr(program, name)().savefig(place, dpi=130)
        files.append(File.generated(config, f"pictures/{name}.png", abs_src_path=str(place)))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Bring in what the marks of a page stand for."""
    markdown = re.sub(r"^::: command-line$", lambda _: command_line(), markdown, flags=re.MULTILINE)
    markdown = re.sub(r"^::: ([\w.]+)$", lambda found: described(found[1]), markdown, flags=re.MULTILINE)
    markdown = linked(markdown, page.file.src_uri).replace("<BLANKLINE>\n", "\n")
    return outside_code(markdown, lambda text: mathematics(text, lambda formula: _set_aside(page, formula)))


def on_page_content(content: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the formulas where they were: they went around Markdown, which would read their marks as its own."""
    return re.sub("⟦(\\d+)⟧", lambda found: page.meta["formulas"][int(found[1])], content)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Name the theme's dialog of the search for those who hear the page."""
    return output.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)


def linked(markdown: str, page: str) -> str:
    """Spans of code that are names of the reference, as links from `page`; headings and links stay as they are."""

    def link(found: re.Match[str]) -> str:
        name = re.sub(r"\(.*\)$", "", found[1])
        known = name.startswith(("sw.", "slopewise.", "model.")) or name[:1].isupper() or page.startswith("reference/")
        place = PLACES.get(re.sub(r"^(sw|slopewise)\.", "", name)) if known else None
        return f"[{found[0]}]({posixpath.relpath(place[0], posixpath.dirname(page))}#{place[1]})" if place else found[0]

    def link_line(line: str) -> str:
        return line if line.startswith("#") else re.sub(r"(?<![\[`>])`([^`\n]+)`(?![\]`])", link, line)

    parts = re.split(r"(^```.*?^```$)", markdown, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        part if place % 2 else "\n".join(map(link_line, part.split("\n"))) for place, part in enumerate(parts)
    )


def _anchors(name: str) -> Iterator[tuple[str, str]]:
    """What a described name and its members are called between backticks, and where they stand on their page."""
    found = resolve(f"slopewise.{name}")
    if is_result(name):
        yield name, anchor_of(found)
        yield found.__name__, anchor_of(found)
    else:
        yield name, name.lower()
    if inspect.ismodule(found):
        for each in names(found):
            yield f"{name}.{each}", f"{name}.{each}".lower()
            if inspect.isclass(getattr(found, each)):
                yield each, f"{name}.{each}".lower()
    elif inspect.isclass(found):
        for each in methods(found):
            anchor = f"{found.__name__}.{each}".lower()
            yield f"{found.__name__}.{each}", anchor
            if found.__name__ == "LinearModel":
                yield f"model.{each}", anchor


def outside_code(markdown: str, change: Callable[[str], str]) -> str:
    """`change` applied to all but fenced blocks and spans of code."""
    parts = re.split(r"(^```.*?^```$|`[^`\n]+`)", markdown, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def mathematics(text: str, keep: Callable[[str], str] = str) -> str:
    """LaTeX between dollars as MathML, each formula as `keep` returns it.

    >>> mathematics("$x$", keep=lambda formula: formula[:5])
    '<math'
    """

    def block(found: re.Match[str]) -> str:
        return keep(latex2mathml.converter.convert(found[1].strip(), display="block"))

    def inline(found: re.Match[str]) -> str:
        return keep(latex2mathml.converter.convert(found[1]))

    text = re.sub(r"\$\$(.+?)\$\$", block, text, flags=re.DOTALL)
    return re.sub(r"(?<![\w\\$])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\w$])", inline, text)


def _set_aside(page: Page, formula: str) -> str:
    kept = page.meta.setdefault("formulas", [])
    kept.append(formula)
    return f"⟦{len(kept) - 1}⟧"


def described(name: str) -> str:
    """A public name as Markdown: heading, signature, docstring; a class with its methods, a module with its names.

    >>> described("slopewise.solve").splitlines()[0]
    '## `sw.solve` { #solve }'
    """
    found = resolve(name)
    shown = name.removeprefix("slopewise.")
    heading = f"## `sw.{shown}` {{ #{shown.lower()} }}"
    if is_result(shown):
        heading = f"## `{found.__name__}` {{ #{anchor_of(found)} }}"
    if inspect.ismodule(found):
        return "\n\n".join(
            [f"{heading}\n\n{docstring(found)}", *(described(f"{name}.{each}") for each in names(found))]
        )
    parts = [heading, fields(found) if is_result(shown) else signature(shown, found), docstring(found)]
    if inspect.isclass(found):
        parts += members(found)
    return "\n\n".join(part for part in parts if part)


def is_result(name: str) -> bool:
    """Whether a dotted name is that of a class which functions return, and which nobody makes by its name.

    >>> is_result("solvers.solution.Solution"), is_result("Moments"), is_result("lesson.compute_cost")
    (True, False, False)
    """
    first, _, rest = name.partition(".")
    return bool(rest) and first not in slopewise.__all__ and first != "sklearn"


def anchor_of(result: type) -> str:
    """Where a result is described on its page: a function may have the same name in small letters."""
    return f"{result.__name__.lower()}-result"


def fields(kind: type) -> str:
    """What each instance of a class holds, and of which type, those of its bases first.

    >>> from slopewise.inference.residuals import Normality
    >>> fields(Normality).splitlines()[1:3]
    ['class Normality:', '    skewness: float']
    """
    told: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("slopewise"):
            given = inspect.get_annotations(base)
            told |= {name: _written(hint) for name, hint in given.items() if not name.startswith("_")}
    lines = [f"    {name}: {hint}" for name, hint in told.items()]
    return "\n".join(["```python", f"class {kind.__name__}:", *lines, "```"]) if lines else ""


def _written(hint: Any) -> str:
    """An annotation as it stands in the source; a NamedTuple keeps it wrapped."""
    return hint if isinstance(hint, str) else getattr(hint, "__forward_arg__", None) or _type(hint)


def names(module: ModuleType) -> list[str]:
    """The public functions and classes of a module: those that it names, or all classes that it makes."""
    given = getattr(module, "__all__", None)
    if given is None:
        return [
            name
            for name, value in vars(module).items()
            if inspect.isclass(value) and value.__module__ == module.__name__
        ]
    return [
        name for name in given if inspect.isroutine(getattr(module, name)) or inspect.isclass(getattr(module, name))
    ]


def members(kind: type) -> list[str]:
    """What a class offers, sorted: how else one is made, what it knows, what it does."""
    found = {name: inspect.getattr_static(kind, name) for name in methods(kind)}
    known = [name for name, value in found.items() if _is_property(value)]
    made = [name for name, value in found.items() if _is_bound(value)]
    rest = [name for name in found if name not in known and name not in made]
    rows = [
        f"| <span id='{kind.__name__.lower()}.{name.lower()}'>`.{name}`</span> | {_cell(found[name])} |"
        for name in known
    ]
    table = [
        '<div class="attributes" markdown="1">',
        "",
        "| attribute | what it is |",
        "|---|---|",
        *rows,
        "",
        "</div>",
    ]
    return [
        *(_method(kind, name) for name in made),
        "\n".join(table) if rows else "",
        *(_method(kind, name) for name in rest),
    ]


def resolve(name: str) -> Any:
    """What a dotted name stands for."""
    words = name.split(".")
    for cut in range(len(words), 0, -1):
        try:
            found: Any = importlib.import_module(".".join(words[:cut]))
        except ModuleNotFoundError:
            continue
        for word in words[cut:]:
            found = getattr(found, word)
        return found
    raise LookupError(f"{name} is the name of nothing")


def methods(kind: type) -> Iterator[str]:
    """The public methods and properties of a class that it or its bases within slopewise define, in their order."""
    seen: dict[str, None] = {}
    for base in kind.__mro__:
        if base.__module__.startswith("slopewise"):
            seen |= dict.fromkeys(
                name
                for name, value in vars(base).items()
                if not name.startswith("_") and (callable(value) or _is_property(value) or _is_bound(value))
            )
    yield from seen


def docstring(found: Any) -> str:
    """A docstring as Markdown: an example or a tree becomes a block of code; errors and sources stand by themselves.

    >>> def half(x): "x/2. Raises nothing.\\nSource: Euclid.\\n\\n>>> half(2)\\n1.0"
    >>> docstring(half).splitlines()[2:6]
    ['**Source:** Euclid.', '', '```pycon', '>>> half(2)']
    """
    text = inspect.getdoc(found) or ""
    text = re.sub(r"^>>> .*?(?=\n\s*\n|\Z)", lambda m: f"```pycon\n{m[0]}\n```", text, flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"^\S[^\n]*\n├.*?(?=\n\n)", lambda m: f"```text\n{m[0]}\n```", text, flags=re.MULTILINE | re.DOTALL)
    return re.sub(r"(?<=\n)(Raises|Source:|Reference:|Formulas:) ", r"\n**\1** ", text)


def signature(name: str, found: Any) -> str:
    """How it is called, and what it returns; for a class, where it is made by being called.

    >>> def half(x: float, *, exactly: bool = False) -> float: ...
    >>> signature("half", half).splitlines()[1]
    'half(x: float, *, exactly: bool = False) -> float'
    """
    if inspect.isclass(found) and issubclass(found, BaseException | Warning):
        return f"```python\nclass {found.__name__}({', '.join(base.__name__ for base in found.__bases__)})\n```"
    if not callable(found):
        return ""
    whole = inspect.signature(found)
    parameters = [parameter for parameter in whole.parameters.values() if parameter.name not in ("self", "cls")]
    if inspect.isclass(found) and any(p.default is p.empty for p in parameters):
        return ""
    told, given = [*_with_star(parameters)], whole.return_annotation
    returned = "" if given is whole.empty or given in (None, "None") else f" -> {_type(given)}"
    text = f"{name}({', '.join(told)}){returned}"
    if len(text) > WIDE:
        inside = "".join(f"    {one},\n" for one in told)
        text = f"{name}(\n{inside}){returned}"
    return f"```python\n{text}\n```"


def command_line() -> str:
    """Every command as it describes itself: arguments and options with their help."""
    import typer

    from slopewise.cli.app import COMMANDS, app

    group: Any = typer.main.get_command(app)
    examples = {function.__name__: example for function, example in COMMANDS.items()}
    parts = []
    for name, command in group.commands.items():
        given = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
        rows = ["| argument or option | what it says |", "|---|---|", *map(_row, given)]
        heading = f"## `slopewise {name}`\n\n{command.help}\n\n```console\n$ {examples[name]}\n```"
        parts.append("\n".join([heading, "", '<div class="options" markdown="1">', "", *rows, "", "</div>"]))
    return "\n\n".join(parts)


def _row(parameter: Any) -> str:
    """An argument or an option, as it is typed, and its help: one line of a table."""
    words = parameter.metavar or parameter.name.upper()
    if parameter.param_type_name == "option":
        choices = typing.get_args(parameter.type_descriptor.annotation)
        words = " ".join(
            [", ".join([*parameter.opts, *parameter.secondary_opts]), parameter.metavar or "|".join(map(str, choices))]
        )
    typed = html.escape(words.strip()).replace("|", "&#124;")
    return f"| <code>{typed}</code> | {(parameter.help or '').replace('|', '&#124;')} |"


def _method(kind: type, name: str) -> str:
    heading = f"### `.{name}` {{ #{kind.__name__.lower()}.{name.lower()} }}"
    found = getattr(kind, name)
    called = f"{kind.__name__}.{name}" if _is_bound(inspect.getattr_static(kind, name)) else name
    return "\n\n".join(part for part in (heading, signature(called, found), docstring(found)) if part)


def _cell(value: Any) -> str:
    """The docstring of an attribute as the cell of a table."""
    text = re.sub(r"\n\n.*^>>> .*", "", inspect.getdoc(value) or "", flags=re.DOTALL | re.MULTILINE)
    lines = re.sub(r"\s*\n\s*\n\s*", "<br>", text).replace("\n", " ")
    return outside_code(lines, lambda part: part.replace("|", "&#124;"))


def _with_star(parameters: list[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        marks: dict[Any, str] = {parameter.VAR_POSITIONAL: "*", parameter.VAR_KEYWORD: "**"}
        told = f": {_type(parameter.annotation)}" if parameter.annotation is not parameter.empty else ""
        default = getattr(parameter.default, "__name__", repr(parameter.default))
        equal = " = " if told else "="
        yield (
            marks.get(parameter.kind, "")
            + parameter.name
            + told
            + ("" if parameter.default is parameter.empty else equal + default)
        )


def _type(annotation: Any) -> str:
    """An annotation as it is written."""
    return annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)


def _is_property(value: Any) -> bool:
    return isinstance(value, property) or type(value).__name__ == "cached_property"


def _is_bound(value: Any) -> bool:
    return isinstance(value, classmethod | staticmethod)


def _module(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
