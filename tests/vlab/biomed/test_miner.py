"""Finding names: the best tags against all tag sequences, windows against whole sentences, and the
two explanations against what their definitions say."""

import itertools

import numpy as np
import pytest
import torch
from transformers import AutoTokenizer, BertConfig, BertForTokenClassification

from vlab.biomed import miner, miner_pairs, windows
from vlab.biomed.spans import decode
from vlab.errors import InputError
from vlab.models import cards
from vlab.models.load import Loaded

TEXT = "Naloxone reverses respiratory depression. Rats (n = 12) had type 2 diabetes mellitus."


@pytest.fixture(scope="module")
def loaded():
    """The real vocabulary and label set, a small model with random weights."""
    torch.manual_seed(0)
    tokenizer = AutoTokenizer.from_pretrained(cards.MODELS / "bio-minilm-continued")
    config = BertConfig(
        vocab_size=len(tokenizer),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        num_labels=len(miner.LABELS),
        initializer_range=0.5,
    )
    model = BertForTokenClassification(config).eval().requires_grad_(False)
    card = cards.card("bio-minilm-continued")
    return Loaded(card, model, tokenizer, torch.device("cpu"), torch.float32)


def test_words_and_sentences_lie_where_the_text_has_them():
    cut = miner.sentences(TEXT)
    assert [[TEXT[a:b] for a, b in s.words] for s in cut] == [
        ["Naloxone", "reverses", "respiratory", "depression", "."],
        ["Rats", "(", "n", "=", "12", ")", "had", "type", "2", "diabetes", "mellitus", "."],
    ]
    assert miner.sentences("  \n ") == ()
    assert len(miner.sentences("E. coli grows. It divides")) == 2


@pytest.mark.parametrize("scheme", miner.SCHEMES)
@pytest.mark.parametrize("seed", range(5))
def test_the_best_tags_are_the_best_of_all_that_are_allowed(scheme, seed):
    tags = miner.SCHEMES[scheme]
    scores = np.log(np.random.default_rng(seed).dirichlet(np.ones(len(tags)) * 0.5, size=5))

    def allowed(path):
        before = ["O", *path[:-1]]
        return all(
            not b.startswith("I-") or (a != "O" and a[2:] == b[2:])
            for a, b in zip(before, path, strict=True)
        )

    ways = [p for p in itertools.product(range(len(tags)), repeat=5)
            if allowed([tags[k] for k in p])]  # fmt: skip
    wanted = max(ways, key=lambda p: sum(scores[i, k] for i, k in enumerate(p)))
    assert miner.best(scores, tags) == list(wanted)


def test_every_scheme_has_its_own_columns():
    taken = [k for s in miner.HEADS for k in range(len(miner.LABELS))[miner.columns(s)]]
    assert taken == list(range(len(miner.LABELS)))
    with pytest.raises(InputError):
        miner.columns("nonsense")


def test_a_batch_answers_as_each_sentence_alone_does(loaded):
    """Padding and sorting change nothing; the first piece of a word speaks for it."""
    lists = [["acetyltransferase", "works"], ["a", "b", "c", "d", "e", "f", "g"], ["naloxone"]]
    alone = [[words] for words in lists]  # each a paragraph of its own
    together = miner.tagged(loaded.model, loaded.tokenizer, alone, "bc5cdr")
    for words, found in zip(lists, together, strict=True):
        ids = [[loaded.tokenizer.encode(w, add_special_tokens=False)] for w in words]
        flat = [i for (some,) in ids for i in some]
        first = np.cumsum([0, *(len(some) for (some,) in ids)])[:-1] + 1
        framed = torch.tensor(
            [[loaded.tokenizer.cls_token_id, *flat, loaded.tokenizer.sep_token_id]]
        )
        assert not any(windows.shouted(word) for word in words)
        with torch.inference_mode():
            logits = loaded.model(framed).logits[0, first]
        wanted = logits[:, miner.columns("bc5cdr")].log_softmax(-1).numpy()
        np.testing.assert_allclose(found, wanted, atol=1e-5)


def test_capitals_are_told_by_the_segment(loaded):
    """Another tag for AT than for at, though both have the same pieces; a first capital is none."""
    loud, quiet, first = (
        miner.tagged(loaded.model, loaded.tokenizer, [[[word, "patients"]]], "ncbi")[0]
        for word in ("AT", "at", "At")
    )
    assert np.abs(loud - quiet).max() > 1e-3
    np.testing.assert_allclose(first, quiet, atol=1e-5)


def test_a_word_without_pieces_is_outside(loaded):
    (found,) = miner.tagged(
        loaded.model, loaded.tokenizer, [[["pain", "\u200b", "relief"]]], "ncbi"
    )
    assert found[1].argmax() == 0
    assert np.exp(found).sum(1) == pytest.approx(1, abs=1e-4)


def test_a_sentence_longer_than_a_window_is_read_in_parts(loaded):
    (found,) = miner.tagged(loaded.model, loaded.tokenizer, [[["cell"] * 700]], "ncbi")
    assert np.isfinite(found).all()
    assert len(found) == 700


def _read(loaded, ids, place):
    framed = torch.tensor([[loaded.tokenizer.cls_token_id, *ids, loaded.tokenizer.sep_token_id]])
    with torch.inference_mode():
        return loaded.model(framed).logits[0, place + 1, miner.columns("ncbi")].log_softmax(-1)


def test_a_paragraph_is_read_together(loaded):
    """By hand: [SEP] between sentences, each word judged with most text on both sides of it."""
    words = ["cells", "grow", "slowly", "in", "mice"]
    sentences = [words[: 2 + i % 4] for i in range(120)]
    found = miner.tagged(loaded.model, loaded.tokenizer, [sentences], "ncbi")
    ids, spots = [], []
    for number, sentence in enumerate(sentences):
        ids += [loaded.tokenizer.sep_token_id] if number else []
        for word in sentence:
            spots.append(len(ids))
            (piece,) = loaded.tokenizer.encode(word, add_special_tokens=False)
            ids.append(piece)
    size = windows.WINDOW
    assert len(ids) > 2 * size
    starts = [*range(0, len(ids) - size, size // 2), len(ids) - size]
    flat = np.concatenate(found)
    for word in (0, 1, 60, 100, 150, 199, len(flat) - 1):
        spot = spots[word]
        begin = max(
            (b for b in starts if b <= spot < b + size),
            key=lambda b: min(spot - b, b + size - 1 - spot),
        )
        wanted = _read(loaded, ids[begin : begin + size], spot - begin)
        np.testing.assert_allclose(flat[word], wanted, atol=1e-4)
    alone = miner.tagged(loaded.model, loaded.tokenizer, [[s] for s in sentences[:3]], "ncbi")
    assert np.abs(alone[1] - found[1]).max() > 1e-3  # neighbours matter


def test_an_empty_line_parts_what_is_read_together(loaded):
    """Two texts with an empty line between them: each is read as if alone."""
    a, b = "Rats had diabetes.", "They were fed well. They slept."
    both = miner.entities(loaded, text=f"{a}\n \n{b}", scheme="ncbi")
    one, two = (miner.entities(loaded, text=text, scheme="ncbi") for text in (a, b))
    apart = np.concatenate([one.probability, two.probability])
    np.testing.assert_allclose(both.probability, apart, atol=1e-5)
    joined = miner.entities(loaded, text=f"{a} {b}", scheme="ncbi")
    assert np.abs(joined.probability - apart).max() > 1e-3


def test_entities_agree_with_their_tags(loaded):
    found = miner.entities(loaded, text=TEXT, scheme="bc5cdr")
    assert len(found.words) == len(found.tags) == len(found.probability)
    np.testing.assert_allclose(found.probability.sum(1), 1, atol=1e-5)
    spans = decode(found.tags)
    names = [(found.words[s.start][0], found.words[s.end - 1][1], s.label) for s in spans]
    assert names == [(e.start, e.end, e.label) for e in found.entities]
    assert all(0 < e.confidence <= 1 for e in found.entities)


def test_occlusion_is_the_margin_with_and_without_the_word(loaded):
    found = miner.influence(loaded, text=TEXT, word=7, method="occlusion")
    assert found.words[0] == "Rats"
    assert found.place == 2
    tokenizer = loaded.tokenizer
    before = [*miner.words(TEXT[:41]), "[SEP]"]  # the sentence before is read with it
    assert before[-2] == "."
    for hidden in (0, 2, 9):
        words = [*before, *(w if i != hidden else "[MASK]" for i, w in enumerate(found.words))]
        pieces = tokenizer(words, is_split_into_words=True, return_tensors="pt")
        copies = len(tokenizer.tokenize(found.words[hidden]))
        assert copies == 1  # else the sentence would change its length here
        place = pieces.word_ids().index(len(before) + found.place)
        with torch.inference_mode():
            row = loaded.model(pieces["input_ids"]).logits[0, place, miner.columns("bc5cdr")]
        share = row.softmax(-1)[miner.SCHEMES["bc5cdr"].index(found.tag)]
        margin = float(torch.log(share / (1 - share)))
        assert found.score[hidden] == pytest.approx(found.margin - margin, abs=1e-4)


def test_gradient_times_input_is_the_slope_along_the_input(loaded):
    """Shrinking the sentence's piece embeddings a little changes the margin by the sum of the
    products; the sentence before it stays as it is."""
    found = miner.influence(loaded, text=TEXT, word=7, method="gradient")
    before = [*miner.words(TEXT[:41]), "[SEP]"]
    pieces = loaded.tokenizer(
        [*before, *found.words], is_split_into_words=True, return_tensors="pt"
    )
    embedded = loaded.model.get_input_embeddings()(pieces["input_ids"])
    place = pieces.word_ids().index(len(before) + found.place)
    begin = pieces.word_ids().index(len(before))
    tag = miner.SCHEMES["bc5cdr"].index(found.tag)

    def margin(factor):
        changed = embedded.double().clone()
        changed[:, begin:-1] *= factor
        with torch.inference_mode():
            logits = loaded.model.double()(inputs_embeds=changed).logits
        share = logits[0, place, miner.columns("bc5cdr")].softmax(-1)[tag]
        return float(torch.log(share / (1 - share)))

    try:
        slope = (margin(1 + 1e-5) - margin(1 - 1e-5)) / 2e-5
    finally:
        loaded.model.float()
    assert found.score.sum() == pytest.approx(slope, rel=1e-3, abs=1e-3)


@pytest.mark.parametrize(
    "given",
    [
        {"text": ""},
        {"text": "a" * 9000},
        {"text": TEXT, "scheme": "nonsense"},
        {"text": TEXT, "word": 99},
        {"text": TEXT, "word": -1},
        {"text": TEXT, "method": "attention"},
        {"text": "word " * 200 + "."},
    ],
)
def test_what_cannot_be_explained_is_refused(loaded, given):
    with pytest.raises(InputError) as refusal:
        miner.influence(loaded, **{"word": 0, **given})
    assert refusal.value.text.zh != refusal.value.text.en


PAIR = "In rats << gefitinib >> strongly inhibits [[EGFR]] (n = 5)."


def test_a_relation_is_read_at_the_first_place(loaded):
    found = miner_pairs.relation(loaded, text=PAIR)
    words = miner_pairs.marked(PAIR)
    pieces = loaded.tokenizer(words, is_split_into_words=True, return_tensors="pt")
    capitals = torch.tensor(
        [[0 if w is None else windows.shouted(words[w]) for w in pieces.word_ids()]]
    )

    def scores(ids):
        with torch.inference_mode():
            logits = loaded.model(ids, token_type_ids=capitals).logits
        return logits[0, 0, miner.columns("chemprot")].softmax(-1)

    shares = scores(pieces["input_ids"])
    np.testing.assert_allclose(found.probability, shares, atol=1e-5)
    assert found.words == tuple(w for w in words if w not in ("<<", ">>", "[[", "]]"))
    first = int(shares.argmax())
    hidden = pieces["input_ids"].clone()
    spot = words.index("strongly")
    hidden[0, [i for i, w in enumerate(pieces.word_ids()) if w == spot]] = 103
    other = scores(hidden)[first]
    fall = found.margin - float(torch.log(other / (1 - other)))
    assert found.occlusion[found.words.index("strongly")] == pytest.approx(fall, abs=1e-3)


def test_a_long_sentence_is_cut_around_its_pair(loaded):
    words = miner_pairs.marked("word " * 400 + PAIR + " word" * 400)
    ids, owners = miner_pairs.focused(words, loaded.tokenizer)
    assert len(ids) == len(owners) == windows.WINDOW
    kept = [words[owner] for owner in owners]
    assert all(mark in kept for pair in miner_pairs.MARKS for mark in pair)
    miner_pairs.relation(loaded, text="word " * 400 + PAIR)


@pytest.mark.parametrize(
    "text",
    ["", "no marks", "<< a >>", "<< a >> [[ ]]", "<< a >> << b >> [[ c ]]", ">> a << [[ c ]]"],
)
def test_a_pair_must_be_marked(loaded, text):
    with pytest.raises(InputError):
        miner_pairs.relation(loaded, text=text)
