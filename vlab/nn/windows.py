"""Windows over a sequence too long to be read at once: they overlap by half."""

import numpy as np
from numpy.typing import NDArray


def begins(length: int, size: int) -> list[int]:
    """Where windows of ``size`` places begin; the last one ends with the sequence.

    >>> begins(25, 10), begins(7, 10)
    ([0, 5, 10, 15], [0])
    """
    last = max(0, length - size)
    return [*range(0, last, size // 2), last]


def judged(length: int, size: int) -> NDArray[np.int64]:
    """The window (its place among ``begins``) that shows most on both sides of each place ("maximum
    context", as Devlin et al. 2019 read long passages for questions)."""
    place, begin = np.arange(length), np.array(begins(length, size))[:, None]
    found: NDArray[np.int64] = np.minimum(place - begin, begin + size - 1 - place).argmax(0)
    return found
