"""Where rows come from: `open_source` turns files, data frames and arrays into a `Source` of Arrow blocks."""

from __future__ import annotations

from slopewise.data.block import Block, Kind
from slopewise.data.options import ReadOptions
from slopewise.data.protocol import Source
from slopewise.data.source import open_source

__all__ = ["Block", "Kind", "ReadOptions", "Source", "open_source"]
