"""Fine-tuning for names: every word asked once under its own scheme, loss falls, runs resume."""

import gzip
import json
import tomllib

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, BertConfig, BertForTokenClassification

from vlab.biomed import miner, windows
from vlab.biomed.spans import decode, score
from vlab.models import cards
from vlab.training import gold
from vlab.training import miner as training

RECIPE = training.Recipe(epochs=14, pieces=150, rate=5e-3, head_rate=5e-3, dropout=0.0, hidden=0.0)


@pytest.fixture(scope="module")
def tokenizer():
    return AutoTokenizer.from_pretrained(cards.MODELS / "bio-minilm-continued")


@pytest.fixture
def data(tmp_path):
    """Two small corpora in which a word alone decides its tag."""
    for scheme, folder in gold.CORPORA.items():
        (tmp_path / "ner" / folder).mkdir(parents=True)
        for part, count in (("train", 60), ("devel", 20), ("test", 20)):
            with gzip.open(
                tmp_path / "ner" / folder / f"{part}.tsv.gz", "wt", encoding="utf-8"
            ) as out:
                for i in range(count):
                    out.write("Some\tO\n")
                    out.write("asthma\tB-Disease\n" if i % 2 else "people\tO\n")
                    if scheme == "bc5cdr" and i % 3 == 0:
                        out.write("caffeine\tB-Chemical\ncitrate\tI-Chemical\n")
                    out.write(f"in\tO\n{i}\tO\n.\tO\n\n")
    home = tmp_path / "relation" / "chemprot"
    home.mkdir(parents=True)
    for part, count in (("train", 60), ("dev", 5), ("test", 20)):
        with gzip.open(home / f"{part}.jsonl.gz", "wt", encoding="utf-8") as out:
            for i in range(count):
                verb, label = (("blocks", "INHIBITOR"), ("wakes", "ACTIVATOR"))[i % 2]
                text = f"<< Drug{i} >> {verb} [[ GENE ]] in cells ."
                out.write(json.dumps({"text": text, "label": label}) + "\n")
            out.write(json.dumps({"text": "<< a >> << b >> [[ c ]]", "label": "AGONIST"}) + "\n")
    (tmp_path / "text").mkdir()
    with gzip.open(tmp_path / "text/pubmed_sentences.txt.gz", "wt", encoding="utf-8") as out:
        for i in range(80):
            out.write(f"METHODS: We asked person {i} twice .\nCONCLUSION: Drug {i} may help .\n")
            out.write(f"RESULTS {i} are not headed so.\n")
    return tmp_path


@pytest.fixture
def small(monkeypatch, tokenizer):
    """A small model in the place of the real start."""

    def built(recipe):
        torch.manual_seed(recipe.seed)
        config = BertConfig(
            vocab_size=len(tokenizer),
            hidden_size=32,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=64,
            num_labels=len(miner.LABELS),
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
        )
        return BertForTokenClassification(config), tokenizer

    monkeypatch.setattr(training, "built", built)


def test_a_corpus_is_read_sentence_by_sentence(data):
    found = gold.read(data, "bc5cdr", "train")
    assert len(found) == 60
    assert found[0].words == ("Some", "people", "caffeine", "citrate", "in", "0", ".")
    assert found[3].tags == ("O", "B-Disease", "B-Chemical", "I-Chemical", "O", "O", "O")


def test_every_word_is_asked_once_under_its_own_scheme(data, tokenizer):
    sentences = [s for scheme in miner.SCHEMES for s in gold.read(data, scheme, "train")]
    for each, sentence in zip(gold.pieces(sentences, tokenizer), sentences, strict=True):
        asked = [miner.LABELS[t] for t in each.targets if t != gold.NOT_ASKED]
        assert asked == [f"{sentence.scheme}:{tag}" for tag in sentence.tags]
        assert len(each.ids) == len(each.targets) == len(each.words)


def test_joined_sentences_lose_nothing_and_stay_with_their_corpus(data, tokenizer):
    sentences = [s for scheme in miner.SCHEMES for s in gold.read(data, scheme, "train")]
    single = gold.pieces(sentences, tokenizer)
    sep = tokenizer.sep_token_id
    sizes = set()
    for seed in range(3):
        found = gold.joined(single, sep, np.random.default_rng(seed))
        for scheme in miner.SCHEMES:
            own = [each for each in found if each.scheme == scheme]
            told = [
                pair for each in own for pair in zip(each.ids, each.targets, strict=True)
                if pair[0] != sep
            ]  # fmt: skip
            assert told == [
                pair for each in single if each.scheme == scheme
                for pair in zip(each.ids, each.targets, strict=True)
            ]  # fmt: skip
        assert all(len(each.ids) == len(each.words) <= windows.WINDOW for each in found)
        assert all(
            each.targets[i] == gold.NOT_ASKED and not each.words[i]
            for each in found for i, piece in enumerate(each.ids) if piece == sep
        )  # fmt: skip
        sizes |= {len(each.ids) for each in found}
    assert min(sizes) < 10 < 100 < max(sizes)  # with no context and with much


def test_what_joining_makes_is_what_reading_makes(data, tokenizer):
    """Training and use cut a paragraph alike."""
    sentences = gold.read(data, "bc5cdr", "train")[:3]
    whole = gold.joined(
        gold.pieces(sentences, tokenizer), tokenizer.sep_token_id, _Most()
    )  # fmt: skip
    stream = windows.stream([s.words for s in sentences], tokenizer)
    assert [list(each.ids) for each in whole] == [stream.ids]
    assert list(whole[0].words) == stream.spelled(slice(None))


class _Most:
    """Draws the largest number."""

    def integers(self, low, high):
        return high - 1


def test_headings_are_taken_away_and_copies_stay_together(data):
    both = [each for part in ("train", "test") for each in gold.headed(data, part)]
    assert len(both) == 160
    assert {each.label for each in both} == {"METHODS", "CONCLUSIONS"}
    assert all(each.words[0] in ("We", "Drug") for each in both)
    assert 0.1 < len(gold.headed(data, "test")) / 160 < 0.3


def test_batches_hold_each_sentence_once_and_keep_their_limit(data, tokenizer):
    sentences = [s for scheme in miner.SCHEMES for s in gold.read(data, scheme, "train")]
    found = gold.pieces(sentences, tokenizer)
    for seed in range(3):
        groups = list(gold.batches(found, 120, (seed,)))
        assert sorted(id(p) for g in groups for p in g) == sorted(map(id, found))
        assert all(len(g) * (max(len(p.ids) for p in g) + 2) <= 120 for g in groups)
    assert list(gold.batches(found, 120, (0,))) == list(gold.batches(found, 120, (0,)))


def test_the_loss_is_cross_entropy_within_each_scheme(data, tokenizer, small):
    model, _ = training.built(RECIPE)
    model.eval()
    some = [
        *gold.pieces(gold.read(data, "ncbi", "train")[:2], tokenizer),
        *gold.pieces(gold.read(data, "bc5cdr", "train")[:3], tokenizer),
        *gold.related(gold.pairs(data, "train")[:2], tokenizer),
        *gold.begun(gold.headed(data, "train")[:2], tokenizer),
    ]
    found = training.loss(model, some, tokenizer, RECIPE, np.random.default_rng(0))
    wanted, weights = [], []
    for each in some:
        ids, _ = windows.padded([each.ids], tokenizer)
        capitals = windows.segments([each.words], ids.shape[1])
        place = miner.columns(each.scheme)
        logs = model(ids, token_type_ids=capitals).logits[0, :, place].log_softmax(-1)
        for i, target in enumerate([each.whole, *each.targets]):
            if target != gold.NOT_ASKED:
                wanted.append(-logs[i, target - place.start])
                weights.append(training.WEIGHTS.get(each.scheme, 1.0))
    assert weights.count(8.0) == 4
    mean = (torch.stack(wanted) * torch.tensor(weights)).sum() / sum(weights)
    torch.testing.assert_close(found, mean, atol=1e-5, rtol=1e-5)


def test_a_few_steps_learn_what_there_is_to_learn(data, small, tmp_path):
    run = training.Run(data, tmp_path / "work", RECIPE)
    test = gold.read(data, "bc5cdr", "test")
    before = training.scored(test, training.found_in(run.model, run.tokenizer, test)).f1
    run.go()
    after = training.scored(test, training.found_in(run.model, run.tokenizer, test))
    assert after.f1 > max(0.9, before)
    spans = [decode(s.tags) for s in test]
    assert after.gold == sum(map(len, spans))
    logs = miner.tagged(run.model, run.tokenizer, [[s.words for s in test]], "bc5cdr")
    tags = miner.SCHEMES["bc5cdr"]
    found = [decode([tags[k] for k in miner.best(row, tags)]) for row in logs]
    again = sum(score(a, b).found for a, b in zip(spans, found, strict=True))
    assert again == after.found
    asked = gold.pairs(data, "test")
    assert len(asked) == 20  # the one marked twice is left out
    labels = [pair.label for pair in asked]
    said = training.answers(run.model, run.tokenizer, gold.related(asked, run.tokenizer))
    assert said == labels
    assert training.shares(labels, said) == (1, 1)
    half = training.shares(labels, ["INHIBITOR"] * 20)
    assert half == (0.5, pytest.approx((2 * 10 / 30) / 2))
    begins = gold.headed(data, "test")
    told = training.answers(run.model, run.tokenizer, gold.begun(begins, run.tokenizer))
    assert told == [each.label for each in begins]


def test_a_stopped_run_ends_where_an_unbroken_one_does(data, small, tmp_path):
    homes = []
    for name, stops in (("whole", [None]), ("broken", [3, None])):
        out = tmp_path / name
        out.mkdir()
        out.joinpath("card.toml").write_bytes((cards.MODELS / "bio-miner/card.toml").read_bytes())
        for stop in stops:
            run = training.Run(data, tmp_path / f"{name}-work", RECIPE)
            run.go(stop)
        run.finish(out, data)
        homes.append(out)
    one, two = (load_file(home / "model.safetensors") for home in homes)
    assert one.keys() == two.keys()
    assert not any("embeddings" in name for name in one)
    for name, value in one.items():
        torch.testing.assert_close(value, two[name], atol=2e-3, rtol=1e-2)
    card = tomllib.loads((homes[0] / "card.toml").read_text("utf-8"))
    assert card["metrics"]["bc5cdr_f1"] > 0.9
    assert card["metrics"]["sentences"] == 160
    assert card["metrics"]["chemprot_f1"] == card["metrics"]["section_f1"] == 1
