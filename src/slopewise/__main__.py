"""`slopewise` and `python -m slopewise`: the command line, so thin that Ctrl-C is a sentence from the first moment."""

import codecs
import os
import signal
import sys
from typing import Any

from slopewise import alphabet


def main() -> None:
    """Run the command line and exit with its code: 0 done, 1 bad data or no answer, 2 bad usage."""
    try:
        _settle()
        from slopewise.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        print("slopewise: interrupted; no file was left half-written", file=sys.stderr)
        code = 1
    sys.exit(code)


def _settle() -> None:
    """Be told to end as by Ctrl-C, and print whatever the terminal's alphabet is, or into nothing if there is none."""
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is signal.SIG_DFL:
            signal.signal(getattr(signal, name), signal.default_int_handler)
    codecs.register_error(alphabet.NAME, alphabet.look_alike)
    sys.stdout, sys.stderr = _open_stream(sys.stdout), _open_stream(sys.stderr)


def _open_stream(stream: Any) -> Any:
    if stream is None:
        return os.fdopen(os.open(os.devnull, os.O_WRONLY), "w", encoding="utf-8")
    stream.reconfigure(errors=alphabet.NAME)
    return stream


if __name__ == "__main__":
    main()
