"""The figures and labs of what AlphaFold changed: controls in, results drawn."""

import plotly.graph_objects as go
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import tr
from pages.ui.links import linked
from pages.ui.page import Frame
from vlab.figures import protein_innovation as figures
from vlab.figures import structure_plots as plots
from vlab.figures.timeline import Event, Lane
from vlab.figures.timeline import timeline as drawn_timeline
from vlab.protein import library, perturbation
from vlab.protein.alphafold_history import VERSIONS, history
from vlab.protein.folding import Descent
from vlab.protein.score_steps import Steps, steps
from vlab.protein.structures import Floats
from vlab.protein.superposition import superpose
from vlab.text import Text

CASES = ("noise", "tail", "hinge")
SHOWN = ("rounds", "orf8", "accuracy")
LANES = (
    Lane("model", Text("模型", "Models"), role="protein"),
    Lane("test", Text("盲测与奖项", "Tests and prizes"), role="coding"),
    Lane("open", Text("开放", "Access"), role="biomed"),
)


def collections(page: Frame) -> None:
    """Sequences, experiments and predictions on one axis."""
    rows = [(each.name, each.count, each.kind) for each in history().collections]
    page.figure(
        "collections",
        figures.collections(rows, lang=page.lang, x=tr("条目数（对数）", "entries (logarithmic)")),
    )


@st.cache_data(max_entries=128, show_spinner=False)
def taken_apart(
    case: str, noise: float, tail: int, shift: float
) -> tuple[Steps, Floats, list[str]]:
    """The comparison's steps, the reference's Cα and the residues' names."""
    structure = library.open_entry("1ake" if case == "hinge" else "1ubi")
    residues = structure.chain("A")
    points, names = structure.ca[residues], [structure.residues[i].label for i in residues]
    if case == "hinge":
        opened = library.open_entry("4ake")
        return steps(opened.ca[opened.protein], points), points, names
    model = perturbation.with_tail_moved(perturbation.with_noise(points, noise), tail, shift)
    return steps(model, points), points, names


@st.fragment
def gdt(page: Frame, lab: Lab) -> None:
    """Damage a structure until its GDT is what AlphaFold reached."""
    names = {
        "noise": tr("泛素：处处有误差", "Ubiquitin: errors everywhere"),
        "tail": tr("泛素：再移开尾巴", "Ubiquitin: a moved tail, too"),
        "hinge": tr("腺苷酸激酶：开与合", "Adenylate kinase: open, shut"),
    }
    case = st.segmented_control(
        tr("怎样弄坏", "What is wrong"), CASES, format_func=names.__getitem__,
        key=linked("ai_case", CASES, "noise"), required=True,
    )  # fmt: skip
    noise, tail = 1.0, 0
    if case != "hinge":
        noise = st.slider(tr("随机误差（Å，均方根）", "Random error (Å, rms)"), 0.0, 6.0, 1.0, 0.1,
                          key="ai_noise", bind="query-params")  # fmt: skip
    if case == "tail":
        tail = st.slider(tr("移开 15 Å 的尾部残基", "Tail residues moved by 15 Å"), 0, 20, 4,
                         key="ai_tail", bind="query-params")  # fmt: skip
    found, _, labels = taken_apart(case or "noise", noise, tail, 15.0)
    score = found.scores
    for column, (name, value) in zip(
        st.columns(5),
        (
            ("GDT_TS", f"{score.gdt_ts:.1f}"),
            ("RMSD", f"{score.rmsd:.2f} Å"),
            ("r.m.s.d.95", f"{score.rmsd_95:.2f} Å"),
            ("TM", f"{score.tm:.3f}"),
            ("lDDT-Cα", f"{score.lddt:.1f}"),
        ),
        strict=True,
    ):
        column.metric(name, value)
    figure = figures.score_curve(
        found.cutoffs, found.share, found.best, score.gdt_ts,
        x=tr("距离上限（Å）", "distance cut-off (Å)"),
        y=tr("残基（%）", "residues (%)"),
        names=(
            tr("全部残基叠合一次", "one superposition of all"),
            tr("每个上限各自最好的叠合", "the best superposition for each cut-off"),
        ),
    )  # fmt: skip
    figure.update_traces(  # below a full mark the dashed mean would strike its number out
        textposition="top center", cliponaxis=False, selector={"mode": "markers+text"}
    )
    if page.narrow:  # two names one below the other: above, they would cover the numbers
        figure.update_layout(legend={"y": -0.32, "yanchor": "top"}, height=370)
    page.figure("curve", figure)
    a, b, c, d = found.best
    e, f, g, h = found.kept
    st.markdown(
        tr(
            f"GDT_TS = ({a:.1f} + {b:.1f} + {c:.1f} + {d:.1f}) / 4 = **{score.gdt_ts:.1f}**  \n"
            f"lDDT = ({e:.1f} + {f:.1f} + {g:.1f} + {h:.1f}) / 4 = **{score.lddt:.1f}**，"
            f"共 {found.pairs:,} 个小于 15 Å 的距离  \n"
            f"TM 的尺度 $d_0$ = {found.tm_scale:.2f} Å；按全部残基叠合，各项平均 "
            f"{found.tm_term.mean():.3f}，搜索最好的叠合得 **{score.tm:.3f}**",
            f"GDT_TS = ({a:.1f} + {b:.1f} + {c:.1f} + {d:.1f}) / 4 = **{score.gdt_ts:.1f}**  \n"
            f"lDDT = ({e:.1f} + {f:.1f} + {g:.1f} + {h:.1f}) / 4 = **{score.lddt:.1f}**, "
            f"over {found.pairs:,} distances below 15 Å  \n"
            f"TM's scale $d_0$ = {found.tm_scale:.2f} Å; its terms average "
            f"{found.tm_term.mean():.3f} after the superposition of all, and "
            f"**{score.tm:.3f}** after the best one found",
        )
    )
    rows = zip(labels, score.distance.round(3), found.tm_term.round(4), strict=True)
    lab.csv(["residue", "distance_A", "tm_term"], list(rows))


@st.fragment
def results(page: Frame) -> None:
    """Published results, three views."""
    names = {
        "rounds": tr("历届 CASP（无模板）", "CASP rounds (no template)"),
        "orf8": tr("一个难靶：ORF8", "One hard target: ORF8"),
        "accuracy": tr("误差（Å）", "Errors (Å)"),
    }
    view = st.segmented_control(
        tr("看哪一组结果", "Which results"), SHOWN, format_func=names.__getitem__,
        key=linked("ai_results", SHOWN, "rounds"), required=True, label_visibility="collapsed",
    )  # fmt: skip
    past = history()
    if view == "orf8":
        rows = [(each.name, each.gdt) for each in past.orf8]
        page.figure("orf8", figures.bars(rows, lang=page.lang, x="GDT_TS", top=105))
    elif view == "accuracy":
        both = ("AlphaFold 2", tr("第二名的方法", "next best method"))
        triples = [(each.name, each.alphafold, each.next) for each in past.accuracy]
        page.figure("accuracy", figures.accuracy(triples, lang=page.lang, names=both))
    else:
        spans = [(each.name, each.year, each.low, each.high, each.kind) for each in past.rounds]
        level = tr("90：与实验相当", "90: on a par with experiment")
        figure = figures.rounds(spans, lang=page.lang, level=level)
        # White words do not show on a hatched bar: they stand above it.
        figure.update_traces(
            textposition="outside", selector=lambda bar: bool(bar.marker.pattern.shape)
        )
        page.figure("rounds", figure)


def distances(page: Frame, lab: Lab) -> None:
    """Distances in, coordinates out; a slider walks along the descent."""
    left, middle, right = st.columns(3)
    reach = left.slider(tr("已知距离到（Å）", "Distances known up to (Å)"), 12, 50, 22,
                        key="ai_reach", bind="query-params")  # fmt: skip
    noise = middle.slider(tr("距离的误差（Å）", "Error of a distance (Å)"), 0.0, 5.0, 1.0, 0.5,
                          key="ai_blur", bind="query-params")  # fmt: skip
    seed = right.number_input(tr("起点（种子）", "Start (seed)"), 0, 99, 2, key="ai_seed",
                              bind="query-params")  # fmt: skip
    structure = library.open_entry("1ubi")
    residues = structure.chain("A")
    names = [structure.residues[i].label for i in residues]
    reference = structure.ca[residues]

    def draw(result: Descent) -> None:
        _descended(page, lab, result, reference, names)

    lab.run("alphafold.descend", draw, reach=float(reach), noise=noise, seed=int(seed))


def _descended(page: Frame, lab: Lab, result: Descent, reference: Floats, names: list[str]) -> None:
    last = len(result.at) - 1
    at = st.select_slider(
        tr("下降到第几步", "Step of the descent"), range(last + 1), value=last,
        format_func=lambda i: str(result.at[i]), key="ai_step",
    )  # fmt: skip
    image = bool(result.rmsd_mirror[last] < result.rmsd[last])
    with st.container(horizontal=True):
        st.metric(tr("给出的距离", "Distances given"), f"{result.known:,} / {result.pairs:,}")
        st.metric(tr("对结构的 RMSD", "RMSD to the structure"), f"{result.rmsd[at]:.2f} Å")
        st.metric(
            tr("对镜像的 RMSD", "RMSD to its mirror image"), f"{result.rmsd_mirror[at]:.2f} Å"
        )
    left, right = st.columns(2, gap="medium")
    with left:
        legend = (
            tr("距离误差", "error of distances"), tr("对结构", "to structure"),
            tr("对镜像", "to mirror"),
        )  # fmt: skip
        page.figure(
            "descent",
            figures.descent(
                result.stress, result.at, result.rmsd, result.rmsd_mirror, result.at[at],
                x=tr("步", "step"), names=legend,
            ),
        )  # fmt: skip
    with right:
        page.figure("folded", _overlaid(result.positions[at], reference, names, mirror=image))
    if image and result.rmsd_mirror[last] < 3:
        st.info(
            tr(
                "这次落在镜像里：每个距离都对，手性却反了。只凭距离无法分辨；换一个起点试试。",
                "This descent ended in the mirror image: every distance fits, the hand is wrong. "
                "Distances alone cannot tell; try another start.",
            )
        )
    lab.csv(
        ["step", "rmsd_A", "rmsd_mirror_A"],
        list(zip(result.at, result.rmsd.round(4), result.rmsd_mirror.round(4), strict=True)),
    )


def _overlaid(points: Floats, reference: Floats, names: list[str], *, mirror: bool) -> go.Figure:
    target = perturbation.mirrored(reference) if mirror else reference
    both = (
        tr("下降所得", "from the descent"),
        tr("真实结构的镜像", "mirror of the true structure")
        if mirror
        else tr("真实结构", "true structure"),
    )
    return plots.overlay(superpose(points, target).moved, target, names, both)


@st.fragment
def ideas(page: Frame) -> None:
    """Four versions; the chosen one is told in words."""
    version = st.segmented_control(
        tr("版本", "Version"), VERSIONS, key=linked("ai_version", VERSIONS, "AF2"), required=True
    )
    chosen = VERSIONS.index(version or "AF2")
    rows = [(each.name, each.versions) for each in history().ideas]
    page.figure(
        "ideas",
        figures.ideas(
            rows,
            VERSIONS,
            lang=page.lang,
            chosen=chosen,
            narrow=page.narrow,
        ),
    )
    page.prose(f"version-{VERSIONS[chosen].lower()}")


def timeline(page: Frame) -> None:
    """From the first blind test to open weights."""
    events = [Event(each.date, each.lane, each.name) for each in history().events]
    page.figure(
        "timeline",
        drawn_timeline(LANES, events, lang=page.lang, narrow=page.narrow),
    )
