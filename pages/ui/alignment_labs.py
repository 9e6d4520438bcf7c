"""Labs on reinforcement learning proper: boards, learned values, hopeful maxima, gradients."""

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.typeset import minus
from vlab.figures import foundation_alignment, foundation_plots
from vlab.figures.foundation_plots import Level, Series
from vlab.foundations import policy_gradient, tictactoe
from vlab.foundations.qlearning_results import Bias, Learned
from vlab.foundations.tictactoe import EMPTY, Opponent

SIGNS = {"X": "✕", "O": "◯"}
EPISODES = (1000, 5000, 20_000)


def loop(page: Frame) -> None:
    page.figure("loop", foundation_alignment.loop(lang=page.lang, narrow=page.narrow))


def board(page: Frame, lab: Lab) -> None:
    """Play X; every free cell shows its optimal value."""
    options = list(Opponent)
    names = {
        Opponent.RANDOM: tr("随便下的对手", "a random opponent"),
        Opponent.PERFECT: tr("不出错的对手", "a perfect opponent"),
    }
    opponent = Opponent(
        st.segmented_control(
            tr("对手", "Opponent"), options, format_func=names.__getitem__,
            key=linked("al_opponent", options, Opponent.RANDOM), required=True,
        )
        or Opponent.RANDOM
    )  # fmt: skip
    now = st.text_input(
        tr("棋盘（九个字符）", "Board (nine characters)"), EMPTY, key="al_board",
        bind="query-params",
    )  # fmt: skip
    now = tictactoe.checked(now.strip().upper())
    end = tictactoe.winner(now)
    mine = not end and tictactoe.turn(now) == "X"
    values = tictactoe.optimal(now, opponent) if mine else {}
    best = max(values.values(), default=0.0)

    def place(cell: int) -> None:
        after = tictactoe.play(now, cell, "X")
        if not tictactoe.winner(after):
            after = _reply(after, opponent)
        st.session_state["al_board"] = after

    for row in range(3):
        with st.container(horizontal=True, wrap=False):
            for place_at in range(3 * row, 3 * row + 3):
                free = place_at in values
                sign = SIGNS.get(now[place_at], "·")
                st.button(
                    minus(f"{values[place_at]:+.3f}") if free else sign,
                    key=f"al_cell_{place_at}",
                    on_click=place,
                    args=(place_at,),
                    disabled=not free,
                    type="primary" if free and values[place_at] > best - 1e-9 else "secondary",
                    width=88,  # three and their gaps fit a phone
                )
    told = {
        "X": tr("✕ 赢了。", "✕ wins."),
        "O": tr("◯ 赢了。", "◯ wins."),
        "=": tr("平局。", "A draw."),
    }
    left, right = st.columns(2)
    left.markdown(
        told.get(end) or tr(f"轮到 ✕；最好的走法值 **{best:+.4f}**。",
                            f"✕ to move; the best move is worth **{best:+.4f}**.")
        if end or mine else tr("轮到 ◯。", "◯ to move.")
    )  # fmt: skip
    right.button(
        tr("重新开始", "Start again"),
        on_click=lambda: st.session_state.update(al_board=EMPTY),
        key="al_again",
    )
    st.caption(
        tr(
            f"可达局面 {len(tictactoe.reachable()):,} 个；价值迭代扫 "
            f"{len(tictactoe.solve(opponent)[1])} 遍收敛。",
            f"{len(tictactoe.reachable()):,} boards can be reached; value iteration settles in "
            f"{len(tictactoe.solve(opponent)[1])} sweeps.",
        )
    )
    page.caption("board")


def _reply(after: str, opponent: Opponent) -> str:
    """O's answer: the worst one for X, or one that the board's own pattern picks."""
    free = tictactoe.moves(after)
    values = tictactoe.solve(opponent)[0]

    def worth(cell: int) -> float:
        result = tictactoe.play(after, cell, "O")
        end = tictactoe.winner(result)
        return tictactoe.REWARD[end] if end else values[result]

    if opponent is Opponent.PERFECT:
        cell = min(free, key=worth)
    else:
        cell = free[sum(map(ord, after)) * 7919 % len(free)]
    return tictactoe.play(after, cell, "O")


def qlearning(page: Frame, lab: Lab) -> None:
    """Learn by playing; judged exactly."""
    left, right = st.columns(2)
    episodes = left.select_slider(
        tr("学习的局数", "Games to learn from"), EPISODES, value=20_000,
        key=linked("al_episodes", EPISODES, 20_000),
    )  # fmt: skip
    explore = right.select_slider(
        tr("随机探索的比例", "Share of random moves"), (0.0, 0.1, 0.3, 1.0), value=0.3,
        key=linked("al_explore", (0.0, 0.1, 0.3, 1.0), 0.3),
    )  # fmt: skip

    def draw(result: Learned) -> None:
        page.figure(
            "qlearning",
            foundation_plots.lines(
                [
                    Series(tr("胜", "win"), result.episodes, result.wins),
                    Series(tr("平", "draw"), result.episodes, result.draws),
                    Series(tr("负", "loss"), result.episodes, result.losses),
                ],
                x=tr("学过的局数", "games learnt from"),
                y=tr("贪心下法的结果", "results of greedy play"),
                percent=True,
                span=(0.0, 1.02),
            ),
        )
        head = [tr("格子", "Cell"), tr("学到的 Q", "Learnt Q"), tr("真正的 Q*", "True Q*")]
        rows = [
            (i + 1, f"{q:.3f}", f"{t:.3f}")
            for i, (q, t) in enumerate(zip(result.opening, result.truth, strict=True))
        ]
        value = float(result.wins[-1] - result.losses[-1])
        st.markdown(
            tr(
                f"学完的价值 **{value:.4f}**，最优是 **{result.best:.4f}**；"
                f"见过 {result.states:,} 个局面，用时 {result.seconds:.1f} 秒。",
                f"Value after learning **{value:.4f}**, the best possible **{result.best:.4f}**; "
                f"{result.states:,} boards seen in {result.seconds:.1f} s.",
            )
        )
        with st.expander(tr("第一步的 Q 表", "Q table of the first move")):
            st.table(dict(zip(head, zip(*rows, strict=True), strict=True)), border="horizontal")
        lab.csv(head, rows)

    lab.run(
        "alignment.qlearning", draw, button=tr("现在学", "Learn now"),
        episodes=int(episodes), rate=0.3, explore=float(explore), seed=0,
    )  # fmt: skip


def bias(page: Frame, lab: Lab) -> None:
    """A maximum over noisy numbers, single and double."""

    def draw(result: Bias) -> None:
        page.figure(
            "bias",
            foundation_plots.lines(
                [
                    Series(tr("Q 学习", "Q-learning"), result.episodes, result.single),
                    Series(tr("双 Q 学习", "double Q-learning"), result.episodes, result.double),
                    Series(
                        tr("只因探索（5 %）", "exploration alone (5 %)"),
                        result.episodes,
                        np.full(len(result.episodes), result.floor),
                    ),
                ],
                x=tr("局", "episode"),
                y=tr("选了坏动作的比例", "share choosing the bad action"),
                percent=True,
                span=(0.0, 1.02),
            ),
        )
        lab.csv(
            [tr("局", "episode"), "Q", "double Q"],
            list(zip(result.episodes.tolist(), result.single.tolist(), result.double.tolist(),
                     strict=True)),
        )  # fmt: skip

    lab.run("alignment.bias", draw, runs=400, episodes=300)


def gradient(page: Frame, lab: Lab) -> None:
    """Four arms, sampled gradients, with and without a baseline."""
    left, right = st.columns(2)
    rate = left.slider(tr("步长", "Rate"), 0.01, 0.5, 0.1, 0.01, key="al_rate", bind="query-params")
    seed = right.number_input(tr("种子", "Seed"), 0, 999, 0, key="al_seed", bind="query-params")
    runs = {
        flag: policy_gradient.climb(steps=400, rate=rate, baseline=flag, seed=int(seed))
        for flag in (True, False)
    }
    steps = np.arange(401)
    page.figure(
        "gradient",
        foundation_plots.lines(
            [
                Series(tr("有基线", "with a baseline"), steps, runs[True].expected),
                Series(tr("没有基线", "without"), steps, runs[False].expected),
            ],
            x=tr("步", "step"),
            y=tr("期望奖励", "expected reward"),
            levels=[
                Level(tr("最好的臂 0.8", "best arm 0.8"), max(policy_gradient.MEANS)),
                Level(tr("乱选 0.475", "random 0.475"), float(np.mean(policy_gradient.MEANS))),
            ],
            span=(0.15, 0.9),
        ),
    )
    arms = [tr(f"臂 {i + 1}（均值 {m}）", f"arm {i + 1} (mean {m})")
            for i, m in enumerate(policy_gradient.MEANS)]  # fmt: skip
    last = [runs[flag].policies[-1] for flag in (True, False)]
    page.figure(
        "arms",
        foundation_plots.bars(
            arms,
            [(tr("有基线", "with a baseline"), last[0]), (tr("没有基线", "without"), last[1])],
            x=tr("400 步后的概率", "probability after 400 steps"),
            texts=[[f"{p:.0%}" for p in policy] for policy in last],
            percent=True,
            most=1.15,
        ),
    )
    lab.csv(["", *arms], [("baseline", *last[0]), ("none", *last[1])])
