"""`slopewise` and `python -m slopewise`: the command line, so thin that Ctrl-C is a sentence from the first moment."""

import sys


def main() -> None:
    """Run the command line and exit with its code: 0 done, 1 bad data or no answer, 2 bad usage."""
    try:
        from slopewise.cli import run

        code = run(sys.argv[1:])
    except KeyboardInterrupt:
        print("slopewise: interrupted; nothing was written", file=sys.stderr)
        code = 1
    sys.exit(code)


if __name__ == "__main__":
    main()
