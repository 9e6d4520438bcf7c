"""What replaced-token detection starts from; plain values. T tokens, words first, then code."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Proposal:
    """What the generator held likely at a chosen place."""

    place: int
    tokens: tuple[str, ...]
    probabilities: tuple[float, ...]


@dataclass(frozen=True)
class Replaced:
    """A pair of words and code after the generator has been over it."""

    title: str
    original: tuple[str, ...]  # (T,)
    shown: tuple[str, ...]  # (T,)  what the detector reads
    code: NDArray[np.bool_]  # (T,)  False in the words, True in the code
    chosen: NDArray[np.bool_]  # (T,)  the generator was asked
    surprise: NDArray[np.float32]  # (T,)  -ln p of the shown token between its neighbours, nats
    proposals: tuple[Proposal, ...]  # one for each chosen place
    tokens_learned: tuple[int, int]  # by the generators of words and of code

    @property
    def replaced(self) -> NDArray[np.bool_]:
        """(T,)  the label: a lucky draw that gives the true token counts as original"""
        return np.array([a != b for a, b in zip(self.original, self.shown, strict=True)])


@dataclass(frozen=True)
class Judged:
    """The same, and what a network says of every place."""

    pair: Replaced
    model: str
    suspicion: NDArray[np.float32]  # (T,)  probability of having been replaced
