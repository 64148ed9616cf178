"""What is printed where an encoding lacks characters: look-alikes for our signs and rules, escapes for all others."""

from __future__ import annotations

NAME = "slopewise.look_alike"

RAISED = dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789", strict=True))

SIGNS = (
    dict(zip("─━│·−–×▁▂▃▄▅▆▇█", "--||--x_.:-=+*#", strict=True))
    | {"…": "...", "←": "<-", "→": "->", "±": "+/-", "√": "sqrt", "∞": "inf", "Σ": "sum", "Δ": "D", "ŷ": "fitted"}
    | {"θ": "theta", "λ": "lambda", "σ": "sigma", "χ": "chi"}
)


def look_alike(error: UnicodeError) -> tuple[str, int]:
    """The handler of encoding errors called `NAME`: what stands for a run of characters that cannot be written.

    >>> import codecs
    >>> codecs.register_error(NAME, look_alike)
    >>> "R² 1.5×10⁻⁷ ─── σ 日".encode("ascii", errors=NAME)
    b'R^2 1.5x10^-7 --- sigma \\\\u65e5'
    """
    if not isinstance(error, UnicodeEncodeError):
        raise error
    written = ""
    for place, sign in enumerate(error.object[error.start : error.end], error.start):
        if sign in RAISED:
            follows = place > error.start and error.object[place - 1] in RAISED
            written += "^" * (not follows) + RAISED[sign]
        else:
            written += SIGNS.get(sign) or sign.encode("ascii", "backslashreplace").decode()
    return written, error.end
