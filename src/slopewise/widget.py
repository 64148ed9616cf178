"""The explorer in a notebook: the page's own program as a widget, whose rate, step and parameters Python reads.

anywidget is an extra: this file is loaded only when a widget is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slopewise.errors import MissingExtra
from slopewise.views.explorer.pages import built

try:
    import anywidget
    import traitlets
except ImportError:
    raise MissingExtra(
        "a notebook shows the explorer through anywidget, which is not installed: pip install 'slopewise[notebook]'; "
        "or give a path, to write it as a page"
    ) from None


class Explorer(anywidget.AnyWidget):
    """An explorer of `payload` in a notebook.

    `learning_rate`, `step` and `parameters` (k,), intercept first, are what it shows now, in the user's units; they
    follow when a change in it has settled. Setting `learning_rate` or `step` moves it.

    >>> import slopewise as sw
    >>> from slopewise.explored import of_collected
    >>> shown = Explorer(of_collected(sw.collect("price ~ size", sw.datasets.path("two_houses"))))
    >>> shown.step, shown.parameters
    (0, [])
    """

    _esm = traitlets.Unicode(built("widget.js")).tag(sync=True)
    payload = traitlets.Dict().tag(sync=True)
    learning_rate = traitlets.Float(None, allow_none=True).tag(sync=True)
    step = traitlets.Int(0).tag(sync=True)
    parameters = traitlets.List(traitlets.Float()).tag(sync=True)

    def __init__(self, payload: Mapping[str, Any]) -> None:
        start = payload["start"]
        super().__init__(
            payload=dict(payload),
            learning_rate=start.get("learning_rate"),
            step=start.get("k", 0),
            parameters=start.get("parameters") or [],
        )

    def __repr__(self) -> str:
        return f"<Explorer {self.payload['formula']!r} at step {self.step:,}>"
