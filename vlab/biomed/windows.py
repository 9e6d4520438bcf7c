"""Sentences for an encoder that tells of words: in pieces, with their neighbours, in windows.

Sentences of one paragraph are read together, [SEP] between them: what a short form stands for is
often said a sentence or two before (Schweter and Akbik 2020, arXiv 2011.06993, measure what such
context is worth). A paragraph that is longer than a window is read in windows that overlap by half;
a piece is judged in the window that shows most on both sides of it ("maximum context", as Devlin
et al. 2019 read long passages for questions).

The vocabulary knows no capitals, but "AT" and "at" are different things. So a word with a capital
after its first letter is put into BERT's second segment, which a single text does not need.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vlab.nn import windows as overlapping

WINDOW = 190  # pieces that are read at once, besides [CLS] and [SEP]
BETWEEN = -1  # owner of a [SEP] between sentences


@dataclass(frozen=True)
class Stream:
    """A paragraph in pieces."""

    ids: list[int]
    owners: list[int]  # the word of each piece, counted through the paragraph; or BETWEEN
    words: list[str]

    @property
    def begins(self) -> list[int]:
        """Where the windows begin; the last one ends with the paragraph."""
        return overlapping.begins(len(self.ids), WINDOW)

    @property
    def judged(self) -> NDArray[np.int64]:
        """The window (its place among ``begins``) in which each piece is judged."""
        return overlapping.judged(len(self.ids), WINDOW)

    def window(self, number: int) -> slice:
        begin = self.begins[number]
        return slice(begin, begin + WINDOW)

    def spelled(self, pieces: slice) -> list[str]:
        """The word of each piece; empty at a [SEP]."""
        return ["" if owner == BETWEEN else self.words[owner] for owner in self.owners[pieces]]

    def first(self, word: int) -> int | None:
        """The first piece of a word; None where the tokenizer leaves nothing of it."""
        return self.owners.index(word) if word in self.owners else None


def stream(sentences: Sequence[Sequence[str]], tokenizer: Any) -> Stream:
    """A paragraph, given as sentences of words, in pieces."""
    encoded = tokenizer(
        [list(words) for words in sentences], is_split_into_words=True, add_special_tokens=False
    )
    ids: list[int] = []
    owners: list[int] = []
    begin = 0
    for number, words in enumerate(sentences):
        if number:
            ids.append(tokenizer.sep_token_id)
            owners.append(BETWEEN)
        ids += encoded["input_ids"][number]
        owners += [begin + own for own in encoded.word_ids(number)]
        begin += len(words)
    return Stream(ids, owners, [word for words in sentences for word in words])


def shouted(word: str) -> int:
    """The segment of a word: 1 where a capital stands after its first letter.

    >>> [shouted(word) for word in ("AT", "mRNA", "Naloxone", "at", "A")]
    [1, 1, 0, 0, 0]
    """
    return int(any(letter.isupper() for letter in word[1:]))


def padded(rows: Sequence[Sequence[int]], tokenizer: Any) -> tuple[torch.Tensor, torch.Tensor]:
    """Input ids (B, T) framed by [CLS] and [SEP], and the mask (B, T) of what is not padding."""
    longest = max(map(len, rows)) + 2
    ids = torch.full((len(rows), longest), tokenizer.pad_token_id)
    for row, pieces in zip(ids, rows, strict=True):
        framed = [tokenizer.cls_token_id, *pieces, tokenizer.sep_token_id]
        row[: len(framed)] = torch.tensor(framed)
    return ids, (ids != tokenizer.pad_token_id).long()


def segments(rows: Sequence[Sequence[str]], length: int) -> torch.Tensor:
    """Segments (B, length) of pieces, given the word of each piece."""
    found = torch.zeros(len(rows), length, dtype=torch.long)
    for row, words in zip(found, rows, strict=True):
        row[1 : len(words) + 1] = torch.tensor([shouted(word) for word in words])
    return found
