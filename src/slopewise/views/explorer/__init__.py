"""The explorer: a state as JSON (`payload.py`) in a whole page (`pages.py`); what runs in it is in `built/`."""
