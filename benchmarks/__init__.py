"""The project's referee: slopewise beside its peers, in one run on one machine. One module answers one question."""
