"""The pipeline, the bench and the graph with the course's own network as the engine."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from vlab.biomed import graph, miner, mining, mining_bench
from vlab.biomed.miner_results import Entity
from vlab.biomed.mining_results import Bench, Explained, Graph, Read
from vlab.errors import InputError
from vlab.models.load import Loaded
from vlab.progress import Report, silent

APART = "\n\n"  # between texts that are read in one go but know nothing of each other


def finder(loaded: Loaded, scheme: str, report: Report = silent) -> mining.Finder:
    """How the network finds names in texts: many at a time, since it reads in batches."""

    def find(texts: Sequence[str]) -> list[tuple[Entity, ...]]:
        found: list[tuple[Entity, ...]] = []
        while len(found) < len(texts):
            left = texts[len(found) :]
            size, some = len(left[0]), [left[0]]
            for text in left[1:]:
                size += len(APART) + len(text)
                if size > miner.CHARACTERS:
                    break
                some.append(text)
            whole = miner.entities(loaded, text=APART.join(some), scheme=scheme, report=report)
            found += _parted(whole.entities, some)
        return found

    return find


def _parted(entities: Sequence[Entity], texts: Sequence[str]) -> list[tuple[Entity, ...]]:
    """Names of texts that were read as one, each with its place in its own text."""
    found, begin = [], 0
    for text in texts:
        end = begin + len(text)
        own = [e for e in entities if begin <= e.start and e.end <= end]
        found.append(tuple(replace(e, start=e.start - begin, end=e.end - begin) for e in own))
        begin = end + len(APART)
    return found


def read(loaded: Loaded, *, text: str, report: Report = silent) -> Read:
    return mining.piped(mining.checked(text), "neural", finder(loaded, "bc5cdr", report), report)


def bench(loaded: Loaded, *, report: Report = silent) -> Bench:
    """All three engines on the gold sentences."""
    plain = [(name, mining.finder(name, mining_bench.SCHEME)) for name in mining.ENGINES[:2]]
    own = ("neural", finder(loaded, mining_bench.SCHEME, report))
    return mining_bench.bench([*plain, own], report)


def neural_graph(loaded: Loaded, *, report: Report = silent) -> Graph:
    return graph.built("neural", finder(loaded, "bc5cdr", report), report)


def explain(loaded: Loaded, *, text: str, word: int, report: Report = silent) -> Explained:
    """Why a word of one sentence has its tag, by the network and by the CRF."""
    if len(miner.sentences(mining.checked(text))) > 1:
        raise InputError(
            "一次只解释一句；请删去其余的句子。",
            "One sentence is explained at a time; take the others away.",
        )
    simple = mining.why(text=text, word=word)
    hidden = miner.influence(loaded, text=text, word=word, method="occlusion", report=report)
    slope = miner.influence(loaded, text=text, word=word, method="gradient")
    others = np.arange(len(hidden.words)) != word
    return Explained(
        occlusion=hidden,
        gradient=slope,
        crf=simple,
        agreement=rank_correlation(hidden.score[others], slope.score[others]),
    )


def rank_correlation(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Spearman's: the correlation of ranks, equals sharing their mean rank; nan without spread."""
    if len(a) < 3:
        return float("nan")

    def ranks(values: NDArray[np.float32]) -> NDArray[np.float64]:
        below = (values[:, None] > values).sum(1)
        equal = (values[:, None] == values).sum(1)
        found: NDArray[np.float64] = below + (equal - 1) / 2
        return found

    x, y = ranks(a), ranks(b)
    if x.std() == 0 or y.std() == 0:
        return float("nan")
    return float(np.corrcoef(x, y)[0, 1])
