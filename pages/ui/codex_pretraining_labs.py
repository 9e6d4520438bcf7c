"""The labs of the training of Codex: file filters, estimates of pass@k, temperature, the budget."""

import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.typeset import minus
from vlab.coding import counting, filters, growth, toy, training, trials, whitespace
from vlab.errors import InputError
from vlab.figures import code_training as figures

FILE = '''"""Distances on a grid."""


def manhattan(a, b):
    """Sum of the absolute differences."""
    return sum(abs(x - y) for x, y in zip(a, b))
'''
KS = (1, 2, 5, 10, 20, 50, 100)
BATCHES = (500_000, 1_000_000, 2_000_000)


def rule_name(rule: str) -> str:
    names = {
        "size": tr("1 MB 以上", "1 MB or more"),
        "generated": tr("像是自动生成", "looks generated"),
        "mean": tr("平均行长超过 100", "mean line over 100"),
        "longest": tr("最长行超过 1,000", "longest line over 1,000"),
        "signs": tr("字母和数字太少", "too few letters and digits"),
    }
    return names[rule]


def sieve(page: Frame, lab: Lab) -> None:
    """The reader's file beside the standard library."""
    text = st.text_area(
        tr("一个 Python 文件", "A Python file"),
        FILE,
        key="cp_file",
        height=180,
        persist_state="page",
    )
    found = filters.measure(whitespace.checked(text))
    a, b, c, d = st.columns(4)
    a.metric(tr("平均行长", "Mean line"), f"{found.mean_line:.1f}")
    b.metric(tr("最长行", "Longest line"), f"{found.longest_line:,}")
    c.metric(tr("字母和数字", "Letters and digits"), f"{found.alphanumeric:.0%}")
    d.metric(tr("判决", "Verdict"), tr("留下", "kept") if found.kept else tr("去掉", "dropped"))
    st.caption(
        tr("没有触犯任何规则。", "No rule is broken.")
        if found.kept
        else tr("触犯：", "Broken: ") + "、".join(map(rule_name, found.broken))
    )

    def draw(scan: filters.Scan) -> None:
        dropped = scan.dropped
        page.figure(
            "files",
            figures.files(
                scan.names,
                scan.mean_line,
                scan.alphanumeric,
                dropped,
                (filters.MEAN_LINE, filters.ALPHANUMERIC),
                (found.mean_line, found.alphanumeric),
                x=tr("平均行长（字符）", "Mean line (characters)"),
                y=tr("字母和数字的份额", "Share of letters and digits"),
                labels=(tr("留下", "kept"), tr("去掉", "dropped"), tr("你的文件", "your file")),
            ),
        )
        counts = {rule_name(rule): int(scan.broken[:, i].sum())
                  for i, rule in enumerate(filters.RULES)}  # fmt: skip
        st.caption(
            tr(
                f"Python {scan.version} 标准库：{len(scan.names)} 个文件，去掉 {dropped.sum()} 个，"
                f"按字节是 {scan.bytes[dropped].sum() / scan.bytes.sum():.1%}。",
                f"Standard library of Python {scan.version}: {len(scan.names)} files, "
                f"{dropped.sum()} dropped, {scan.bytes[dropped].sum() / scan.bytes.sum():.1%} of "
                "the bytes.",
            )
            + " "
            + " · ".join(f"{name} {count}" for name, count in counts.items() if count)
        )
        lab.csv(
            ["file", "bytes", "mean_line", "longest_line", "alphanumeric", "dropped"],
            [
                (name, int(scan.bytes[i]), f"{scan.mean_line[i]:.2f}", int(scan.longest_line[i]),
                 f"{scan.alphanumeric[i]:.3f}", bool(dropped[i]))
                for i, name in enumerate(scan.names)
            ],
        )  # fmt: skip

    lab.run("codex.filters", draw)


def scatter(page: Frame, lab: Lab) -> None:
    """A thousand experiments, two estimates."""
    a, b, c, d = st.columns(4)
    p = a.slider(tr("每份通过的概率 p", "Chance p of a sample"), 0.01, 0.60, 0.10, 0.01,
                 key="cp_p", bind="query-params")  # fmt: skip
    n = b.slider(tr("样本数 n", "Samples n"), 2, 200, 10, key="cp_n", bind="query-params")
    k = c.slider("k", 1, 100, 5, key="cp_k", bind="query-params")
    seed = d.number_input(tr("种子", "Seed"), 0, 9999, 2, key="cp_seed", bind="query-params")
    if k > n:
        raise InputError(
            f"k 不能大于 n：现在 k = {k}，n = {n}。请调小 k 或调大 n。",
            f"k cannot exceed n: now k = {k}, n = {n}. Lower k or raise n.",
        )
    found = trials.trials(p, n, k, seed=int(seed))
    page.figure(
        "scattered",
        figures.scattered(
            found.unbiased,
            found.plug_in,
            found.true,
            x=f"pass@{k}",
            y=tr("实验次数", "Experiments"),
            names=(
                tr("无偏估计", "unbiased"),
                tr("直接代入", "plug-in"),
                tr("真值", "true"),
            ),
        ),
    )
    a, b, c = st.columns(3)
    a.metric(tr("真值", "True value"), f"{found.true:.4f}")
    b.metric(
        tr("无偏估计的平均", "Mean of the unbiased"),
        f"{found.unbiased.mean():.4f}",
        delta=minus(f"{found.unbiased.mean() - found.true:+.4f}"),
        delta_color="off",
        delta_arrow="off",
    )
    c.metric(
        tr("代入法的平均", "Mean of the plug-in"),
        f"{found.plug_in.mean():.4f}",
        delta=minus(f"{found.plug_in.mean() - found.true:+.4f}"),
        delta_color="off",
        delta_arrow="off",
    )
    st.caption(
        tr(
            f"一千次实验。代入法在所有可能结果上的精确平均是 {found.mean_plug_in:.4f}。",
            "A thousand experiments. Over all outcomes the exact mean of the plug-in is "
            f"{found.mean_plug_in:.4f}.",
        )
    )
    lab.csv(
        ["experiment", "unbiased", "plug_in"],
        [(i + 1, f"{u:.6f}", f"{q:.6f}")
         for i, (u, q) in enumerate(zip(found.unbiased, found.plug_in, strict=True))],
    )  # fmt: skip


def heat(page: Frame, lab: Lab) -> None:
    """The toy's curves over temperature."""
    a, b = st.columns(2)
    gap = a.slider(
        tr("平均差距（logit）", "Mean gap (logits)"), -8.0, 4.0, -4.2, 0.1,
        key="cp_gap", bind="query-params",
    )  # fmt: skip
    spread = b.slider(
        tr("题目之间的差别", "Spread between problems"), 0.2, 8.0, 4.2, 0.1,
        key="cp_spread", bind="query-params",
    )  # fmt: skip
    picked = st.pills(
        "k",
        KS,
        selection_mode="multi",
        default=[1, 10, 100],
        key="cp_ks",
        persist_state="page",
    )
    world = toy.World(gap=gap, spread=spread)
    fitted = world == toy.World()
    curves = {k: toy.curve(k, world) for k in KS if k in picked} or {1: toy.curve(1, world)}
    codex = next(r for r in growth.published() if r.model == "Codex-679M")
    page.figure(
        "temperature",
        figures.by_temperature(
            toy.TEMPERATURES,
            curves,
            [(0.2, codex.rate(1)), (0.8, codex.rate(100))] if fitted else [],
            x=tr("温度", "Temperature"),
            y="pass@k",
            anchor=tr("Codex-679M（论文）", "Codex-679M (paper)"),
        ),
    )
    st.caption(
        " · ".join(
            tr(
                f"pass@{k} 最好的温度 {toy.best(k, world):.1f}",
                f"best T for pass@{k}: {toy.best(k, world):.1f}",
            )
            for k in curves
        )
    )
    one = toy.pass_at(1, toy.best(1, world), world)
    many = toy.pass_at(100, toy.best(100, world), world)
    st.caption(
        tr(
            f"假如所有题一样难，由 pass@1 = {one:.3f} 会推出 pass@100 = "
            f"{toy.as_if_equal(100, one):.3f}；题目难易不同，这里只有 {many:.3f}。",
            f"If all problems were equally hard, pass@1 = {one:.3f} would give pass@100 = "
            f"{toy.as_if_equal(100, one):.3f}; they are not, and here it is {many:.3f}.",
        )
    )
    lab.csv(
        ["temperature", *(f"pass@{k}" for k in curves)],
        [
            (f"{t:.1f}", *(f"{v[i]:.4f}" for v in curves.values()))
            for i, t in enumerate(toy.TEMPERATURES)
        ],
    )


def budget(page: Frame, lab: Lab) -> None:
    """A size and a number of tokens; steps, operations, learning rate, the fitted loss."""
    names = {rung.name: rung for rung in counting.LADDER}
    name = st.segmented_control(
        "Codex", tuple(names), key=linked("cp_size", names, "12B"), required=True
    )
    b, c = st.columns(2)
    tokens = b.slider(
        tr("词元（十亿）", "Tokens (billions)"), 10, 500, 100, 10, key="cp_tokens",
        bind="query-params",
    )  # fmt: skip
    batch = c.segmented_control(
        tr("批（词元）", "Batch (tokens)"),
        BATCHES,
        format_func=lambda v: f"{v / 1e6:g} M",
        key=linked("cp_batch", BATCHES, 2_000_000),
        required=True,
    )
    rung = names[name or "12B"]
    size = counting.rule(rung.layers, rung.width)
    total = training.steps(tokens * 1e9, batch or 2_000_000)
    a, b, c = st.columns(3)
    a.metric(tr("训练步数", "Training steps"), f"{total:,}")
    b.metric(
        tr("计算量 6ND", "Compute, 6ND"),
        tr(f"{training.petaflop_days(size, tokens * 1e9):,.1f} PF·天",
           f"{training.petaflop_days(size, tokens * 1e9):,.1f} PF-days"),
    )  # fmt: skip
    c.metric(tr("幂律给出的损失", "Loss by the law"), f"{training.loss(size):.3f}")
    at = sorted({0, training.WARM_UP, *range(0, total + 1, max(1, total // 300)), total})
    peak = 1.0
    page.figure(
        "schedule",
        figures.schedule(
            at,
            [training.learning_rate(step, total, peak) for step in at],
            x=tr("步", "Step"),
            y=tr("学习率 / 峰值", "Learning rate / peak"),
        ),
    )
    sizes = [counting.rule(r.layers, r.width) for r in counting.LADDER]
    page.figure(
        "law",
        figures.law(
            [r.name for r in counting.LADDER],
            sizes,
            [training.loss(s) for s in sizes],
            (size, training.loss(size)),
            x=tr("不含词向量的参数", "Parameters without embeddings"),
            y=tr("测试损失", "Test loss"),
            labels=(tr("论文的幂律", "the paper's law"), tr("你选的", "yours")),
        ),
    )
    st.caption(
        tr(
            f"按这条幂律，损失降到九成要 {training.factor_for(0.9):.1f} 倍参数，"
            f"降到一半要 {training.factor_for(0.5):.0f} 倍。",
            f"By this law nine tenths of the loss takes {training.factor_for(0.9):.1f} times the "
            f"parameters, half of it {training.factor_for(0.5):.0f} times.",
        )
    )
    lab.csv(
        ["model", "parameters", "loss", "petaflop_days"],
        [
            (r.name, s, f"{training.loss(s):.4f}",
             f"{training.petaflop_days(s, tokens * 1e9):.2f}")
            for r, s in zip(counting.LADDER, sizes, strict=True)
        ],
    )  # fmt: skip
