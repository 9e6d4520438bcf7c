"""The labs of the challenges lesson: owners, noise, private training, explanations, a form."""

import math

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.strip import Chip, strip
from pages.ui.typeset import minus
from vlab.figures import synthesis_challenges as figures
from vlab.figures.palette import SYNTHESIS
from vlab.synthesis import privacy
from vlab.synthesis.challenge_results import Constrained, Explained, Federated, Private
from vlab.text import Text

SUBJECTS = {
    "concurrency": Text("并发", "concurrency"),
    "network": Text("网络", "network"),
    "testing": Text("测试", "testing"),
    "files": Text("文件", "files"),
    "numbers": Text("数与时间", "numbers, time"),
}
METHODS = (
    Text("遮挡", "occlusion"),
    Text("LIME", "LIME"),
    Text("SHAP", "SHAP"),
    Text("积分梯度", "integrated gradients"),
)
MODES = {
    "free": Text("不加约束", "no rule"),
    "form": Text("只管格式", "form only"),
    "drug": Text("药名须在句中", "drug from the sentence"),
    "grounded": Text("药名、剂量都须在句中", "drug and dose from the sentence"),
}
ALPHAS = (0.05, 0.1, 0.3, 1.0, 10.0, 100.0)
SIGMAS = (0.0, 0.6, 1.0, 2.0, 4.0, 8.0)
SENTENCE = "Open the socket, wait for the server and return the status of the request."
DOSE = "Metformin 500 mg was started twice daily."


def federated(page: Frame, lab: Lab) -> None:
    """Eight owners who cannot pool their sentences."""
    alpha = st.select_slider(
        tr("标签分布 α（越小越偏）", "Mixture α (small: a class each)"),
        ALPHAS,
        key=linked("ch_alpha", ALPHAS, 0.1),
        format_func=lambda a: f"{a:g}",
    )

    def draw(result: Federated) -> None:
        names = [said(SUBJECTS[name]) for name in result.subjects]
        left, right = st.columns(2, gap="medium")
        with left:
            page.figure(
                "owners",
                figures.owners(
                    result.labels, names, x=tr("数据主人", "owner"), y=tr("句子数", "sentences")
                ),
            )
        with right:
            page.figure(
                "rounds",
                figures.rounds(
                    result.averaged,
                    result.alone,
                    [
                        (tr("集中训练", "in one place"), result.central),
                        (tr("总答最多的类", "always the commonest"), result.majority),
                    ],
                    names=(tr("联邦平均", "averaged"), tr("各自单干", "each alone")),
                    x=tr("轮", "round"),
                    y=tr("正确率", "accuracy"),
                ),
            )
        a, b, c, d = st.columns(4)
        a.metric(tr("单干平均", "Alone, mean"), f"{result.alone.mean():.1%}")
        b.metric(tr("联邦", "Averaged"), f"{result.averaged[-1]:.1%}")
        c.metric(tr("集中", "One place"), f"{result.central:.1%}")
        d.metric(
            tr("网络流量", "Traffic"),
            f"{result.sent * (len(result.averaged) - 1) / 1e6:.1f} MB",
            help=tr(
                f"每轮 {result.sent / 1e3:.0f} kB 的权重；句子本身只有 {result.raw / 1e3:.0f} kB。",
                f"Weights of {result.sent / 1e3:.0f} kB a round; the sentences themselves are "
                f"{result.raw / 1e3:.0f} kB.",
            ),
        )
        lab.csv(["round", "accuracy"], [(i, f"{v:.4f}") for i, v in enumerate(result.averaged)])

    lab.run("challenges.federated", draw, alpha=alpha, rounds=20, seed=0)


def noise(page: Frame, lab: Lab) -> None:
    """What a guarantee costs in noise; two formulas."""
    left, right = st.columns([0.36, 0.64], gap="medium")
    with left:
        epsilon = st.slider("ε", 0.1, 10.0, 1.0, 0.1, key="ch_epsilon", bind="query-params")
        power = st.slider(
            tr("δ = 10 的负几次方", "δ = ten to the minus"), 2, 9, 5, key="ch_power",
            bind="query-params",
        )  # fmt: skip
        delta = 10.0**-power
        exact = privacy.sigma_exact(epsilon, delta)
        textbook = privacy.sigma_textbook(epsilon, delta)
        st.metric(tr("精确的 σ", "Exact σ"), f"{exact:.3f}")
        st.metric(tr("教科书的 σ", "Textbook σ"), f"{textbook:.3f}")
        real = privacy.delta_exact(epsilon, textbook)
        digits, exponent = f"{real:.1e}".split("e")
        true = rf"${digits}\times10^{{{int(exponent)}}}$"
        wanted = rf"$10^{{-{power}}}$"
        st.caption(
            tr(
                f"用教科书的 σ，真正的 δ 是 {true}（要求 {wanted}）："
                + ("够了。" if real <= delta else "不够！公式只在 ε ≤ 1 时有证明。"),
                f"With the textbook's σ the true δ is {true} (wanted {wanted}): "
                + ("enough." if real <= delta else "not enough! It is proven for ε ≤ 1 only."),
            )
        )
    axis = np.geomspace(0.1, 10, 60)
    with right:
        page.figure(
            "sigmas",
            figures.sigmas(
                axis,
                [
                    (tr("精确", "exact"),
                     np.array([privacy.sigma_exact(float(e), delta) for e in axis])),
                    (tr("教科书", "textbook"),
                     np.array([privacy.sigma_textbook(float(e), delta) for e in axis])),
                ],
                (epsilon, exact),
                x="ε",
                y=tr("噪声 σ（敏感度为 1）", "noise σ (sensitivity 1)"),
            ),
        )  # fmt: skip


def private(page: Frame, lab: Lab) -> None:
    """Train with noise; attack; read the price."""

    def draw(result: Private) -> None:
        labels = [
            tr("无", "none") if not s else f"σ {s:g}<br>ε {e:.2g}"
            for s, e in zip(result.sigmas, result.epsilons, strict=True)
        ]
        page.figure(
            "price",
            figures.price(
                labels,
                result.accuracy,
                result.membership,
                names=(
                    tr("正确率", "accuracy"),
                    tr("成员推断 AUC（0.5 = 猜不出）", "membership AUC (0.5 = no idea)"),
                ),
                x=tr("噪声", "noise"),
            ),
        )
        st.caption(
            tr(
                f"{result.examples:,} 个样本，每步抽 {result.rate:.0%}，{result.steps} 步，"
                f"δ = {result.delta:g}。",
                f"{result.examples:,} examples, {result.rate:.0%} drawn a step, {result.steps} "
                f"steps, δ = {result.delta:g}.",
            )
        )
        lab.csv(
            ["sigma", "epsilon", "accuracy", "membership_auc"],
            [
                (s, e if math.isfinite(e) else "inf", f"{a:.4f}", f"{m:.4f}")
                for s, e, a, m in zip(
                    result.sigmas, result.epsilons, result.accuracy, result.membership, strict=True
                )
            ],
        )

    steps = st.select_slider(
        tr("训练步数", "Training steps"), (50, 100, 200, 400),
        key=linked("ch_steps", (50, 100, 200, 400), 200),
    )  # fmt: skip
    lab.run("challenges.private", draw, sigmas=SIGMAS, steps=steps, seed=0)


def explain(page: Frame, lab: Lab) -> None:
    """Four explanations of one sentence and the test that judges them."""
    sentence = st.text_input(
        tr("一句英文的函数说明", "A sentence of documentation, in English"),
        SENTENCE,
        key="ch_sentence",
        bind="query-params",
    )
    options = ["", *SUBJECTS]
    subject = st.selectbox(
        tr("解释哪一类", "Class to explain"),
        options,
        format_func=lambda each: (
            said(SUBJECTS[each]) if each else tr("模型选的那一类", "the one the model prefers")
        ),
        key=linked("ch_subject", options, ""),
    )

    def draw(result: Explained) -> None:
        names = [said(method) for method in METHODS]
        st.markdown(
            tr(
                f"模型认为这句讲的是**{said(SUBJECTS[result.subject])}**的概率："
                f"{result.probability:.1%}；一个词都没有时：{result.empty:.1%}。",
                f"Probability that it is about **{said(SUBJECTS[result.subject])}**: "
                f"{result.probability:.1%}; with no words at all: {result.empty:.1%}.",
            )
        )
        left, right = st.columns(2, gap="medium")
        with left:
            page.figure(
                "words",
                figures.words(
                    result.words,
                    result.weights,
                    names,
                    x=tr("对概率的贡献", "share of probability"),
                ),
            )
        with right:
            page.figure(
                "deletion",
                figures.deletion(
                    result.deletion,
                    result.random,
                    names,
                    x=tr("删去几个词", "words taken away"),
                    y=tr("概率", "probability"),
                    chance=tr("随机次序", "random order"),
                ),
            )
        sums = result.weights.sum(1)
        st.table(
            {
                tr("方法", "Method"): names,
                tr("贡献之和", "Sum"): [minus(f"{value:+.3f}") for value in sums],
                tr("应为", "Should be"): ["–", "–"]
                + [minus(f"{result.probability - result.empty:+.3f}")] * 2,
                tr("与 SHAP 的名次相关", "Rank correlation with SHAP"): [
                    f"{value:.2f}" for value in result.agreement[2]
                ],
                tr("删词曲线的平均", "Mean of the deletion curve"): [
                    f"{curve.mean():.3f}" for curve in result.deletion
                ],
            },
            border="horizontal",
        )
        lab.csv(
            ["word", "occlusion", "lime", "shap", "integrated_gradients"],
            [
                (word, *(f"{v:.5f}" for v in result.weights[:, i]))
                for i, word in enumerate(result.words)
            ],
        )

    lab.run("challenges.explain", draw, sentence=sentence, subject=subject or "", seed=0)


def form(page: Frame, lab: Lab) -> None:
    """One sentence, four rules, four filled forms."""
    sentence = st.text_input(
        tr("一句英文，含药名和剂量", "A sentence in English with a drug and a dose"),
        DOSE,
        key="ch_dose",
        bind="query-params",
    )
    example = st.toggle(
        tr("先给模型看一个例子", "Show the model an example first"),
        True,
        key="ch_shown",
        bind="query-params",
    )

    def draw(result: Constrained) -> None:
        st.table(
            {
                tr("规则", "Rule"): [said(MODES[run.mode]) for run in result.runs],
                tr("回答", "Answer"): [f"`{run.text.replace('`', ' ')}`" for run in result.runs],
                tr("格式对", "Form right"): ["✓" if run.valid else "✗" for run in result.runs],
                tr("药名在句中", "Drug in sentence"): [
                    "✓" if run.drug and run.drug.lower() in sentence.lower() else "✗"
                    for run in result.runs
                ],
                tr("剂量在句中", "Dose in sentence"): [
                    "✓" if math.isfinite(run.dose) and f"{run.dose:g}" in sentence else "✗"
                    for run in result.runs
                ],
            },
            border="horizontal",
        )
        modes = [run.mode for run in result.runs]
        mode = st.segmented_control(
            tr("看哪一次", "Look at"),
            modes,
            format_func=lambda each: said(MODES[each]),
            key=linked("ch_mode", modes, "grounded"),
            required=True,
        )
        run = next(each for each in result.runs if each.mode == (mode or "grounded"))
        strip(
            [
                Chip(token.replace(" ", "␣"), "replaced" if forced else "plain",
                     under=f"{mass:.2f}")
                for token, forced, mass in zip(run.tokens, run.forced, run.legal, strict=True)
            ],
            key="ch_tokens",
            accent=SYNTHESIS,
            label=tr(
                "词元；下面是模型给所有合法词元的概率，深色的是被规则改过的",
                "tokens; below, the probability the model gave to all that is legal; dark: forced",
            ),
        )  # fmt: skip
        page.figure(
            "legal",
            figures.legal(
                run.tokens, run.legal, run.forced, y=tr("合法的概率", "legal probability")
            ),
        )

    lab.run(
        "challenges.form", draw, model="smollm2-135m-instruct",
        button=tr("让模型填表", "Let the model fill the form"), sentence=sentence,
        shown=example,
    )  # fmt: skip
