"""The code lab's controls and results: completion, samples with verdicts, temperature, editor."""

import numpy as np
import plotly.graph_objects as go
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.models import card_popover
from pages.ui.page import Frame
from pages.ui.typeset import minus
from vlab.coding import humaneval, passk, problems, prompting, sweep_results
from vlab.coding.prompting import Style
from vlab.coding.results import Evaluated, Isolation, Judged, Judgement, Samples
from vlab.figures import coding as figures
from vlab.sandbox.engine import Limits
from vlab.sandbox.oracle import Outcome

MODEL = "smollm2-135m-instruct"
PROMPT = '''def is_even(n: int) -> bool:
    """Return True if n is even, otherwise False."""
'''
MARKS = {
    Outcome.PASSED: "✓",
    Outcome.WRONG: "✗",
    Outcome.EXCEPTION: "!",
    Outcome.TIMEOUT: "∞",
    Outcome.MEMORY: "▤",
    Outcome.OUTPUT_LIMIT: "≫",
    Outcome.EXITED_EARLY: "⇥",
    Outcome.MALFORMED: "?",
    Outcome.COULD_NOT_JUDGE: "–",
}
KS = (1, 2, 5, 10, 20)
LEVELS = {"all": problems.LEVELS, **{level: (level,) for level in problems.LEVELS}}
OWN = tuple(draft.id for draft in problems.drafts())


def level_name(level: str) -> str:
    names = {
        "all": tr("全部", "All"),
        "easy": tr("容易", "Easy"),
        "medium": tr("中等", "Medium"),
        "hard": tr("困难", "Hard"),
    }
    return names[level]


def problem_name(name: str) -> str:
    problem = problems.own(name)
    return f"{level_name(problem.level)} · {said(problem.title)}"


def complete(lab: Lab) -> None:
    """Continue any program, token by token."""
    prompt = st.text_area(
        tr("程序的开头", "The beginning of a program"),
        PROMPT,
        key="code_prompt",
        height=130,
        persist_state="page",
    )
    columns = st.columns(4)
    temperature = columns[0].slider(
        tr("温度", "Temperature"), 0.0, 1.5, 0.2, 0.1, key="code_t", bind="query-params"
    )
    top_p = columns[1].slider("top-p", 0.1, 1.0, 0.95, 0.05, key="code_p", bind="query-params")
    length = columns[2].slider(
        tr("最多词元数", "Tokens at most"), 16, 256, 96, 16, key="code_len", bind="query-params"
    )
    seed = columns[3].number_input(
        tr("随机种子", "Seed"), 0, 9999, 0, key="code_seed", bind="query-params"
    )
    styles = {
        Style.CHAT.value: tr("对话框架，答案已开头", "Chat frame, answer begun"),
        Style.FEW_SHOT.value: tr("先给两个例子", "After two examples"),
        Style.PLAIN.value: tr("只有程序本身", "The program alone"),
    }
    style = st.segmented_control(
        tr("怎样把程序交给模型", "How the program is put to the model"),
        list(styles),
        format_func=styles.__getitem__,
        key=linked("code_style", styles, Style.CHAT.value),
        required=True,
    )
    stops = st.toggle(
        tr("在函数结束处停下", "Stop at the end of the function"),
        True,
        key="code_stops",
        bind="query-params",
    )

    def draw(samples: Samples) -> None:
        one = samples.completions[0]
        pieces = [(piece.text, piece.logprob) for piece in one.pieces]
        with st.container(height=230, border=False):
            # The model read the prompt without its last newline; it wrote its own.
            st.html(figures.written(prompt.rstrip(), pieces, len(one.text)))
        with st.container(horizontal=True, gap="medium"):
            _number(tr("词元", "Tokens"), f"{one.tokens}")
            _number(tr("首个词元", "First token"), f"{samples.first_token_seconds:.2f} s")
            _number(tr("速度", "Speed"), f"{samples.tokens_per_second:.0f} / s")
            _number(tr("平均对数概率", "Mean log-prob"), minus(f"{one.mean_logprob:.2f}"))
        endings = {
            "stop": tr("停止规则：函数体已结束", "Stop rule: the function has ended"),
            "end": tr("模型写出了结束词元", "The model wrote its end token"),
            "limit": tr("到达词元数上限", "The limit of tokens was reached"),
            "": tr("正在书写……", "Writing …"),
        }
        st.caption(endings[one.ended])

    prompting.refuse(prompt, 1, temperature, top_p, length)
    lab.run(
        "code.complete",
        draw,
        model=MODEL,
        grow=draw,
        button=tr("续写", "Continue it"),
        prompt=prompt,
        n=1,
        temperature=temperature,
        top_p=top_p,
        max_tokens=length,
        seed=int(seed),
        style=style,
        stops=stops,
    )


def own(page: Frame, lab: Lab) -> None:
    """Samples of an own problem."""
    name = st.selectbox(
        tr("题目", "Problem"),
        OWN,
        format_func=problem_name,
        key=linked("code_problem", OWN, "is_prime"),
    )
    problem = problems.own(name)
    left, right = st.columns(2)
    left.markdown(said(problem.description))
    left.caption(
        tr(
            f"{len(problem.visible)} 个可见检查，{len(problem.hidden)} 个隐藏检查",
            f"{len(problem.visible)} visible checks, {len(problem.hidden)} hidden ones",
        )
    )
    right.code(problem.prompt, language="python")
    sampled(page, lab, name, "code_own")


def published(page: Frame, lab: Lab) -> None:
    """Samples of a HumanEval problem."""
    posed = humaneval.posed()
    name = st.selectbox(
        tr("HumanEval 的 164 道题", "The 164 problems of HumanEval"),
        tuple(posed),
        format_func=lambda key: posed[key].title,
        key=linked("code_he", posed, "HumanEval/53"),
    )
    with st.container(height=260):
        st.code(posed[name].prompt, language="python")
    with st.expander(tr("公开的测试", "The published tests")), st.container(height=260):
        st.code(posed[name].test.strip(), language="python")
    sampled(page, lab, name, "code_hes")


def sampled(page: Frame, lab: Lab, name: str, prefix: str) -> None:
    """Draw n samples of a problem, judge them, estimate pass@k."""
    columns = st.columns(3)
    n = columns[0].slider(
        tr("样本数 n", "Samples n"), 1, 50, 10, key=f"{prefix}_n", bind="query-params"
    )
    temperature = columns[1].slider(
        tr("温度", "Temperature"), 0.0, 1.5, 0.4, 0.1, key=f"{prefix}_t", bind="query-params"
    )
    seed = columns[2].number_input(
        tr("随机种子", "Seed"), 0, 9999, 0, key=f"{prefix}_seed", bind="query-params"
    )
    lab.run(
        "code.sample",
        lambda value: verdicts(page, lab, value, prefix),
        model=MODEL,
        grow=growing,
        button=tr("采样并判定", "Sample and judge"),
        problem=name,
        n=n,
        temperature=temperature,
        top_p=0.95,
        max_tokens=160,
        seed=int(seed),
    )


def growing(value: Evaluated) -> None:
    """Samples being written, then verdicts coming in."""
    marks = [_mark(v) if v else "·" for v in value.judged.verdicts]
    st.text(" ".join(marks))
    st.caption(tally(value.judged) or tr("正在书写样本……", "The samples are being written …"))
    with st.container(height=300, border=False):
        st.code(value.samples.completions[0].program, language="python")


def verdicts(page: Frame, lab: Lab, value: Evaluated, prefix: str) -> None:
    """The verdicts, pass@k with its interval, and one sample in full."""
    judged = value.judged
    hidden = st.toggle(
        tr("隐藏检查也算", "Count the hidden checks too"), True, key=f"{prefix}_hidden"
    )
    n, c = judged.n, judged.c(hidden)
    with st.container(horizontal=True, vertical_alignment="center"):
        k = _choose_k(n, f"{prefix}_k")
        _number("n", str(n))
        _number("c", str(c))
        if n:
            point = passk.of_problem(n, c, k)
            _number(f"pass@{k}", f"{point.value:.3f}")
            _number(tr("95% 区间", "95% interval"), f"{point.low:.3f} – {point.high:.3f}")
    st.caption(tally(judged))
    if judged.unjudged:
        st.warning(
            tr(
                f"{judged.unjudged} 个程序未能判定，没有计入 n。",
                f"{judged.unjudged} programs could not be judged and are left out of n.",
            )
        )
    order = range(len(judged.verdicts))
    picked = st.pills(
        tr("看一个样本", "Look at one sample"),
        order,
        format_func=lambda i: f"{_mark(judged.verdicts[i], hidden)} {i + 1}",
        default=0,
        key=f"{prefix}_pick_{len(judged.verdicts)}",
    )
    left, right = st.columns(2)
    with left:
        if n:
            curve = passk.curve(n, c)
            page.figure(
                f"curve-{prefix.removeprefix('code_')}",
                figures.pass_curve(
                    [e.value for e in curve],
                    [e.low for e in curve],
                    [e.high for e in curve],
                    [passk.plug_in(n, c, i) for i in range(1, n + 1)],
                    k=k,
                    names=curve_names(),
                    axes=("k", "pass@k"),
                ),
            )
        st.caption(_ranked(value, hidden))
    with right, st.container(height=460, border=False):
        if picked is not None and (verdict := judged.verdicts[picked]):
            outcome(verdict, hidden)
            st.code(value.samples.completions[picked].program, language="python")
    rows = [
        [i + 1, v.outcome, v.cases_passed, v.cases, v.passed(hidden=False), v.fuel, done.program]
        for i, (v, done) in enumerate(zip(judged.verdicts, value.samples.completions, strict=True))
        if v
    ]
    lab.csv(["sample", "outcome", "passed", "checks", "visible", "fuel", "program"], rows)


def outcome(verdict: Judgement, hidden: bool = True) -> None:
    """One verdict: how many checks, the first that failed, what was expected and what came."""
    passed = verdict.passed(hidden)
    words = said(Outcome(verdict.outcome).text)
    if passed and verdict.outcome != Outcome.PASSED:
        words = tr("通过全部可见检查", "passes every visible check")
    note = st.success if passed else st.error
    fuel = f" · {verdict.fuel / 1e9:.2f} G {tr('条指令', 'instructions')}" if verdict.fuel else ""
    shown = verdict.visible if not hidden else verdict.cases
    right = min(verdict.cases_passed, shown)
    note(f"{words} · {right}/{shown} {tr('个检查', 'checks')}{fuel}")
    failure = verdict.failure
    if failure is None or passed:
        return
    kind = tr("可见", "visible") if failure.index < verdict.visible else tr("隐藏", "hidden")
    first = tr("第一个没通过的检查", "First check that failed")
    place = failure.index + 1
    st.caption(tr(f"{first}：{place}（{kind}）", f"{first}: {place} ({kind})"))
    got = failure.got or tr("（没有回答）", "(no answer)")
    st.code(failure.call, language="python", wrap_lines=True)
    expected = tr("应为", "expected")
    came = tr("得到", "got")
    st.code(f"- {expected}: {failure.expected}\n+ {came}: {got}", language="diff", wrap_lines=True)


def temperature(page: Frame, lab: Lab) -> None:
    """The recorded sweep, and one of its cells run again."""
    swept = sweep_results.recorded()
    options = ("all", *sweep_results.levels(swept))
    levels = st.segmented_control(
        tr("题目难度", "Level"),
        options,
        format_func=level_name,
        key=linked("code_level", options, "all"),
        required=True,
    )
    hidden = st.toggle(
        tr("隐藏检查也算", "Count the hidden checks too"),
        True,
        key="code_sweep_hidden",
        bind="query-params",
    )
    chosen = LEVELS[levels]
    heats = sweep_results.temperatures(swept)
    lines = []
    for k in (1, 5, 20):
        points = sweep_results.estimates(swept, k, levels=chosen, hidden=hidden)
        parts = ([e.value for e in points], [e.low for e in points], [e.high for e in points])
        lines.append((f"pass@{k}", *parts))
    count = len({x.problem for x in swept.cells if problems.own(x.problem).level in chosen})
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(tr("录制", "recorded"), color="gray", icon=":material/history:")
        st.caption(
            tr(
                f"{count} 道题 × {len(heats)} 个温度 × {swept.cells[0].n} 份样本",
                f"{count} problems × {len(heats)} temperatures × {swept.cells[0].n} samples",
            ),
            width="content",
        )
        card_popover(swept.model, "card-code-sweep")
    left, right = st.columns(2)
    heat = tr("温度 T", "temperature T")
    with left:
        page.figure(
            "temperature-lines", figures.by_temperature(heats, lines, axes=(heat, "pass@k"))
        )
    with right:
        table = sweep_results.grid(swept, KS, levels=chosen, hidden=hidden)
        page.figure("temperature-map", figures.table_of_k(table, KS, heats, axes=(heat, "k")))
    with st.expander(tr("逐题结果", "Problem by problem")):
        page.figure("temperature-problems", _by_problem(chosen, hidden))
    lab.csv(
        ["problem", "temperature", "n", "c", "c_visible"],
        [[x.problem, x.temperature, x.n, x.c, x.c_visible] for x in swept.cells],
    )
    again(page, lab, hidden)


def _by_problem(levels: tuple[str, ...], hidden: bool) -> go.Figure:
    swept = sweep_results.recorded()
    heats = sweep_results.temperatures(swept)
    share = {
        (cell.problem, cell.temperature): (cell.c if hidden else cell.c_visible) / max(1, cell.n)
        for cell in swept.cells
    }
    names = [name for name in OWN if (name, heats[0]) in share]
    names = [name for name in names if problems.own(name).level in levels]
    values = np.array([[share[name, heat] for heat in heats] for name in names])
    titles = [problem_name(name) for name in names]
    return figures.solved(titles, values, heats, axis=tr("温度 T", "temperature T"))


def again(page: Frame, lab: Lab, hidden: bool) -> None:
    """Run one problem at one temperature now, with other random numbers, beside the recording."""
    swept = sweep_results.recorded()
    heats = sweep_results.temperatures(swept)
    columns = st.columns([2, 1])
    name = columns[0].selectbox(
        tr("现在重跑一道题", "Run one problem again now"),
        OWN,
        format_func=problem_name,
        key=linked("code_again", OWN, "is_prime"),
    )
    with columns[1]:
        heat = st.segmented_control(
            tr("温度", "Temperature"),
            heats,
            key=linked("code_again_t", heats, 0.8),
            required=True,
        )

    def draw(value: Evaluated) -> None:
        n, c = value.judged.n, value.judged.c(hidden)
        k = min(5, max(n, 1))
        cells = [cell for cell in swept.cells if cell.problem == name and cell.n >= k]
        points = [passk.of_problem(x.n, x.c if hidden else x.c_visible, k) for x in cells]
        parts = ([e.value for e in points], [e.low for e in points], [e.high for e in points])
        words = tr("录制", "recorded")
        live = [(value.samples.temperature, passk.pass_at_k(n, c, k))] if n else []
        page.figure(
            "temperature-again",
            figures.by_temperature(
                [cell.temperature for cell in cells],
                [(tr(f"pass@{k}（{words}）", f"pass@{k} ({words})"), *parts)],
                axes=(tr("温度 T", "temperature T"), f"pass@{k}"),
                live=live,
                live_name=tr(f"这一次：{c}/{n}", f"this run: {c}/{n}"),
            ),
        )

    lab.run(
        "code.sample",
        draw,
        model=MODEL,
        grow=growing,
        button=tr("现在运行（20 个样本）", "Run it now (20 samples)"),
        problem=name,
        n=20,
        temperature=heat,
        top_p=0.95,
        max_tokens=160,
        seed=1,
    )


def what_if(page: Frame, lab: Lab) -> None:
    """pass@k of any n, c, k, with the interval and the biased estimate."""
    columns = st.columns(3)
    bounds = {"min_value": 0, "max_value": 1000, "bind": "query-params"}
    n = int(columns[0].number_input("n", value=20, key="code_wn", **bounds))
    c = int(columns[1].number_input("c", value=3, key="code_wc", **bounds))
    k = int(columns[2].number_input("k", value=10, key="code_wk", **bounds))
    point, biased = passk.of_problem(n, c, k), passk.plug_in(n, c, k)
    with st.container(horizontal=True, gap="medium"):
        _number(tr("无偏估计", "Unbiased"), f"{point.value:.4f}")
        _number(tr("95% 区间", "95% interval"), f"{point.low:.3f} – {point.high:.3f}")
        _number("1 − (1 − c/n)ᵏ", f"{biased:.4f}")
        if n <= 200:
            mean = passk.expected_plug_in(c / n, n, k)
            true = 1 - (1 - c / n) ** k
            _number(tr("若 p = c/n：代入法的均值", "If p = c/n: mean of plug-in"), f"{mean:.4f}")
            _number(tr("真值", "True value"), f"{true:.4f}")
    curve = [passk.of_problem(n, c, i) for i in range(1, min(n, 200) + 1)]
    page.figure(
        "what-if",
        figures.pass_curve(
            [e.value for e in curve],
            [e.low for e in curve],
            [e.high for e in curve],
            [passk.plug_in(n, c, i + 1) for i in range(len(curve))],
            k=min(k, len(curve)),
            names=curve_names(),
            axes=("k", "pass@k"),
        ),
    )
    lab.csv(
        ["k", "pass@k", "low", "high", "plug_in"],
        [[i + 1, e.value, e.low, e.high, passk.plug_in(n, c, i + 1)] for i, e in enumerate(curve)],
    )


def edit(lab: Lab) -> None:
    """The reader's own program against a problem's checks."""

    def start() -> None:
        problem = problems.own(st.session_state.code_edit_problem)
        wrong = [pitfall.source for pitfall in problem.pitfalls]
        sources = {"blank": problem.prompt + "    ", "reference": problem.reference}
        chosen = st.session_state.code_edit_start
        if chosen == "pitfall" and wrong:
            st.session_state.code_edit = wrong[0]
        else:
            st.session_state.code_edit = sources.get(chosen, problem.prompt + "    ")

    columns = st.columns(2)
    name = columns[0].selectbox(
        tr("题目", "Problem"),
        OWN,
        format_func=problem_name,
        key=linked("code_edit_problem", OWN, "is_prime"),
        on_change=start,
    )
    starts = {
        "pitfall": tr("有错的解答", "A wrong solution"),
        "blank": tr("只有题目", "The prompt alone"),
        "reference": tr("参考解答", "The reference"),
    }
    with columns[1]:
        st.segmented_control(
            tr("从哪里开始", "Start from"),
            list(starts),
            format_func=starts.__getitem__,
            key=linked("code_edit_start", starts, "pitfall"),
            required=True,
            on_change=start,
        )
    problem = problems.own(name)
    text = st.text_area(
        tr("你的程序", "Your program"),
        problem.pitfalls[0].source if problem.pitfalls else problem.prompt,
        key="code_edit",
        height=300,
        persist_state="page",
    )
    for pitfall in problem.pitfalls:
        if pitfall.source.strip() == text.strip():
            with st.expander(tr("它错在哪里？", "What is wrong with it?")):
                st.markdown(said(pitfall.note))

    def draw(judged: Judged) -> None:
        verdict = judged.verdicts[0]
        if verdict is None:
            return
        seen, every = st.columns(2)
        with seen:
            st.markdown(tr("**只看可见检查**", "**Visible checks only**"))
            outcome(verdict, hidden=False)
        with every:
            st.markdown(tr("**全部检查**", "**All checks**"))
            outcome(verdict)
        if (reference := judged.verdicts[1]) and verdict.fuel and reference.fuel:
            fuel_meter(verdict.fuel, reference.fuel)
        if verdict.stdout:
            st.caption(tr("程序的输出（截断）", "What the program printed (cut)"))
            with st.container(height=140):
                st.text(verdict.stdout)

    lab.run(
        "code.judge",
        draw,
        button=tr("在沙箱里运行检查", "Run the checks in the sandbox"),
        problem=name,
        programs=(text, problem.reference) if text.strip() else (text,),
    )


def fuel_meter(mine: int, reference: int) -> None:
    """Instructions of the reader's program, starting Python included, beside the reference's."""
    limit = Limits().fuel
    st.markdown(tr("**指令表**", "**The fuel meter**"))
    for words, used in (
        (tr("你的程序", "Your program"), mine),
        (tr("参考解答", "The reference"), reference),
    ):
        share = f"{used / 1e9:.3f} G / {limit / 1e9:.0f} G"
        st.progress(min(1.0, used / limit), f"{words}: {share} {tr('条指令', 'instructions')}")
    st.caption(
        tr(
            "两份程序都先花了几亿条指令启动 Python。同一份程序再运行一次，或换一台机器，"
            "数字都一样：超出计算量就停，与机器快慢无关。",
            "Both spend some hundred million instructions on starting Python. The same program run "
            "again, or on another machine, uses exactly as many: what stops it is the work it "
            "does, not how fast the machine is.",
        )
    )


def isolation(lab: Lab) -> None:
    """What contains programs on this machine."""

    def draw(found: Isolation) -> None:
        if not found.engine:
            st.error(said(found.reason))
            return
        with st.container(horizontal=True, gap="medium"):
            _number(tr("引擎", "Engine"), found.engine)
            _number(tr("生效的防护层", "Layers in force"), " + ".join(found.layers))
            _number(tr("计算量上限", "Computation"), f"{found.fuel / 1e9:.0f} G")
            _number(tr("内存上限", "Memory"), f"{found.memory / 2**20:.0f} MiB")
            _number(tr("输出上限", "Output"), f"{found.output / 2**10:.0f} KiB")
        st.caption(said(found.reason))
        points = "\n".join(
            f"- {'✓' if held else '✗'} {said(words)}" for words, held in found.checks
        )
        st.markdown(points)

    lab.run("code.isolation", draw)


def curve_names() -> tuple[str, str, str]:
    return (
        tr("无偏估计", "unbiased estimate"),
        tr("95% 区间", "95% interval"),
        tr("代入法（有偏）", "plug-in (biased)"),
    )


def tally(judged: Judged) -> str:
    """How often each outcome came, as one line."""
    found = [v.outcome for v in judged.verdicts if v]
    return " · ".join(
        f"{MARKS[kind]} {said(kind.text)} {found.count(kind)}" for kind in MARKS if kind in found
    )


def _mark(verdict: Judgement | None, hidden: bool = True) -> str:
    if verdict is None:
        return "·"
    return MARKS[Outcome.PASSED] if verdict.passed(hidden) else MARKS[Outcome(verdict.outcome)]


def _ranked(value: Evaluated, hidden: bool) -> str:
    """What one would show with a single try and no tests."""
    order = [(done.mean_logprob, i) for i, done in enumerate(value.samples.completions)]
    _, best = max(order)
    verdict = value.judged.verdicts[best]
    passed = verdict is not None and verdict.passed(hidden)
    mark = tr("通过", "passes") if passed else tr("没有通过", "fails")
    return tr(
        f"若没有测试、只能交一份：平均对数概率最高的是样本 {best + 1}，它{mark}。",
        f"With no tests and one try: the highest mean log-probability is sample {best + 1}, "
        f"which {mark}.",
    )


def _choose_k(n: int, key: str) -> int:
    if n < 2:
        return 1
    st.session_state[key] = min(st.session_state.get(key, min(5, n)), n)  # n may have shrunk
    return int(st.slider("k", 1, n, key=key, width=220))


def _number(label: str, value: str) -> None:
    """A small labelled number that does not shout."""
    with st.container(width="content", gap=None):
        st.caption(label)
        st.markdown(f"**{value}**")
