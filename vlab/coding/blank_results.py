"""What a code encoder says of hidden tokens; no torch behind it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

VIEWS = ("both", "code", "left")  # words and code; code alone; words and what precedes the blank


@dataclass(frozen=True)
class View:
    """The ranked answers for one blank under one view of the surroundings."""

    best: tuple[str, ...]  # the likeliest pieces
    shares: tuple[float, ...]  # their probabilities


@dataclass(frozen=True)
class Read:
    """A pair of words and code with one hidden token."""

    model: str
    pieces: tuple[str, ...]  # what the model reads under the first view
    views: tuple[View, ...]  # in the order of VIEWS


@dataclass(frozen=True)
class Asked:
    """One blank of the probe."""

    title: str  # of the function
    truth: str
    rank: tuple[int, ...]  # of the truth under each of VIEWS; 1 is best


@dataclass(frozen=True)
class Probed:
    """Many blanks, each under every view."""

    model: str
    asked: tuple[Asked, ...]
    loss: NDArray[np.float32]  # (3,)  nats per blank under each of VIEWS

    def hits(self, view: int, k: int) -> int:
        """Blanks whose truth is among the first k under a view."""
        return sum(each.rank[view] <= k for each in self.asked)
