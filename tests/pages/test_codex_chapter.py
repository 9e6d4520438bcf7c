"""The code chapter's pages as a reader uses them: their own buttons, clicks and recorded runs."""

import numpy as np
import pytest

from tests.pages.driver import clean, settle, visit
from vlab import content
from vlab.coding import filters, namesakes, replaced
from vlab.coding.search import search
from vlab.models import cards
from vlab.serving import recorded


@pytest.mark.parametrize(
    "slug", ["codex_origin", "codex_architecture", "codex_pretraining", "codebert"]
)
def test_what_shall_be_recorded_is_recorded(slug):
    assert set(recorded.requests(slug)) == set(recorded.runs(slug))
    assert (recorded.RECORDED / f"{slug}.json").stat().st_size < 1_000_000


def test_a_card_that_is_answered_is_explained_and_counted():
    app = visit("codex_origin", "en", co_answer_0=namesakes.cards()[0].bearer, co_answer_1="paper")
    said = [note.value for note in clean(app).success]
    assert any(namesakes.cards()[0].why.en in note for note in said)
    assert any("2 of 12 answered, 1 right" in caption.value for caption in app.caption)


def test_more_tries_than_samples_are_a_note():
    app = clean(visit("codex_pretraining", "zh", cp_n=5, cp_k=10))
    assert len(app.warning) == 1


def test_the_reader_s_file_is_judged_by_the_rules():
    app = clean(visit("codex_pretraining", "en", cp_file="a" * 2000))
    assert filters.measure("a" * 2000).broken == ("mean", "longest")
    assert any("longest line over 1,000" in caption.value for caption in app.caption)


@pytest.mark.live
def test_a_recorded_search_is_repeated():
    from vlab.models.load import load

    run = next(
        r for r in recorded.runs("codebert").values() if r.request.operation == "codebert.search"
    )
    again = search(load(run.request.model), **dict(run.request.inputs))
    if again.version == run.value.version:
        # Patch releases add a function here and there.
        both = set(again.titles) & set(run.value.titles)
        assert len(both) > 0.98 * len(run.value.titles)
    if again.titles == run.value.titles:
        assert np.abs(again.scores - run.value.scores).max() < 1e-3
        assert (again.ranks == run.value.ranks).mean() > 0.98


def test_replaced_tokens_are_made_in_time():
    app = settle(clean(visit("codebert", "en")))
    clean(app)
    assert [f.title for f in replaced.exercises()] == list(replaced.EXERCISES)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_what_codebert_s_lesson_says_of_the_course_s_own_model(lang):
    words = (content.CONTENT / "pages" / "codebert" / f"{lang}.md").read_text("utf-8")
    measured = cards.card("code-bert-mlm").metrics
    assert f"{measured['masked_accuracy']:.1%}".replace("%", " %") in words
    assert f"{measured['rtd_auc']:.1%}".replace("%", " %") in words
    runs = {run.request.operation: run.value for run in recorded.runs("codebert").values()}
    probed = runs["codebert.probe"]
    both, code, left = (probed.hits(view, 1) for view in range(3))
    assert both > len(probed.asked) / 2  # "more than half"
    assert left < both / 5  # "nearly all are wrong"
    assert code >= both  # "words did not help"
