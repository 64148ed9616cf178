"""The command line: each command reads its arguments, calls the pipeline, and prints; nothing is computed here."""

from slopewise.cli.app import run

__all__ = ["run"]
