"""Numbers as a book sets them: a true minus, and powers of ten."""

RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def minus(number: str) -> str:
    """A formatted number with a minus sign for its hyphen.

    >>> minus(f"{-1.5:+.2f}")
    '−1.50'
    """
    return number.replace("-", "−")


def power(number: float) -> str:
    """Two figures and a power of ten.

    >>> power(2.34e-11)
    '2.3 × 10⁻¹¹'
    """
    figures, exponent = f"{number:.1e}".split("e")
    return f"{minus(figures)} × 10{str(int(exponent)).translate(RAISED)}"
