"""A look at every column before anything is fitted: one pass, a few small accumulators for each column, then advice."""

from __future__ import annotations

from slopewise.survey.layout import Layout
from slopewise.survey.reading import record_of
from slopewise.survey.record import ColumnRecord, SurveyRecord
from slopewise.survey.survey import Survey

__all__ = ["ColumnRecord", "Layout", "Survey", "SurveyRecord", "record_of"]
