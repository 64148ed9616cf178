"""How a pass over the rows is run: `local.reduce` on the threads of this machine."""
