"""axe-core in a page: the rules of WCAG 2.2 A and AA that it breaks."""

from __future__ import annotations

from typing import Any

from explorer.node import installed

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


def violations(page: Any, leaving_out: str | None = None) -> list[str]:
    """A sentence for each violation, with elements that break it; shadow roots are looked into.

    `leaving_out`: a selector of what is looked at elsewhere.
    """
    page.evaluate((installed() / "axe-core" / "axe.min.js").read_text(encoding="utf-8"))
    where = {"exclude": [[leaving_out]]} if leaving_out else {"include": [["html"]]}
    options = {"runOnly": {"type": "tag", "values": RULES}, "resultTypes": ["violations"]}
    found = page.evaluate("([where, options]) => axe.run(where, options)", [where, options])
    return [
        f"{fault['id']}: {fault['help']}, in {[node['target'] for node in fault['nodes']][:5]}"
        for fault in found["violations"]
    ]
