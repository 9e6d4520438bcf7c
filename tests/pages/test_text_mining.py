"""The text-mining page as a reader uses it; its recorded runs against what the code says now."""

import subprocess
import sys

import numpy as np
import pytest

from pages.ui import text_mining_search as further
from pages.ui import text_mining_terms as terms
from tests.pages.driver import HOSTILE, clean, inputs, settle, visit
from vlab import content
from vlab.biomed import graph, mining, ontology
from vlab.models import cards
from vlab.serving import recorded

SLUG = "text_mining_lab"


def metrics(app):
    return {metric.label: metric.value for metric in app.metric}


@pytest.mark.parametrize("name", ["labs", "scores", "terms", "search", "relation"])
def test_the_labs_bring_no_torch(name):
    code = f"import sys, pages.ui.text_mining_{name}; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_every_recorded_request_is_in_its_file():
    assert set(recorded.requests(SLUG)) == set(recorded.runs(SLUG))
    assert (recorded.RECORDED / f"{SLUG}.json").stat().st_size < 1_000_000


def test_recorded_runs_are_what_the_code_says():
    """The requests that need no network, run again."""
    again = {"mining.read": mining.read, "mining.link": ontology.look_up,
             "mining.graph": graph.crf_graph}  # fmt: skip
    seen = 0
    for request, run in recorded.runs(SLUG).items():
        if request.operation in again:
            assert again[request.operation](**dict(request.inputs)) == run.value
            seen += 1
    assert seen == 4


@pytest.mark.live
@pytest.mark.slow
def test_the_recorded_search_is_the_models():
    from vlab.biomed.retrieval import search
    from vlab.models.load import load

    loaded = load("all-minilm-l6-v2")
    runs = [r for q, r in recorded.runs(SLUG).items() if q.operation == "mining.search"]
    for run in runs[:2]:
        live = search(loaded, question=run.value.question)
        for then, now in zip(run.value.methods, live.methods, strict=True):
            assert [h.passage for h in then.hits[:3]] == [h.passage for h in now.hits[:3]]
            assert then.mrr == pytest.approx(now.mrr, abs=0.02)
        np.testing.assert_allclose(np.abs(run.value.map), np.abs(live.map), atol=0.02)


def test_the_defaults_of_the_page_are_recorded():
    """What a reader sees first is painted at once."""
    from pages.ui import text_mining_labs as labs

    asked = [dict(request.inputs) for request in recorded.requests(SLUG)]
    assert {"text": labs.ABSTRACT} in asked
    assert {"text": labs.SENTENCE, "word": 5} in asked
    assert {"question": further.QUESTION} in asked
    assert {"mentions": tuple(terms.NAMES.split("\n"))} in asked


def test_what_the_page_says_in_numbers_is_on_the_card():
    known = cards.card("ner-crf").metrics
    for key in ("ncbi_f1", "ncbi_dictionary_f1", "bc5cdr_f1", "bc5cdr_dictionary_f1"):
        said = f"{known[key]:.3f}"
        table = content.load(SLUG).tables["tools"]
        assert any(said in str(cell) for row in table.rows for cell in row.cells), said
    for lang in ("zh", "en"):
        prose = getattr(content.load(SLUG).prose["baselines"], lang)
        assert f"{known['ncbi_dictionary_f1']:.3f}" in prose
        assert f"{known['ncbi_f1']:.3f}" in prose
        assert f"{known['ncbi_dictionary_recall']:.0%}".replace("%", " %") in prose


def test_the_examples_of_the_error_table_are_real():
    from vlab.biomed.mining_bench import baselines, gold

    words, crf = baselines().runs
    found = {
        run.engine: [each.text[m.start : m.end] for each, v in
                     zip(gold(), run.verdicts, strict=True) for m in v.found]
        for run in (words, crf)
    }  # fmt: skip
    marked = [each.text[m.start : m.end] for each in gold() for m in each.mentions]
    assert "autosomal recessive copper toxicosis" in found["crf"]
    assert "copper toxicosis" in marked
    assert "was" in found["dictionary"]
    for name in ("CT", "IDDM", "rectal polyp", "colorectal , or other , cancers"):
        assert name in marked
        assert name not in found["crf"]
    assert marked.count("APC") == 2


def test_a_drug_is_said_to_cause_the_disease_that_it_was_given_for():
    """The lesson points at this mistake of the rules in the default abstract."""
    from pages.ui.text_mining_labs import ABSTRACT

    read = mining.read(text=ABSTRACT, engine="crf")
    said = [ABSTRACT[m.start : m.end] for m in read.mentions]
    told = {(said[r.first], said[r.second]): (r.kind, r.negated) for r in read.relations}
    assert told["Amiodarone", "atrial fibrillation"] == ("causes", False)
    assert told["Aspirin", "stroke"] == ("treats", True)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_opens_with_every_lab(lang):
    app = clean(settle(clean(visit(SLUG, lang))))
    assert len(app.subheader) == len(content.load(SLUG).labs) == 8
    told = [note.value for note in app.info if "for care" in note.value or "诊疗" in note.value]
    assert len(told) == 4


@pytest.mark.parametrize("engine", ["dictionary", "crf"])
def test_the_engine_can_be_changed(engine):
    app = clean(settle(clean(visit(SLUG, "en", tm_engine=engine))))
    table = next(t.value for t in app.table if "HPO term" in t.value.columns)
    assert "Amiodarone" in list(table["Name"])
    assert any("HP:0000821" in cell for cell in table["HPO term"])


def test_a_higher_limit_links_less():
    app = clean(settle(clean(visit(SLUG, "en", tm_near=1.0))))
    strict = int(metrics(app)["No term"])
    app.slider(key="tm_near").set_value(0.3)
    app = clean(settle(clean(app.run())))
    assert int(metrics(app)["No term"]) == 0 < strict


def test_fewer_chemicals_without_mere_company():
    app = clean(settle(clean(visit(SLUG, "en", tm_degree=2))))
    before = int(metrics(app)["Drawn"])
    app.toggle(key="tm_bare").set_value(False)
    app = clean(settle(clean(app.run())))
    assert 0 < int(metrics(app)["Drawn"]) < before


@pytest.mark.parametrize("typed", HOSTILE.values(), ids=list(HOSTILE))
def test_whatever_is_asked_gets_an_answer_or_a_note(typed):
    app = visit(SLUG, "en", tm_engine="crf")
    for key in ("tm_text", "tm_names", "tm_question", "tm_sentence"):
        inputs(app)[key].set_value(typed)
    app = clean(settle(clean(app.run())))
    for note in app.warning:
        assert len(note.value) < 1000


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_prose_quotes_the_cards(lang):
    words = (content.CONTENT / "pages" / SLUG / f"{lang}.md").read_text("utf-8")
    network, crf = (cards.card(name).metrics for name in ("bio-miner", "ner-crf"))
    for value in (
        network["ncbi_f1"], network["ncbi_lenient_f1"], crf["ncbi_f1"],
        network["bc5cdr_f1"], crf["bc5cdr_f1"],
    ):  # fmt: skip
        assert f"{value:.3f}" in words
    assert 0 < network["ncbi_f1"] - crf["ncbi_f1"] < 0.03  # "a little ahead"
