"""The transformer lesson's smaller labs: the walk, the calculator, masks, positions, ablation."""

from functools import partial

import numpy as np
import streamlit as st

from pages.ui import attention_view, live
from pages.ui.attention_view import Shown, choose_number, choose_token
from pages.ui.lab import Lab
from pages.ui.language import tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.typeset import minus
from vlab.figures import attention as figures
from vlab.figures import heatmap, palette
from vlab.foundations.attention_calculator import Calculation, calculate
from vlab.foundations.attention_order import shuffle
from vlab.foundations.attention_scaling import spread
from vlab.foundations.results import (
    Ablation,
    AttentionWalk,
    HeadEffects,
    Influence,
    MaskInfluence,
)
from vlab.models import cards
from vlab.nn import positions
from vlab.nn.masks import KINDS

MODELS = ("all-minilm-l6-v2", "smollm2-135m-instruct", "antiberty")
VECTORS = "all-minilm-l6-v2"  # has no head for words: its sentence vector is compared instead
SENTENCE = "The animal didn't cross the street because it was too tired."
SEQUENCE = "EVQLVESGGGLVQPGGSLRLSCAASGFNIKDTYIHWVRQAPGKGLEWVARI"
LINK_CHARACTERS = 500  # a longer text is not carried in the URL
FOLLOW = 1.0  # seconds after a new text, before the labs below take it up
WALK_ROWS = 24  # keys of the walk's figure; of a longer text, those with most weight
GRIDS = {
    "Q": ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)),
    "K": ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0)),
    "V": ((1.0, 2.0), (3.0, 4.0), (5.0, 6.0)),
}


def first_lab(page: Frame) -> tuple[str, str]:
    """The maps of the reader's text, and what was asked for: (model, text).

    A fragment: a new text sends its maps alone, and they are painted at once. The labs below go
    on with the same text, with a run of the whole page a moment later.
    """
    asked: list[tuple[str, str]] = []  # of the last run of the whole page

    @st.fragment(key="tr-first-lab")
    def maps() -> None:
        live.be_patient()
        with page.lab("heads") as lab:
            model, text = choose_text()
            if not asked:
                asked.append((model, text))
            draw = partial(attention_view.heads, lab)
            lab.run("attention.maps", draw, model=model, text=text)
            _follow((model, text) != asked[0])

    maps()
    return asked[0]


def _follow(behind: bool) -> None:
    """Run the page once more when the labs below are behind, but let the maps be painted first."""
    painted: list[bool] = []

    @st.fragment(run_every=FOLLOW if behind else None, key="tr-follow")
    def follow() -> None:
        if behind and painted:
            st.rerun()
        painted.append(True)

    follow()


def choose_text() -> tuple[str, str]:
    """The model and the text of the lesson: (name, text). A sequence has a field of its own."""
    model = st.segmented_control(
        tr("模型", "Model"),
        MODELS,
        default=MODELS[0],
        format_func=lambda name: tr(cards.card(name).title.zh, cards.card(name).title.en),
        key=linked("tr_model", MODELS, MODELS[0]),
        required=True,
    )
    if model == "antiberty":
        key, label, text = (
            "tr_sequence",
            tr("抗体序列（单字母残基）", "Antibody sequence (one-letter residues)"),
            SEQUENCE,
        )
    else:
        key, label, text = "tr_text", tr("文本", "Text"), SENTENCE
    if key not in st.session_state:
        st.session_state[key] = st.query_params.get(key) or text
    typed = st.text_area(label, key=key, height=80, persist_state="page")
    if typed == text or not 0 < len(typed) <= LINK_CHARACTERS:
        st.query_params.pop(key, None)
    else:
        st.query_params[key] = typed
    return str(model), typed


def waiting() -> None:
    st.caption(
        tr(
            "这里接着用第一个实验的文本；等它有结果后继续。",
            "This goes on with the text of the first lab, once that has a result.",
        )
    )


def choose_head(prefix: str, shown: Shown, start: tuple[int, int]) -> tuple[int, int]:
    """Layer and head by number."""
    left, right = st.columns(2)
    return (
        choose_number(
            left.number_input, tr("层", "Layer"), f"tr_{prefix}_layer", shown.layers, start[0]
        ),
        choose_number(
            right.number_input, tr("头", "Head"), f"tr_{prefix}_head", shown.heads, start[1]
        ),
    )


def choose_position(shown: Shown) -> int:
    """Where the ablated model is asked: -1 for the encoder that has no head for words."""
    if shown.model == VECTORS:
        return -1
    decoder = cards.card(shown.model).family == "decoder"
    label = (
        tr("预测这个词元之后的词元", "Predict what follows this token")
        if decoder
        else tr("遮住这个词元，让模型猜", "Mask this token for the model to guess")
    )
    allowed = [at for at, piece in enumerate(shown.pieces) if decoder or piece.kind != "special"]
    return choose_token(label, "tr_off_token", shown.pieces, 12, allowed)


def too_long(shown: Shown | None, limit: int) -> str:
    """Why a step that runs the model many times cannot be started now; empty where it can."""
    if shown is None:
        return tr("请先等第一个实验有结果。", "Please wait for the first lab's result.")
    count = len(shown.pieces)
    return (
        tr(f"最多 {limit} 个词元，现有 {count} 个。", f"{limit} tokens at most; now {count}.")
        if count > limit
        else ""
    )


def walk(page: Frame, lab: Lab, result: AttentionWalk) -> None:
    """q·k, scale, mask, softmax, ·v: the numbers of one row."""
    pieces, width = result.pieces, result.q.shape[0]
    best = int(result.weights.argmax())
    shown = np.sort(np.argsort(-result.weights, kind="stable")[:WALK_ROWS])
    hidden = int((~result.visible).sum())
    left, right = st.columns(2)
    left.latex(
        rf"\frac{{q_{{{result.token}}}\cdot k_{{{best}}}}}{{\sqrt{{{width}}}}}"
        rf"=\frac{{{result.dots[best]:.3f}}}{{{width**0.5:.3f}}}={result.scaled[best]:.3f}"
    )
    right.latex(
        rf"a_{{{result.token},{best}}}=\frac{{e^{{{result.scaled[best]:.3f}}}}}"
        rf"{{\sum_{{j}} e^{{s_j}}}}={result.weights[best]:.3f}"
    )
    st.text(
        tr(
            f"发问的是 {pieces[result.token].shown}（{result.token}）；"
            f"最看重 {pieces[best].shown}（{best}）。",
            f"{pieces[result.token].shown} ({result.token}) asks; it looks most at "
            f"{pieces[best].shown} ({best}).",
        )
    )
    notes = []
    if result.rotated:
        notes.append(
            tr(
                "q 和 k 已按各自的位置旋转过（RoPE）；表中“旋转前”是还原的点积。",
                "q and k have been rotated by their positions (RoPE); the table's “unrotated” "
                "column is the dot product without that.",
            )
        )
    if result.key_heads < result.query_heads:
        share = result.query_heads // result.key_heads
        notes.append(
            tr(
                f"{result.query_heads} 个查询头共用 {result.key_heads} 组键和值（GQA），"
                f"每 {share} 个一组；这个头用第 {result.key_head} 组。",
                f"{result.query_heads} query heads share {result.key_heads} sets of keys and "
                f"values (GQA), {share} to a set; this head uses set {result.key_head}.",
            )
        )
    if hidden:
        notes.append(
            tr(
                f"掩码挡住了后面的 {hidden} 个词元：分数成为 −∞，权重为 0。",
                f"The mask hides the {hidden} tokens that come after: score −∞, weight 0.",
            )
        )
    for note in notes:
        st.caption(note)
    page.figure(
        "walk",
        figures.walk(
            (result.q * result.k)[shown],
            result.scaled[shown],
            result.weights[shown],
            result.visible[shown],
            [f"{pieces[at].shown} · {at}" for at in shown],
            titles=(
                "① q⊙k",
                tr("② 和 ÷ √d", "② sum ÷ √d"),
                "③ softmax",
            ),
            accent=palette.DOMAIN[cards.card(result.model).domain],
        ),
    )
    plain = result.k_plain @ result.q_plain
    columns = ["key", "token", "q·k", "q·k/√d", tr("权重", "weight"), "‖v‖", "a·‖v‖"]
    rows = [
        (
            at,
            pieces[at].shown,
            round(float(result.dots[at]), 4),
            round(float(result.scaled[at]), 4) if result.visible[at] else "-inf",
            round(float(result.weights[at]), 4),
            round(float(np.linalg.norm(result.v[at])), 4),
            round(float(result.weights[at] * np.linalg.norm(result.v[at])), 4),
            *((round(float(plain[at]), 4),) if result.rotated else ()),
        )
        for at in range(len(pieces))
    ]
    columns += [tr("旋转前 q·k", "unrotated q·k")] if result.rotated else []
    st.caption(
        tr("④ 输出 = 权重 × v 求和，", "④ output = weights times v, summed; ")
        + f"d = {width}: [{', '.join(minus(f'{x:.3f}') for x in result.output[:6])}, …]"
    )
    lab.csv(columns, rows)


def calculator(lab: Lab) -> None:
    """Three editable grids and every number between them and the output."""
    cells = {}
    for column, (name, grid) in zip(st.columns(3), GRIDS.items(), strict=True):
        with column:
            st.markdown(f"${name}$")
            edited = st.data_editor(
                np.array(grid),
                key=f"tr_grid_{name}",
                hide_index=True,
                column_config={str(c): st.column_config.NumberColumn(f"c{c}") for c in (0, 1)},
            )
            cells[name] = tuple(tuple(map(_number, row)) for row in np.asarray(edited).tolist())
    left, right = st.columns(2)
    scaled = left.toggle(tr("除以 √d", "Divide by √d"), True, key="tr_scaled", bind="query-params")
    causal = right.toggle(
        tr("因果掩码", "Causal mask"), False, key="tr_causal", bind="query-params"
    )
    result = calculate(cells["Q"], cells["K"], cells["V"], scaled=scaled, causal=causal)
    steps = (
        ("Q K^{\\top}", result.dots),
        ("S = Q K^{\\top} / \\sqrt{2}" if scaled else "S = Q K^{\\top}", _masked(result)),
        ("A = \\mathrm{softmax}(S)", result.weights),
        ("O = A V", result.output),
    )
    for column, (name, values) in zip((*st.columns(2), *st.columns(2)), steps, strict=True):
        column.latex(f"{name} = {_matrix(values)}")
    lab.csv(
        ["row", *(f"A{c}" for c in range(3)), *(f"O{c}" for c in range(2))],
        [
            (t, *(f"{x:.6f}" for x in result.weights[t]), *(f"{x:.6f}" for x in result.output[t]))
            for t in range(len(result.weights))
        ],
    )


def _number(cell: object) -> float:
    return float(cell) if isinstance(cell, int | float) else float("nan")


def _masked(result: Calculation) -> np.ndarray:
    return np.where(result.visible, result.scores, -np.inf)


def _matrix(values: np.ndarray) -> str:
    rows = (" & ".join(r"-\infty" if np.isneginf(x) else f"{x:.4f}" for x in row) for row in values)
    return r"\begin{bmatrix}" + r"\\".join(rows) + r"\end{bmatrix}"


def scaling(page: Frame, lab: Lab) -> None:
    keys = st.select_slider(
        tr("键的个数", "Number of keys"),
        (16, 32, 64, 128, 256),
        64,
        key=linked("tr_keys", (16, 32, 64, 128, 256), 64),
    )
    seed = int(st.number_input(tr("随机种子", "Random seed"), 0, 999, key="tr_seed"))
    raw, scaled = (_spread(keys, seed, by_root) for by_root in (False, True))
    page.figure(
        "scaling",
        figures.spread(
            raw.widths,
            (raw.entropy, raw.largest, raw.gradient),
            (scaled.entropy, scaled.largest, scaled.gradient),
            titles=(
                tr("熵（nat）", "Entropy (nats)"),
                tr("最大权重", "Largest weight"),
                tr("softmax 的梯度", "Softmax gradient"),
            ),
            names=(tr("不除以 √d", "without 1/√d"), tr("除以 √d", "with 1/√d")),
            keys=keys,
        ),
    )
    lab.csv(
        ["d", "std_raw", "entropy_raw", "max_raw", "std_scaled", "entropy_scaled", "max_scaled"],
        [
            (d, *(f"{x:.5f}" for x in row))
            for d, *row in zip(
                raw.widths,
                raw.std,
                raw.entropy,
                raw.largest,
                scaled.std,
                scaled.entropy,
                scaled.largest,
                strict=True,
            )
        ],
    )


@st.cache_data(max_entries=64, show_spinner=False)
def _spread(keys: int, seed: int, scaled: bool):
    return spread(scaled=scaled, keys=keys, seed=seed)


def order(page: Frame, lab: Lab) -> None:
    """The sinusoids, their Toeplitz product, and what shuffling does."""
    left, right = st.columns(2)
    length = left.slider(
        tr("位置数", "Positions"), 8, 256, 96, key="tr_length", bind="query-params"
    )
    width = right.select_slider(
        tr("通道数 d", "Channels d"),
        (8, 16, 32, 64, 128),
        64,
        key=linked("tr_width", (8, 16, 32, 64, 128), 64),
    )
    code = positions.sinusoids(length, width)
    left, right = st.columns(2)
    with left:
        page.figure(
            "positions", figures.code(code, x=tr("通道", "Channel"), y=tr("位置 t", "Position t"))
        )
    with right:
        page.figure(
            "offsets",
            figures.offsets(
                code @ code.T,
                (length // 4, length // 2, 3 * length // 4),
                x=tr("相隔 k", "Offset k"),
                y="P[t]·P[t+k]",
                name="t =",
            ),
        )
    longest = positions.wavelengths(width)
    st.caption(
        tr(
            f"每个位置的 ‖P‖² = d/2 = {width // 2}；"
            f"波长从 {longest[0]:.2f} 到 {longest[-1]:,.0f}。",
            f"Every position has ‖P‖² = d/2 = {width // 2}; wavelengths run from "
            f"{longest[0]:.2f} to {longest[-1]:,.0f}.",
        )
    )
    if st.button(tr("打乱词序", "Shuffle the words"), key="tr_shuffle", icon=":material/shuffle:"):
        st.session_state.tr_shuffles = st.session_state.get("tr_shuffles", 0) + 1
    mixed = shuffle(channels=width, seed=st.session_state.get("tr_shuffles", 0))
    st.caption(f"{tr('新的顺序：', 'New order: ')}{' '.join(map(str, mixed.order))}")
    page.figure(
        "shuffle",
        figures.shuffled(
            (mixed.plain, mixed.coded),
            (tr("没有位置编码", "no position code"), tr("加上正弦编码", "with sinusoids")),
            y=tr("输出的最大差别", "Largest difference of outputs"),
        ),
    )
    lab.csv(
        ["t", *(f"c{c}" for c in range(width))],
        [(t, *(f"{x:.5f}" for x in row)) for t, row in enumerate(code)],
    )


def choose_mask() -> dict[str, str | int]:
    """The mask's inputs, as the operation takes them."""
    names = {
        "bidirectional": tr("双向", "Bidirectional"),
        "causal": tr("因果", "Causal"),
        "prefix": tr("前缀", "Prefix"),
        "cross": tr("交叉", "Cross"),
    }
    kind = st.segmented_control(
        tr("掩码", "Mask"),
        KINDS,
        default="causal",
        format_func=names.__getitem__,
        key=linked("tr_mask", KINDS, "causal"),
        required=True,
    )
    left, middle, right = st.columns(3)
    tokens = left.slider(tr("词元数", "Tokens"), 2, 16, 8, key="tr_mask_n", bind="query-params")
    prefix = middle.slider(
        tr("前缀长度", "Prefix length"),
        0,
        16,
        3,
        key="tr_prefix",
        bind="query-params",
        disabled=kind != "prefix",
    )
    source = right.slider(
        tr("源序列长度", "Source length"),
        2,
        16,
        6,
        key="tr_source",
        bind="query-params",
        disabled=kind != "cross",
    )
    asked: dict[str, str | int] = {"kind": str(kind), "tokens": int(tokens)}
    if kind == "prefix":
        asked["prefix"] = int(prefix)
    if kind == "cross":
        asked["source"] = int(source)
    return asked


GRID = [(0.0, "rgba(128,128,128,0.08)"), (1.0, palette.FOUNDATIONS)]


def mask(page: Frame, lab: Lab, result: MaskInfluence) -> None:
    rows, columns = ([f"{at}" for at in range(count)] for count in result.visible.shape)
    left, right = st.columns(2)
    with left:
        drawn = heatmap.token_map(
            result.visible.astype(np.float64), rows, columns, scale=GRID, low=0, high=1, number=":d"
        )
        page.figure("mask", drawn.update_layout(height=340))
    with right:
        drawn = heatmap.token_map(
            np.sqrt(result.strength), rows, columns, scale=GRID, low=0, high=1
        )
        page.figure("influence", drawn.update_layout(height=340))
    agrees = np.array_equal(result.strength > 0, result.expected)
    st.caption(
        tr(
            "雅可比矩阵的零与掩码的零逐格一致。" if agrees else "雅可比矩阵与掩码不一致！",
            "The Jacobian's zeros match the mask's cell by cell."
            if agrees
            else "The Jacobian does not match the mask!",
        )
    )
    lab.csv(
        ["output", "input", "visible", "influence"],
        [
            (i, j, int(result.visible[i, j]), f"{result.strength[i, j]:.6f}")
            for i in range(len(rows))
            for j in range(len(columns))
        ],
    )


def influence(page: Frame, result: Influence) -> None:
    """The same question put to the real model."""
    tokens = [piece.shown for piece in result.pieces]
    page.figure(
        "model-influence",
        heatmap.token_map(
            np.sqrt(result.strength.astype(np.float64)), tokens, tokens, scale=GRID, low=0, high=1
        ).update_layout(height=460),
    )


def ablation(page: Frame, lab: Lab, result: Ablation) -> None:
    """The answer with and without the heads."""
    if result.measure == "vector":
        st.metric(
            tr("整句向量的变化（1 − 余弦）", "Change of the sentence vector (1 − cosine)"),
            f"{result.change:.4f}",
        )
        shown = [f"{piece.shown} · {at}" for at, piece in enumerate(result.pieces)]
        figure = figures.shifts(shown, result.shift, y="1 − cos")
    else:
        st.metric(
            tr("概率移动了（总变差）", "Probability that moved (total variation)"),
            f"{result.change:.4f}",
        )
        figure = figures.answers(
            result.candidates,
            result.before,
            result.after,
            names=(tr("头都开着", "all heads on"), tr("关掉之后", "switched off")),
            y=tr("概率", "Probability"),
        )
    page.figure("ablation", figure)
    if result.measure == "vector":
        lab.csv(
            ["position", "token", "shift"],
            [(at, p.shown, f"{result.shift[at]:.6f}") for at, p in enumerate(result.pieces)],
        )
    else:
        lab.csv(
            ["candidate", "before", "after"],
            [
                (name, f"{b:.6f}", f"{a:.6f}")
                for name, b, a in zip(result.candidates, result.before, result.after, strict=True)
            ],
        )


def effects(page: Frame, result: HeadEffects) -> None:
    marked = (
        min(st.session_state.tr_off_layer, result.change.shape[0] - 1),
        min(st.session_state.tr_off_head, result.change.shape[1] - 1),
    )
    page.figure(
        "effects",
        figures.effects(
            result.sharpness,
            result.change,
            x=tr("看起来有多专注（最大权重的平均）", "How sharp it looks (mean largest weight)"),
            y=tr("关掉它，答案变多少", "How far the answer moves without it"),
            head=tr("第 {l} 层第 {h} 头", "layer {l}, head {h}"),
            marked=marked,
        ),
    )
