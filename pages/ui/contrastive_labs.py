"""The labs of the lesson on contrastive learning: controls in, results drawn."""

import math
import re

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.typeset import minus
from vlab.errors import InputError
from vlab.figures import foundation_contrast, foundation_plots
from vlab.figures.foundation_plots import Level, Series
from vlab.foundations import infonce
from vlab.foundations.mini_clip_results import NAMES, MiniClip, Recipe
from vlab.foundations.pairing_results import Pairing

MODEL = "all-minilm-l6-v2"
TABLE = "0.9 0.1 0.2\n0.2 0.8 0.3\n0.0 0.3 0.7"
NEGATIVES = (0.8, 0.5, 0.2, -0.2)
BATCHES = (4, 8, 16, 32, 64, 128, 256)
SIZES = (8, 16, 32, 64)


def _parsed(text: str) -> np.ndarray:
    """A square table of numbers, as typed."""
    rows = [re.split(r"[\s,;，；]+", line.strip()) for line in text.strip().splitlines()]
    try:
        table = np.array([[float(cell) for cell in row] for row in rows if row != [""]])
    except ValueError as bad:
        raise InputError(
            "请按行输入数字，用空格隔开，行数与列数相同。",
            "Type numbers line by line with blanks between, as many lines as columns.",
        ) from bad
    if table.ndim != 2 or table.shape[0] != table.shape[1] or not 2 <= len(table) <= 8:
        raise InputError(
            "需要 2 × 2 到 8 × 8 的方阵。", "A square table from 2 by 2 to 8 by 8 is needed."
        )
    if not np.isfinite(table).all() or abs(table).max() > 1:
        raise InputError("余弦须在 −1 到 1 之间。", "Cosines lie between -1 and 1.")
    return table


def _temperature(key: str) -> float:
    return float(
        st.slider(tr("温度 τ", "Temperature τ"), 0.02, 1.0, 0.1, 0.01, key=key, bind="query-params")
    )


def table(page: Frame, lab: Lab) -> None:
    """Similarities in, probabilities and loss out."""
    left, right = st.columns([0.4, 0.6])
    with left:
        text = st.text_area(
            tr("相似度矩阵（第 i 行与第 i 列是一对）", "Similarities (row i and column i belong)"),
            TABLE, key="cl_table", height=130, persist_state="page",
        )  # fmt: skip
    with right:
        temperature = _temperature("cl_tau")
    values = _parsed(text)
    found = infonce.contrast(values, temperature)
    for column, (name, value) in zip(
        st.columns(4),
        (
            (tr("损失 (nat)", "Loss (nats)"), f"{found.loss:.4f}"),
            (tr("按行", "By rows"), f"{found.row_loss:.4f}"),
            (tr("按列", "By columns"), f"{found.column_loss:.4f}"),
            (
                tr("互信息下界", "Bound on information"),
                f"{found.bound:.3f} ≤ {math.log(len(values)):.3f}",
            ),
        ),
        strict=True,
    ):
        column.metric(name, value)
    names = [str(i + 1) for i in range(len(values))]
    page.figure(
        "rows",
        foundation_plots.grid(
            found.rows, names, names, x=tr("候选（列）", "candidate (column)"),
            y=tr("锚（行）", "anchor (row)"), low=0.0, high=1.0, decimals=3,
        ),
    )  # fmt: skip
    lab.csv(
        [tr("行", "row"), *names],
        [(name, *map(float, row)) for name, row in zip(names, found.rows, strict=True)],
    )


def hardness(page: Frame) -> None:
    """How temperature spreads the push over four negatives."""
    taus = np.geomspace(0.03, 1.0, 40)
    shares = np.array([infonce.pull(0.9, np.array(NEGATIVES), float(t)).shares for t in taus])
    names = [minus(str(value)) for value in NEGATIVES]
    figure = foundation_plots.lines(
        [
            Series(tr(f"余弦 {name}", f"cosine {name}"), taus, shares[:, i])
            for i, name in enumerate(names)
        ],
        x=tr("温度 τ", "temperature τ"),
        y=tr("负例分到的推力", "share of the push"),
        marks=[(0.07, "0.07")],
        log_x=True,
        percent=True,
        height=370,
        span=(0.0, 1.02),
    )
    figure.update_layout(legend={"y": -0.28, "yanchor": "top"})  # above stands the mark's number
    page.figure("hardness", figure)


def bound(page: Frame, lab: Lab) -> None:
    """What a batch can report of the mutual information."""
    correlation = st.slider(
        tr("每一维的相关", "Correlation of each dimension"), 0.1, 0.95, 0.9, 0.05,
        key="cl_rho", bind="query-params",
    )  # fmt: skip
    true = infonce.information(correlation, 10)
    found = [infonce.estimate(correlation, n, repeats=6) for n in BATCHES]
    caps = [math.log(n) for n in BATCHES]
    page.figure(
        "bound",
        foundation_plots.lines(
            [
                Series(tr("InfoNCE 的估计", "InfoNCE's estimate"), BATCHES, found),
                Series(tr("上限 ln N", "ceiling ln N"), BATCHES, caps),
            ],
            x=tr("批大小 N", "batch N"),
            y=tr("互信息 (nat)", "mutual information (nats)"),
            levels=[Level(tr(f"真值 {true:.2f}", f"truth {true:.2f}"), true)],
            log_x=True,
        ),
    )
    lab.csv(
        ["N", tr("估计", "estimate"), "ln N", tr("真值", "truth")],
        [(n, round(f, 4), round(c, 4), round(true, 4))
         for n, f, c in zip(BATCHES, found, caps, strict=True)],
    )  # fmt: skip


def real(page: Frame, lab: Lab) -> None:
    """The table of a real encoder, with or without hard negatives."""
    left, right = st.columns(2)
    with left:
        pairs = st.slider(
            tr("几对句子", "Pairs of sentences"), 4, 30, 12, key="cl_pairs", bind="query-params"
        )
    with right:
        temperature = _temperature("cl_real_tau")
    traps = st.toggle(
        tr("把“陷阱句”也放进候选", "Add the traps as candidates"), key="cl_traps",
        bind="query-params",
        help=tr("陷阱句与原句用词相近，意思不同。", "A trap shares words but not the meaning."),
    )  # fmt: skip

    def draw(result: Pairing) -> None:
        _paired(page, lab, result, temperature, bool(traps))

    lab.run("contrastive.pairing", draw, model=MODEL, pairs=int(pairs))


def _paired(page: Frame, lab: Lab, result: Pairing, temperature: float, traps: bool) -> None:
    table = result.similarity.astype(float)
    count = len(table)
    shown = np.hstack([table, result.trapped]) if traps else table
    weights = infonce.softmax(shown / temperature, 1)
    right = np.diag(weights[:, :count])
    hits = int((shown.argmax(1) == np.arange(count)).sum())
    for column, (name, value) in zip(
        st.columns(3),
        (
            (tr("按行的损失 (nat)", "Loss by rows (nats)"), f"{-np.log(right).mean():.3f}"),
            (tr("找对", "Found"), f"{hits} / {count}"),
            (tr("盲猜的损失", "Loss of a blind guess"), f"{math.log(shown.shape[1]):.3f}"),
        ),
        strict=True,
    ):
        column.metric(name, value)
    rows = [str(i + 1) for i in range(count)]
    columns = rows + ([f"{i + 1}′" for i in range(count)] if traps else [])
    if count <= 14 and not traps:
        figure = foundation_plots.grid(
            shown, rows, columns, x=tr("同义句", "paraphrase"), y=tr("原句", "sentence"),
            low=0.0, high=1.0, square=True, height=400 if page.narrow else 560,
            written=not page.narrow,  # a cell of a phone is narrower than its number
        )  # fmt: skip
        for note in figure.layout.annotations:
            note.text = minus(note.text).replace("−0.00", "0.00")
    else:
        figure = foundation_plots.grid(
            shown, rows, columns, x=tr("候选（′ 是陷阱）", "candidates (′ is a trap)"),
            y=tr("原句", "sentence"), low=0.0, high=1.0, height=max(380, 20 * count + 120),
            written=False,
        )  # fmt: skip
    page.figure("real", figure)
    worst = np.argsort(right)[:4]
    st.markdown(tr("**最没有把握的几句**", "**The least certain ones**"))
    everything = (*result.same, *result.traps)
    st.table(
        {
            tr("原句", "Sentence"): [result.says[i] for i in worst],
            tr("它选中的", "It picks"): [everything[int(shown[i].argmax())] for i in worst],
            tr("同义句的概率", "Probability of the paraphrase"): [f"{right[i]:.3f}" for i in worst],
        },
        border="horizontal",
    )
    lab.csv(["", *columns], [(n, *map(float, row)) for n, row in zip(rows, shown, strict=True)])


def towers(page: Frame) -> None:
    page.figure("towers", foundation_contrast.two_towers(lang=page.lang, narrow=page.narrow))


def parts(page: Frame) -> None:
    """The five parts of a multimodal language model, one at a time."""
    options = ("all", *foundation_contrast.PARTS)
    names = {
        "all": tr("全部", "all"),
        "encoder": tr("模态编码器", "encoder"),
        "into": tr("输入投影", "input projector"),
        "llm": tr("语言模型", "language model"),
        "outof": tr("输出投影", "output projector"),
        "generator": tr("模态生成器", "generator"),
    }
    chosen = st.pills(
        tr("看一个部分", "Look at one part"), options, format_func=names.__getitem__,
        key=linked("cl_part", options, "all"), required=True,
    )  # fmt: skip
    page.figure(
        "parts",
        foundation_contrast.five_parts(chosen or "all", lang=page.lang, narrow=page.narrow),
    )


def clip(page: Frame, lab: Lab) -> None:
    """A little CLIP, trained now in one of three ways."""
    options = list(Recipe)
    recipe = st.segmented_control(
        tr("怎样组批", "How batches are made"), options,
        format_func=lambda each: said(NAMES[each]),
        key=linked("cl_recipe", options, Recipe.DISTINCT), required=True,
    )  # fmt: skip
    batch = st.select_slider(
        tr("批大小", "Batch"), SIZES, value=64, key=linked("cl_batch", SIZES, 64)
    )
    lab.run(
        "contrastive.clip",
        lambda result: _clip(page, lab, result),
        grow=lambda partial: _progress(page, partial),
        button=tr("现在训练", "Train now"),
        recipe=str(recipe or Recipe.DISTINCT),
        batch=int(batch),
        steps=400,
        seed=0,
    )


def _progress(page: Frame, result: MiniClip) -> None:
    page.figure(
        "clip",
        foundation_plots.lines(
            [
                Series(tr("见过的组合", "seen combinations"), result.steps, result.seen),
                Series(tr("没见过的组合", "new combinations"), result.steps, result.new),
            ],
            x=tr("训练步数", "training steps"),
            y=tr("96 句里一次答对", "right at once among 96"),
            levels=[Level(tr("瞎猜 1 %", "blind guess 1 %"), 1 / 96)],
            percent=True,
            height=300,
            span=(0.0, 1.02),
        ),
    )


def _clip(page: Frame, lab: Lab, result: MiniClip) -> None:
    _progress(page, result)
    for column, (name, value) in zip(
        st.columns(4),
        (
            (tr("见过的组合", "Seen"), f"{result.seen[-1]:.0%}"),
            (tr("没见过的组合", "New"), f"{result.new[-1]:.0%}"),
            (tr("学到的尺度 1/τ", "Learnt scale 1/τ"), f"{result.scale[-1]:.1f}"),
            (tr("向量的散布", "Spread of vectors"), f"{result.spread[-1]:.3f}"),
        ),
        strict=True,
    ):
        column.metric(name, value)
    titles, spoken = [], []
    for i, shown in enumerate(result.shown):
        right = shown.guesses[0] == shown.truth
        sign = ("✓" if right else "✗") + (tr(" 新", " new") if shown.new else "")
        titles.append(f"{i + 1} {sign} {shown.probabilities[0]:.0%}")
        spoken.append(f"{shown.truth} → {shown.guesses[0]}")
    page.figure(
        "pictures",
        foundation_contrast.gallery(
            result.pictures, titles, columns=2 if page.narrow else 6, spoken=spoken
        ),
    )
    st.table(
        {
            tr("图", "Picture"): [str(i + 1) for i in range(len(result.shown))],
            tr("真相", "Truth"): [s.truth for s in result.shown],
            tr("模型最看好的", "The model's favourite"): [s.guesses[0] for s in result.shown],
            tr("概率", "Probability"): [f"{s.probabilities[0]:.2f}" for s in result.shown],
        },
        border="horizontal",
    )
    lab.csv(
        [tr("步", "step"), tr("损失", "loss"), tr("见过", "seen"), tr("新", "new"), "1/tau"],
        list(zip(result.steps.tolist(), result.losses.tolist(), result.seen.tolist(),
                 result.new.tolist(), result.scale.tolist(), strict=True)),
    )  # fmt: skip
