"""The explorer: a state as JSON (`payload.py`) in a self-contained page (`pages.py`); what runs in it is in `built/`."""
