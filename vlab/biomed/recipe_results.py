"""What the exam of the recipes returns; no torch behind it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

TEXTS = ("biomed", "general", "code")


@dataclass(frozen=True)
class Marks:
    """One model's marks on every kind of text, in the order of TEXTS. All but pieces per word
    speak of hidden words, whole ones, so that vocabularies compare."""

    model: str
    hidden: NDArray[np.int32]  # (3,)  words hidden
    right: NDArray[np.float32]  # (3,)  share of them with every piece guessed
    nats: NDArray[np.float32]  # (3,)  surprise per hidden word, summed over its pieces
    pieces: NDArray[np.float32]  # (3,)  pieces per word, over all words
