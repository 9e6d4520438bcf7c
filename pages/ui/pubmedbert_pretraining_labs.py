"""The labs of the lesson on PubMedBERT's training: dice, learning rate, ablations, blanks."""

from functools import partial

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.notes import plain
from pages.ui.page import Frame
from pages.ui.strip import Chip, strip
from vlab.biomed import blurb, masking, published, schedule
from vlab.biomed.blank_results import Answered, Exam, Filled
from vlab.biomed.compared import recorded
from vlab.biomed.curves import curves
from vlab.biomed.recipe_results import TEXTS, Marks
from vlab.figures import biomed_training as figures
from vlab.figures import palette

TEXT = (
    "Naloxone reverses opioid overdose, while acetyltransferase activity in cardiomyocytes rises."
)
MODELS = ("bio-minilm-continued", "bio-bert-scratch")
RECIPES = ("bio-minilm-continued", "bio-bert-scratch", "general-minilm-mlm", "code-bert-mlm")
SENTENCE = "Mutations in the BRCA1 gene raise the risk of breast ____."
STUDIES = tuple(study.id for study in published.studies())
TOPICS = ("disease", "drug", "gene", "body", "care")


def learning(page: Frame) -> None:
    """What the course's own long runs wrote down."""
    found = [each for each in curves() if each.model in MODELS]
    page.figure(
        "learning",
        figures.learning(
            [(each.model, each.tokens, each.accuracy) for each in found],
            x=tr("读过的词元（百万）", "tokens read (millions)"),
            y=tr("留出文本上猜对的比例", "held-out accuracy"),
        ),
    )
    names = {
        "medquad_answers": tr("其中 MedQuAD 的答案", "in MedQuAD's answers"),
        "pubmed_sentences": tr("其中 PubMed 的句子", "in PubMed's sentences"),
    }
    sources = dict.fromkeys(name for each in found for name, _ in each.parts)
    facts = [
        tr("步数", "Steps"),
        tr("读过的词元", "Tokens read"),
        tr("用时（分）", "Minutes"),
        tr("全部留出文本，猜对", "Right in all held-out text"),
        *[names.get(source, source) for source in sources],
    ]
    columns = {
        each.model: [
            f"{each.steps:,}",
            f"{each.tokens[-1]:,}",
            f"{each.minutes:.0f}",
            f"{each.final:.1%}",
            *[f"{dict(each.parts)[source]:.1%}" for source in sources],
        ]
        for each in found
    }
    st.table({tr("模型", "Model"): facts} | columns, border="horizontal")


def masking_lab(page: Frame, lab: Lab) -> None:
    """One throw over the sentence, then two thousand, counted by the length of words."""
    text = st.text_input(tr("英文句子", "Sentence"), TEXT, key="pp_text", persist_state="page")
    names = {"piece": tr("词片", "pieces"), "word": tr("整词", "whole words")}
    with st.container(horizontal=True, vertical_alignment="bottom"):
        unit = st.segmented_control(
            tr("骰子掷给谁", "A die for"),
            masking.UNITS,
            format_func=names.__getitem__,
            key=linked("pp_unit", masking.UNITS, "piece"),
            required=True,
        )
        seed = st.number_input(
            tr("种子", "Seed"), 0, 9999, 0, key="pp_seed", bind="query-params", width=130
        )
        st.button(tr("再掷一次", "Throw again"), on_click=_next)
    found = masking.cut(text)
    unit = unit or "piece"
    chosen = masking.hidden(found, unit, np.random.default_rng(int(seed)))
    partly = masking.partly(found, chosen)[0]
    strip(
        [
            Chip(
                piece.removeprefix("##"),
                "masked" if hide else "replaced" if partly[word] else "plain",
                glued=piece.startswith("##"),
                title=piece,
            )
            for piece, hide, word in zip(found.pieces, chosen[0], found.owner, strict=True)
        ],
        key="pp_strip",
        accent=palette.BIOMED,
        label=tr("一次投掷：遮住的词片", "One throw: the hidden pieces"),
    )
    page.caption("strip")
    a, b, c = st.columns(3)
    a.metric(tr("词片", "Pieces"), len(found.pieces))
    b.metric(tr("遮住的词片", "Pieces hidden"), int(chosen.sum()))
    c.metric(tr("遮住一部分的词", "Words hidden in part"), int(partly.sum()))
    counted = masking.counts(found, unit, int(seed))
    most = max(8, *(each.k for each in counted))
    page.figure(
        "partly",
        figures.partly(
            [each.k for each in counted],
            [each.partly for each in counted],
            [masking.chance(k) for k in range(1, most + 1)],
            labels=(
                tr("公式：按词片掷", "formula: a die for each piece"),
                tr(f"掷 {masking.THROWS:,} 次", f"{masking.THROWS:,} throws"),
            ),
            axes=(tr("词的片数", "pieces of the word"), tr("遮住一部分", "hidden in part")),
        ),
    )
    lab.csv(
        ["pieces", "words", "partly_hidden", "formula"],
        [(each.k, each.words, f"{each.partly:.4f}", f"{each.formula:.4f}") for each in counted],
    )


def _next() -> None:
    st.session_state.pp_seed = (int(st.session_state.get("pp_seed", 0)) + 1) % 10_000


def schedule_lab(page: Frame, lab: Lab) -> None:
    """A step of the run: rate, sequences so far, gradients to add up."""
    step = st.slider(
        tr("步", "Step"), 0, schedule.STEPS, 3_125, 125, key="pp_step", bind="query-params"
    )
    left, middle, right = st.columns(3, gap="medium")
    warm = left.slider(tr("预热 (%)", "Warm-up (%)"), 1, 50, 10, key="pp_warm", bind="query-params")
    devices = middle.slider(tr("卡数", "Cards"), 1, 64, 16, key="pp_devices", bind="query-params")
    fits = right.slider(
        tr("每卡装几条", "Sequences a card fits"), 8, 256, 64, 8, key="pp_fits",
        bind="query-params",
    )  # fmt: skip
    now = schedule.moment(step, fits=fits, devices=devices, warm_up=warm / 100)
    steps = np.unique([*np.linspace(0, schedule.STEPS, 101), schedule.STEPS * warm / 100])
    page.figure(
        "schedule",
        figures.schedule(
            steps.tolist(),
            [schedule.rate(each, warm_up=warm / 100) for each in steps],
            at=(step, now.rate),
            axes=(tr("步数", "step"), tr("学习率", "learning rate")),
        ),
    )
    a, b, c = st.columns(3)
    a.metric(tr("学习率", "Learning rate"), f"{now.rate:.2e}")
    b.metric(
        tr("看过的序列", "Sequences seen"),
        tr(f"{now.sequences / 1e8:.3g} 亿", f"{now.sequences / 1e6:,.1f} M"),
        delta=tr(
            f"BERT 全程的 {now.sequences / schedule.BERT_SEQUENCES:.2f} 倍",
            f"{now.sequences / schedule.BERT_SEQUENCES:.2f} times all of BERT's",
        ),
        delta_color="off",
        delta_arrow="off",
    )
    c.metric(
        tr("每步累积", "Turns for a step"),
        f"× {now.accumulation}",
        delta=tr(f"{devices} 卡 × {fits} 条", f"{devices} cards × {fits}"),
        delta_color="off",
        delta_arrow="off",
    )


def ablation(page: Frame, lab: Lab) -> None:
    """One study: every row, then who brings the change of the total."""
    studies = {study.id: study for study in published.studies()}
    name = st.segmented_control(
        tr("换掉哪个选择", "Which choice is changed"),
        STUDIES,
        format_func=lambda each: said(studies[each].title),
        key=linked("pp_study", STUDIES, "vocabulary"),
        required=True,
    )
    study = studies[name or "vocabulary"]
    sets = published.benchmark().datasets
    rows = [each.name for each in sets]
    columns = [said(column) for column in study.columns]
    st.table(
        {
            tr("变体", "Variant"): columns,
            "BLURB": [f"{value:.2f}" for value in study.printed],
        },
        border="horizontal",
    )
    page.figure(
        "ablation",
        figures.ablation(rows, columns, study.scores, x=tr("成绩", "score")),
    )
    share = blurb.weights(sets, frozenset(rows), by_task=True)
    parts = blurb.contributions(study.scores[:, 0], study.scores[:, -1], share)
    page.figure(
        "parts",
        figures.parts(rows, parts.tolist(), x=tr("对总分的贡献（分）", "points of the total")),
    )
    st.caption(
        tr(
            f"从“{columns[0]}”到“{columns[-1]}”：合计 {parts.sum():+.2f} 分"
            f"（Gu 等 2021，表 {study.table}）。",
            f"From “{columns[0]}” to “{columns[-1]}”: {parts.sum():+.2f} points together "
            f"(Gu et al. 2021, table {study.table}).",
        )
    )
    lab.csv(
        ["dataset", *[text.en for text in study.columns], "contribution"],
        [
            (row, *values, f"{part:.4f}")
            for row, values, part in zip(rows, study.scores.tolist(), parts, strict=True)
        ],
    )


def exam(page: Frame, lab: Lab) -> None:
    """The written list under a model that fills blanks."""
    model = (
        st.segmented_control(
            tr("模型", "Model"),
            MODELS,
            key=linked("pp_model", MODELS, MODELS[0]),
            required=True,
        )
        or MODELS[0]
    )

    def draw(result: Exam) -> None:
        _marked(page, lab, result)

    lab.run("biomed.blanks", draw, model=model)


def _marked(page: Frame, lab: Lab, result: Exam) -> None:
    total = len(result.answers)
    names = {
        "disease": tr("疾病", "diseases"),
        "drug": tr("药物", "drugs"),
        "gene": tr("基因与分子", "genes, molecules"),
        "body": tr("身体", "the body"),
        "care": tr("诊疗", "care"),
    }
    a, b, c = st.columns(3)
    a.metric(tr("第一名就对", "Right at once"), f"{result.hits(1)}/{total}")
    b.metric(tr("前五名里有", "Within five"), f"{result.hits(5)}/{total}")
    c.metric(
        tr("名次的中位数", "Median rank"), f"{np.median([e.rank for e in result.answers]):.0f}"
    )
    page.figure(
        "hits",
        figures.hits(
            [names[topic] for topic in TOPICS],
            [result.topic_hits(topic, 1)[0] for topic in TOPICS],
            [result.topic_hits(topic, 5)[0] for topic in TOPICS],
            [result.topic_hits(topic, 5)[1] for topic in TOPICS],
            labels=(
                tr("第一名", "first"), tr("第二到五名", "second to fifth"), tr("更后", "later"),
            ),
            x=tr("题数", "blanks"),
        ),
    )  # fmt: skip
    with st.expander(tr("四十道题，一道不漏", "All forty, none left out")):
        st.table(
            {
                tr("句子", "Sentence"): [_asked(each) for each in result.answers],
                tr("真相", "Truth"): [each.truth for each in result.answers],
                tr("名次", "Rank"): [f"{each.rank:,}" for each in result.answers],
                tr("模型的前三名", "Its first three"): [
                    ", ".join(each.best[:3]) for each in result.answers
                ],
            },
            border="horizontal",
        )
    lab.csv(
        ["sentence", "truth", "topic", "rank", "probability", "first_five"],
        [
            (_asked(e), e.truth, e.topic, e.rank, f"{e.probability:.5f}", " ".join(e.best))
            for e in result.answers
        ],
    )


def _asked(answer: Answered) -> str:
    return f"{answer.before}____{answer.after}"


def together(page: Frame, lab: Lab) -> None:
    """One sentence of the reader's under both recipes, side by side."""
    text = st.text_input(
        tr("一句英文，用 ____ 留一个空", "An English sentence with one blank ____"),
        SENTENCE,
        key="pp_blank",
        bind="query-params",
    )
    seen: dict[str, Filled] = {}
    for place, model in zip(st.columns(2), MODELS, strict=True):
        with place:
            st.markdown(f"**{model}**")
            lab.run("biomed.blank", partial(_candidates, page, seen), model=model, text=text)
    page.caption("together")
    if seen:
        lab.csv(
            ["model", "rank", "candidate", "probability"],
            [
                (name, rank, word, f"{share:.5f}")
                for name, found in seen.items()
                for rank, (word, share) in enumerate(zip(found.best, found.shares, strict=True), 1)
            ],
        )


def _candidates(page: Frame, seen: dict[str, Filled], found: Filled) -> None:
    seen[found.model] = found
    st.plotly_chart(
        figures.candidates(found.best, found.shares, x=tr("概率", "probability")),
        key=f"pp_candidates_{MODELS.index(found.model)}",
        alt=said(page.lesson.captions["together"]),
        config={"displayModeBar": False},
    )
    st.caption(tr("词片：", "Pieces: ") + plain(" ".join(found.pieces)))


def three(page: Frame, lab: Lab) -> None:
    """Whole hidden words on three kinds of text, asked of every recipe now."""
    seen: dict[str, Marks] = {}
    names = [
        tr("医学", "medicine"),
        tr("日常英语", "everyday English"),
        tr("Python 代码", "Python"),
    ]
    for model in RECIPES:
        lab.run("biomed.recipes", partial(_collected, seen), model=model)
    if len(seen) < len(RECIPES):
        return
    page.figure(
        "recipes",
        figures.recipes(
            names,
            [(model, found.right.tolist()) for model, found in seen.items()],
            y=tr("猜对的整词", "whole words guessed"),
        ),
    )
    st.table(
        {
            tr("模型", "Model"): list(seen),
            **{
                tr(f"{name}：纳特/词", f"{name}: nats per word"): [
                    f"{found.nats[at]:.2f}" for found in seen.values()
                ]
                for at, name in enumerate(names)
            },
            **{
                tr(f"{name}：词片/词", f"{name}: pieces per word"): [
                    f"{found.pieces[at]:.2f}" for found in seen.values()
                ]
                for at, name in enumerate(names)
            },
        },
        border="horizontal",
    )
    lab.csv(
        ["model", "text", "words_hidden", "share_right", "nats_per_word", "pieces_per_word"],
        [
            (model, kind, int(found.hidden[at]), f"{found.right[at]:.4f}",
             f"{found.nats[at]:.4f}", f"{found.pieces[at]:.4f}")
            for model, found in seen.items()
            for at, kind in enumerate(TEXTS)
        ],
    )  # fmt: skip


def _collected(seen: dict[str, Marks], found: Marks) -> None:
    seen[found.model] = found


def full_runs(page: Frame) -> None:
    """What the full runs gave: held-out text in each model's own pieces, and fine-tuning."""
    rows = recorded()
    kinds = {
        "biomed": tr("医学", "medicine"),
        "general": tr("词典", "dictionary"),
        "code": tr("代码", "code"),
    }
    page.figure(
        "tuned",
        figures.spread(
            [(each.model, each.tuned.f1) for each in rows], x=tr("严格 F1", "strict F1")
        ),
    )
    st.table(
        {
            tr("模型", "Model"): [each.model for each in rows],
            **{
                tr(f"{name}：猜对", f"{name}: right"): [
                    f"{each.held_out[kind].accuracy:.1%}" for each in rows
                ]
                for kind, name in kinds.items()
            },
            **{
                tr(f"{name}：困惑度", f"{name}: perplexity"): [
                    f"{each.held_out[kind].perplexity:,.1f}" for each in rows
                ]
                for kind, name in kinds.items()
            },
            tr("F1，三个种子", "F1, three seeds"): [
                f"{each.tuned.mean:.3f} ± {each.tuned.spread:.3f}" for each in rows
            ],
        },
        border="horizontal",
    )
    page.caption("full")
