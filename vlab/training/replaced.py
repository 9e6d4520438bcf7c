"""Replaced-token detection in training: draws from counts, the loss, and its score.

CodeBERT's generators are n-gram models with context on both sides (Feng et al. 2020, section 3.4).
Here: the piece between its two neighbours, counted over the training text and mixed with simpler
counts as in ``vlab.coding.ngrams``. To draw from counts is to pick a place of the text where the
same neighbours stand and to take what stands between them, so no distribution is ever written out.
One generator serves words and code.
"""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vlab.coding.ngrams import WEIGHTS
from vlab.nn.corruption import RATE

Ids = NDArray[np.int64]


@dataclass
class Draws:
    """A generator of pieces, made from sequences (N, T) framed by [CLS] and [SEP]."""

    text: NDArray[np.uint16]
    special: int  # ids below are signs, never chosen and never drawn
    sorted: list[tuple[Ids, Ids]] = field(init=False)  # keys in order, the piece at each

    def __post_init__(self) -> None:
        rows = self.text.astype(np.int64)
        left, middle, right = rows[:, :-2].ravel(), rows[:, 1:-1].ravel(), rows[:, 2:].ravel()
        real = middle >= self.special
        left, middle, right = left[real], middle[real], right[real]
        self.sorted = []
        for key in self._keys(left, right):
            order = np.argsort(key, kind="stable")
            self.sorted.append((key[order], middle[order]))

    @staticmethod
    def _keys(left: Ids, right: Ids) -> tuple[Ids, Ids, Ids, Ids]:
        """Both neighbours as one number, the left one, the right one, neither."""
        return left << 16 | right, left, right, np.zeros_like(left)

    def draw(self, left: Ids, right: Ids, rng: np.random.Generator) -> Ids:
        """A piece for each pair of neighbours (M,)."""
        keys = self._keys(left, right)
        spans = [
            (np.searchsorted(known, key), np.searchsorted(known, key, side="right"))
            for (known, _), key in zip(self.sorted, keys, strict=True)
        ]
        seen = np.stack([end > begin for begin, end in spans])  # (4, M)
        both, one, none = WEIGHTS
        one_each = one + np.where(seen[0], 0.0, both)  # what was never seen hands its weight on
        sides = seen[1].astype(int) + seen[2]
        share = one_each / np.maximum(sides, 1)
        weight = np.stack(
            [
                np.where(seen[0], both, 0.0),
                np.where(seen[1], share, 0.0),
                np.where(seen[2], share, 0.0),
                none + np.where(sides == 0, one_each, 0.0),
            ]
        )
        dice = rng.random(len(left)) * weight.sum(0)
        which = (dice >= weight.cumsum(0)[:-1]).sum(0)
        place = rng.random(len(left))
        found = np.zeros(len(left), np.int64)
        for way, ((begin, end), (_, middle)) in enumerate(zip(spans, self.sorted, strict=True)):
            mine = which == way
            at = begin[mine] + (place[mine] * (end - begin)[mine]).astype(np.int64)
            found[mine] = middle[at]
        return found

    def replaced(
        self, rows: NDArray[np.uint16], seed: tuple[int, ...], rate: float = RATE
    ) -> tuple[Tensor, Tensor]:
        """Changed inputs (B, T), and where the piece is not the original any more (B, T)."""
        rng = np.random.default_rng(seed)
        original = rows.astype(np.int64)
        chosen = (rng.random(rows.shape) < rate) & (original >= self.special)
        row, column = np.nonzero(chosen)
        changed = original.copy()
        changed[row, column] = self.draw(original[row, column - 1], original[row, column + 1], rng)
        return torch.from_numpy(changed), torch.from_numpy(changed != original)


def _scores(model: Any, inputs: Tensor) -> Tensor:
    scores: Tensor = model.detector(model.base_model(inputs.to(model.device)).last_hidden_state)
    return scores


def loss(model: Any, draws: Draws, rows: NDArray[np.uint16], seed: tuple[int, ...]) -> Tensor:
    """Binary cross-entropy, summed over all pieces of the text (the second sum of CodeBERT's)."""
    inputs, truth = draws.replaced(rows, seed)
    asked = torch.from_numpy(rows.astype(np.int64)) >= draws.special
    scores = _scores(model, inputs).float()
    return nn.functional.binary_cross_entropy_with_logits(
        scores[asked.to(scores.device)], truth[asked].float().to(scores.device), reduction="sum"
    )


@torch.inference_mode()
def evaluated(model: Any, draws: Draws, rows: NDArray[np.uint16]) -> dict[str, float]:
    """How well replaced pieces are found in held-out sequences: area under the ROC curve, and
    precision and recall where the probability is above one half."""
    scores, truth = [], []
    for at in range(0, len(rows), 32):
        some = rows[at : at + 32]
        inputs, changed = draws.replaced(some, (at, 8))
        asked = torch.from_numpy(some.astype(np.int64)) >= draws.special
        scores.append(_scores(model, inputs).float().cpu()[asked].numpy())
        truth.append(changed[asked].numpy())
    score, real = np.concatenate(scores), np.concatenate(truth)
    rank = np.empty(len(score))
    rank[np.argsort(score, kind="stable")] = np.arange(1, len(score) + 1)
    yes, no = int(real.sum()), int((~real).sum())
    told = score > 0
    return {
        "rtd_auc": float((rank[real].sum() - yes * (yes + 1) / 2) / (yes * no)),
        "rtd_precision": float(real[told].mean()) if told.any() else 0.0,
        "rtd_recall": float(told[real].mean()),
        "rtd_share_replaced": yes / len(real),
    }
