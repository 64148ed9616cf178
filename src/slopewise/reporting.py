"""`report`: one page of a model to hand to others: what was asked, the answer, whether to believe it, how to repeat it.

Each section is a function from what was found to HTML. One more pass over the rows gathers everything that needs them.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np

from slopewise.data.writing import check_writable
from slopewise.diagnosis import Diagnosis
from slopewise.errors import ArgumentError, FitError
from slopewise.explored import of_collected
from slopewise.model import LinearModel
from slopewise.partial_effects import effect_names
from slopewise.penalties import CrossValidated
from slopewise.penalties import Path as PenaltyPath
from slopewise.predictions import few
from slopewise.rereading import Progress
from slopewise.solvers.descent import Descent, descend
from slopewise.typing import ArrayLike
from slopewise.views import effect_plots, plots
from slopewise.views.descent_text import FRACTION
from slopewise.views.diagnosis_html import diagnosis_html
from slopewise.views.diagnosis_panels import PANELS
from slopewise.views.explorer.pages import explorer, page, write_page
from slopewise.views.explorer.payload import check_width
from slopewise.views.labels import number
from slopewise.views.report_figures import inline
from slopewise.views.report_page import STYLE, Section, body, bullets, listing, paragraph, program, table
from slopewise.views.summary_html import summary_html

Searched: TypeAlias = "PenaltyPath | CrossValidated"

MOST_EFFECTS = 12
"""Columns whose effects a page draws: those that the formula names first."""

STEPS = 60
"""Steps of the learning curves."""

NUMBERS = 6_000
"""Numbers in the rows that the explorer shows: a page has more to hold than those."""


@dataclass(frozen=True, eq=False)
class Found:
    """What a report tells of: a model, its `diagnosis` from `data`, paths (`also`), and the `command` that made it.

    `pictured`: rows to draw, where the pass of the fit kept none.
    """

    model: LinearModel
    data: Any
    diagnosis: Diagnosis
    level: float
    also: Sequence[Searched]
    command: str | None
    pictured: Any = None


def report(
    model: LinearModel,
    data: Any,
    path: str | Path | None = None,
    *,
    keep: Sequence[str] = (),
    also: Searched | Sequence[Searched] = (),
    level: float = 0.95,
    command: str | None = None,
    weights: ArrayLike | None = None,
    frequency: ArrayLike | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Path:
    """Write one page of the model, for others to read: a file that needs no network, in light and dark and on paper.

    What was asked, of which rows; the answer in a sentence, a table and a picture; the effect of each column; whether
    it can be believed, which rows decide it, with their columns `keep`; digits; how descent would fare; the explorer;
    how to repeat it. It reads the rows of the fit, `data`, once more, and needs those very rows.

    - `path`: where it goes; without it `slopewise-report.html` in the working folder.
    - `also`: paths of penalties or cross-validations to show, as `lasso_path` and `cross_validate` give them.
    - `level`: that of the intervals. `command`: what was typed, to be shown as the way to repeat it.
    - `weights`, `frequency` (m,): those of the fit, if they are no column of `data`.

    Raises `ArgumentError` for other rows than those of the fit, `FitError` for a model that is no least-squares answer,
    and `OutputError` where nothing can be written.

    >>> from tempfile import TemporaryDirectory
    >>> import slopewise as sw
    >>> houses = sw.datasets.load("six_houses")
    >>> with TemporaryDirectory() as folder:
    ...     page = report(sw.fit("price ~ size", houses), houses, f"{folder}/houses.html")
    ...     page.read_text(encoding="utf-8").count("<section")
    8
    """
    place = Path("slopewise-report.html" if path is None else path)
    if not isinstance(model, LinearModel):
        raise ArgumentError(f"a report is of one model, and this is a {type(model).__name__}; give what `fit` returns")
    searched = (also,) if isinstance(also, PenaltyPath | CrossValidated) else tuple(also)
    check_writable(place)
    diagnosis = model.diagnose(
        data, keep=keep, weights=weights, frequency=frequency, threads=threads, progress=progress
    )
    return write_page(
        report_page(Found(model, data, diagnosis, level, searched, command, _pictured(model, data))), place
    )


def report_page(found: Found) -> str:
    """The whole page as HTML."""
    model = found.model
    return page(
        f"{model.formula} · {model.kept.source}", body(model.formula, _about(model), [*_sections(found)]), style=STYLE
    )


def _about(model: LinearModel) -> str:
    record = model.record()
    parts = [record.method, record.uncertainty, record.source, record.rows.sentence()]
    return " · ".join(part for part in parts if part)


def _sections(found: Found) -> Iterator[Section]:
    yield _answer(found)
    if found.model.kept.design.terms:
        yield _effects(found)
    yield _trust(found)
    yield _rows(found)
    yield _digits(found)
    yield _descent(found)
    if found.also:
        yield _searched(found)
    yield _explorer(found)
    yield _repeat(found)


def _answer(found: Found) -> Section:
    model, level = found.model, found.level
    parts = [paragraph(sentence, "lead") for sentence in _sentences(model)]
    parts.append(f'<div class="scroll">{summary_html(model.record(level))}</div>')
    if model.kept.names:
        parts.append(
            inline(
                model.plot.coefficients(level),
                "coefficients",
                "Each coefficient with its interval, per standard deviation of its column; the table has the figures.",
                "Each coefficient times the standard deviation of its column, so that columns of different units can "
                "be compared. An interval that holds 0 leaves the direction open.",
            )
        )
    return Section("answer", "The answer", "\n".join(parts))


def _sentences(model: LinearModel) -> Iterator[str]:
    """What the model says, in a sentence or two."""
    sigma, r2, n = model.glance()["sigma"][0].as_py(), model.r2, model.rows.used
    inputs = effect_names(model.kept)
    given = f"From {_listed(inputs)}, the model" if inputs else "The model has a mean and no terms; it"
    share = "" if np.isnan(r2) else f" explains {100 * r2:.0f} % of the variation of {model.target} in {n:,} rows"
    spread = "no residual degrees of freedom are left to say how far predictions are off"
    if sigma is not None:
        spread = f"its predictions are typically off by {number(sigma, 3)} (the residual standard deviation)"
    yield (f"{given}{share or f' was fitted to {n:,} rows'}; {spread}.")
    if len(model.kept.names) > 1:
        w = np.nan_to_num(np.asarray(model.solution.coefficients))
        moves = w * np.sqrt(np.maximum(np.diagonal(model.moments.centred)[:-1], 0.0) / model.moments.weight)
        most = int(np.argmax(np.abs(moves)))
        way = "more" if moves[most] > 0 else "less"
        yield (
            f"Of its columns {model.kept.names[most]} moves the prediction most: one standard deviation more of it "
            f"goes with {number(abs(moves[most]), 3)} {way} {model.target}, the others held."
        )


def _effects(found: Found) -> Section:
    model = found.model
    names = effect_names(model.kept)[:MOST_EFFECTS]
    left = len(effect_names(model.kept)) - len(names)
    shown = [model.partial_effect(name, data=found.pictured, level=found.level) for name in names]
    told = "What is predicted on average, were every row at each value of one column and as it is in the others. "
    told += "Bands and bars are intervals of that average; strokes at the foot are rows."
    told += f" {left} further columns are left out." * (left > 0)
    drawings = [
        inline(effect_plots.effect(each), f"effect{place}", _told(each, model.target), panel=True)
        for place, each in enumerate(shown)
    ]
    return Section(
        "effects", "What each column does", f'{paragraph(told)}<div class="panels">{"".join(drawings)}</div>'
    )


def _told(effect: Any, target: str) -> str:
    """An effect in a sentence, for who does not see it."""
    if effect.levels:
        estimates = effect.curves[0].estimate
        low, high = int(np.nanargmin(estimates)), int(np.nanargmax(estimates))
        return (
            f"Average predicted {target} by {effect.name}: lowest {number(estimates[low], 4)} at {effect.levels[low]}, "
            f"highest {number(estimates[high], 4)} at {effect.levels[high]}."
        )
    ends = [
        f"from {number(curve.estimate[0], 4)} to {number(curve.estimate[-1], 4)}"
        + (f" where {effect.by} is {curve.of}" if curve.of else "")
        for curve in effect.curves
    ]
    return f"Average predicted {target} over the values of {effect.name}: {'; '.join(ends)}."


def _trust(found: Found) -> Section:
    """The verdicts, and the pictures behind them."""
    diagnosis = found.diagnosis
    parts = [bullets(diagnosis.sentences)]
    captions = {
        "residuals": "A bend of the running median asks for another term; a widening asks for robust standard errors.",
        "qq": "Points within the band are what normal errors look like. With many rows only intervals of single "
        "predictions mind.",
        "spread": "Level where the variance of the errors is the same everywhere.",
        "leverage": "Far out to the right a row can decide the answer; beyond a contour of Cook's distance it does.",
    }
    for panel in PANELS:
        try:
            drawn_panel = diagnosis.figure(panel)
        except FitError as fault:
            parts.append(paragraph(str(fault)))
            break
        described = drawn_panel.axes[0].get_title(loc="left").replace("\n", ": ")
        parts.append(inline(drawn_panel, panel, f"{described}. {captions[panel]}", captions[panel], panel=True))
    return Section("trust", "Can it be believed?", f'{parts[0]}<div class="panels">{"".join(parts[1:])}</div>')


def _rows(found: Found) -> Section:
    told = "The rows whose removal would move the answer most; what is said of collinearity and of tests stands below."
    return Section(
        "rows",
        "Which rows decide",
        f'{paragraph(told)}<div class="scroll">{diagnosis_html(found.diagnosis, findings=False)}</div>',
    )


def _digits(found: Found) -> Section:
    glance = found.model.glance().to_pylist()[0]
    told = (
        f"Each coefficient is the least-squares answer for these rows to {number(glance['digits'], 3)} digits; the "
        f"rounding of the values themselves allows {number(glance['digits_limit'], 3)}. The condition number of the "
        f"standardised columns is {number(glance['condition'], 4)}: a change of a column in its last digit can move "
        "the answer by so many units of its own last digit."
    )
    return Section("digits", "How many digits to trust", paragraph(told))


def _descent(found: Found) -> Section:
    kept = found.model.kept
    runs = {
        "as the columns are": descend(kept.moments, intercept=kept.intercept, iterations=STEPS),
        "standardised columns": descend(kept.moments, intercept=kept.intercept, iterations=STEPS, scale=True),
    }
    told = (
        "Gradient descent reaches the same answer step by step. How fast it can be is a matter of the columns alone: a "
        "learning rate above the largest stable one diverges, and the condition number says how slow the slowest "
        "direction is."
    )
    rows = [
        ("condition number λmax/λmin", *(number(run.condition, 4) for run in runs.values())),
        ("largest stable learning rate 2/λmax", *(number(run.stable_below, 4) for run in runs.values())),
        ("fastest 2/(λmin + λmax)", *(number(run.best_rate, 4) for run in runs.values())),
        (f"steps until the cost is within {FRACTION:g} of its way", *(_steps(run) for run in runs.values())),
    ]
    shown = [tuple((cell) for cell in row) for row in rows]
    parts = [paragraph(told), table("Descent on these columns, from zero", ("", *runs), shown)]
    for place, (name, run) in enumerate(runs.items()):
        if len(run.costs) > 1 and run.status != "diverged":
            drawing = plots.learning_curve(run.costs, minimum=run.minimum, log=True)
            caption = f"The cost in its first {run.iterations} steps at the fastest rate, {name}."
            parts.append(inline(drawing, f"descent{place}", caption, caption, panel=True))
    head, figures = "".join(parts[:2]), "".join(parts[2:])
    return Section("descent", "How descent would fare", f'{head}<div class="panels">{figures}</div>')


def _steps(run: Descent) -> str:
    count = run.iterations_to(FRACTION)
    return "never" if count is None else f"{count:,}"


def _searched(found: Found) -> Section:
    parts = []
    for place, each in enumerate(found.also):
        told = str(each).splitlines()[0]
        parts.append(f"<h3>{'Cross-validation' if isinstance(each, CrossValidated) else 'Path'}</h3>{paragraph(told)}")
        figures = [each.figure(), *([each.path.figure()] if isinstance(each, CrossValidated) else [])]
        for k, drawing in enumerate(figures):
            parts.append(inline(drawing, f"path{place}x{k}", f"{told} {drawing.axes[0].get_title(loc='left')}"))
    return Section("penalties", "Penalties", "\n".join(parts))


def _explorer(found: Found) -> Section:
    """Descent live, on the state of this model."""
    kept, told = found.model.kept, "Descent on these very rows, through their moments: choose a rate, step, look."
    try:
        check_width(len(kept.names), kept.design.formula)
    except ArgumentError as reason:
        return Section("explorer", "Explore", paragraph(f"{reason}."), screen=True)
    payload = of_collected(kept, found.pictured, start={"scale": True}, numbers=NUMBERS)
    return Section("explorer", "Explore", paragraph(told) + explorer(payload, {}), screen=True)


def _repeat(found: Found) -> Section:
    model, kept = found.model, found.model.kept
    versions = ", ".join(f"{name} {version}" for name, version in model.made_with.items())
    facts = [
        ("rows", model.rows.sentence()),
        ("source", "; ".join(map(_origin, kept.provenance)) or kept.source),
        ("digest of the sums (SHA-256)", kept.digest()),
        ("made with", versions),
    ]
    text = f"{found.command or _command(found)}\n\n{_python(found)}"
    told = "The same rows give the same digest, whatever they are kept in; then every figure here is the same, too."
    return Section("repeat", "How to repeat it", program(text) + listing(facts) + paragraph(told))


def _origin(part: Mapping[str, Any]) -> str:
    """What is known of one source: its name, then the rest."""
    rest = [f"{value:,} {key}" if key == "bytes" else f"{key} {value}" for key, value in part.items() if key != "name"]
    return ", ".join([str(part.get("name", "")), *rest]).removeprefix(", ")


def _command(found: Found) -> str:
    """The command line of this fit."""
    design, assumption = found.model.kept.design, found.model.covariance.assumption
    options: list[str] = []
    for option, value in (("--weights", design.weights), ("--frequency", design.frequency)):
        options += [option, value] if value is not None else []
    if assumption.kind != "classical":
        options += ["--cov", "cluster:" + ",".join(assumption.keys) if assumption.keys else assumption.kind]
    return shlex.join(["slopewise", "fit", _named(found), design.formula, *options, "--report", "report.html"])


def _python(found: Found) -> str:
    """The same in Python."""
    design, assumption = found.model.kept.design, found.model.covariance.assumption
    options = [repr(design.formula), repr(_named(found))]
    options += [
        f"{name}={value!r}" for name, value in (("weights", design.weights), ("frequency", design.frequency)) if value
    ]
    if assumption.kind != "classical":
        options.append(f"cov={assumption.asked!r}")
    lines = ["import slopewise as sw", "", f"model = sw.fit({', '.join(options)})"]
    return "\n".join([*lines, f"sw.report(model, {_named(found)!r}, 'report.html')"])


def _named(found: Found) -> str:
    """The data as a command names them."""
    return str(found.data) if isinstance(found.data, str | Path) else found.model.kept.source


def _pictured(model: LinearModel, data: Any) -> Any:
    """Rows to draw, read once for all pictures; None where the pass of the fit kept some."""
    return None if len(model.kept.gathered.sample.number) else few(model.kept, data)


def _listed(names: Sequence[str]) -> str:
    if len(names) > 6:
        return f"{', '.join(names[:5])} and {len(names) - 5} more columns"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else names[0]
