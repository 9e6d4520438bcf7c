"""The labs of the advantages lesson: gains, a domain matrix, tokens' lengths, a decision."""

import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.strip import Chip, strip
from pages.ui.typeset import minus
from vlab.errors import InputError
from vlab.figures import synthesis_advantages as figures
from vlab.figures.palette import BIOMED, FOUNDATIONS, SYNTHESIS
from vlab.synthesis import blurb, decide
from vlab.synthesis.domain_results import DomainMatrix, Fertility
from vlab.text import Text

DOMAINS = {
    "code": Text("代码", "code"),
    "prose": Text("英文", "English"),
    "protein": Text("蛋白质", "proteins"),
    "mix": Text("三者混合", "a mix of all"),
    "general": Text("BERT 通用", "BERT, general"),
}
SAMPLE = "def acetyltransferase(sequence): return sequence.count('MKTAYIAKQR')"


def gains(page: Frame) -> None:
    """Two encoders task by task, with the table of all."""
    table = blurb.scores()
    ids = [model.id for model in table.models]
    names = {model.id: model.name for model in table.models}
    left, right = st.columns(2)
    with left:
        before = st.selectbox(
            tr("基线", "Baseline"), ids, format_func=names.__getitem__,
            key=linked("ad_before", ids, "bert"),
        )  # fmt: skip
    with right:
        after = st.selectbox(
            tr("模型", "Model"), ids, format_func=names.__getitem__,
            key=linked("ad_after", ids, "clinicalbert"),
        )  # fmt: skip
    a, b = table.index(before), table.index(after)
    order = sorted(table.task, key=lambda task: task.scores[a] - task.scores[b])
    page.figure(
        "gains",
        figures.gains(
            [task.name for task in order],
            [task.scores[a] for task in order],
            [task.scores[b] for task in order],
            x=tr(f"{names[after]} 减 {names[before]}", f"{names[after]} minus {names[before]}"),
        ),
    )
    change = [task.scores[b] - task.scores[a] for task in table.task]
    st.caption(
        tr(
            f"{len(change)} 个数据集中，{sum(c > 0 for c in change)} 个更高，"
            f"{sum(c < 0 for c in change)} 个更低。",
            f"Of {len(change)} datasets {sum(c > 0 for c in change)} are higher and "
            f"{sum(c < 0 for c in change)} lower.",
        )
    )


def all_scores(page: Frame) -> None:
    """Every published number in one sortable table, filtered by kind of task."""
    kinds = ["blurb", "alsentzer2019", "lee2020"]
    titles = {
        "blurb": Text("BLURB（九个编码器）", "BLURB (nine encoders)"),
        "alsentzer2019": Text("临床任务", "clinical tasks"),
        "lee2020": Text("BioBERT 论文", "the BioBERT paper"),
    }
    kind = st.segmented_control(
        tr("哪一张表", "Which table"),
        kinds,
        format_func=lambda each: said(titles[each]),
        key=linked("ad_table", kinds, "blurb"),
        required=True,
    )
    table = blurb.scores()
    task, group, best = tr("任务", "Task"), tr("类", "Group"), tr("最高", "Best")
    if kind in (None, "blurb"):
        rows = [
            {task: each.name, best: "", group: said(blurb.GROUPS[each.group]),
             tr("测试条数", "Test items"): each.test,
             **{m.name: s for m, s in zip(table.models, each.scores, strict=True)}}
            for each in table.task
        ]  # fmt: skip
        names = [model.name for model in table.models]
    else:
        other = next(each for each in table.other if each.ref == kind)
        names = [line.name for line in other.row]
        rows = [
            {task: column, best: "", **{line.name: line.scores[i] for line in other.row}}
            for i, column in enumerate(other.columns)
        ]
    for row in rows:
        row[best] = max(names, key=lambda name: float(row[name]))
    st.dataframe(
        rows,
        hide_index=True,
        width="stretch",
        height=35 * (len(rows) + 1) + 3,
        column_config={
            group: st.column_config.TextColumn(width=95),
            **{name: st.column_config.NumberColumn(format="%.2f") for name in names},
        },
        key="ad_scores",
    )
    page.caption("scores")


def what_if(page: Frame, lab: Lab) -> None:
    """BLURB's ranking with groups of tasks left out, and how firm one score is."""
    groups = list(blurb.GROUPS)
    st.session_state.setdefault("ad_groups", groups)
    kept = st.pills(
        tr("算哪几类任务", "Kinds of task that count"),
        groups,
        format_func=lambda each: said(blurb.GROUPS[each]),
        selection_mode="multi",
        key="ad_groups",
        persist_state="page",
    )
    if not kept:
        raise InputError("至少留下一类任务。", "Keep at least one kind of task.")
    found = blurb.ranking(kept)
    names = {model.id: model.name for model in blurb.scores().models}
    colour = {"pubmedbert": BIOMED, "biobert": SYNTHESIS}
    page.figure(
        "ranking",
        figures.ranking(
            [names[model] for model, _ in found],
            [value for _, value in found],
            x=tr("各类平均的平均", "mean of the groups' means"),
            colours=[colour.get(model, FOUNDATIONS) for model, _ in found],
        ),
    )
    value = dict(found)
    a, b = st.columns([0.4, 0.6])
    a.metric(
        tr("PubMedBERT 领先 BioBERT", "PubMedBERT ahead of BioBERT"),
        minus(f"{value['pubmedbert'] - value['biobert']:+.2f}"),
    )
    tasks = {task.name: task for task in blurb.scores().task}
    with b:
        task = tasks[
            st.selectbox(
                tr("一个分数有多稳", "How firm is one score"), list(tasks),
                key=linked("ad_firm", tasks, "BIOSSES"),
            )
        ]  # fmt: skip
        score = task.scores[blurb.scores().index("pubmedbert")]
        low, high = blurb.sampling(score, task.test, correlation=task.metric == "Pearson")
        st.caption(
            tr(
                f"PubMedBERT {score:.2f}，测试集 {task.test:,} 条：只因抽到哪些题，"
                f"就可能在 {low:.1f} 到 {high:.1f} 之间。",
                f"PubMedBERT {score:.2f} on {task.test:,} items: the draw of the items alone "
                f"allows {low:.1f} to {high:.1f}.",
            )
        )
    lab.csv(["model", "mean"], [(names[model], f"{mean:.3f}") for model, mean in found])


def matrix(page: Frame, lab: Lab) -> None:
    """Four models that count, each tested everywhere."""
    context = st.select_slider(
        tr("看前面几个字节", "Bytes of context"),
        tuple(range(7)),
        key=linked("ad_context", range(7), 4),
    )

    def draw(result: DomainMatrix) -> None:
        if not len(result.bits):
            return
        rows = [said(DOMAINS[name]) for name in result.trained]
        columns = [said(DOMAINS[name]) for name in result.tested]
        page.figure(
            "matrix",
            figures.matrix(
                result.bits,
                rows,
                columns,
                x=tr("在哪里测", "tested on"),
                y=tr("读过什么", "trained on"),
                low_is_good=True,
            ),
        )
        st.caption(
            tr(
                "读过的字节：" + "、".join(f"{said(DOMAINS[n])} {s:,}" for n, s in zip(
                    result.trained, result.sizes, strict=False)) + "。",
                "Bytes read: " + ", ".join(f"{said(DOMAINS[n])} {s:,}" for n, s in zip(
                    result.trained, result.sizes, strict=False)) + ".",
            )
        )  # fmt: skip

    def finished(result: DomainMatrix) -> None:
        draw(result)
        lab.csv(
            ["trained_on", *result.tested],
            [
                (name, *(f"{value:.4f}" for value in line))
                for name, line in zip(result.trained, result.bits, strict=True)
            ],
        )

    lab.run("advantages.matrix", finished, grow=draw, context=context)


def fertility(page: Frame, lab: Lab) -> None:
    """Learn vocabularies and cut the reader's text with each."""
    entries = st.select_slider(
        tr("每份新词表的大小", "Entries of each new vocabulary"),
        (300, 500, 1000, 2000, 4000, 8000),
        key=linked("ad_entries", (300, 500, 1000, 2000, 4000, 8000), 2000),
        format_func=lambda n: f"{n:,}",
    )
    text = st.text_input(
        tr("切一段文字", "A text to cut"), SAMPLE, key="ad_text", bind="query-params"
    )

    def draw(result: Fertility) -> None:
        page.figure(
            "fertility",
            figures.matrix(
                result.coverage,
                [
                    f"{said(DOMAINS[name])} ({size:,})"
                    for name, size in zip(result.learnt, result.sizes, strict=True)
                ],
                [said(DOMAINS[name]) for name in result.tested],
                x=tr("在哪里测", "tested on"),
                y=tr("词表来自", "vocabulary of"),
                low_is_good=False,
            ),
        )
        for name, pieces in zip(result.learnt, result.pieces, strict=True):
            heading = tr(
                f"{said(DOMAINS[name])}：{len(pieces)} 个词元",
                f"{said(DOMAINS[name])}: {len(pieces)} tokens",
            )
            st.caption(heading)
            strip(
                [Chip(piece.replace(" ", "␣") or "·") for piece in pieces[:70]],
                key=f"ad_strip_{name}",
                accent=SYNTHESIS,
                label=heading,
            )
        least, most = min(map(len, result.pieces)), max(map(len, result.pieces))
        st.caption(
            tr(
                f"同一段文字最少 {least} 个词元，最多 {most} 个；注意力的计算量按平方算，"
                f"相差 {(most / least) ** 2:.1f} 倍。",
                f"The same text takes {least} tokens at least and {most} at most; attention grows "
                f"with the square, a factor of {(most / least) ** 2:.1f}.",
            )
        )
        lab.csv(
            ["vocabulary", *result.tested],
            [
                (name, *(f"{value:.4f}" for value in line))
                for name, line in zip(result.learnt, result.coverage, strict=True)
            ],
        )

    lab.run("advantages.fertility", draw, entries=entries, text=text)


def decision(page: Frame, lab: Lab) -> None:
    """Six answers, one route."""
    amounts = {
        "none": Text("几乎没有", "hardly any"),
        "some": Text("几百万词", "millions of words"),
        "much": Text("十亿词以上", "a billion and more"),
    }
    amount = st.segmented_control(
        tr("领域文本有多少？", "How much text of the domain is there?"),
        list(amounts),
        format_func=lambda each: said(amounts[each]),
        key=linked("ad_amount", amounts, "some"),
        required=True,
    )
    asked = {
        "words_differ": ("通用词表把术语切碎了", "A general vocabulary cuts its terms up", True),
        "labels": ("有一千条以上的标注", "There are a thousand labels", True),
        "changing": ("事实每月都变", "Facts change every month", False),
        "private": ("数据不能出门", "Data must stay in the house", False),
        "checker": ("答案能自动检验", "Answers can be checked automatically", False),
    }
    answers = {}
    left, right = st.columns(2)
    for place, (key, (zh, en, start)) in enumerate(asked.items()):
        with (left, right)[place % 2]:
            answers[key] = st.toggle(tr(zh, en), start, key=f"ad_{key}", bind="query-params")
    found = decide.advise(text=amount or "some", **answers)
    with st.container(border=True, height=250):
        st.markdown(f"**{tr('建议', 'Advice')}{tr('：', ': ')}{said(decide.ROUTES[found.route])}**")
        st.markdown("\n".join(f"- {said(decide.REASONS[reason])}" for reason in found.reasons))
