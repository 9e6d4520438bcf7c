"""What the mining model answers, as plain data."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True)
class Entity:
    """A name found in a text."""

    start: int  # first character
    end: int  # one past the last
    label: str  # Disease | Chemical
    confidence: float  # mean probability of its words' tags


@dataclass(frozen=True)
class Entities:
    """All that was found, and how sure the model was of every word."""

    text: str
    words: tuple[tuple[int, int], ...]  # characters of each word: start, end
    tags: tuple[str, ...]  # (W,)  BIO
    probability: NDArray[np.float32]  # (W, K)  over ``labels``, rows sum to 1
    labels: tuple[str, ...]  # (K,)
    entities: tuple[Entity, ...]


@dataclass(frozen=True)
class Influence:
    """What each word did to the tag of one."""

    words: tuple[str, ...]
    place: int  # the word whose tag is explained
    tag: str
    method: str  # occlusion | gradient
    score: NDArray[np.float32]  # (W,)  positive: speaks for the tag
    margin: float  # log-odds of the tag against O, or of O against the next best


@dataclass(frozen=True)
class Related:
    """How a marked pair is related."""

    words: tuple[str, ...]  # without the marks
    labels: tuple[str, ...]  # (R,)
    probability: NDArray[np.float32]  # (R,)
    occlusion: NDArray[np.float32]  # (W,)  fall of the answer's log-odds when a word is hidden
    margin: float  # log-odds of the answer


@dataclass(frozen=True)
class Sections:
    """What each sentence of an abstract is there for."""

    text: str
    sentences: tuple[tuple[int, int], ...]  # characters of each: start, end
    labels: tuple[str, ...]  # (K,)
    probability: NDArray[np.float32]  # (S, K)  rows sum to 1
