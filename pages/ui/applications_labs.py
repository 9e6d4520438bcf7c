"""The labs of the applications lesson: board, sorting game, code search, pipeline, ward."""

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.stepped import cite
from vlab.figures import synthesis_applications as figures
from vlab.synthesis import applications
from vlab.synthesis.code_search_results import METHODS, Found
from vlab.text import Text

LANES = {
    "coding": Text("代码", "Code"),
    "protein": Text("蛋白质", "Proteins"),
    "biomed": Text("生物医学", "Biomedicine"),
}
SORTS = {
    "level": Text("证据从强到弱", "strongest evidence first"),
    "domain": Text("按领域", "by domain"),
    "reach": Text("按规模", "by reach"),
}
MODEL = "all-minilm-l6-v2"


def board(page: Frame) -> None:
    """The board of evidence; one case in full beside it."""
    cases = applications.cases()
    ids = [case.id for case in cases]
    number = {case.id: place for place, case in enumerate(cases, 1)}
    names = {case.id: f"{number[case.id]} {said(case.name)}" for case in cases}
    picked = st.selectbox(
        tr("看一个案例", "Look at one case"),
        ids,
        format_func=names.__getitem__,
        key=linked("ap_case", ids, "metr"),
    )
    figure = figures.board(
        [
            figures.Spot(
                number[case.id], said(case.name), case.domain, case.level, case.reach,
                said(case.result),
            )
            for case in cases
        ],
        {lane: said(name) for lane, name in LANES.items()},
        [said(level) for level in applications.LEVELS],
        chosen=number[picked],
        heads=["#", tr("案例", "Case"), tr("领域", "Domain"), tr("证据", "Evidence"),
               tr("规模", "Reach"), tr("结果", "Result")],
    )  # fmt: skip
    if page.narrow:  # slanting down to the right, the last level would be left out
        figure.update_xaxes(tickangle=-45)
    page.figure("board", figure)
    case = cases[ids.index(picked)]
    with st.container(border=True):
        st.markdown(
            f"**{names[picked]}** · {said(applications.LEVELS[case.level])} · "
            f"{case.reach:,} {said(case.unit)}\n\n"
            f"- {tr('任务', 'Task')}{tr('：', ': ')}{said(case.task)}\n"
            f"- {tr('结果', 'Result')}{tr('：', ': ')}{said(case.result)}\n"
            f"- {tr('弱点', 'Weak point')}{tr('：', ': ')}{said(case.failure)}\n"
            f"- {tr('来源', 'Source')}{tr('：', ': ')}{cite(case.ref)}"
        )


def cases_table(page: Frame) -> None:
    """All cases as a table that the reader sorts and filters."""
    left, right = st.columns(2)
    with left:
        order = st.segmented_control(
            tr("排序", "Order"),
            list(SORTS),
            format_func=lambda each: said(SORTS[each]),
            key=linked("ap_order", SORTS, "level"),
            required=True,
        )
    with right:
        lanes = st.pills(
            tr("领域", "Domain"),
            list(LANES),
            format_func=lambda each: said(LANES[each]),
            key="ap_lanes",
            selection_mode="multi",
            persist_state="page",
        )
    number = {case.id: place for place, case in enumerate(applications.cases(), 1)}
    shown = [case for case in applications.cases() if not lanes or case.domain in lanes]
    if order == "domain":
        shown.sort(key=lambda case: list(LANES).index(case.domain))
    else:
        shown.sort(key=lambda case: -(case.reach if order == "reach" else case.level))
    head = [
        "#", tr("案例", "Case"), tr("做什么", "Task"), tr("结果", "Result"),
        tr("证据", "Evidence"), tr("弱点", "Weak point"), tr("来源", "Source"),
    ]  # fmt: skip
    lines = [head, ["---"] * len(head)]
    for case in shown:
        level = said(applications.LEVELS[case.level])
        if page.lang == "zh":
            level = "\u2060".join(level)  # else a narrow column breaks it after every sign
        cells = [case.name, case.task, case.result, case.failure]
        name, task, result, failure = (said(cell).replace("|", "\\|") for cell in cells)
        row = [str(number[case.id]), name, task, result, level, failure, cite(case.ref)]
        lines.append(row)
    with st.container(key="table-cases"):
        st.markdown(f"**{tr('表 1：应用案例', 'Table 1: applications')}**")
        st.markdown("\n".join("| " + " | ".join(cells) + " |" for cells in lines))
        page.caption("cases")


def triage(page: Frame, lab: Lab) -> None:
    """Ten tasks to sort into five drawers."""
    tasks = applications.tasks()
    kinds = list(applications.KINDS)
    picked: list[str | None] = []
    for place, task in enumerate(tasks):
        pick = st.pills(
            f"**{place + 1}.** {said(task.says)}",
            kinds,
            format_func=lambda each: said(applications.KINDS[each]),
            key=f"ap_task_{place}",
            persist_state="page",
        )
        picked.append(pick)
        if pick:
            sign = "✓" if pick == task.kind else f"✗ → {said(applications.KINDS[task.kind])}"
            st.caption(f"{sign} · {said(task.why)}")
    found = applications.score(picked)
    a, b, c = st.columns(3)
    a.metric(tr("已分拣", "Sorted"), f"{found.done} / {len(tasks)}")
    b.metric(tr("答对", "Right"), f"{found.right}")
    c.metric(
        tr("靠猜也能这么好", "As good by guessing"),
        f"{found.by_luck:.2%}" if found.done else "–",
        help=tr(
            "五选一随便猜，至少答对这么多的概率。",
            "The probability of at least as many right by guessing one of five.",
        ),
    )


def search(page: Frame, lab: Lab) -> None:
    """Find a function by a question, four ways."""
    query = st.text_input(
        tr("问题（英文；这个模型只懂英文）", "Question (in English: the model knows no other)"),
        "get rid of repeated elements",
        key="ap_query",
        bind="query-params",
    )

    def draw(found: Found) -> None:
        _found(page, lab, query, found)

    lab.run("applications.search", draw, model=MODEL, query=query)


def _found(page: Frame, lab: Lab, query: str, found: Found) -> None:
    methods = list(METHODS)
    known = {each.text: each.answer for each in applications.library().query}
    right = known.get(query.strip(), "")
    method = st.segmented_control(
        tr("怎样比", "Compare by"),
        methods,
        format_func=lambda each: said(METHODS[each]),
        key=linked("ap_method", methods, "doc"),
        required=True,
    )
    method = method or "doc"
    ranking = next(each for each in found.rankings if each.method == method)
    best = ranking.order[:6]
    left, middle = st.columns([0.5, 0.5], gap="medium")
    with left:
        page.figure(
            "ranked",
            figures.ranked(
                [found.names[i] for i in best],
                ranking.scores[best],
                x=tr("分数", "score") if method == "words" else tr("余弦", "cosine"),
                right=right,
            ),
        )
        if not ranking.scores.any():
            st.caption(
                tr("没有共同的词：关键词排不出名次。", "No word in common: keywords cannot rank.")
            )
    with middle:
        page.figure(
            "exams",
            figures.exams(
                [said(METHODS[each.method]) for each in found.exams],
                [each.mrr for each in found.exams],
                [each.first for each in found.exams],
                (tr("MRR", "MRR"), tr("第一名就对", "right at first place")),
            ),
        )
    top = int(ranking.order[0])
    shelf = applications.library().snippet
    with st.expander(tr("第一名的代码", "The first one's code"), key="ap_code"):
        st.caption(shelf[top].doc)
        st.code(
            found.renamed[top] if method == "renamed" else shelf[top].code.strip(),
            language="python",
        )
    lab.csv(
        ["function", *methods],
        [
            (name, *(f"{each.scores[i]:.4f}" for each in found.rankings))
            for i, name in enumerate(found.names)
        ],
    )


def pipeline(page: Frame) -> None:
    """Four stages, each a little wrong: what is left at the end."""
    stages = [tr("切句", "sentences"), tr("实体", "entities"), tr("归一", "normalised"),
              tr("关系", "relations")]  # fmt: skip
    columns = st.columns(4)
    shares = [
        column.slider(f"{stage} (%)", 50, 100, start, key=f"ap_stage_{place}", bind="query-params")
        for place, (column, stage, start) in enumerate(
            zip(columns, stages, (99, 90, 85, 76), strict=True)
        )
    ]
    kept = np.cumprod(np.array(shares) / 100)
    page.figure("survival", figures.survival(stages, kept, y=tr("仍然正确", "still right")))


def ward(page: Frame, lab: Lab) -> None:
    """What an alert is worth where few patients are concerned."""
    left, right = st.columns([0.4, 0.6], gap="medium")
    with left:
        prevalence = st.slider(
            tr("真会再入院 (%)", "Truly readmitted (%)"), 0.5, 80.0, 6.5, 0.5,
            key="ap_prevalence", bind="query-params",
        )  # fmt: skip
        sensitivity = st.slider(
            tr("灵敏度 (%)", "Sensitivity (%)"), 1, 100, 24, key="ap_sensitivity",
            bind="query-params",
        )  # fmt: skip
        false = st.slider(
            tr("假阳性率 (%)", "False positive rate (%)"), 0.0, 40.0, 6.0, 0.5, key="ap_false",
            bind="query-params",
        )  # fmt: skip
        seen = st.slider(
            tr("每天出院人数", "Discharges a day"), 5, 500, 100, 5, key="ap_seen",
            bind="query-params",
        )  # fmt: skip
    rates = {"sensitivity": sensitivity / 100, "false_positive": false / 100, "seen": int(seen)}
    here = applications.ward(prevalence=prevalence / 100, **rates)
    axis = np.linspace(0.002, 1, 250)
    curve = np.array([applications.ward(prevalence=float(p), **rates).ppv for p in axis])
    with right:
        page.figure(
            "alerts",
            figures.alerts(
                axis, curve, (prevalence / 100, here.ppv),
                x=tr("患病率", "prevalence"),
                y=tr("警报正确的份额 (PPV)", "alerts that are right (PPV)"),
            ),
        )  # fmt: skip
    a, b, c, d = st.columns(4)
    a.metric("PPV", f"{here.ppv:.1%}")
    b.metric(tr("每天警报", "Alerts a day"), f"{here.alerts:.1f}")
    c.metric(
        tr("找到一个要看几个", "Alerts per true case"),
        f"{here.effort:.1f}" if np.isfinite(here.effort) else "∞",
    )
    d.metric(tr("每天漏掉", "Missed a day"), f"{here.missed:.1f}")
    rows = zip(axis, curve, strict=True)
    lab.csv(["prevalence", "ppv"], [(f"{p:.3f}", f"{v:.4f}") for p, v in rows])
