"""The lesson on where Codex came from: its timeline, the forecast and the sorting of names."""

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.typeset import minus
from vlab import content
from vlab.coding import events, growth, namesakes, problems
from vlab.coding.likeness_results import Likeness
from vlab.figures import code_origin as figures
from vlab.figures.timeline import Event, Lane, timeline
from vlab.text import Text

LANES = (
    Lane("openai", Text("封闭的生成模型", "Closed generators"), "coding"),
    Lane("encoder", Text("编码器", "Encoders"), "biomed"),
    Lane("open", Text("开放权重的生成模型", "Open generators"), "protein"),
    Lane("society", Text("考题与社会", "Exams and society"), "neutral"),
)
THREADS = {
    "all": None,
    "codex": {"gpt3", "codex", "copilot", "copilot-sold", "shutdown"},
    "codebert": {"codebert", "graphcodebert", "unixcoder", "codesearchnet"},
    "exams": {"codesearchnet", "apps", "codex", "mbpp", "evalplus", "swebench"},
    "name": {"codex", "shutdown", "cli", "agent"},
}


def history(page: Frame) -> None:
    """Events by lane; one thread at a time, or results by date."""
    names = {
        "all": tr("全部", "All"),
        "codex": tr("Codex 一脉", "The Codex line"),
        "codebert": tr("CodeBERT 一脉", "The CodeBERT line"),
        "exams": tr("考题", "Exams"),
        "name": tr("同名的几件事", "The name"),
    }
    thread = st.segmented_control(
        tr("看哪条线索", "Which thread"),
        THREADS,
        format_func=names.__getitem__,
        key=linked("co_thread", THREADS, "all"),
        required=True,
    )
    page.figure(
        "timeline",
        timeline(
            LANES,
            [
                Event(e.date, e.lane, e.name, detail=_sourced(e.note, e.ref), id=e.id)
                for e in events.events()
            ],
            highlight=THREADS[thread or "all"],
            lang=page.lang,
            narrow=page.narrow,
        ),
    )
    if st.toggle(tr("纵轴换成成绩", "Results on the vertical axis"), key="co_score",
                 bind="query-params"):  # fmt: skip
        page.figure(
            "by-score",
            figures.dated(
                [
                    figures.Dated(said(e.name), e.day, e.score, e.id == "codex")
                    for e in events.events()
                    if e.score
                ],
                y="pass@1 (%)",
            ),
        )


def _name(ref: str) -> str:
    return content.references()[ref].short


def _link(ref: str) -> str:
    return f"([{_name(ref)}]({content.references()[ref].url}))"


def _sourced(note: Text, ref: str) -> Text:
    """A note with its source, as the tables of the course name it."""
    return Text(f"{note.zh}（{_name(ref)}）", f"{note.en} ({_name(ref)})")


def results(page: Frame) -> None:
    """All of table 1 as lines over size."""
    page.figure(
        "ladder",
        figures.ladder(
            _points(growth.published()),
            growth.KS,
            x=tr("参数", "Parameters"),
            y=tr("解出的题（%）", "Problems solved (%)"),
        ),
    )


def _points(found: tuple[growth.Result, ...]) -> list[figures.Point]:
    return [figures.Point(r.model, r.parameters, r.rates, r.codex) for r in found]


def forecast(page: Frame, lab: Lab) -> None:
    """Fit the small ones, look at the large ones."""
    steps = growth.ladder()
    left, right = st.columns(2)
    used = left.slider(
        tr("参加拟合的模型（从小到大）", "Models used for the fit (from the smallest)"),
        2,
        len(steps),
        5,
        key="co_used",
        bind="query-params",
    )
    k = right.segmented_control(
        "k",
        growth.KS,
        format_func=lambda k: f"pass@{k}",
        key=linked("co_k", growth.KS, 1),
        required=True,
    )
    k = k or 1
    curve = growth.fit(steps[:used], k)
    sizes = np.logspace(6.9, 10.35, 80)
    page.figure(
        "foretold",
        figures.foretold(
            _points(steps),
            used,
            sizes,
            np.array([100 * curve(size) for size in sizes]),
            at=growth.KS.index(k),
            x=tr("参数", "Parameters"),
            y=f"pass@{k} (%)",
            names=(
                tr("参加拟合", "seen by the fit"),
                tr("被藏起来", "hidden from it"),
                tr("拟合的曲线", "fitted curve"),
            ),
        ),
    )
    a, b, c = st.columns(3)
    truth = steps[-1].rates[growth.KS.index(k)]
    told = 100 * curve(steps[-1].parameters)
    a.metric(tr("对 120 亿参数的预告", "Forecast for 12 billion"), f"{told:.1f} %")
    b.metric(tr("论文的结果", "The paper's result"), f"{truth:.2f} %")
    c.metric(tr("相差", "Difference"), minus(f"{told - truth:+.1f}"))
    others = [r for r in growth.published() if not r.codex and r.parameters]
    said_of = []
    for other in others:
        share = other.rate(k)
        if steps[0].rate(k) <= share:
            equal = growth.equal_size(share, k)
            ratio = other.parameters / equal
            said_of.append(f"{other.model} ≈ {equal / 1e6:.0f} M (1 : {ratio:.0f})")
    st.caption(
        tr(
            f"按 pass@{k}，在阶梯上插值，相当于多大的 Codex：" + "；".join(said_of),
            f"By pass@{k}, a Codex of which size equals it (between rungs): " + "; ".join(said_of),
        )
    )
    lab.csv(
        ["model", "parameters", "published_percent", "fitted_percent", "seen"],
        [
            (s.model, s.parameters, s.rates[growth.KS.index(k)],
             f"{100 * curve(s.parameters):.2f}", i < used)
            for i, s in enumerate(steps)
        ],
    )  # fmt: skip


def names(page: Frame, lab: Lab) -> None:
    """One card at a time; what was answered is kept and counted."""
    cards = namesakes.cards()
    bearers = {
        "paper": tr("2021 年的论文", "Paper of 2021"),
        "api": tr("接口模型", "The service"),
        "copilot": "Copilot",
        "agent": tr("2025 年的智能体", "Agent of 2025"),
    }
    at = st.slider(tr("卡片", "Card"), 1, len(cards), 1, key="co_card", bind="query-params") - 1
    card = cards[at]
    with st.container(height=210, border=False):
        st.markdown(f"> {said(card.says)}")
        answer = st.pills(
            tr("说的是谁", "Whom is it about"),
            namesakes.BEARERS,
            format_func=bearers.__getitem__,
            key=f"co_answer_{at}",
            persist_state="session",
        )
        if answer:
            right = answer == card.bearer
            note = st.success if right else st.info
            note(f"**{bearers[card.bearer]}** · {said(card.why)} {_link(card.ref)}")
    given = {
        i: st.session_state[f"co_answer_{i}"]
        for i in range(len(cards))
        if st.session_state.get(f"co_answer_{i}") in namesakes.BEARERS
    }
    found = namesakes.sort(given)
    st.caption(
        tr(
            f"已答 {found.answered} / {len(cards)}，答对 {found.right}。",
            f"{found.answered} of {len(cards)} answered, {found.right} right.",
        )
    )
    if found.answered:
        page.figure(
            "taken",
            figures.taken(
                found.taken,
                [bearers[b] for b in namesakes.BEARERS],
                x=tr("你的选择", "Your choice"),
                y=tr("事实", "Truth"),
            ),
        )
        lab.csv(
            ["card", "truth", "answer"],
            [(i + 1, cards[i].bearer, answer) for i, answer in sorted(given.items())],
        )


POSED = ("largest", "is_prime", "sum_of_evens", "factorial", "is_palindrome", "count_vowels")


def kind_name(kind: str) -> str:
    names = {
        "rename": tr("改名字", "other names"),
        "turn": tr("比较反过来写", "comparison turned round"),
        "store": tr("先存再返回", "stored, then returned"),
        "all": tr("三样一起改", "all three"),
        "compare": tr("比较符号", "a comparison sign"),
        "operator": tr("运算符号", "an operator"),
        "number": tr("数字加一", "a number, one more"),
        "truth": tr("真假对调", "true for false"),
    }
    return names[kind]


def alike(page: Frame, lab: Lab) -> None:
    """Variants of a right program: how alike, and whether they pass."""
    titles = {name: said(problems.own(name).title) for name in POSED}
    name = st.segmented_control(
        tr("题目", "Problem"),
        POSED,
        format_func=titles.__getitem__,
        key=linked("co_posed", POSED, "is_prime"),
        required=True,
    )

    def draw(result: Likeness) -> None:
        _alike(page, lab, result)

    lab.run("codex.likeness", draw, problem=name or "is_prime")


def _alike(page: Frame, lab: Lab, result: Likeness) -> None:
    kinds = [kind_name(kind) for kind in result.kinds]
    order = np.argsort(-result.bleu, kind="stable")
    picked = st.slider(
        tr("看哪一个（按相似度从高到低）", "Which one to see (most alike first)"),
        1,
        len(kinds),
        1,
        key=f"co_variant_{result.problem}",
    )
    at = int(order[picked - 1])
    page.figure(
        "alike",
        figures.alike(
            result.bleu,
            result.passed,
            kinds,
            at,
            x=tr("与参考解的 BLEU-4", "BLEU-4 against the reference"),
            names=(tr("通过", "passes"), tr("不通过", "fails")),
        ),
    )
    left, right = st.columns(2)
    left.caption(tr("参考解（去掉说明）", "Reference, without its docstring"))
    left.code(result.reference, language="python", height=200)
    verdict = tr("通过", "passes") if result.passed[at] else tr("不通过", "fails")
    right.caption(f"{kinds[at]} · BLEU {result.bleu[at]:.3f} · {verdict}")
    right.code(result.programs[at], language="python", height=200)
    a, b, c = st.columns(3)
    a.metric(tr("变体", "Variants"), len(kinds))
    b.metric(tr("通过", "Pass"), int(result.passed.sum()))
    c.metric(
        tr("更像的更对？", "More alike, more right?"),
        f"{result.agreement:.0%}" if result.agreement == result.agreement else "–",
        help=tr(
            "随便取一个通过的和一个不通过的，前者更像参考解的机会；50 % 说明相似度毫无用处。",
            "Take one that passes and one that fails: the chance that the first is more alike. "
            "50 % says that likeness is useless.",
        ),
    )
    lab.csv(
        ["variant", "kind", "bleu", "passed", "program"],
        [
            (i + 1, result.kinds[i], f"{result.bleu[i]:.4f}", bool(result.passed[i]),
             result.programs[i])
            for i in range(len(kinds))
        ],
    )  # fmt: skip
