"""The corpora that ``bio-miner`` learns from: read, cut into pieces, put into batches."""

import gzip
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from vlab.biomed import miner, miner_pairs, sections, windows

CORPORA = {"ncbi": "NCBI-disease-IOB", "bc5cdr": "BC5CDR-IOB"}
NOT_ASKED = -100
TESTED = 5  # one headed sentence in so many is kept for the test


@dataclass(frozen=True)
class Tagged:
    """A sentence of a corpus."""

    words: tuple[str, ...]
    tags: tuple[str, ...]
    scheme: str


def read(folder: Path, scheme: str, part: str) -> list[Tagged]:
    """The sentences of one part (train, devel, test) of a corpus."""
    found: list[Tagged] = []
    words: list[str] = []
    tags: list[str] = []
    with gzip.open(
        folder / "ner" / CORPORA[scheme] / f"{part}.tsv.gz", "rt", encoding="utf-8"
    ) as opened:
        for line in [*opened, "\n"]:
            if line.strip():
                word, tag = line.rstrip("\n").split("\t")
                words.append(word)
                tags.append(tag)
            elif words:
                found.append(Tagged(tuple(words), tuple(tags), scheme))
                words, tags = [], []
    return found


@dataclass(frozen=True)
class Pair:
    """A sentence with a marked pair."""

    words: tuple[str, ...]
    label: str


def pairs(folder: Path, part: str) -> list[Pair]:
    """The marked sentences of one part (train, dev, test); those not marked once are left out."""
    found = []
    path = folder / "relation" / "chemprot" / f"{part}.jsonl.gz"
    with gzip.open(path, "rt", encoding="utf-8") as opened:
        for line in opened:
            entry = json.loads(line)
            words = tuple(miner_pairs.marked(entry["text"]))
            if all(words.count(mark) == 1 for pair in miner_pairs.MARKS for mark in pair):
                found.append(Pair(words, entry["label"]))
    return found


@dataclass(frozen=True)
class Headed:
    """A sentence that began a section of an abstract; its heading is taken away."""

    words: tuple[str, ...]
    label: str


def headed(folder: Path, part: str) -> list[Headed]:
    """The headed sentences of PubMed's text: ``train`` or ``test``, decided by a hash of the words,
    so that copies go the same way."""
    found = []
    with gzip.open(folder / "text" / "pubmed_sentences.txt.gz", "rt", encoding="utf-8") as opened:
        for line in opened:
            if (cut := sections.headed(line)) and len(words := miner.words(cut[1])) > 3:
                digest = hashlib.sha256(" ".join(words).lower().encode()).digest()
                tested = int.from_bytes(digest[:4], "big") % TESTED == 0
                if tested == (part == "test"):
                    found.append(Headed(tuple(words), cut[0]))
    return found


@dataclass(frozen=True)
class Piece:
    """Some text in pieces, with the column that is right for each."""

    ids: tuple[int, ...]
    words: tuple[str, ...]  # the word of each piece; empty at a [SEP]
    targets: tuple[int, ...]  # columns of miner.LABELS; NOT_ASKED but for first pieces
    scheme: str
    whole: int = NOT_ASKED  # the column that is right at [CLS]


def pieces(data: Sequence[Tagged], tokenizer: Any) -> list[Piece]:
    """Each sentence in pieces."""
    found = []
    encoded = tokenizer(
        [list(s.words) for s in data], is_split_into_words=True, add_special_tokens=False
    )
    for number, sentence in enumerate(data):
        owners = encoded.word_ids(number)
        targets = [
            miner.LABELS.index(f"{sentence.scheme}:{sentence.tags[owner]}")
            if i == 0 or owners[i - 1] != owner
            else NOT_ASKED
            for i, owner in enumerate(owners)
        ]
        words = tuple(sentence.words[owner] for owner in owners)
        ids = tuple(encoded["input_ids"][number])
        found.append(Piece(ids, words, tuple(targets), sentence.scheme))
    return found


def joined(data: Sequence[Piece], sep: int, rng: np.random.Generator) -> list[Piece]:
    """Sentences of one corpus put together as they follow each other, up to a length drawn anew
    each time (at most a window): so a sentence is learnt with much context and with none."""
    found: list[Piece] = []
    at = 0
    while at < len(data):
        limit = int(rng.integers(1, windows.WINDOW + 1))
        first = whole = data[at]
        at += 1
        while (
            at < len(data)
            and data[at].scheme == first.scheme
            and len(whole.ids) + 1 + len(data[at].ids) <= limit
        ):
            whole = Piece(
                (*whole.ids, sep, *data[at].ids),
                (*whole.words, "", *data[at].words),
                (*whole.targets, NOT_ASKED, *data[at].targets),
                whole.scheme,
            )
            at += 1
        for begin in range(0, len(whole.ids), windows.WINDOW):
            part = slice(begin, begin + windows.WINDOW)
            found.append(
                Piece(whole.ids[part], whole.words[part], whole.targets[part], whole.scheme)
            )
    return found


def related(data: Sequence[Pair], tokenizer: Any) -> list[Piece]:
    """Marked sentences in pieces; asked is [CLS] alone."""
    found = []
    for pair in data:
        ids, owners = miner_pairs.focused(pair.words, tokenizer)
        found.append(
            Piece(
                tuple(ids),
                tuple(pair.words[owner] for owner in owners),
                (NOT_ASKED,) * len(ids),
                miner.RELATION,
                miner.LABELS.index(f"{miner.RELATION}:{pair.label}"),
            )
        )
    return found


def begun(data: Sequence[Headed], tokenizer: Any) -> list[Piece]:
    """Headed sentences in pieces; asked is [CLS] alone."""
    found = []
    for each in data:
        stream = windows.stream([each.words], tokenizer)
        part = slice(0, windows.WINDOW)
        ids = tuple(stream.ids[part])
        found.append(
            Piece(
                ids,
                tuple(stream.spelled(part)),
                (NOT_ASKED,) * len(ids),
                miner.SECTION,
                miner.LABELS.index(f"{miner.SECTION}:{each.label}"),
            )
        )
    return found


def batches(data: Sequence[Piece], limit: int, seed: tuple[int, ...]) -> Iterator[list[Piece]]:
    """Sentences of like length together, no more than ``limit`` pieces with padding; shuffled."""
    rng = np.random.default_rng(seed)
    lengths = np.array([len(each.ids) for each in data])
    order = np.argsort(lengths + rng.uniform(-4, 4, len(data)), kind="stable")
    groups: list[list[Piece]] = [[]]
    longest = 0
    for i in order:
        longest = max(longest, int(lengths[i]) + 2)
        if groups[-1] and longest * (len(groups[-1]) + 1) > limit:
            groups.append([])
            longest = int(lengths[i]) + 2
        groups[-1].append(data[i])
    for i in rng.permutation(len(groups)):
        yield groups[i]
