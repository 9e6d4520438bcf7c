"""The figures and labs of the fine-tuning lesson: controls in, results drawn."""

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.strip import Chip, strip
from vlab.figures import foundation_plots, foundation_tuning, palette
from vlab.figures.foundation_plots import Level, Series
from vlab.foundations import adapter_cost, docstrings, pieces
from vlab.foundations.adapting_results import NAMES, Adapted, Curve, Method
from vlab.foundations.docstrings import Split, Subject
from vlab.foundations.pieces import Kind
from vlab.serving import recorded
from vlab.text import Text

MODEL = "all-minilm-l6-v2"
SPLITS = {
    Split.SENTENCE: Text("按句子随机切", "by sentence, at random"),
    Split.MODULE: Text("按模块整块留出", "by module, whole files held out"),
}
CHINESE = "这是一条关于体育的新闻。"
BYTES = ((1e12, "TB"), (1e9, "GB"), (1e6, "MB"), (1e3, "kB"))


def _text(cell: object) -> Text:
    return cell if isinstance(cell, Text) else Text(str(cell), str(cell))


def weight(value: float) -> str:
    """Bytes as a reader says them.

    >>> weight(1.2e12), weight(36_864 * 4)
    ('1.20 TB', '147.46 kB')
    """
    for size, unit in BYTES:
        if value >= size:
            return f"{value / size:,.2f} {unit}"
    return f"{value:.0f} B"


def tasks(page: Frame) -> None:
    """The same encoder under six tasks: input, head, loss and answer change."""
    rows = [[_text(cell) for cell in row.cells] for row in page.lesson.tables["tasks"].rows]
    keys = [row[0].en for row in rows]
    chosen = st.pills(
        tr("任务", "Task"),
        keys,
        format_func=lambda key: said(rows[keys.index(key)][0]),
        key=linked("ft_task", keys, keys[0]),
        required=True,
    )
    name, given, head, answer, loss = rows[keys.index(chosen or keys[0])][:5]
    page.figure(
        "heads",
        foundation_tuning.heads(
            name, given, head, loss, answer, lang=page.lang, narrow=page.narrow
        ),
    )


def _split(key: str) -> Split:
    options = list(Split)
    chosen = st.segmented_control(
        tr("怎样留出考题", "How the exam is held out"),
        options,
        format_func=lambda each: said(SPLITS[each]),
        key=linked(key, options, Split.SENTENCE),
        required=True,
    )
    return Split(chosen or Split.SENTENCE)


def adapt(page: Frame, lab: Lab) -> None:
    """One of four ways, trained now; all recorded ones beside it."""
    options = list(Method)
    method = st.segmented_control(
        tr("方法", "Method"),
        options,
        format_func=lambda each: said(NAMES[each]),
        key=linked("ft_method", options, Method.LORA),
        required=True,
    )
    split = _split("ft_split")
    left, middle, right = st.columns(3)
    labels = left.select_slider(
        tr("标注句数", "Labelled sentences"), (50, 100, 200, 400, 800, 1200),
        value=800, key=linked("ft_labels", (50, 100, 200, 400, 800, 1200), 800),
    )  # fmt: skip
    rank = middle.select_slider(
        tr("LoRA 的秩", "LoRA rank"), (1, 2, 4, 8, 16),
        value=4, key=linked("ft_rank", (1, 2, 4, 8, 16), 4),
        disabled=method is not Method.LORA,
    )  # fmt: skip
    rate = right.select_slider(
        tr("学习率倍数", "Learning-rate factor"), (0.3, 1.0, 3.0, 10.0),
        value=1.0, key=linked("ft_rate", (0.3, 1.0, 3.0, 10.0), 1.0),
        disabled=method is Method.HEAD,
    )  # fmt: skip
    lab.run(
        "finetuning.adapt",
        lambda result: _adapted(page, lab, result),
        grow=lambda partial: _learning(page, partial),
        model=MODEL,
        button=tr("现在训练", "Train now"),
        method=str(method or Method.LORA),
        split=str(split),
        labels=int(labels),
        steps=60,
        rank=int(rank) if method is Method.LORA else 4,
        rate=float(rate) if method is not Method.HEAD else 1.0,
        seed=0,
    )
    _beside(page, split)


def _learning(page: Frame, result: Adapted) -> None:
    page.figure(
        "learning",
        foundation_plots.lines(
            [Series(said(NAMES[result.method]), result.steps, result.accuracy)],
            x=tr("训练步数", "training steps"),
            y=tr("考题正确率", "share of the exam right"),
            levels=[Level(tr("数词基线", "counting words"), result.baseline)],
            percent=True,
            height=300,
            span=(0.0, 1.0),
        ),
    )


def _adapted(page: Frame, lab: Lab, result: Adapted) -> None:
    _learning(page, result)
    for column, (name, value, change) in zip(
        st.columns(4),
        (
            (
                tr("正确率", "Right"),
                f"{result.accuracy[-1]:.1%}",
                f"{result.accuracy[-1] - result.baseline:+.1%} " + tr("比数词", "against counting"),
            ),
            (
                tr("编码器里训练的参数", "Trained in the encoder"),
                f"{result.trained:,}",
                f"{result.trained / result.total:.3%}",
            ),
            (
                tr("仍认得的同义句", "Paraphrases still found"),
                f"{result.found_after} / {result.asked}",
                f"{result.found_after - result.found_before:+d}",
            ),
            (tr("Adam 状态", "Adam state"), weight(result.adam_bytes), None),
        ),
        strict=True,
    ):
        column.metric(name, value, change, delta_color="off")
    names = [said(docstrings.NAMES[subject]) for subject in Subject]
    page.figure(
        "confusion",
        foundation_plots.grid(
            result.confusion,
            names,
            names,
            x=tr("模型的回答", "answered"),
            y=tr("真正的主题", "true subject"),
            decimals=0,
        ),
    )
    if len(result.spectrum):
        energy = np.cumsum(result.spectrum.astype(float) ** 2)
        page.figure(
            "spectrum",
            foundation_plots.lines(
                [
                    Series(
                        tr("累计能量", "energy so far"),
                        np.arange(1, len(energy) + 1),
                        energy / energy[-1],
                    )
                ],
                x=tr("秩", "rank"),
                y=tr("占变化的份额", "share of the change"),
                percent=True,
                log_x=True,
                height=280,
                span=(0.0, 1.05),
            ),
        )
    lab.csv(
        [tr("步", "step"), tr("正确率", "accuracy"), tr("训练损失", "training loss")],
        list(zip(result.steps.tolist(), result.accuracy.tolist(), result.losses.tolist(),
                 strict=True)),
    )  # fmt: skip


def _beside(page: Frame, split: Split) -> None:
    """The recorded runs with 800 labels, one row per method."""
    runs = [
        run.value
        for run in recorded.runs(page.slug).values()
        if isinstance(run.value, Adapted) and run.value.split is split
        and dict(run.request.inputs)["rate"] == 1.0
    ]  # fmt: skip
    if not runs:
        return
    runs.sort(key=lambda each: list(Method).index(each.method))
    names = [said(NAMES[each.method]) for each in runs]
    figure = foundation_plots.bars(
        names,
        [
            (tr("任务正确率", "task accuracy"), [float(r.accuracy[-1]) for r in runs]),
            (tr("同义句仍认得", "paraphrases found"),
             [r.found_after / r.asked for r in runs]),
        ],
        x=tr("份额", "share"),
        texts=[
            [f"{r.accuracy[-1]:.1%}（{r.trained:,}）" if tr("zh", "en") == "zh"
             else f"{r.accuracy[-1]:.1%} ({r.trained:,})" for r in runs],
            [f"{r.found_after} / {r.asked}" for r in runs],
        ],
        levels=[Level(tr("数词基线", "counting words"), runs[0].baseline)],
        percent=True,
        most=1.35,
    )  # fmt: skip
    # The baseline has its name above the bars, so the legend goes below.
    figure.update_layout(legend={"y": -0.28, "yanchor": "top"}, height=figure.layout.height + 50)
    page.figure("methods", figure)


def curve(page: Frame, lab: Lab) -> None:
    """Accuracy against the number of labels, with the spread of five drawings."""
    split = _split("ft_curve_split")
    lab.run(
        "finetuning.curve",
        lambda result: _curve(page, lab, result),
        model=MODEL,
        button=tr("现在计算", "Compute now"),
        split=str(split),
    )


def _curve(page: Frame, lab: Lab, result: Curve) -> None:
    shown = (
        (tr("冻结的 MiniLM＋线性头", "frozen MiniLM + linear head"), result.head),
        (tr("数词（朴素贝叶斯）", "counting words (naive Bayes)"), result.words),
    )
    page.figure(
        "curve",
        foundation_plots.lines(
            [
                Series(name, result.sizes, values.mean(0), values.min(0), values.max(0))
                for name, values in shown
            ],
            x=tr("标注句数", "labelled sentences"),
            y=tr("考题正确率", "share of the exam right"),
            levels=[Level(tr("瞎猜", "blind guess"), 1 / len(Subject))],
            log_x=True,
            percent=True,
            span=(0.0, 1.0),
        ),
    )
    rows = [
        (int(size), f"{h:.3f}", f"{w:.3f}")
        for size, h, w in zip(result.sizes, result.head.mean(0), result.words.mean(0), strict=True)
    ]
    lab.csv([tr("标注数", "labels"), shown[0][0], shown[1][0]], rows)


def count(page: Frame, lab: Lab) -> None:
    """LoRA's parameters and the memory of four ways to train."""
    left, right = st.columns(2)
    width = left.number_input(
        tr("宽度 d", "Width d"), 64, 65_536, 384, key="ft_width", bind="query-params"
    )
    layers = right.number_input(
        tr("层数", "Layers"), 1, 500, 6, key="ft_layers", bind="query-params"
    )
    matrices = left.number_input(
        tr("每层改几个矩阵（q、v 为 2）", "Matrices changed per layer (q, v: 2)"),
        1, 12, 2, key="ft_matrices", bind="query-params",
    )  # fmt: skip
    rank = right.number_input(
        tr("秩 r", "Rank r"), 1, 1024, 4, key="ft_count_rank", bind="query-params"
    )
    total = left.number_input(
        tr("模型参数（百万）", "Model parameters (millions)"),
        0.1, 2_000_000.0, 22.713216, key="ft_total", bind="query-params", format="%.3f",
    )  # fmt: skip
    base = total * 1e6
    trained = adapter_cost.lora_parameters(
        width=int(width), layers=int(layers), matrices=int(matrices), rank=int(rank)
    )
    ways = (
        (tr("全量微调", "full fine-tuning"), adapter_cost.memory(frozen=0, trained=base)),
        ("LoRA", adapter_cost.memory(frozen=base, trained=trained)),
        (
            tr("LoRA，底座 4 比特", "LoRA on a 4-bit base"),
            adapter_cost.memory(frozen=base, trained=trained, frozen_bytes=adapter_cost.FOUR_BIT),
        ),
    )
    right.metric(
        tr("LoRA 训练的参数", "Trained by LoRA"), f"{trained:,}", f"{trained / base:.4%}",
        delta_color="off",
    )  # fmt: skip
    head = ["", tr("权重", "Weights"), tr("梯度", "Gradients"), tr("Adam 动量", "Adam moments"),
            tr("合计", "Total")]  # fmt: skip
    rows = [[name, *map(weight, (m.weights, m.gradients, m.moments, m.total))] for name, m in ways]
    page.figure(
        "memory",
        foundation_plots.bars(
            [name for name, _ in ways],
            [(tr("训练状态", "training state"), [m.total / 1e6 for _, m in ways])],
            x="MB",
            texts=[[weight(m.total) for _, m in ways]],
            log=True,
            colours=[palette.SERIES[i] for i in range(len(ways))],
        ),
    )
    st.table(dict(zip(head, zip(*rows, strict=True), strict=True)), border="horizontal")
    lab.csv(head, rows)


def unknown(page: Frame, lab: Lab) -> None:
    """A Chinese sentence under BERT's English vocabulary."""
    text = st.text_input(tr("一句中文", "A Chinese sentence"), CHINESE, key="ft_chinese")
    cut = pieces.wordpieces(text)
    lost = sum(piece.kind is Kind.UNKNOWN for piece in cut)
    strip(
        [
            Chip(
                "[UNK]" if piece.kind is Kind.UNKNOWN else piece.shown,
                "unknown" if piece.kind is Kind.UNKNOWN else "plain",
                under=piece.shown if piece.kind is Kind.UNKNOWN else "",
            )
            for piece in cut
        ],
        key="ft_pieces",
        label=tr("英文 BERT 看到的词片", "Pieces as the English BERT sees them"),
        accent=palette.FOUNDATIONS,
    )
    page.caption("pieces")
    st.metric(tr("变成 [UNK] 的词片", "Pieces lost to [UNK]"), f"{lost} / {len(cut)}")
