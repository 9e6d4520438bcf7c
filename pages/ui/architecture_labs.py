"""The figures and labs of AlphaFold 2's architecture: controls in, results drawn."""

import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.steps import stepper
from pages.ui.typeset import power
from vlab.errors import InputError
from vlab.figures import protein_architecture as figures
from vlab.protein import alphafold_size as sizes
from vlab.protein import library, triangles
from vlab.protein.confidence import BANDS
from vlab.protein.ipa import Trial, trial

ACTS = ("all", "one", "mirror")


def machine(page: Frame) -> None:
    """The whole network, step by step."""
    names = {
        "inputs": tr("输入", "Inputs"),
        "embed": tr("嵌入", "Embedding"),
        "evoformer": "Evoformer",
        "structure": tr("结构模块", "Structure module"),
        "outputs": tr("输出", "Outputs"),
        "recycling": tr("循环", "Recycling"),
    }
    at = stepper("aa_step", [names[step] for step in figures.STEPS])
    step = list(figures.STEPS)[at]
    page.figure("machine", figures.machine(step, lang=page.lang, narrow=page.narrow))
    page.prose(f"step-{step}")


def block(page: Frame) -> None:
    page.figure("block", figures.block(lang=page.lang, narrow=page.narrow))


def triangle(page: Frame, lab: Lab) -> None:
    """Withhold one distance of ubiquitin and ask the other residues."""
    structure = library.open_entry("1ubi")
    residues = structure.chain("A")
    points = structure.ca[residues]
    names = [structure.residues[k].label for k in residues]
    left, middle, right = st.columns(3)
    i = left.slider(tr("残基 i", "Residue i"), 1, 76, 11, key="aa_i", bind="query-params")
    j = middle.slider(tr("残基 j", "Residue j"), 1, 76, 71, key="aa_j", bind="query-params")
    reach = right.slider(
        tr("只问多近的残基（Å）", "Ask residues within (Å)"), 8, 50, 50, key="aa_reach",
        bind="query-params",
    )  # fmt: skip
    if i == j:
        raise InputError("请选两个不同的残基。", "Choose two different residues.")
    found = triangles.bounds(points, i - 1, j - 1, reach=float(reach))
    page.figure(
        "narrowing",
        figures.narrowing(
            found.low, found.high, found.truth,
            x=tr("已经问过几个第三残基", "third residues asked"), y="Å",
            names=(
                tr("上界", "upper bound"), tr("下界", "lower bound"),
                tr("被扣下的真值", "the truth, withheld"),
            ),
        ),
    )  # fmt: skip
    with st.container(horizontal=True):
        st.metric(tr("问过的残基", "Residues asked"), f"{len(found.third)}")
        st.metric(tr("允许的范围", "Allowed range"), f"{found.low[-1]:.1f}–{found.high[-1]:.1f} Å")
        st.metric(tr("真值", "Truth"), f"{found.truth:.1f} Å")
    if found.best_low >= 0 and found.best_high >= 0:
        st.caption(
            tr(
                f"最终的下界来自 {names[found.best_low]}，上界来自 {names[found.best_high]}。",
                f"The final lower bound comes from {names[found.best_low]}, the upper one from "
                f"{names[found.best_high]}.",
            )
        )
    asked = ["", *(names[k] for k in found.third)]
    rows = zip(asked, found.low.round(3), found.high.round(3), strict=True)
    lab.csv(["asked", "low_A", "high_A"], list(rows))


@st.cache_data(max_entries=128, show_spinner=False)
def tried(act: str, degrees: float, at: int, seed: int) -> Trial:
    structure = library.open_entry("1ubi")
    residues = structure.chain("A")
    return trial(
        structure.backbone[residues], structure.sequence("A"),
        act=act, degrees=degrees, at=at, seed=seed,
    )  # fmt: skip


@st.fragment
def ipa(page: Frame, lab: Lab) -> None:
    """Turn the protein, one residue, or the mirror, and see what attention notices."""
    names = {
        "all": tr("转动整个蛋白质", "Turn the whole protein"),
        "one": tr("只转一个残基", "Turn one residue"),
        "mirror": tr("照镜子", "Take the mirror image"),
    }
    act = st.segmented_control(
        tr("做什么", "What to do"), ACTS, format_func=names.__getitem__,
        key=linked("aa_act", ACTS, "all"), required=True,
    )  # fmt: skip
    degrees, at = 90, 31
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if act != "mirror":
            degrees = st.slider(tr("角度（°）", "Angle (°)"), 0, 180, 90, 5, key="aa_degrees",
                                bind="query-params", width=260)  # fmt: skip
        if act == "one":
            at = st.slider(tr("哪个残基", "Which residue"), 1, 76, 31, key="aa_at",
                           bind="query-params", width=260)  # fmt: skip
        seed = st.number_input(tr("随机权重（种子）", "Random weights (seed)"), 0, 99, 0,
                               key="aa_seed", bind="query-params", width=200)  # fmt: skip
    found = tried(act or "all", float(degrees), at - 1, int(seed))
    with st.container(horizontal=True):
        st.metric(tr("坐标最多移动", "Largest shift"), f"{found.coordinates:.1f} Å")
        st.metric(tr("距离最多改变", "Largest change of a distance"), f"{power(found.distances)} Å")
        st.metric(tr("logit 最多改变", "Largest change of a logit"), power(found.logits))
        st.metric(tr("权重最多改变", "Largest change of a weight"), power(found.weights))
    figure = figures.two_maps(
        found.before, found.after,
        titles=(tr("之前", "Before"), tr("之后", "After")), x=tr("被看的残基", "seen residue"),
    )  # fmt: skip
    if page.narrow:  # the right map's numbers would stand on the left map; they are the same
        figure.update_layout(yaxis2={"showticklabels": False})
    page.figure("ipa", figure)
    lab.csv(
        ["quantity", "largest_change"],
        [("coordinate_A", found.coordinates), ("distance_A", found.distances),
         ("logit", found.logits), ("weight", found.weights)],
    )  # fmt: skip


def size(page: Frame, lab: Lab) -> None:
    """Length and depth in; shapes, memory, multiplications and published times out."""
    left, right = st.columns(2)
    residues = left.slider(
        tr("残基数 N", "Residues N"), 100, 3000, 384, 4, key="aa_n", bind="query-params"
    )
    sequences = right.slider(
        tr("MSA 行数 S", "MSA rows S"), 8, 512, 512, 8, key="aa_s", bind="query-params"
    )
    work = sizes.block_work(residues, sequences)
    doubled = sizes.block_work(min(2 * residues, sizes.LARGEST), sequences)
    seconds = sizes.expected_seconds(residues)
    with st.container(horizontal=True):
        st.metric("MSA", f"{sequences} × {residues:,} × {sizes.MSA}")
        st.metric(tr("残基对", "Pairs"), f"{residues:,} × {residues:,} × {sizes.PAIR}")
        st.metric(
            tr("一份残基对表", "One pair table"), f"{sizes.pair_bytes(residues) / 1e6:,.0f} MB"
        )
        st.metric(
            tr("一块的乘法", "Multiplications, one block"), f"{sum(work.values()) / 1e9:,.0f} G"
        )
        st.metric(tr("公布的用时（插值）", "Published time (interpolated)"), f"{seconds:,.0f} s")
    figure = figures.shares(
        sizes.OPERATIONS, sizes.block_parameters(), work, lang=page.lang,
        titles=(tr("参数", "Parameters"), tr("乘法", "Multiplications")),
    )  # fmt: skip
    if page.narrow:  # seven names one below the other: below the axis and its title
        figure.update_layout(legend={"y": -0.34, "yanchor": "top"}, height=420)
    page.figure("shares", figure)
    if 2 * residues <= sizes.LARGEST:
        times = {name: doubled[id] / work[id] for id, name in sizes.OPERATIONS.items()}
        grown = "；" if page.lang == "zh" else "; "
        told = grown.join(f"{said(name)} ×{factor:.1f}" for name, factor in times.items())
        st.caption(tr(f"若 N 加倍，乘法数：{told}", f"With twice N, multiplications: {told}"))
    table = sizes.times()
    page.figure(
        "times",
        figures.run_times(
            table.residues, table.seconds, residues, seconds,
            x=tr("残基数（对数）", "residues (logarithmic)"),
            y=tr("用时（对数）", "time (logarithmic)"),
        ),
    )  # fmt: skip
    parameters = sizes.block_parameters()
    lab.csv(
        ["operation", "parameters", "multiplications"],
        [(said(name), parameters[id], work[id]) for id, name in sizes.OPERATIONS.items()],
    )


def calibration(page: Frame) -> None:
    """What a pLDDT has been worth on structures that came later."""
    slope, offset, _ = sizes.calibration()
    page.figure(
        "calibration",
        figures.calibration(
            slope, offset, x="pLDDT", y=tr("测得的 lDDT-Cα", "lDDT-Cα found"),
            bands=[said(name) for _, name in BANDS],
        ),
    )  # fmt: skip
