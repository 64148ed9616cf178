"""What mkdocs does not do by itself: reference pages from docstrings and from the command line, formulas, pictures.

- A line `::: slopewise.fit` in a page becomes the signature and docstring of that name; a class brings its methods.
- A line `::: command-line` becomes what every command says of itself.
- `$…$` and `$$…$$` become MathML, which browsers draw without a program.
- `pictures/NAME.png` in a page is drawn by the function NAME of `docs/pictures.py` while the pages are built.
"""

from __future__ import annotations

import html
import importlib
import importlib.util
import inspect
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

ROOT = Path(__file__).resolve().parent.parent
PICTURES = ROOT / "docs" / "pictures.py"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Leave programs out of the site, and add every picture that a page shows, drawn now."""
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
    return outside_code(markdown, mathematics)


def outside_code(markdown: str, change: Callable[[str], str]) -> str:
    """`change` applied to all but fenced blocks and spans of code."""
    parts = re.split(r"(^```.*?^```$|`[^`\n]+`)", markdown, flags=re.MULTILINE | re.DOTALL)
    return "".join(part if place % 2 else change(part) for place, part in enumerate(parts))


def mathematics(text: str) -> str:
    """LaTeX between dollars as MathML."""

    def block(found: re.Match[str]) -> str:
        return latex2mathml.converter.convert(found[1].strip(), display="block")

    def inline(found: re.Match[str]) -> str:
        return latex2mathml.converter.convert(found[1])

    text = re.sub(r"\$\$(.+?)\$\$", block, text, flags=re.DOTALL)
    return re.sub(r"(?<![\w\\$])\$(?=\S)([^$\n]+?)(?<=\S)\$(?![\w$])", inline, text)


def described(name: str) -> str:
    """A public name as Markdown: heading, signature, docstring; a class with its methods, a module with its names.

    >>> described("slopewise.solve").splitlines()[0]
    '## `sw.solve` { #solve }'
    """
    found = resolve(name)
    shown = name.removeprefix("slopewise.")
    heading = f"## `sw.{shown}` {{ #{shown.lower()} }}"
    if inspect.ismodule(found):
        names = getattr(found, "__all__", [])
        members = [f"{name}.{each}" for each in names if inspect.isroutine(getattr(found, each))]
        return "\n\n".join([f"{heading}\n\n{docstring(found)}", *map(described, members)])
    parts = [heading, signature(shown, found), docstring(found)]
    if inspect.isclass(found):
        parts += [_method(found, each) for each in methods(found)]
    return "\n\n".join(part for part in parts if part)


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
    """A docstring as Markdown: an example becomes a block of code."""
    text = inspect.getdoc(found) or ""
    return re.sub(r"^>>> .*?(?=\n\s*\n|\Z)", lambda m: f"```pycon\n{m[0]}\n```", text, flags=re.MULTILINE | re.DOTALL)


def signature(name: str, found: Any) -> str:
    """How it is called."""
    if not callable(found) or (inspect.isclass(found) and issubclass(found, Exception)):
        return ""
    parameters = list(inspect.signature(found).parameters.values())
    shown = inspect.Signature([p for p in parameters if p.name not in ("self", "cls")])
    text = str(shown)
    if len(text) > 70:
        inside = ",\n    ".join(_with_star(list(shown.parameters.values())))
        text = f"(\n    {inside},\n)"
    return f"```python\n{name}{text}\n```"


def command_line() -> str:
    """Every command as it describes itself: arguments and options with their help."""
    import typer

    from slopewise.cli.app import COMMANDS, app

    group: Any = typer.main.get_command(app)
    examples = {function.__name__: example for function, example in COMMANDS.items()}
    parts = []
    for name, command in group.commands.items():
        rows = [_row(parameter) for parameter in command.params if not getattr(parameter, "hidden", False)]
        lines = ["| | |", "|---|---|", *rows]
        parts.append(
            f"## `slopewise {name}`\n\n{command.help}\n\n```console\n{examples[name]}\n```\n\n" + "\n".join(lines)
        )
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
    value = inspect.getattr_static(kind, name)
    found = getattr(kind, name) if not _is_property(value) else value
    text = docstring(value if _is_property(value) else found)
    heading = f"### `.{name}` {{ #{kind.__name__.lower()}.{name.lower()} }}"
    return "\n\n".join(part for part in (heading, "" if _is_property(value) else signature(name, found), text) if part)


def _with_star(parameters: list[inspect.Parameter]) -> Iterator[str]:
    starred = False
    for parameter in parameters:
        if parameter.kind is parameter.VAR_POSITIONAL:
            starred = True
        if parameter.kind is parameter.KEYWORD_ONLY and not starred:
            starred = True
            yield "*"
        yield str(parameter)


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
