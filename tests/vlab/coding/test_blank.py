"""Hidden tokens of code: answers of the model called directly, views cut where they should be."""

import numpy as np
import pytest
import torch

from vlab.coding import blank, functions, replaced
from vlab.coding.blank_results import VIEWS
from vlab.errors import InputError
from vlab.models.load import load

MODEL = "code-bert-mlm"
CODE = "def area(width, height):\n    return width * ____\n"
WORDS = "The area of a rectangle."

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def loaded():
    return load(MODEL)


def test_each_view_is_answered_as_by_the_model_called_directly(loaded):
    found = blank.fill(loaded, words=WORDS, code=CODE)
    tokenizer = loaded.tokenizer
    left, right = "def area ( width , height ) : ¶ → return width *", "¶ ←"
    texts = (
        f"{WORDS} [SEP] {left} [MASK] {right}",
        f"{left} [MASK] {right}",
        f"{WORDS} [SEP] {left} [MASK]",
    )
    for text, view in zip(texts, found.views, strict=True):
        inputs = tokenizer(text, return_tensors="pt")
        with torch.inference_mode():
            logits = loaded.model(**inputs).logits[0]
        at = inputs["input_ids"][0].tolist().index(tokenizer.mask_token_id)
        shares = logits[at].softmax(-1)
        real = [i for i in shares.argsort(descending=True).tolist() if i >= 999]
        assert view.best == tuple(tokenizer.convert_ids_to_tokens(real[: len(view.best)]))
        np.testing.assert_allclose(view.shares, shares[real[: len(view.best)]], rtol=1e-3)
    assert found.pieces == tuple(tokenizer.tokenize(texts[0]))
    assert found.views[0].best[0] == "height"


def test_what_is_too_long_is_cut_far_from_the_blank(loaded):
    lines = "".join(f"    a{i} = b{i} + {i}\n" for i in range(60))
    code = f"def f(x):\n{lines}    return ____\n"
    for words in ("", "Say it. " * 35):
        found = blank.fill(loaded, words=words, code=code)
        assert len(found.pieces) <= blank.WINDOW
        at = found.pieces.index("[MASK]")
        assert found.pieces[at - 1] == "return"
        assert found.pieces[at + 1 :] == ("¶", "←")


@pytest.mark.parametrize(
    ("words", "code"),
    [
        ("", "return x"),
        ("", "____ = ____"),
        ("", "x = (____"),
        ("", "x = 'a ____ b'"),
        ("", "# ____\nx = 1"),
        ("", "x____ = 1"),
        ("w" * 400, CODE),
        ("", CODE + "x = 1\n" * 400),
        ("", "    ____\n  x"),
    ],
)
def test_what_cannot_be_asked_is_refused(loaded, words, code):
    with pytest.raises(InputError) as refusal:
        blank.fill(loaded, words=words, code=code)
    assert refusal.value.text.zh != refusal.value.text.en


def test_without_words_two_views_are_one(loaded):
    found = blank.fill(loaded, words="", code=CODE)
    assert found.views[0] == found.views[1]


def test_the_probe_asks_unread_functions_and_sees_what_sides_are_worth(loaded):
    found = blank.probe(loaded)
    assert len(found.asked) > 90
    known = {f.title: f for f in functions.library()}
    for each in found.asked:
        assert each.truth in replaced.lexed(known[each.title].code + "\n")
        assert len(each.rank) == len(VIEWS)
    both, left = found.hits(0, 1), found.hits(2, 1)
    assert both > left + 10
    assert found.loss[0] < found.loss[2] - 0.3
    assert found.hits(0, 5) >= both
