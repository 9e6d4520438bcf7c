"""The exam of all recipes: the same words for all, marks by hand, the record of the full runs."""

import numpy as np
import pytest
import torch

from vlab import content
from vlab.biomed import compared
from vlab.biomed.recipe_results import TEXTS
from vlab.models.load import load
from vlab.nn.corruption import RATE
from vlab.synthesis import recipes

MODELS = ("bio-minilm-continued", "bio-bert-scratch", "general-minilm-mlm", "code-bert-mlm")


def test_the_texts_are_there():
    assert [len(recipes.texts(kind)) for kind in TEXTS] == [60, 60, 40]
    assert all(text.isascii() for text in recipes.texts("general"))


@pytest.mark.live
def test_every_vocabulary_is_asked_for_the_same_words():
    cuts = [
        [recipes._cut(load(name), kind) for kind in TEXTS]
        for name in ("bio-minilm-continued", "bio-bert-scratch")
    ]
    for one, two in zip(*cuts, strict=True):
        for a, b in zip(one, two, strict=True):
            assert set(a.owners.tolist()) == set(b.owners.tolist())
            assert (a.hidden == b.hidden).all()
            assert max(len(a.ids), len(b.ids)) <= 128


@pytest.mark.live
@pytest.mark.parametrize("name", ["bio-minilm-continued", "bio-bert-scratch"])
def test_the_marks_by_hand(name, monkeypatch):
    """Three texts of a kind, one by one, without batches or padding."""
    loaded = load(name)
    few = {kind: recipes.texts(kind)[3:6] for kind in TEXTS}
    monkeypatch.setattr(recipes, "texts", few.__getitem__)
    found = recipes.marks(loaded)
    tokenizer = loaded.tokenizer
    for place, kind in enumerate(TEXTS):
        right, nats = [], []
        for number, text in enumerate(few[kind]):
            inputs = tokenizer(text, return_tensors="pt")
            words = inputs.word_ids()
            dice = np.random.default_rng((place, number)).random(recipes.WORDS) < RATE
            keep = [i for i, w in enumerate(words) if w is None or w < recipes.WORDS]
            ids = inputs["input_ids"][:, keep]
            owners = [words[i] for i in keep]
            hidden = [w is not None and bool(dice[w]) for w in owners]
            asked = torch.tensor([hidden])
            with torch.inference_mode():
                logits = loaded.model(ids.masked_fill(asked, tokenizer.mask_token_id)).logits
            logs = logits[0].float().log_softmax(-1)
            for word in sorted({w for w, h in zip(owners, hidden, strict=True) if h}):
                spots = [i for i, w in enumerate(owners) if w == word]
                right.append(all(int(logs[i].argmax()) == int(ids[0, i]) for i in spots))
                nats.append(-sum(float(logs[i, ids[0, i]]) for i in spots))
        assert found.hidden[place] == len(right)
        assert found.right[place] == pytest.approx(np.mean(right), abs=1e-6)
        assert found.nats[place] == pytest.approx(np.mean(nats), rel=1e-3)


def test_the_full_runs_are_all_on_record():
    rows = compared.recorded()
    assert tuple(each.model for each in rows) == MODELS
    for each in rows:
        assert set(each.held_out) == set(TEXTS)
        assert len(each.tuned.f1) >= 3
        assert 0.4 < each.tuned.mean < 0.9
        assert each.tuned.spread == pytest.approx(np.std(each.tuned.f1, ddof=1))
    best = {kind: max(rows, key=lambda r: r.held_out[kind].accuracy).model for kind in TEXTS}
    assert best["code"] == "code-bert-mlm"
    assert best["general"] == "general-minilm-mlm"
    assert best["biomed"] == "bio-minilm-continued"


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_the_lesson_says_of_the_full_runs(lang):
    page = content.CONTENT / "pages" / "pubmedbert_pretraining" / f"{lang}.md"
    words = page.read_text("utf-8")
    mean = {each.model: each.tuned.mean for each in compared.recorded()}
    for value in mean.values():
        assert f"{value:.3f}" in words
    assert mean["code-bert-mlm"] >= mean["bio-minilm-continued"] > mean["general-minilm-mlm"] + 0.05
    one, two, *_ = compared.recorded()
    assert one.tuned.mean - two.tuned.mean < max(one.tuned.f1) - min(one.tuned.f1)
