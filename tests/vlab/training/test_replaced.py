"""Replaced tokens: the draws follow the written-out mixture, the loss is what its formula says."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch import nn

from vlab.coding.detector import Detector
from vlab.coding.ngrams import Generator
from vlab.training import replaced

SPECIAL, CLS, SEP = 5, 2, 3


@pytest.fixture
def rows():
    rng = np.random.default_rng(0)
    inner = rng.integers(SPECIAL, SPECIAL + 6, size=(40, 30))
    inner[rng.random(inner.shape) < 0.05] = SEP
    ends = np.ones((40, 1), int)
    return np.hstack([ends * CLS, inner, ends * SEP]).astype(np.uint16)


def test_draws_follow_the_mixture_of_counts(rows):
    """Against the generator of the lesson, which writes its distribution out."""
    slow = Generator()
    for row in rows.tolist():
        for left, token, right in zip(row, row[1:], row[2:], strict=False):
            if token >= SPECIAL:
                slow.between.setdefault((left, right), Counter())[token] += 1
                slow.after.setdefault(left, Counter())[token] += 1
                slow.before.setdefault(right, Counter())[token] += 1
                slow.alone[token] += 1
    draws = replaced.Draws(rows, SPECIAL)
    for left, right in ((5, 7), (CLS, 8), (9, SEP), (200, 6), (6, 200), (200, 201)):
        some = 40_000
        found = draws.draw(
            np.full(some, left), np.full(some, right), np.random.default_rng((left, right))
        )
        wanted = slow.distribution(left, right)
        for token, share in wanted.items():
            assert (found == token).mean() == pytest.approx(share, abs=0.012)
        assert set(found.tolist()) <= set(wanted)


def test_only_text_is_replaced_and_lucky_draws_count_as_original(rows):
    draws = replaced.Draws(rows, SPECIAL)
    inputs, truth = draws.replaced(rows, (1, 2), 0.5)
    original = torch.from_numpy(rows.astype(np.int64))
    assert ((inputs != original) == truth).all()
    assert not truth[original < SPECIAL].any()
    assert (inputs[truth] >= SPECIAL).all()
    changed = float(truth[original >= SPECIAL].float().mean())
    assert 0.3 < changed < 0.47  # half are chosen; with six pieces, some draws hit
    again, _ = draws.replaced(rows, (1, 2), 0.5)
    assert (again == inputs).all()


class Toy(nn.Module):
    """States are the pieces' own vectors, so a detector can know no context."""

    def __init__(self):
        super().__init__()
        torch.manual_seed(0)
        self.words = nn.Embedding(20, 16)
        self.detector = Detector(16)
        self.device = torch.device("cpu")

    def base_model(self, ids):
        return type("States", (), {"last_hidden_state": self.words(ids)})


def test_the_loss_and_the_scores_by_hand(rows):
    model, draws = Toy(), replaced.Draws(rows, SPECIAL)
    found = replaced.loss(model, draws, rows[:3], (4,))
    inputs, truth = draws.replaced(rows[:3], (4,))
    total = 0.0
    for row, marks, old in zip(inputs, truth, rows[:3], strict=True):
        for piece, mark, was in zip(row, marks, old, strict=True):
            if was >= SPECIAL:
                share = torch.sigmoid(model.detector(model.words(piece)))
                total -= float(torch.log(share if mark else 1 - share).detach())
    assert float(found.detach()) == pytest.approx(total, rel=1e-4)

    with torch.no_grad():  # a detector that knows one piece: 5 is always fake
        model.words.weight.zero_()
        model.words.weight[5] = 1
        for each in (model.detector.dense, model.detector.out):
            each.weight.fill_(0.1)
            each.bias.zero_()
        model.detector.out.bias.fill_(-0.5)
    scores = replaced.evaluated(model, draws, rows)
    changed, marks = [], []
    for at in (0, 32):
        some = rows[at : at + 32]
        inputs, truth = draws.replaced(some, (at, 8))
        asked = torch.from_numpy(some.astype(np.int64)) >= SPECIAL
        changed += inputs[asked].tolist()
        marks += truth[asked].tolist()
    fake = [p == 5 for p in changed]
    right = sum(a and b for a, b in zip(fake, marks, strict=True))
    assert scores["rtd_precision"] == pytest.approx(right / sum(fake))
    assert scores["rtd_recall"] == pytest.approx(right / sum(marks))
    assert scores["rtd_share_replaced"] == pytest.approx(sum(marks) / len(marks))
