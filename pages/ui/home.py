"""The pieces of the first page."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from pages.ui import live
from pages.ui.language import said, tr
from pages.ui.reader import progress
from vlab import content, viewers
from vlab.coding import sweep_results
from vlab.doctor import Checkup
from vlab.figures import thumbnails
from vlab.figures.structure import SCRIPT
from vlab.foundations.filling_results import FillResult
from vlab.foundations.pieces import Kind
from vlab.protein import library
from vlab.protein.analysis import analyse
from vlab.serving import machine as this_machine
from vlab.serving import recorded
from vlab.text import Text

TIERS = {
    "own": Text("本课训练", "trained here"),
    "packaged": Text("随包发布", "packaged"),
    "hub": Text("模型库", "hub"),
}


def course_map() -> None:
    """Five parts with their lessons; a mark shows what this reader has opened and solved."""
    read = progress()
    for column, part in zip(st.columns(5, gap="small"), content.outline(), strict=True):
        with column, st.container(border=True, key=f"part-{part.id}", height="stretch"):
            done = sum(slug in read for slug in part.slugs)
            st.markdown(f"**{said(part.title)}**")
            if part.slugs:
                st.progress(done / len(part.slugs), f"{done} / {len(part.slugs)}")
            with st.container(gap=None):
                for stop in part.stops:
                    if stop.slug in part.slugs:
                        st.page_link(f"pages/{stop.slug}.py", label=_label(stop, read))
                    else:
                        st.caption(said(stop.title))


def _label(stop: content.Stop, read: Mapping[str, Mapping[str, int]]) -> str:
    name = said(stop.title)
    if stop.slug not in read:
        return name
    asked = len(content.load(stop.slug).quiz)
    return f"✓ {name}" if read[stop.slug]["solved"] >= asked else f"◐ {name}"


def cards(words: Mapping[str, Text]) -> None:
    """Three things to try, each with a picture of a real result."""
    there = (
        ("fill", "pretraining", "biomed", tr("填一个词", "Fill a gap"), _fill),
        ("passk", "code_lab", "coding", tr("算 pass@k", "Run pass@k"), _passk),
        ("protein", "structure_lab", "protein", tr("转一个蛋白质", "Turn a protein"), _protein),
    )
    for column, (key, slug, part, title, draw) in zip(st.columns(3), there, strict=True):
        with column, st.container(border=True, key=f"part-{part}-{key}", height="stretch"):
            st.markdown(f"**{title}**")
            st.markdown(said(words[key]))
            draw()
            st.page_link(f"pages/{slug}.py", label=f"{said(content.title(slug))} →")


def _fill() -> None:
    request = next(r for r in recorded.requests("pretraining") if r.operation == "mlm.fill")

    def draw(result: FillResult) -> None:
        blank = result.blanks[0]
        sentence = "".join(
            " ▁▁▁▁" if i == blank.place else " " * (piece.kind is Kind.START) + piece.shown
            for i, piece in enumerate(result.pieces)
        )
        st.text(sentence.strip())
        st.plotly_chart(
            thumbnails.candidates(
                [c.stored for c in blank.candidates[:5]],
                [c.probability for c in blank.candidates[:5]],
            ),
            key="home-fill",
            config={"staticPlot": True},
            alt=tr("五个最可能的词及其概率", "The five likeliest words and their probabilities"),
        )

    _run("pretraining", "home-fill", request, draw)


def _passk() -> None:
    sweep = sweep_results.recorded()
    ks = tuple(range(1, 11))
    levels = ("easy",)
    lines = {
        f"T = {t:g}": row
        for t, row in zip(
            sweep_results.temperatures(sweep),
            sweep_results.grid(sweep, ks, levels=levels, hidden=True).T,
            strict=True,
        )
    }
    st.plotly_chart(
        thumbnails.curves(ks, lines, "k", "pass@k"),
        key="home-passk",
        config={"staticPlot": True},
        alt=tr("不同温度下 pass@k 随 k 上升", "pass@k rises with k, at four temperatures"),
    )
    st.caption(
        tr(
            f"录制的真实运行：简单题，每题 {sweep.cells[0].n} 个样本",
            f"A recorded real run: easy problems, {sweep.cells[0].n} samples each",
        )
    )


def _protein() -> None:
    missing = viewers.status()
    if not missing.present:
        st.caption(said(missing.note))
        st.code(missing.command, language="bash")
        return
    dark = st.context.theme.type == "dark"
    st.iframe(
        thumbnails.turning(
            analyse(library.open_entry("1ubi")).pdb, SCRIPT, "#14181c" if dark else "#fdfdfb"
        ),
        height=thumbnails.HEIGHT,
        tab_index=-1,
        alt=tr("泛素的三维结构，可以拖动旋转", "Ubiquitin in three dimensions; drag to turn it"),
    )


def machine() -> None:
    """Models, device and sandbox of this machine, and what brings the rest."""

    def draw(found: Checkup) -> None:
        device, sandbox = found.device, found.sandbox
        columns = st.columns([2, 3, 2, 2])  # the precision is the longest
        facts = (
            (tr("设备", "Device"), device.name or "–"),
            (tr("精度", "Precision"), " / ".join(sorted(set(device.precision.values())))),
            (tr("线程", "Threads"), str(device.threads)),
            (tr("沙箱", "Sandbox"), sandbox.active or tr("不可用", "none")),
        )
        for column, (label, value) in zip(columns, facts, strict=True):
            column.metric(label, value)
        head = [
            tr("模型", "Model"),
            tr("来源", "Tier"),
            tr("许可", "Licence"),
            tr("大小", "Size"),
            tr("状态", "State"),
        ]
        lines = [
            [
                said(model.title),
                said(TIERS[model.tier]),
                model.licence,
                f"{model.bytes / 1e6:,.0f} MB" if model.bytes else "–",
                "✓" if model.present else f"`{model.command}`",
            ]
            for model in found.models
        ]
        table = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * 5, *lines)]
        with st.container(key="table-machine"):
            st.markdown("\n".join(table))
        for gap in found.gaps:
            st.caption(f"{tr('缺少', 'Missing')}: {said(gap.what)} → `{gap.command}`")

    live.run(
        "home",
        "home-machine",
        "machine.checkup",
        draw,
        model=None,
        grow=None,
        button=None,
        disabled="",
        inputs={"models": this_machine.here()},
    )


def _run(slug: str, key: str, request: recorded.Request, draw: Any) -> None:
    live.run(
        slug,
        key,
        request.operation,
        draw,
        model=request.model,
        grow=None,
        button=None,
        disabled="",
        inputs=dict(request.inputs),
        small=True,
    )
