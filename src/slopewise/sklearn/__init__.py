"""The door for scikit-learn: its linear regressions, by its own names and conventions, computed by this engine.

    from slopewise.sklearn import LinearRegression      # and not: from sklearn.linear_model import LinearRegression

Each estimator is a subclass of the one whose name it bears: parameters, defaults, tags, routing and its display are
those of the scikit-learn that is installed. What differs is how the answer is found, from sums of the rows instead of
the rows, and with more digits. Besides, `summary()` says what was found, `moments_` is the state, and `partial_fit`
goes on from it, exactly. `alpha` is a penalty here, as scikit-learn has it. Formulas: `slopewise.solvers.exact`,
`.ridge` and `.lasso`.

>>> LinearRegression().fit([[1.0], [2.0]], [300.0, 500.0]).coef_.round(9).tolist()
[200.0]
"""

from slopewise.errors import MissingExtra

try:
    import sklearn as _sklearn  # noqa: F401 - only whether it is there
except ImportError as _absent:
    raise MissingExtra(
        "slopewise.sklearn needs scikit-learn, which is not installed; install it with: "
        "pip install 'slopewise[sklearn]'"
    ) from _absent

from slopewise.sklearn.descending import GradientDescentRegressor
from slopewise.sklearn.elastic import ElasticNet, Lasso
from slopewise.sklearn.elastic_cv import ElasticNetCV, LassoCV
from slopewise.sklearn.linear import LinearRegression
from slopewise.sklearn.ridge import Ridge
from slopewise.sklearn.ridge_cv import RidgeCV

__all__ = [
    "ElasticNet",
    "ElasticNetCV",
    "GradientDescentRegressor",
    "Lasso",
    "LassoCV",
    "LinearRegression",
    "Ridge",
    "RidgeCV",
]
