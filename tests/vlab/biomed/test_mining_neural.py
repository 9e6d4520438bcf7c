"""The network in the pipeline: texts read together are read as alone, and spans stay in place."""

import pytest

from vlab.biomed import mining_bench, mining_neural, passages
from vlab.biomed.miner_results import Entity
from vlab.errors import InputError


def test_names_go_back_to_their_own_texts():
    texts = ("ab cd.", "", "ef.")
    whole = mining_neural.APART.join(texts)
    names = [Entity(whole.index(n), whole.index(n) + 2, "Disease", 0.5) for n in ("ab", "cd", "ef")]
    found = mining_neural._parted(names, texts)
    said = [[text[e.start : e.end] for e in own] for text, own in zip(texts, found, strict=True)]
    assert said == [["ab", "cd"], [], ["ef"]]


@pytest.fixture(scope="module")
def loaded(needs):
    needs("bio-miner")
    from vlab.models.load import load

    return load("bio-miner")


@pytest.mark.live
def test_together_as_alone(loaded):
    from vlab.biomed import miner

    texts = [each.text for each in passages.corpus()[:6]]
    found = mining_neural.finder(loaded, "bc5cdr")(texts)
    for text, own in zip(texts, found, strict=True):
        alone = miner.entities(loaded, text=text, scheme="bc5cdr").entities
        assert [(e.start, e.end, e.label) for e in own] == [
            (e.start, e.end, e.label) for e in alone
        ]


@pytest.mark.live
def test_the_gold_sentences_are_cut_where_they_end(loaded):
    """Read together, no sentence melts into the next."""
    from vlab.biomed import miner

    texts = [each.text for each in mining_bench.gold()]
    assert len(miner.sentences(mining_neural.APART.join(texts))) >= len(texts)
    starts = {s.words[0][0] for s in miner.sentences(mining_neural.APART.join(texts))}
    at = 0
    for text in texts:
        assert at in starts
        at += len(text) + len(mining_neural.APART)


@pytest.mark.live
@pytest.mark.slow
def test_the_bench_has_three_engines(loaded):
    bench = mining_neural.bench(loaded)
    assert [run.engine for run in bench.runs] == ["dictionary", "crf", "neural"]
    assert bench.runs[:2] == mining_bench.baselines().runs


@pytest.mark.live
@pytest.mark.slow
def test_the_network_knows_more_than_the_dictionary(loaded):
    """What the lesson says of generalisation."""
    words, _, network = mining_neural.bench(loaded).runs
    assert network.unseen_recall > 0.2
    assert network.strict.f1 > words.strict.f1


@pytest.mark.live
def test_explanations_speak_of_the_same_words(loaded):
    text = "Long treatment with amiodarone caused hypothyroidism in nine patients."
    found = mining_neural.explain(loaded, text=text, word=5)
    assert found.occlusion.words == found.gradient.words
    assert [text[a:b] for a, b in found.crf.words] == list(found.occlusion.words)
    assert -1 <= found.agreement <= 1
    with pytest.raises(InputError):
        mining_neural.explain(loaded, text="One sentence. Two sentences.", word=0)
