"""The case studies' pieces: cases in lanes, and the broken project to repair."""

import math

import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.stepped import cite
from pages.ui.typeset import minus
from vlab.figures import synthesis_cases as figures
from vlab.figures.diagram import Arrow, Box, diagram
from vlab.synthesis import lanes, project_text
from vlab.synthesis.project_results import Attempt
from vlab.text import Text

LINES = 120  # more than any listing has: repairs change how long it is
ROLES = ("data", "neutral", "neutral", "good", "synthesis", "warn")
NAMES = {
    "read": ("读表", "read"),
    "join": ("连接", "join"),
    "split": ("划分", "split"),
    "label": ("标签", "label"),
    "vocabulary": ("词表", "vocabulary"),
    "tokens": ("切词", "tokens"),
    "batch": ("组批", "batch"),
    "settings": ("配置", "settings"),
    "network": ("网络", "network"),
    "rate": ("学习率", "rate"),
    "update": ("更新", "update"),
    "accuracy": ("正确率", "accuracy"),
    "exam": ("考试", "exam"),
}


def case(page: Frame) -> None:
    """One case from data to failure, and what to ask of it."""
    known = {each.id: each for each in lanes.cases()}
    picked = st.selectbox(
        tr("选一个案例", "Pick a case"),
        list(known),
        format_func=lambda each: said(known[each].name),
        key=linked("cs_case", known, "humaneval"),
    )
    shown = known[picked]
    told = list(shown.lanes)
    if not st.toggle(tr("打开第六格", "Open the sixth box"), key=f"cs_open_{picked}"):
        told[-1] = Text("？", "?")
    boxes = [
        Box(f"lane{i}", lane, i, 0, role=role, note=words)
        for i, (lane, words, role) in enumerate(zip(lanes.LANES, told, ROLES, strict=True))
    ]
    arrows = [Arrow(f"lane{i}", f"lane{i + 1}") for i in range(len(boxes) - 1)]
    page.figure("lanes", diagram(boxes, arrows, lang=page.lang, narrow=page.narrow))
    with st.expander(tr("你会查什么？先想，再打开", "What would you check? Think, then open")):
        st.markdown(f"{said(shown.check)} ({cite(shown.ref)})")


def repair(page: Frame, lab: Lab) -> None:
    """The script with its lines, a line to pick, repairs to choose, and the run."""
    faults = {fault.id: fault for fault in project_text.faults()}
    done = st.pills(
        tr("已修好（点一下可以撤销）", "Repaired (click to take back)"),
        list(faults),
        selection_mode="multi",
        key="cs_done",
        persist_state="page",
    )
    repaired = tuple(sorted(done))
    st.caption(
        " · ".join(f"{n} {said(faults[n].name)}" for n in repaired)
        or tr("还没有修好的。", "None yet.")
    )
    shown = project_text.listing(repaired)
    left, right = st.columns([0.62, 0.38], gap="medium")
    with left:
        st.code("\n".join(shown.lines), language="python", line_numbers=True, height=520)
    with right:
        line = int(
            st.number_input(
                tr("哪一行有错？", "Which line is wrong?"),
                1, LINES, 1, key="cs_line", bind="query-params",
            )
        )  # fmt: skip
        text = shown.lines[line - 1].strip() if line <= len(shown.lines) else ""
        st.code(text or " ", language="python")
        fault = faults.get(shown.faulty.get(line, 0))
        if fault is None:
            st.caption(
                tr(
                    f"这一行没有问题。还有 {len(shown.faulty)} 处错，标在各函数里最要紧的一行。",
                    f"This line is sound. {len(shown.faulty)} faults are left, each on the line "
                    "of its function that matters.",
                )
                if shown.faulty
                else tr("十处都修好了，运行看看。", "All ten are repaired: run it.")
            )
        else:
            _options(fault)
        with st.expander(tr("要一个提示", "A hint, please"), key="cs_hint"):
            open_ones = [fault for n, fault in faults.items() if n not in repaired]
            for fault in open_ones[:3]:
                st.markdown(f"- {said(fault.symptom)}")

    def draw(result: Attempt) -> None:
        _ran(page, lab, result)

    lab.run(
        "cases.attempt", draw, button=tr("运行这个项目", "Run the project"),
        repaired=repaired, seed=0,
    )  # fmt: skip


def _options(fault: project_text.Fault) -> None:
    picked = st.radio(
        tr("怎样修？", "How is it repaired?"),
        range(len(fault.option)),
        format_func=lambda i: f"`{fault.option[i].code}`",
        index=None,
        key=f"cs_option_{fault.id}",
    )
    if picked is None:
        st.caption(f"{tr('错误', 'Fault')} {fault.id}{tr('：', ': ')}{said(fault.symptom)}")
        return
    right = picked == fault.answer
    (st.success if right else st.warning)(said(fault.option[picked].why))
    st.button(
        tr("采用这个修改", "Use this repair"),
        key=f"cs_use_{fault.id}",
        disabled=not right,
        on_click=_use,
        args=(fault.id,),
    )


def _use(number: int) -> None:
    st.session_state.cs_done = sorted({*(st.session_state.get("cs_done") or []), number})


def _ran(page: Frame, lab: Lab, result: Attempt) -> None:
    if result.error:
        st.error(
            tr(
                f"在“{NAMES[result.failed][0]}”一步停下（第 {result.line} 行）："
                f"`{result.error.replace('`', ' ')}`",
                f"Stopped in the step “{NAMES[result.failed][1]}” (line {result.line}): "
                f"`{result.error.replace('`', ' ')}`",
            )
        )
        if len(result.losses):
            st.caption(tr("训练已经跑完。", "Training had been finished."))
        return
    left, right = st.columns(2, gap="medium")
    with left:
        page.figure(
            "losses",
            figures.losses(
                result.losses,
                guess=math.log(5),
                x=tr("训练步", "training step"),
                y=tr("损失", "loss"),
                line=tr("瞎猜 ln 5", "blind guess ln 5"),
            ),
        )
    with right:
        page.figure(
            "verdict",
            figures.verdict(
                [
                    tr("项目自己报告的", "what the project reports"),
                    tr("新模块上的真实成绩", "truth on new modules"),
                    tr("只数词的基线", "baseline: counting words"),
                ],
                [result.reported, result.honest, result.baseline],
                chance=0.2,
            ),
        )
    a, b, c = st.columns(3)
    a.metric(tr("两边都有的模块", "Modules on both sides"), f"{result.leaked}")
    b.metric(tr("训练句 / 考试句", "Trained / examined"),
             f"{result.train_rows:,} / {result.exam_rows:,}")  # fmt: skip
    c.metric(
        tr("报告减真实", "Reported minus true"),
        minus(f"{100 * (result.reported - result.honest):+.1f}"),
        help=tr("百分点。大于零就是高估。", "Points. Above zero the report is too good."),
    )
    lab.csv(["step", "loss"], [(i, f"{loss:.4f}") for i, loss in enumerate(result.losses, 1)])
