"""The comparison lesson's labs: three columns, one for each domain, under the same controls."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.models import card_popover
from pages.ui.notes import shown_to_reader
from pages.ui.page import Frame
from pages.ui.strip import Chip, strip
from vlab import content
from vlab.figures import comparison as figures
from vlab.figures import published as papers
from vlab.figures.comparison import Curve
from vlab.figures.palette import DOMAIN
from vlab.figures.published import Bar
from vlab.serving import recorded
from vlab.serving.tickets import Request
from vlab.synthesis import inputs
from vlab.synthesis.collections import collection
from vlab.synthesis.published import CRITERIA, Cell, published, scores, winners
from vlab.synthesis.results import Cost, Neighbours, Probe
from vlab.text import Text

CODE = 'def is_even(n):\n    """Return True if n is even."""\n    return n % 2 == 0'
HEAVY = (
    "EVQLVESGGGLVQPGGSLRLSCAASGFNIKDTYIHWVRQAPGKGLEWVARIYPTNGYTRYADSVKGRFTISADTSKNTAYLQMNSLRAED"
    "TAVYYCSRWGGDGFYAMDYWGQGTLVTVSS"
)
SENTENCE = "Aspirin inhibits platelet aggregation and lowers the risk of myocardial infarction."
RUNNERS = ("smollm2-135m-instruct", "antiberty", "bio-minilm-continued")
SHOWN = 5  # neighbours in a column


@dataclass(frozen=True)
class Column:
    """One domain's place in the labs."""

    domain: str
    title: Text
    model: str
    key: str
    label: Text
    text: str

    @property
    def name(self) -> str:
        return said(self.title)


COLUMNS = (
    Column("coding", Text("代码", "Code"), RUNNERS[0], "cmp_code",
           Text("Python 代码", "Python code"), CODE),
    Column("protein", Text("蛋白质", "Protein"), RUNNERS[1], "cmp_sequence",
           Text("抗体序列（单字母）", "Antibody sequence (letters)"), HEAVY),
    Column("biomed", Text("生物医学文本", "Biomedical text"), RUNNERS[2], "cmp_sentence",
           Text("英文句子", "English sentence"), SENTENCE),
)  # fmt: skip


def heading(column: Column) -> None:
    st.markdown(f"**{column.name}**")


def plot(figure: object, key: str, alt: str) -> None:
    st.plotly_chart(figure, key=key, alt=alt, config={"displayModeBar": False})


# --- the same probe ---------------------------------------------------------------------------


def probes(page: Frame, lab: Lab) -> None:
    """Three runs beside each other, then what they have in common in one table and one figure."""
    seen: dict[str, Probe] = {}
    for place, column in zip(st.columns(3), COLUMNS, strict=True):
        with place, shown_to_reader():
            heading(column)
            text = st.text_area(
                said(column.label), column.text, key=column.key, height=120, persist_state="page"
            )
            inputs.probed(column.domain, text)
            with st.container(height=990, border=False):
                draw = partial(probed, column, seen)
                lab.run("comparison.probe", draw, model=column.model, text=text)
    page.caption("probe")
    if len(seen) > 1:
        summary(page, lab, seen)


def probed(column: Column, seen: dict[str, Probe], probe: Probe) -> None:
    seen[column.domain] = probe
    places = probe.places.tolist()
    key = f"{column.key}_unit"

    def choose(at: int) -> None:
        if at in places:
            st.session_state[key] = (probe.shown, places.index(at))

    # Another text begins at what surprised the model most.
    chosen, at = st.session_state.get(key, ((), 0))
    if chosen != probe.shown:
        at = int(probe.surprise.argmax())
    st.caption(sizes(probe))
    with st.container(height=210, border=True):
        strip(
            chips(probe, places[at]),
            key=f"strip-{column.key}",
            label=tr("点一个词元，把它遮住", "Click a token to hide it"),
            accent=DOMAIN[column.domain],
            clicked=choose,
        )
    truth = probe.shown[places[at]]
    st.text(
        f"{tr('遮住：', 'Hidden: ')}{truth}   "
        f"{tr('名次', 'rank')} {probe.rank[at]:,}   p = {probe.truth[at]:.3g}"
    )
    st.caption(
        tr(
            f"此处的熵 {probe.entropy[at]:.2f} 比特，词表全部等可能时为 {probe.most:.2f} 比特",
            f"Entropy here {probe.entropy[at]:.2f} bits; if all entries were equally likely "
            f"{probe.most:.2f}",
        )
    )
    figure = figures.guesses(
        probe.candidates[at],
        probe.likely[at],
        truth,
        domain=column.domain,
        x=tr("概率", "probability"),
    )
    plot(figure, f"guesses-{column.key}", tr("前五个候选的概率", "The five best candidates"))
    layers = len(probe.attention.maps)
    layer = st.slider(
        tr("注意力图：层", "Attention map: layer"),
        0,
        layers - 1,
        layers // 2,
        key=f"{column.key}_layer_{layers}",
        persist_state="page",
    )
    maps = probe.attention.maps[layer] / 255
    plot(
        figures.attention_map(maps, probe.shown, domain=column.domain),
        f"map-{column.key}",
        tr("一层的注意力，各头平均", "One layer's attention, heads averaged"),
    )


def sizes(probe: Probe) -> str:
    """Count, fertility and unknowns in a line."""
    each = probe.units / probe.words if probe.words else 1.0
    unit = tr("每词", "a word") if probe.words else tr("每残基", "a residue")
    return tr(
        f"{probe.units} 个词元 · {unit} {each:.2f} 个 · 未知 {probe.unknown} 个 · "
        f"词表 {probe.vocabulary:,}",
        f"{probe.units} tokens · {each:.2f} {unit} · {probe.unknown} unknown · "
        f"vocabulary {probe.vocabulary:,}",
    )


def chips(probe: Probe, chosen: int) -> list[Chip]:
    """Tokens with the bits by which each surprised the model; green where it was guessed."""
    bits = dict(zip(probe.places.tolist(), probe.surprise.tolist(), strict=True))
    ranks = dict(zip(probe.places.tolist(), probe.rank.tolist(), strict=True))
    found = []
    for place, shown in enumerate(probe.shown):
        kind = "right" if ranks.get(place) == 1 else "plain"
        if probe.special[place] or place not in bits:
            kind = "quiet"
        found.append(
            Chip(
                text=shown,
                kind="hidden" if place == chosen else kind,
                under=f"{bits[place]:.1f}" if place in bits else "",
                pressed=place == chosen,
            )
        )
    return found


def summary(page: Frame, lab: Lab, seen: Mapping[str, Probe]) -> None:
    """The numbers side by side; which of them may be compared is said in the words of the page."""
    columns = [column for column in COLUMNS if column.domain in seen]
    probes = [seen[column.domain] for column in columns]
    ways = {"both": tr("两侧", "both sides"), "left": tr("只有左侧", "left side only")}
    rows: list[tuple[str, list[str]]] = [
        (tr("能看到", "May look at"), [ways[p.sees] for p in probes]),
        (tr("词元数", "Tokens"), [f"{p.units:,}" for p in probes]),
        (tr("每个词元的字符数", "Characters a token"),
         [f"{p.characters / p.units:.2f}" for p in probes]),
        (tr("词表", "Vocabulary"), [f"{p.vocabulary:,}" for p in probes]),
        (tr("均匀猜测的熵（比特）", "Entropy of an even guess (bits)"),
         [f"{p.most:.2f}" for p in probes]),
        (tr("平均熵（比特）", "Mean entropy (bits)"), [f"{p.entropy.mean():.2f}" for p in probes]),
        (tr("平均熵 ÷ 均匀猜测", "Mean entropy ÷ even guess"),
         [f"{p.entropy.mean() / p.most:.1%}" for p in probes]),
        (tr("第一候选就对", "First candidate right"), [f"{p.recovered:.0%}" for p in probes]),
        (tr("真值的中位名次（共词表大小）", "Median rank of the truth"),
         [f"{np.median(p.rank):g}" for p in probes]),
        (tr("注意力平均距离 ÷ 均匀", "Attention distance ÷ even"),
         [f"{p.attention.distance.mean() / p.attention.even_distance:.2f}" for p in probes]),
        (tr("注意力熵 ÷ 均匀", "Attention entropy ÷ even"),
         [f"{p.attention.entropy.mean() / max(p.attention.even_entropy, 1e-9):.2f}"
          for p in probes]),
    ]  # fmt: skip
    head = ["", *(column.name for column in columns)]
    lines = [head, ["---"] * len(head), *([name, *cells] for name, cells in rows)]
    with st.container(key="table-cmp-summary"):
        st.markdown("\n".join("| " + " | ".join(cells) + " |" for cells in lines))
    left = [
        Curve(c.name, c.domain, p.attention.distance / p.attention.even_distance)
        for c, p in zip(columns, probes, strict=True)
    ]
    right = [
        Curve(c.name, c.domain, p.attention.entropy / max(p.attention.even_entropy, 1e-9))
        for c, p in zip(columns, probes, strict=True)
    ]
    titles = (tr("平均距离 ÷ 均匀", "distance ÷ even"), tr("熵 ÷ 均匀", "entropy ÷ even"))
    page.figure(
        "depth",
        figures.depth(
            left,
            right,
            titles=titles,
            x=tr("深度（0 首层，1 末层）", "depth (0 first layer, 1 last)"),
            even=tr("虚线：权重均匀", "dashed: even weights"),
        ),
    )
    lab.csv([tr("项目", "item"), *(p.model for p in probes)], [[n, *cells] for n, cells in rows])


# --- neighbours -------------------------------------------------------------------------------

EMBEDDERS = {
    "coding": ("smollm2-135m-instruct", "all-minilm-l6-v2"),
    "protein": ("antiberty",),
    "biomed": ("all-minilm-l6-v2", "bio-minilm-continued"),
}
QUERIES = {
    "functions": "def largest(values):\n    best = values[0]\n    for v in values:\n"
    "        best = max(best, v)\n    return best",
    "antibodies": HEAVY,
    "residues": "I",
    "sentences": "High blood sugar harms the small vessels of the kidney.",
}


def neighbours(page: Frame, lab: Lab) -> None:
    layers = {
        "input": tr("输入嵌入的平均（词袋）", "mean input embedding (bag of units)"),
        "last": tr("末层向量的平均", "mean of the last layer"),
    }
    first, second = st.columns([2, 1], vertical_alignment="bottom")
    layer = first.segmented_control(
        tr("用哪一层的向量", "Vectors of which layer"),
        list(layers),
        format_func=layers.__getitem__,
        key=linked("cmp_layer", layers, "last"),
        required=True,
    )
    centred = second.toggle(
        tr("减去平均向量", "Subtract the mean vector"), key="cmp_centred", bind="query-params"
    )
    for place, column in zip(st.columns(3), COLUMNS, strict=True):
        with place, shown_to_reader():
            heading(column)
            model, among = choose(column)
            query = st.text_area(
                tr("查询", "Query"),
                QUERIES[among],
                key=f"cmp_query_{among}",
                height=120,
                persist_state="page",
            )
            inputs.checked(column.domain, query)
            with st.container(height=800, border=False):
                lab.run(
                    "comparison.neighbours",
                    partial(near, column, among),
                    model=model,
                    among=among,
                    query=query,
                    layer=str(layer),
                    centred=bool(centred),
                )
    page.caption("neighbours")


def choose(column: Column) -> tuple[str, str]:
    """The model and the collection of one column; every column has one choice."""
    if column.domain == "protein":
        sets = {"antibodies": tr("抗体 V 段", "V segments"), "residues": tr("氨基酸", "residues")}
        among = st.segmented_control(
            tr("集合", "Collection"),
            list(sets),
            format_func=sets.__getitem__,
            key=linked("cmp_set", sets, "antibodies"),
            required=True,
        )
        return EMBEDDERS["protein"][0], str(among)
    names = EMBEDDERS[column.domain]
    model = st.segmented_control(
        tr("模型", "Model"),
        names,
        format_func=SHORT.__getitem__,
        key=linked(f"cmp_model_{column.domain}", names, names[0]),
        required=True,
    )
    return str(model), "functions" if column.domain == "coding" else "sentences"


SHORT = {
    "smollm2-135m-instruct": "SmolLM2",
    "all-minilm-l6-v2": "MiniLM",
    "bio-minilm-continued": "bio-MiniLM",
}


def near(column: Column, among: str, found: Neighbours) -> None:
    texts = collection(among)
    names = [said(item.name) for item in texts.item]
    legend = {group: said(name) for group, name in texts.groups.items()}
    best = found.order[:SHOWN]
    st.caption(
        tr(
            f"最近邻同组 {found.agreement:.0%}（随机 {found.chance:.0%}）· "
            f"两两余弦平均 {found.crowding:.2f} · {found.dimensions} 维",
            f"Nearest is of its group {found.agreement:.0%} (chance {found.chance:.0%}) · "
            f"mean cosine {found.crowding:.2f} · {found.dimensions} dimensions",
        )
    )
    figure = figures.nearest(
        [names[i] for i in best],
        found.cosine[best],
        [list(legend).index(found.groups[i]) for i in best],
        x=tr("余弦", "cosine"),
    )
    plot(figure, f"nearest-{column.key}", tr("最近的五个", "The five nearest"))
    plane = figures.plane(found.points, names, found.groups, legend, query=tr("查询", "query"))
    plot(plane, f"plane-{column.key}", tr("前两个主成分", "First two principal components"))
    st.caption(
        tr(
            f"两轴占方差 {found.explained[0]:.0%} 和 {found.explained[1]:.0%}",
            f"The axes hold {found.explained[0]:.0%} and {found.explained[1]:.0%} of the variance",
        )
    )


# --- cost -------------------------------------------------------------------------------------


def costs(page: Frame, lab: Lab) -> None:
    """Recorded figures first; a press measures here and now, one model after the other."""
    first, second = st.columns([2, 1], vertical_alignment="bottom")
    tokens = first.select_slider(
        tr("输入长度（词元）", "Input length (tokens)"),
        (16, 32, 64, 128, 256),
        key=linked("cmp_tokens", (16, 32, 64, 128, 256), 64),
    )
    if second.button(tr("在这台机器上测量", "Measure on this machine"), type="primary"):
        st.session_state.cmp_measurement = int(time.time())  # a new request, not a kept answer
    number = st.session_state.get("cmp_measurement", 0)
    seen: dict[str, Cost] = {}
    for place, column in zip(st.columns(3), COLUMNS, strict=True):
        with place, shown_to_reader(), st.container(height=470, border=False):
            heading(column)
            draw = partial(priced, column, seen)
            if number:
                lab.run(
                    "comparison.cost", draw, model=column.model, tokens=tokens, measurement=number
                )
            else:
                earlier(column, tokens, draw)
    if len(seen) > 1:
        curves = [
            Curve(column.name, column.domain, seen[column.domain].seconds * 1000)
            for column in COLUMNS
            if column.domain in seen
        ]
        figure = figures.runs(curves, y=tr("毫秒（对数）", "milliseconds (log)"))
        page.figure("runs", figure)
        lab.csv(
            ["model", "tokens", *(f"seconds_{i + 1}" for i in range(len(curves[0].y)))],
            [[c.model, c.tokens, *c.seconds.tolist()] for c in seen.values()],
        )


def earlier(column: Column, tokens: int, draw: partial[None]) -> None:
    """The recorded measurement, if this length was recorded."""
    asked = {"tokens": tokens, "measurement": 0}
    run = recorded.runs("comparison").get(Request.of("comparison.cost", column.model, asked))
    if run is None:
        st.caption(tr("按上方的按钮测量。", "Press the button above to measure."))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.badge(tr("录制", "recorded"), color="gray", icon=":material/history:")
        st.caption(f"{run.day} · {run.device}", width="content")
        card_popover(column.model, f"card-cost-{column.model}")
    draw(run.value)


def priced(column: Column, seen: dict[str, Cost], cost: Cost) -> None:
    seen[column.domain] = cost
    mega = 2**20
    facts = {
        tr("中位时间", "Median time"): f"{cost.median * 1000:,.1f} ms",
        tr("每秒词元", "Tokens a second"): f"{cost.tokens_per_second:,.0f}",
        tr("参数", "Parameters"): f"{cost.parameters / 1e6:,.1f} M",
        tr("权重占内存", "Weights in memory"):
            f"{cost.weight_bytes / mega:,.0f} MiB ({cost.precision})",
        tr("运行时内存峰值增量", "Peak memory growth"): f"{cost.peak_bytes / mega:,.1f} MiB",
        tr("运算量", "Operations"): f"{cost.operations / 1e9:,.1f} GFLOP",
        tr("达到的速度", "Speed reached"): f"{cost.operations_per_second / 1e9:,.0f} GFLOP/s",
        tr("机器同时在忙别的", "Machine busy elsewhere"): f"{cost.others:.0%}",
    }  # fmt: skip
    st.table(facts, border="horizontal")
    st.caption(f"{cost.when[:16].replace('T', ' ')} UTC · {cost.device} · {cost.threads} threads")


# --- the published models ---------------------------------------------------------------------

CHIPS = {"coding": "blue", "protein": "orange", "biomed": "green"}
OPEN = {0: ":material/lock:", 1: ":material/help:", 2: ":material/check_circle:"}
MARKS = {"read": "", "counted": " ᶜ", "estimated": " ᵉ"}


def matrix(page: Frame) -> None:
    """The typed table: which models, which rows, only what differs."""
    table = published()
    names = {model.id: model.name for model in table.models}
    picked = st.pills(
        tr("模型（2 至 6 个）", "Models (2 to 6)"),
        list(names),
        format_func=names.__getitem__,
        selection_mode="multi",
        default=list(names),
        key="cmp_models",
        persist_state="page",
    )
    first, second = st.columns([2, 1], vertical_alignment="bottom")
    every = tr("全部", "all")
    groups = {"all": every} | {group: said(title) for group, title in table.groups.items()}
    group = first.segmented_control(
        tr("行", "Rows"),
        list(groups),
        format_func=groups.__getitem__,
        key=linked("cmp_group", groups, "all"),
        required=True,
    )
    only = second.toggle(
        tr("只看不同之处", "Only differences"), key="cmp_only", bind="query-params"
    )
    models = tuple(each for each in table.ids if each in picked)
    if len(models) < 2:
        st.caption(tr("请至少选两个模型。", "Please pick two models at least."))
        return
    head = [tr("项目", "Axis"), *(names[each] for each in models)]
    lines = [head, ["---"] * len(head)]
    notes: list[str] = []
    for axis in table.axes:
        if group not in ("all", axis.group) or (only and not axis.differs(models)):
            continue
        title = said(axis.title)
        if axis.why:
            notes.append(f"**≠ {title}**{tr('：', ': ')}{said(axis.why)}")
            title = f"≠ {title}"
        lines.append([title, *(typed(page, axis.kind, axis.cells[each], table.model(each).domain)
                               for each in models)])  # fmt: skip
    with st.container(key="table-cmp-models"):
        st.markdown("\n".join("| " + " | ".join(cells) + " |" for cells in lines))
    st.caption(
        tr(
            "≠ 这一行不能横向比较 · ᶜ 由公布的形状或数字算出 · ᵉ 依假定估计 · 其余照来源所写",
            "≠ not to be read across · ᶜ counted from published shapes or numbers · "
            "ᵉ estimated on an assumption · the rest as the source says",
        )
    )
    for note in notes:
        st.caption(note)


def typed(page: Frame, kind: str, cell: Cell, domain: str) -> str:
    """One cell as Markdown: a number, a chip, an openness sign or a text, with its sources."""
    text, note = said(cell.text), said(cell.note) if cell.note else ""
    if kind == "chip":
        text = f":{CHIPS[domain]}-badge[{text}]"
    elif kind == "open":
        text = f"{OPEN[int(cell.value)]} {text}"
    elif kind == "number":
        text = f"**{text}**"
    return f"{text}{MARKS[cell.mark]}{' · ' + note if note else ''} {cite(page, cell.refs)}"


def cite(page: Frame, refs: tuple[str, ...]) -> str:
    """Numbers of the reference list at the end of the page, each a link to its source."""
    known, order = content.references(), page.lesson.references
    return " ".join(f":small[[\\[{order.index(ref) + 1}\\]]({known[ref].url})]" for ref in refs)


def bubbles(page: Frame) -> None:
    table = published()
    found = [
        papers.Bubble(
            model.name,
            model.domain,
            model.openness,
            table.value("parameters", model.id),
            table.compute[model.id].low,
            table.compute[model.id].taken,
            table.compute[model.id].high,
        )
        for model in table.models
    ]
    shapes = {
        "open": tr("权重开放", "weights open"),
        "unclear": tr("可下载，许可不明", "downloadable, licence unclear"),
        "closed": tr("不开放", "closed"),
    }
    figure = papers.bubbles(
        found,
        x=tr("参数量 N（对数）", "parameters N (log)"),
        y=tr("自身训练的 FLOP（对数）", "FLOP of its own training (log)"),
        shapes=shapes,
    )
    if page.narrow:  # room for a name to the left of its point
        figure.update_xaxes(range=[6.7, 10.5])
    page.figure("bubbles", figure)


def domains() -> dict[str, str]:
    return {column.domain: column.name for column in COLUMNS}


def gains(page: Frame) -> None:
    bars = [
        Bar(said(gain.title), gain.domain, 0, gain.share, said(gain.metric))
        for gain in published().gains
    ]
    x = tr("相对误差下降", "relative error reduction")
    page.figure("gains", papers.strips(bars, domains(), x=x))


def inheritance(page: Frame) -> None:
    edges = [(step.source, step.target, step.domain) for step in published().steps]
    page.figure(
        "inheritance",
        papers.inheritance(
            edges,
            root="random",
            named=tr("随机初始化", "random weights"),
            grey=[step.target for step in published().steps if step.domain == "general"],
        ),
    )


def checks(page: Frame) -> None:
    bars = [Bar(said(c.title), c.domain, c.low, c.high) for c in published().checks]
    ticks = {
        1e-3: tr("1 毫秒", "1 ms"),
        1.0: tr("1 秒", "1 s"),
        60.0: tr("1 分钟", "1 min"),
        3600.0: tr("1 小时", "1 h"),
        86400.0: tr("1 天", "1 day"),
        2.6e6: tr("1 个月", "1 month"),
        3.15e7: tr("1 年", "1 year"),
    }
    x = tr("判定一个答案需要多久（数量级）", "time to judge one answer (order of magnitude)")
    page.figure("checks", papers.spans(bars, ticks, x=x))


# --- weights ----------------------------------------------------------------------------------


def weights(page: Frame, lab: Lab) -> None:
    """The reader weighs five criteria; the ranking follows the weights, not the models."""
    titles = {
        "parameters": tr("参数少", "few parameters"),
        "flop": tr("训练便宜", "cheap to train"),
        "checker": tr("容易验证", "quick to check"),
        "confidence": tr("知道自己几分把握", "knows its confidence"),
        "openness": tr("开放", "open"),
    }
    left, right = st.columns([1, 1.4], gap="large")
    with left:
        chosen = {
            name: st.slider(titles[name], 0, 3, 1, key=f"cmp_w_{name}", bind="query-params")
            for name in CRITERIA
        }
    table, counts = published(), winners()
    total = 4 ** len(CRITERIA) - 1
    names = [f"{table.model(each).name} **{count}**" for each, count in counts.items()]
    st.markdown(
        tr(
            f"五个权重各取 0 至 3，共 {total:,} 种取法。其中有多少种让它排第一（含并列）："
            + "、".join(names),
            f"Five weights of 0 to 3 make {total:,} choices. So many of them put it first (ties "
            "included): " + ", ".join(names),
        )
    )
    with right, shown_to_reader():
        ranked = scores(chosen)
        bars = [Bar(table.model(e).name, table.model(e).domain, 0, score) for e, score in ranked]
        page.figure("ranking", papers.ranking(bars, x=tr("加权平均名次", "weighted mean rank")))
        lab.csv(["model", "score"], ranked)
