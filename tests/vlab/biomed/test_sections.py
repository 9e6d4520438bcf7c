"""What a sentence is there for: headings, the head called directly, and clear cases."""

import pytest
import torch

from vlab.biomed import miner, sections
from vlab.errors import InputError
from vlab.models.load import load


@pytest.mark.parametrize(
    ("line", "wanted"),
    [
        ("RESULTS: Most slept.", ("RESULTS", "Most slept.")),
        ("PATIENTS AND METHODS : We asked.", ("METHODS", "We asked.")),
        ("  AIM: To ask.", ("OBJECTIVE", "To ask.")),
        ("CONCLUSION: It may help.", ("CONCLUSIONS", "It may help.")),
        ("RESULTS AND CONCLUSIONS: both", None),
        ("RESULTS were good: see below", None),
        ("Results: in small letters", None),
    ],
)
def test_headings(line, wanted):
    assert sections.headed(line) == wanted


@pytest.fixture(scope="module")
def loaded(needs):
    needs("bio-miner")
    return load("bio-miner")


@pytest.mark.live
def test_each_sentence_is_judged_alone_and_without_its_heading(loaded):
    text = "METHODS: We asked 40 patients. RESULTS: Most of them slept well (P = 0.02)."
    found = sections.sections(loaded, text=text)
    assert [text[a:b] for a, b in found.sentences] == [
        "METHODS: We asked 40 patients.", "RESULTS: Most of them slept well (P = 0.02)."
    ]  # fmt: skip
    for bare, row in zip(
        ("We asked 40 patients.", "Most of them slept well (P = 0.02)."),
        found.probability,
        strict=True,
    ):
        ids = loaded.tokenizer(bare, return_tensors="pt")
        with torch.inference_mode():
            logits = loaded.model(ids["input_ids"]).logits[0, 0, miner.columns(miner.SECTION)]
        torch.testing.assert_close(torch.tensor(row), logits.softmax(-1), atol=1e-4, rtol=1e-3)
    assert [found.labels[k] for k in found.probability.argmax(1)] == ["METHODS", "RESULTS"]


@pytest.mark.live
def test_nothing_is_refused_with_a_note(loaded):
    with pytest.raises(InputError):
        sections.sections(loaded, text="  ")
