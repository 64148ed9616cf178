"""slopewise: linear regression that reads the rows once; then everything.

>>> import slopewise as sw
>>> moments = sw.Moments.of([[1.0], [2.0]], [300.0, 500.0])
>>> sw.solve(moments).coefficients.tolist()
[200.0]
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from slopewise._version import __version__

if TYPE_CHECKING:
    from slopewise import datasets as datasets
    from slopewise import errors as errors
    from slopewise import lesson as lesson
    from slopewise.answering import solve as solve
    from slopewise.collected import Collected as Collected
    from slopewise.comparing import Comparison as Comparison
    from slopewise.comparing import anova as anova
    from slopewise.comparing import compare as compare
    from slopewise.exploring import explore as explore
    from slopewise.groups import Models as Models
    from slopewise.learning.pages import learn as learn
    from slopewise.model import LinearModel as LinearModel
    from slopewise.moments import Moments as Moments
    from slopewise.penalties import cross_validate as cross_validate
    from slopewise.penalties import elastic_net_path as elastic_net_path
    from slopewise.penalties import lasso_path as lasso_path
    from slopewise.penalties import ridge_path as ridge_path
    from slopewise.pipeline import collect as collect
    from slopewise.pipeline import collect_arrays as collect_arrays
    from slopewise.pipeline import descend as descend
    from slopewise.pipeline import fit as fit
    from slopewise.pipeline import fit_arrays as fit_arrays
    from slopewise.pipeline import load as load
    from slopewise.reporting import report as report
    from slopewise.run import Run as Run
    from slopewise.selection import Selection as Selection
    from slopewise.selection import best_subset as best_subset
    from slopewise.selection import step as step
    from slopewise.submodels import submodel as submodel
    from slopewise.views import plots as plots

_PLACES = {
    "Collected": "slopewise.collected",
    "LinearModel": "slopewise.model",
    "Models": "slopewise.groups",
    "Moments": "slopewise.moments",
    "Description": "slopewise.described",
    "ReadOptions": "slopewise.data.options",
    "Run": "slopewise.run",
    "Selection": "slopewise.selection",
    "best_subset": "slopewise.selection",
    "Comparison": "slopewise.comparing",
    "collect": "slopewise.pipeline",
    "collect_arrays": "slopewise.pipeline",
    "anova": "slopewise.comparing",
    "compare": "slopewise.comparing",
    "cross_validate": "slopewise.penalties",
    "descend": "slopewise.pipeline",
    "describe": "slopewise.described",
    "elastic_net_path": "slopewise.penalties",
    "explore": "slopewise.exploring",
    "fit": "slopewise.pipeline",
    "fit_arrays": "slopewise.pipeline",
    "lasso_path": "slopewise.penalties",
    "learn": "slopewise.learning.pages",
    "load": "slopewise.pipeline",
    "report": "slopewise.reporting",
    "ridge_path": "slopewise.penalties",
    "solve": "slopewise.answering",
    "step": "slopewise.selection",
    "submodel": "slopewise.submodels",
}
_MODULES = {
    "datasets": "slopewise.datasets",
    "errors": "slopewise.errors",
    "lesson": "slopewise.lesson",
    "plots": "slopewise.views.plots",
}

__all__ = ["__version__", *_PLACES, *_MODULES]


def __getattr__(name: str) -> Any:
    if name in _PLACES:
        return getattr(import_module(_PLACES[name]), name)
    if name in _MODULES:
        return import_module(_MODULES[name])
    raise AttributeError(f"module 'slopewise' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
