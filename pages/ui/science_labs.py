"""The figures and labs of AI in the sciences: controls in, results drawn."""

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.typeset import power
from vlab.figures import protein_science as figures
from vlab.figures.timeline import Event, Lane
from vlab.figures.timeline import timeline as drawn_timeline
from vlab.synthesis import screening
from vlab.synthesis.lorenz import Forecasts
from vlab.synthesis.products import Search, exponent, search
from vlab.synthesis.science import science
from vlab.text import Text

YEARS = (0.05, 0.25, 1.0)
VIEWS = ("skill", "equation")
RANKS = (6, 7, 8)
LANES = (
    Lane("ways", Text("研究方式", "Ways of research"), role="foundations"),
    Lane("work", Text("工作与奖项", "Work and prizes"), role="synthesis"),
)


def timeline(page: Frame) -> None:
    events = [Event(each.date, each.lane, each.name) for each in science().events]
    page.figure("timeline", drawn_timeline(LANES, events, lang=page.lang, narrow=page.narrow))


def funnel(page: Frame) -> None:
    """GNoME's numbers, from prediction to substance."""
    rows = [(each.name, each.count) for each in science().structures]
    page.figure(
        "funnel",
        figures.funnel(rows, lang=page.lang, x=tr("个数（对数）", "count (logarithmic)")),
    )


def weather(page: Frame, lab: Lab) -> None:
    """Teach an emulator a small weather; then change the climate."""
    left, right = st.columns(2)
    years = left.select_slider(
        tr("训练记录（年）", "Training record (years)"), YEARS, 0.25, key="as_years"
    )
    forcing = right.slider(
        tr("预报时的强迫 F（训练时是 8）", "Forcing F when forecasting (8 in training)"),
        6.0, 12.0, 8.0, 1.0, key="as_forcing", bind="query-params",
    )  # fmt: skip

    def draw(result: Forecasts) -> None:
        _forecast(page, lab, result)

    lab.run("science.weather", draw, years=float(years), forcing=float(forcing))


def _forecast(page: Frame, lab: Lab, result: Forecasts) -> None:
    names = {
        "skill": tr("预报误差", "Forecast errors"),
        "equation": tr("找回方程", "The equation found"),
    }
    view = st.segmented_control(
        tr("看什么", "Show"), VIEWS, format_func=names.__getitem__,
        key=linked("as_view", VIEWS, "skill"), required=True, label_visibility="collapsed",
    )  # fmt: skip
    curves = (
        (tr("物理方程", "physics"), result.physics),
        (tr("学来的一步", "emulator"), result.emulator),
        (tr("学来的，集合平均", "emulator, ensemble mean"), result.ensemble),
        (tr("明天同今天", "persistence"), result.persistence),
    )
    if view == "equation":
        page.figure(
            "equation",
            figures.coefficients(result.terms, result.found, x=tr("系数", "coefficient")),
        )
    else:
        figure = figures.skill(
            result.days, curves, result.climate,
            x=tr("预报时效（天）", "lead (days)"), y=tr("均方根误差", "root mean square error"),
            mean=tr("总是报平均值", "always the mean"),
        )  # fmt: skip
        if page.narrow:  # four names one below the other: above, they would cover a curve
            figure.update_layout(legend={"y": -0.3, "yanchor": "top"}, height=420)
        page.figure("skill", figure)
    st.caption(
        tr(
            f"训练用了 {result.steps:,} 个六小时步，模型有 {result.weights} 个系数，36 处共用。",
            f"Learnt from {result.steps:,} steps of six hours; {result.weights} coefficients, "
            "shared by all 36 places.",
        )
    )
    rows = zip(result.days, *(values.round(4) for _, values in curves), strict=True)
    lab.csv(["days", "physics", "emulator", "ensemble_mean", "persistence"], list(rows))


@st.fragment
def planets(page: Frame, lab: Lab) -> None:
    """The same classifier where planets are common, and where they are rare."""
    test = science().astronet
    share = st.select_slider(
        tr("信号中真行星的比例", "Share of planets among the signals"),
        (0.0001, 0.001, 0.01, 0.05, 0.1, 0.2287, 0.5), 0.2287, key="as_share",
        format_func=lambda value: f"{100 * value:g} %",
    )  # fmt: skip
    precision = screening.precision_at(test, share)
    with st.container(horizontal=True):
        st.metric(tr("召回率", "Recall"), f"{test.recall:.1%}")
        st.metric(tr("误报率", "False alarm rate"), f"{test.alarm_rate:.1%}")
        st.metric(tr("此处的精确率", "Precision here"), f"{precision:.1%}")
        st.metric(tr("每个真行星伴随的误报", "False alarms per planet"),
                  f"{(1 - precision) / precision:,.1f}")  # fmt: skip
    shares = np.geomspace(1e-4, 0.5, 60)
    found = np.array([screening.precision_at(test, float(each)) for each in shares])
    page.figure(
        "screening",
        figures.screening(
            shares, found, share, precision,
            x=tr("真行星的比例（%，对数）", "share of planets (%, logarithmic)"),
            y=tr("精确率（%）", "precision (%)"),
        ),
    )  # fmt: skip
    lab.csv(["share", "precision"], list(zip(shares.round(6), found.round(4), strict=True)))


@st.cache_data(max_entries=32, show_spinner=False)
def searched(rank: int, seed: int, rounds: int = 500) -> Search:
    return search(rank=rank, seed=seed, rounds=rounds)


@st.fragment
def products(page: Frame, lab: Lab) -> None:
    """Search for a way to multiply 2 × 2 matrices; check what is found."""
    left, right = st.columns(2, vertical_alignment="bottom")
    rank = left.segmented_control(
        tr("允许几次乘法", "Products allowed"), RANKS, key=linked("as_rank", RANKS, 7),
        required=True,
    )  # fmt: skip
    first = right.number_input(tr("第一个种子", "First seed"), 0, 99, 4, key="as_seed",
                               bind="query-params")  # fmt: skip
    seeds = range(int(first), int(first) + 4)
    runs = [searched(rank or 7, seed) for seed in seeds]
    best = min(runs, key=lambda run: float(run.error[-1]))
    page.figure(
        "convergence",
        figures.convergence(
            [(tr(f"种子 {s}", f"seed {s}"), r.error) for s, r in zip(seeds, runs, strict=True)],
            x=tr("轮", "round"), y=tr("剩余的误差", "what is left"),
        ),
    )  # fmt: skip
    with st.container(horizontal=True):
        st.metric(tr("最好的剩余误差", "Best error left"), power(float(best.error[-1])))
        st.metric(tr("用它乘随机矩阵，误差", "Error on random matrices"), power(best.check))
        st.metric(tr("递归使用的指数", "Exponent when used recursively"),
                  f"{exponent(2, rank or 7):.3f}")  # fmt: skip
    lab.csv(
        ["entry", *(f"u{k}" for k in range(rank or 7))],
        [(e, *row) for e, row in zip(("a11", "a12", "a21", "a22"), best.scheme.u.round(6),
                                     strict=True)],
    )  # fmt: skip
