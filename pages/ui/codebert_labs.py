"""The labs of the CodeBERT lesson: replaced tokens to be found, and code search."""

from collections.abc import Sequence

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import tr
from pages.ui.links import linked
from pages.ui.notes import plain
from pages.ui.page import Frame
from pages.ui.strip import Chip, strip
from vlab.coding import counting, replaced, retrieval
from vlab.coding.blank_results import VIEWS, Probed, Read
from vlab.coding.replaced_results import Judged, Replaced
from vlab.coding.search_results import SYSTEMS, Search
from vlab.errors import InputError
from vlab.figures import code_architecture, code_bert, palette
from vlab.figures.biomed_training import candidates
from vlab.text import Text

MODELS = ("all-minilm-l6-v2", "code-bert-mlm")  # that search
OWN = "code-bert-mlm"
CODE = """def largest(items, default=None):
    best = default
    for item in items:
        if best is ____ or item > best:
            best = item
    return best
"""
QUERY = "make text safe to put into a web page"
POOLS = (2, 5, 10, 20, 40, 80)
SHOWN = 5


def size(page: Frame) -> None:
    """CodeBERT's parameters by part."""
    count = counting.encoder(counting.CODEBERT)
    page.figure(
        "parts",
        code_architecture.parts(
            {
                tr("词向量", "embeddings"): count.words,
                tr("位置", "positions"): count.positions,
                tr("注意力", "attention"): count.attention,
                tr("前馈网络", "MLP"): count.mlp,
                tr("归一化与类型", "norms and segments"): count.norms,
                tr("池化层", "pooler"): count.pooler,
            },
            x=tr("参数", "Parameters"),
        ),
    )


def column(page: Frame, table: str, at: int) -> tuple[list[str], list[float]]:
    """A column of a lesson's table as numbers, with the names of its rows."""
    rows = page.lesson.tables[table].rows
    cells = [[tr(c.zh, c.en) if isinstance(c, Text) else str(c) for c in r.cells] for r in rows]
    return [row[0] for row in cells], [float(row[at]) for row in cells]


def ablation(page: Frame) -> None:
    names, values = column(page, "search", -1)
    page.figure(
        "ablation",
        code_bert.bars(names, values, range(7, len(names)), x=tr("平均 MRR", "Mean MRR"), digits=4),
    )


def generations(page: Frame) -> None:
    """The same search by later models, one language at a time."""
    table = page.lesson.tables["later"]
    languages = [c.en for c in table.columns[1:7]]
    ids = ["overall", *languages]
    picked = st.segmented_control(
        tr("语言", "Language"),
        ids,
        format_func=lambda i: tr("总计", "Overall") if i == "overall" else i,
        key=linked("cb_language", ids, "overall"),
        required=True,
    )
    at = 7 if picked not in languages else 1 + languages.index(picked)
    names, values = column(page, "later", at)
    page.figure("generations", code_bert.bars(names, values, [1], x="MRR × 100", digits=1))


def detect(page: Frame, lab: Lab) -> None:
    """Find the replaced tokens before the truth is shown."""
    titles = replaced.EXERCISES
    a, b, c = st.columns([0.5, 0.25, 0.25])
    title = a.selectbox(
        tr("标准库里的函数", "A function of the standard library"),
        titles,
        key=linked("cb_title", titles, titles[0]),
    )
    rate = b.slider(tr("选中的比例 (%)", "Share chosen (%)"), 5, 50, 15, 5, key="cb_rate",
                    bind="query-params")  # fmt: skip
    seed = c.number_input(tr("种子", "Seed"), 0, 9999, 0, key="cb_seed", bind="query-params")

    def draw(result: Judged) -> None:
        _detected(page, lab, result, f"{result.pair.title}_{rate}_{int(seed)}")

    lab.run(
        "codebert.replace",
        draw,
        model=OWN,
        title=title or titles[0],
        rate=rate / 100,
        seed=int(seed),
    )


def _detected(page: Frame, lab: Lab, judged: Judged, case: str) -> None:
    result = judged.pair
    kept = f"cb_marks_{case}"
    marks: set[int] = set(st.session_state.get(kept, ()))
    told = st.toggle(tr("揭晓", "Show the truth"), key=f"cb_told_{case}")
    truth = result.replaced

    def toggle(at: int) -> None:
        st.session_state[kept] = sorted(marks ^ {at})

    for code, name in ((False, tr("文字", "Words")), (True, tr("代码", "Code"))):
        places = np.flatnonzero(result.code == code)
        offset = int(places[0])
        strip(
            [_chip(judged, int(at), int(at) in marks, told) for at in places],
            key=f"cb_strip_{'code' if code else 'words'}",
            accent=palette.CODING,
            clicked=lambda at, offset=offset: toggle(offset + at),
            label=name,
        )
    page.caption("strip")
    hits = len(marks & set(np.flatnonzero(truth).tolist()))
    a, b, c, d = st.columns(4)
    a.metric(tr("选中", "Chosen"), int(result.chosen.sum()))
    b.metric(
        tr("真的换了", "Really replaced"),
        int(truth.sum()) if told else "?",
        help=tr("生成器碰巧写回原词的不算。", "Lucky draws that give the original do not count."),
    )
    c.metric(tr("你标出", "You marked"), len(marks))
    d.metric(tr("其中对的", "Of these right"), hits if told else "?")
    if told:
        _contest(judged, marks)
        _proposals(result)
    lab.csv(
        ["place", "part", "shown", "original", "chosen", "replaced", "surprise_nats",
         "network_suspicion", "marked"],
        [
            (i + 1, "code" if result.code[i] else "words", result.shown[i], result.original[i],
             bool(result.chosen[i]), bool(truth[i]), f"{result.surprise[i]:.3f}",
             f"{judged.suspicion[i]:.4f}", i in marks)
            for i in range(len(result.shown))
        ],
    )  # fmt: skip


def _contest(judged: Judged, marks: set[int]) -> None:
    """Reader, counts and network on the same places."""
    truth = judged.pair.replaced
    if not truth.any():
        return
    fakes = int(truth.sum())
    ways = {
        tr("数词组", "counting neighbours"): judged.pair.surprise,
        tr("网络", "the network"): judged.suspicion,
    }
    rows = [
        {
            tr("谁", "Who"): tr("你", "you"),
            tr("标出", "Marked"): len(marks),
            tr("其中对的", "Of these right"): int(truth[sorted(marks)].sum()),
            "AUC": "–",
        }
    ]
    for name, scores in ways.items():
        # As many marks as there are fakes, so that precision and recall are one number.
        first = np.argsort(-scores, kind="stable")[:fakes]
        rows.append(
            {
                tr("谁", "Who"): name,
                tr("标出", "Marked"): fakes,
                tr("其中对的", "Of these right"): int(truth[first].sum()),
                "AUC": f"{replaced.separated(scores, truth):.2f}",
            }
        )
    st.table(rows, border="horizontal")
    st.caption(
        tr(
            f"一共换了 {fakes} 处；数词组和网络各标最可疑的 {fakes} 处。"
            "AUC 是换过的词元比没换的更可疑的机会，0.5 是瞎猜。",
            f"{fakes} were replaced; counting and the network mark the {fakes} that they suspect "
            "most. AUC is the chance that a replaced token is suspected more than an original "
            "one; 0.5 is guessing.",
        )
    )


def _chip(judged: Judged, at: int, marked: bool, told: bool) -> Chip:
    result = judged.pair
    wrong = bool(result.replaced[at])
    kind = "kept" if marked else "plain"
    under = ""
    if told and wrong:
        kind, under = "replaced", result.original[at]
    elif told and result.chosen[at]:
        kind, under = "masked", "="
    return Chip(
        result.shown[at],
        kind,
        under=under if told else None,
        pressed=marked,
        title=f"{at + 1} · {result.surprise[at]:.1f} nat · {judged.suspicion[at]:.0%}"
        if told
        else str(at + 1),
    )


def _proposals(result: Replaced) -> None:
    rows: list[dict[str, object]] = [
        {
            tr("位置", "Place"): p.place + 1,
            tr("原来", "Original"): result.original[p.place],
            tr("写成", "Shown"): result.shown[p.place],
            tr("生成器看好的", "The generator's favourites"): " · ".join(
                f"{t} {v:.0%}" for t, v in zip(p.tokens, p.probabilities, strict=True)
            ),
        }
        for p in result.proposals
    ]
    st.dataframe(rows, hide_index=True, height=210)


def view_name(view: str) -> str:
    names = {
        "both": tr("文字和代码", "words and code"),
        "code": tr("只有代码", "code only"),
        "left": tr("文字和空左边的代码", "words and the code to the left"),
    }
    return names[view]


def blank(page: Frame, lab: Lab) -> None:
    """One hidden token of the reader's, with and without words and the right side."""
    words = st.text_input(
        tr("说明（英语）", "Description (English)"),
        "Return the largest item, or default if there is none.",
        key="cb_words",
        bind="query-params",
    )
    code = st.text_area(
        tr("代码，用 ____ 留一个空", "Code with one blank ____"),
        CODE,
        key="cb_code",
        height=190,
        persist_state="page",
    )

    def draw(result: Read) -> None:
        for place, view, found in zip(st.columns(3), VIEWS, result.views, strict=True):
            with place:
                st.markdown(f"**{view_name(view)}**")
                st.plotly_chart(
                    candidates(
                        found.best,
                        found.shares,
                        x=tr("概率", "probability"),
                        colour=palette.CODING,
                    ),
                    key=f"cb_view_{view}",
                    alt=tr(
                        f"在“{view_name(view)}”条件下最可能的词片。",
                        f"The likeliest pieces, given {view_name(view)}.",
                    ),
                    config={"displayModeBar": False},
                )
        st.caption(tr("模型读到的：", "What the model reads: ") + plain(" ".join(result.pieces)))
        lab.csv(
            ["view", "rank", "candidate", "probability"],
            [
                (view, rank, word, f"{share:.5f}")
                for view, found in zip(VIEWS, result.views, strict=True)
                for rank, (word, share) in enumerate(zip(found.best, found.shares, strict=True), 1)
            ],
        )

    lab.run("codebert.blank", draw, model=OWN, words=words, code=code)


def probe(page: Frame, lab: Lab) -> None:
    """Many blanks in functions that the model never read."""

    def draw(result: Probed) -> None:
        count = len(result.asked)
        names = [view_name(view) for view in VIEWS]
        page.figure(
            "probe",
            code_bert.views(
                names,
                [result.hits(at, 1) for at in range(len(VIEWS))],
                [result.hits(at, 5) for at in range(len(VIEWS))],
                count,
                labels=(tr("第一名", "ranked first"), tr("前五名", "within five")),
                x=tr("答对的空", "Blanks answered"),
            ),
        )
        losses = " · ".join(
            f"{name} {loss:.2f}" for name, loss in zip(names, result.loss, strict=True)
        )
        st.caption(
            tr(
                f"{count} 个空，每个函数一个。每个空的损失（纳特）：{losses}",
                f"{count} blanks, one of each function. Loss for each blank (nats): {losses}",
            )
        )
        lab.csv(
            ["function", "truth", *(f"rank_{view}" for view in VIEWS)],
            [(each.title, each.truth, *each.rank) for each in result.asked],
        )

    lab.run("codebert.probe", draw, model=OWN)


def search(page: Frame, lab: Lab) -> None:
    """The reader's query, then every description as a query."""
    query = st.text_input(
        tr("要找什么功能（英语）", "What should the function do (in English)"),
        QUERY,
        key="cb_query",
        persist_state="page",
    )
    model = st.segmented_control(
        tr("编码器", "Encoder"),
        MODELS,
        key=linked("cb_encoder", MODELS, MODELS[0]),
        required=True,
    )
    hidden = st.toggle(
        tr("藏起函数名和参数名", "Hide names of function and parameters"),
        key="cb_hidden",
        bind="query-params",
    )
    if not query.strip():
        raise InputError("请先写一句要找的功能。", "Say first what the function should do.")

    def draw(result: Search) -> None:
        _found(page, lab, result)

    lab.run("codebert.search", draw, model=model or MODELS[0], query=query, hidden=hidden)


def system_name(system: str) -> str:
    names = {
        "bm25": tr("BM25（数词）", "BM25 (words counted)"),
        "mean": tr("向量平均", "mean of vectors"),
        "first": tr("[CLS] 向量", "[CLS] vector"),
    }
    return names[system]


def _found(page: Frame, lab: Lab, result: Search) -> None:
    for place, column_ in zip(range(len(SYSTEMS)), st.columns(3), strict=True):
        best = np.argsort(-result.scores[place], kind="stable")[:SHOWN]
        column_.caption(system_name(SYSTEMS[place]))
        column_.dataframe(
            [{tr("函数", "Function"): result.titles[i], tr("分数", "Score"): round(float(result.scores[place, i]), 3)}  # noqa: E501
             for i in best],
            hide_index=True,
            height=215,
        )  # fmt: skip
    top = int(np.argsort(-result.scores[1], kind="stable")[0])
    with st.container(height=210):
        st.caption(f"{result.titles[top]}: {result.words[top]}")
        st.code(result.codes[top], language="python")
    count = len(result.titles)
    pools = [*(p for p in POOLS if p < count), count]
    lines = {
        system_name(system): [
            retrieval.expected_mrr(result.ranks[i], count, pool - 1) for pool in pools
        ]
        for i, system in enumerate(SYSTEMS)
    }
    page.figure(
        "by-pool",
        code_bert.by_pool(pools, lines, x=tr("候选数", "Candidates"), y="MRR"),
    )
    st.caption(_summary(result, count, list(lines.values())))
    lab.csv(
        ["function", "query", *(f"rank_{system}" for system in SYSTEMS)],
        [
            (title, result.words[i], *(int(r) for r in result.ranks[:, i]))
            for i, title in enumerate(result.titles)
        ],
    )


def _summary(result: Search, count: int, lines: list[Sequence[float]]) -> str:
    told = " · ".join(
        f"{system_name(system)} {line[-1]:.3f}" for system, line in zip(SYSTEMS, lines, strict=True)
    )
    return tr(
        f"用 Python {result.version} 标准库的 {count} 个函数各自的说明作查询，MRR：{told}",
        f"With the descriptions of {count} functions of Python {result.version}'s library as "
        f"queries, MRR: {told}",
    )
