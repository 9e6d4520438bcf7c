"""Same budget, three recipes: what the full runs gave, as ``vlab.training.compared`` wrote it."""

import json
from dataclasses import dataclass
from functools import cache

import numpy as np

from vlab.biomed.published import DATA
from vlab.biomed.recipe_results import TEXTS


@dataclass(frozen=True)
class HeldOut:
    """Marks on one kind of held-out text, in the model's own pieces."""

    accuracy: float
    perplexity: float
    positions: int
    pieces_per_word: float


@dataclass(frozen=True)
class Tuned:
    """Strict F1 on NCBI-disease after fine-tuning, seed by seed."""

    f1: tuple[float, ...]

    @property
    def mean(self) -> float:
        return float(np.mean(self.f1))

    @property
    def spread(self) -> float:
        """Sample standard deviation."""
        return float(np.std(self.f1, ddof=1))


@dataclass(frozen=True)
class Recorded:
    """One model's full runs."""

    model: str
    held_out: dict[str, HeldOut]  # by kind of text
    tuned: Tuned


@cache
def recorded() -> tuple[Recorded, ...]:
    """Every model of the file, in its order."""
    kept = json.loads((DATA / "compared.json").read_text("utf-8"))
    return tuple(
        Recorded(
            model=name,
            held_out={kind: HeldOut(**entry["held_out"][kind]) for kind in TEXTS},
            tuned=Tuned(tuple(entry["ncbi"][seed]["f1"] for seed in sorted(entry["ncbi"]))),
        )
        for name, entry in kept.items()
        if isinstance(entry, dict)
    )
