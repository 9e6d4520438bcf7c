"""The network that looks for fakes: its own scores, and whether it beats counting."""

import numpy as np
import pytest
import torch

from vlab.coding import detector, replaced
from vlab.models.load import load

pytestmark = pytest.mark.live


@pytest.fixture(scope="module")
def loaded():
    return load("code-bert-mlm")


def test_a_token_is_as_suspect_as_its_worst_piece(loaded):
    words, code = ["Return", "it."], ["def", "acetyltransferase", "(", ")", ":", "⏎"]
    found = detector.suspicion(loaded, words, code)
    tokenizer = loaded.tokenizer
    text = "Return it. [SEP] def acetyltransferase ( ) : ¶"
    ids = tokenizer(text, return_tensors="pt")["input_ids"]
    head = detector.stored(loaded)
    with torch.inference_mode():
        shares = head(loaded.model.base_model(ids).last_hidden_state)[0].sigmoid()
    pieces = tokenizer.convert_ids_to_tokens(ids[0].tolist())
    assert found[0] == pytest.approx(float(shares[1]), abs=1e-4)
    assert found[1] == pytest.approx(float(shares[2:4].max()), abs=1e-4)  # "it" and "."
    begin = pieces.index("def") + 1
    assert found[3] == pytest.approx(float(shares[begin : pieces.index("(")].max()), abs=1e-4)
    assert found[7] == pytest.approx(float(shares[-2]), abs=1e-4)


def test_long_pairs_are_read_in_windows(loaded):
    code = [token for i in range(120) for token in (f"a{i}", "=", str(i), "⏎")]
    found = detector.suspicion(loaded, ["Many."], code)
    assert found.shape == (1 + len(code),)
    assert ((found > 0) & (found < 1)).all()


def test_the_network_beats_counting_on_functions_that_it_never_read(loaded):
    """Over all exercises and three draws of each."""
    counts, network = [], []
    for function in replaced.exercises():
        for seed in range(3):
            found = detector.judged(loaded, title=function.title, rate=0.15, seed=seed)
            truth = found.pair.replaced
            if truth.any():
                counts.append(replaced.separated(found.pair.surprise, truth))
                network.append(replaced.separated(found.suspicion, truth))
            assert found.suspicion.shape == truth.shape
    assert len(counts) > 25
    assert np.mean(network) > np.mean(counts) + 0.05
