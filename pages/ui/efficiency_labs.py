"""Labs on ways to train, optimisers and smaller models; nothing is computed here."""

import math

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from vlab.figures import foundation_plots, foundation_training, palette
from vlab.figures.foundation_plots import Level, Series
from vlab.foundations import schedules
from vlab.foundations.compressing_results import Compressed, Distilled, Quality
from vlab.foundations.optimising_results import OptimiserRace
from vlab.serving import recorded
from vlab.text import Text

MODEL = "all-minilm-l6-v2"
WAYS = ("all", "much", "some", "task", "labels", "none")
RATES = (1e-3, 3e-3, 1e-2, 3e-2)
BITS = (32, 8, 6, 4, 3, 2)
SHARES = (0.0, 0.3, 0.5, 0.7, 0.9)


def ways(page: Frame) -> None:
    """From the data at hand to a way of training."""
    names = {
        "all": tr("全部", "all"),
        "much": tr("很多领域文本", "much domain text"),
        "some": tr("一些领域文本", "some domain text"),
        "task": tr("只有任务文本", "task text only"),
        "labels": tr("只有标签", "labels only"),
        "none": tr("几乎没有", "next to nothing"),
    }
    chosen = st.pills(
        tr("你有什么", "What you have"),
        WAYS,
        format_func=names.__getitem__,
        key=linked("ef_way", WAYS, "all"),
        required=True,
    )
    page.figure(
        "ways",
        foundation_training.ways(chosen or "all", lang=page.lang, narrow=page.narrow),
    )


def ablation(page: Frame) -> None:
    """The published comparison of ways, from the table above."""
    rows = [
        [said(cell) if isinstance(cell, Text) else str(cell) for cell in row.cells]
        for row in page.lesson.tables["ways"].rows
    ]
    known = [row for row in rows if row[5] != "–"]
    names, values = [row[0] for row in known], [float(row[5]) for row in known]
    page.figure(
        "ablation",
        foundation_plots.bars(
            names,
            [("BLURB", values)],
            x=tr("BLURB（横轴从 0 起）", "BLURB (axis from 0)"),
            texts=[[f"{value:.2f}" for value in values]],
            colours=[palette.BIOMED] * len(values),
            most=100.0,
        ),
    )


def race(page: Frame, lab: Lab) -> None:
    """Five optimisers on one tiny model, and how their first steps are scaled."""
    rate = st.select_slider(
        tr("峰值学习率", "Peak learning rate"),
        RATES,
        format_func=lambda each: f"{each:g}",
        value=3e-3,
        key=linked("ef_rate", RATES, 3e-3),
    )
    lab.run(
        "efficiency.optimisers",
        lambda result: _laps(page, lab, result),
        grow=lambda partial: _curves(page, partial),
        button=tr("现在赛跑", "Race now"),
        rate=float(rate),
        steps=60,
        seed=0,
    )
    steps = np.unique(np.geomspace(1, 10_000, 120).round().astype(np.int64))
    beta = st.select_slider(
        "β₂", (0.98, 0.99, 0.999), value=0.999, key=linked("ef_beta", (0.98, 0.99, 0.999), 0.999)
    )
    scaled = schedules.rectifications(steps, float(beta))
    warm = [schedules.slanted(int(t), 62_500, 0.1) for t in steps]
    known = ~np.isnan(scaled)
    page.figure(
        "early",
        foundation_plots.lines(
            [
                Series(tr("RAdam 的倍数", "RAdam's factor"), steps[known], scaled[known]),
                Series(tr("PubMedBERT 的预热", "PubMedBERT's warm-up"), steps, np.array(warm)),
            ],
            x=tr("步", "step"),
            y=tr("步长的倍数", "factor on the step"),
            log_x=True,
            height=300,
            span=(0.0, 1.05),
        ),
    )


def _curves(page: Frame, result: OptimiserRace) -> None:
    top = max(8.2, *(float(np.nanmin([20.0, lap.losses.max()])) for lap in result.laps))
    page.figure(
        "race",
        foundation_plots.lines(
            [Series(str(lap.optimiser), result.steps[: len(lap.losses)], lap.losses)
             for lap in result.laps],
            x=tr("训练步数", "training steps"),
            y=tr("留出文本，比特/字节", "held-out text, bits per byte"),
            levels=[Level(tr("瞎猜 8 比特", "blind guess, 8 bits"), 8.0)],
            span=(3.5, min(top + 0.3, 12.0)),
        ),
    )  # fmt: skip


def _laps(page: Frame, lab: Lab, result: OptimiserRace) -> None:
    _curves(page, result)
    head = [tr("优化器", "Optimiser"), tr("最后的损失", "Last loss"), tr("用时", "Time")]
    rows = [
        [str(lap.optimiser),
         f"{lap.losses[-1]:.2f}" if math.isfinite(lap.losses[-1]) else tr("发散", "diverged"),
         f"{lap.seconds:.1f} s"]
        for lap in result.laps
    ]  # fmt: skip
    st.table(dict(zip(head, zip(*rows, strict=True), strict=True)), border="horizontal")
    lab.csv(head, rows)


def compress(page: Frame, lab: Lab) -> None:
    """Fewer bits, weights or layers of the real MiniLM."""
    first, second, third = st.columns(3)
    bits = first.select_slider(
        tr("每个权重的比特", "Bits per weight"), BITS, value=4, key=linked("ef_bits", BITS, 4)
    )
    share = second.select_slider(
        tr("剪掉的比例", "Share pruned"),
        SHARES,
        format_func=lambda each: f"{each:.0%}",
        value=0.0,
        key=linked("ef_share", SHARES, 0.0),
    )
    layers = third.slider(
        tr("保留的层", "Layers kept"), 1, 6, 6, key="ef_layers", bind="query-params"
    )
    by_row = st.toggle(
        tr("每行一个尺度", "A scale per row"), True, key="ef_row", bind="query-params",
        disabled=bits == 32,
        help=tr("关：整个矩阵共用一个尺度。", "Off: one scale for the whole matrix."),
    )  # fmt: skip
    lab.run(
        "efficiency.compress",
        lambda result: _compressed(page, lab, result),
        model=MODEL,
        bits=int(bits),
        per_row=bool(by_row) or bits == 32,
        share=float(share),
        layers=int(layers),
    )


def name_of(run: Compressed) -> str:
    said_bits = f"{run.bits} bit" + ("" if run.per_row else tr("，整阵", ", per matrix"))
    parts = [said_bits] if run.bits < 32 else []
    if run.pruned:
        parts.append(tr(f"剪 {run.pruned:.0%}", f"pruned {run.pruned:.0%}"))
    if run.layers < 6:
        parts.append(tr(f"{run.layers} 层", f"{run.layers} layers"))
    return " · ".join(parts) or tr("原模型", "whole")


def _compressed(page: Frame, lab: Lab, result: Compressed) -> None:
    _quality(result.quality, result.whole, size=result.size)
    runs = [
        run.value for run in recorded.runs(page.slug).values() if isinstance(run.value, Compressed)
    ]
    shown = [run for run in runs if name_of(run) != name_of(result)] + [result]
    shown.sort(key=lambda run: (run.layers < 6, run.pruned, -run.bits, not run.per_row))
    names = [name_of(run) for run in shown]
    page.figure(
        "compress",
        foundation_plots.bars(
            names,
            [
                (tr("同义句找对", "paraphrases found"),
                 [run.quality.found / run.quality.asked for run in shown]),
                (tr("分类正确率", "classification"), [run.quality.accuracy for run in shown]),
            ],
            x=tr("份额", "share"),
            texts=[
                [f"{run.quality.found} / {run.quality.asked} · {run.size / 1e6:.0f} MB"
                 for run in shown],
                [f"{run.quality.accuracy:.0%}" for run in shown],
            ],
            percent=True,
            most=1.5,
        ),
    )  # fmt: skip
    head = [
        tr("设置", "Setting"), "MB", tr("非零权重", "Non-zero weights"),
        tr("与原向量的余弦", "Cosine with whole"), tr("同义句", "Paraphrases"),
        tr("分类", "Classification"),
    ]  # fmt: skip
    rows = [
        [name, f"{run.size / 1e6:.1f}", f"{run.nonzero:,}", f"{run.quality.fidelity:.3f}",
         f"{run.quality.found} / {run.quality.asked}", f"{run.quality.accuracy:.1%}"]
        for name, run in zip(names, shown, strict=True)
    ]  # fmt: skip
    with st.expander(tr("全部数字", "All numbers")):
        st.table(dict(zip(head, zip(*rows, strict=True), strict=True)), border="horizontal")
    lab.csv(head, rows)


def _quality(now: Quality, whole: Quality, *, size: int | None = None) -> None:
    metrics = [
        (tr("与原向量的余弦", "Cosine with whole"), f"{now.fidelity:.3f}", None),
        (tr("同义句找对", "Paraphrases found"), f"{now.found} / {now.asked}",
         f"{now.found - whole.found:+d}"),
        (tr("分类正确率", "Classification"), f"{now.accuracy:.1%}",
         f"{now.accuracy - whole.accuracy:+.1%}"),
    ]  # fmt: skip
    if size is not None:
        metrics.insert(0, (tr("大小", "Size"), f"{size / 1e6:.1f} MB", None))
    for column, (name, value, change) in zip(st.columns(len(metrics)), metrics, strict=True):
        column.metric(name, value, change, delta_color="off")


def distil(page: Frame, lab: Lab) -> None:
    """A shallow student learns the whole encoder's vectors."""
    layers = st.segmented_control(
        tr("学生的层数", "The student's layers"), (3, 2, 1),
        key=linked("ef_student", (3, 2, 1), 2), required=True,
    )  # fmt: skip
    lab.run(
        "efficiency.distil",
        lambda result: _distilled(page, lab, result),
        model=MODEL,
        button=tr("现在教", "Teach now"),
        layers=int(layers or 2),
        steps=60,
        seed=0,
    )


def _distilled(page: Frame, lab: Lab, result: Distilled) -> None:
    _quality(result.after, result.whole)
    who = [tr("学生，教之前", "student before"), tr("学生，教之后", "student after"),
           tr("老师（6 层）", "teacher (6 layers)")]  # fmt: skip
    each = [result.before, result.after, result.whole]
    page.figure(
        "distil",
        foundation_plots.bars(
            who,
            [
                (tr("与老师的余弦", "cosine with teacher"), [q.fidelity for q in each]),
                (tr("同义句找对", "paraphrases found"), [q.found / q.asked for q in each]),
                (tr("分类正确率", "classification"), [q.accuracy for q in each]),
            ],
            x=tr("份额", "share"),
            texts=[
                [f"{q.fidelity:.2f}" for q in each],
                [f"{q.found} / {q.asked}" for q in each],
                [f"{q.accuracy:.0%}" for q in each],
            ],
            percent=True,
            most=1.25,
        ),
    )
    st.caption(
        tr(
            f"学生有 {result.parameters:,} 个参数，读了 {result.sentences:,} 句没有标签的话，"
            f"损失从 {result.losses[0]:.3f} 降到 {result.losses[-1]:.3f}。",
            f"The student has {result.parameters:,} parameters and read {result.sentences:,} "
            f"sentences without labels; its loss fell from {result.losses[0]:.3f} to "
            f"{result.losses[-1]:.3f}.",
        )
    )
    lab.csv(
        ["", "cosine", "paraphrases", "accuracy"],
        [(n, q.fidelity, q.found, q.accuracy) for n, q in zip(who, each, strict=True)],
    )
