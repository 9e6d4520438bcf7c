"""Labs on human feedback: votes, the fitted reward, the penalty, best of n."""

import re

import numpy as np
import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.links import linked
from pages.ui.page import Frame
from pages.ui.typeset import minus
from vlab.errors import InputError
from vlab.figures import foundation_alignment, foundation_plots
from vlab.figures.foundation_plots import Series
from vlab.foundations import preferences
from vlab.foundations.preferences import Answer
from vlab.text import Text

SIX = (
    Answer(True, True, 0, 0), Answer(False, True, 0, 1), Answer(True, False, 0, 0),
    Answer(False, False, 0, 0), Answer(False, False, 1, 0), Answer(False, True, 2, 3),
)  # fmt: skip
LETTERS = "ABCDEF"
PAIRS = (50, 200, 1000, 5000)
STAGES = ("all", "sft", "rm", "rl")
BETAS = np.geomspace(0.05, 20, 60)
CHOICES = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0)
DRAWS = (1, 2, 4, 8, 16, 32, 64, 128, 256, 1024)


def stages(page: Frame) -> None:
    names = {
        "all": tr("全部", "all"), "sft": tr("一、示范", "1 demonstrations"),
        "rm": tr("二、奖励", "2 reward"), "rl": tr("三、强化", "3 reinforcement"),
    }  # fmt: skip
    chosen = st.segmented_control(
        tr("阶段", "Stage"), STAGES, format_func=names.__getitem__,
        key=linked("al_stage", STAGES, "all"), required=True,
    )  # fmt: skip
    page.figure(
        "stages",
        foundation_alignment.stages(chosen or "all", lang=page.lang, narrow=page.narrow),
    )


def _votes(text: str) -> tuple[tuple[int, int], ...]:
    """Pairs of letters, the winner first: "AB CA"."""
    words = re.split(r"[\s,，]+", text.strip().upper()) if text.strip() else []
    found = []
    for word in words[:200]:
        if len(word) != 2 or word[0] == word[1] or set(word) - set(LETTERS):
            raise InputError(
                "每票写两个字母，胜者在前，例如 AB CA；只用 A 到 F。",
                "Write two letters per vote, the winner first, as in AB CA; A to F only.",
            )
        found.append((LETTERS.index(word[0]), LETTERS.index(word[1])))
    return tuple(found)


def votes(page: Frame, lab: Lab) -> None:
    """The reader votes on pairs; strengths follow."""
    text = st.text_input(
        tr("已投的票（胜者在前）", "Votes so far (winner first)"), "AD AE AF BE CF",
        key="al_votes", bind="query-params",
    )  # fmt: skip
    cast = _votes(text)
    every = [(i, j) for i in range(6) for j in range(i + 1, 6)]
    seen = {frozenset(vote) for vote in cast}
    left_over = [pair for pair in every if frozenset(pair) not in seen]
    if left_over:
        one, two = left_over[len(cast) * 7 % len(left_over)]

        def add(won: int, lost: int) -> None:
            st.session_state["al_votes"] = f"{text} {LETTERS[won]}{LETTERS[lost]}".strip()

        st.markdown(tr("**你更喜欢哪一个？**", "**Which do you prefer?**"))
        for column, won, lost in zip(st.columns(2), (one, two), (two, one), strict=True):
            with column.container(border=True):
                st.text(f"{LETTERS[won]}  {said(SIX[won].text)}")
                st.button(
                    tr(f"选 {LETTERS[won]}", f"Prefer {LETTERS[won]}"),
                    key=f"al_prefer_{'left' if won == one else 'right'}",
                    on_click=add, args=(won, lost),
                )  # fmt: skip
    else:
        st.info(tr("十五对都投过了。", "All fifteen pairs have been voted on."))
    strength = preferences.strengths(6, cast)
    order = np.argsort(-strength)
    low = float(strength.min())
    page.figure(
        "strengths",
        foundation_plots.bars(
            [f"{LETTERS[i]} {said(SIX[i].text)}" for i in order],
            [(tr("分数（最低为 0）", "strength (lowest is 0)"), strength[order] - low)],
            x=tr("分数（最低为 0）", "strength (lowest is 0)"),
            texts=[[f"{strength[i] - low:.2f}" for i in order]],
            most=max(1.0, 1.25 * float(strength.max() - low)),
            room=150 if page.narrow else 300,
        ),
    )
    if cast:
        gap = strength[order[0]] - strength[order[1]]
        st.markdown(
            tr(
                f"第一名胜过第二名的概率：σ({gap:.2f}) = **{1 / (1 + np.exp(-gap)):.2f}**。",
                f"The first beats the second with σ({gap:.2f}) = **{1 / (1 + np.exp(-gap)):.2f}**.",
            )
        )
    lab.csv(
        [tr("回答", "answer"), tr("分数", "strength")],
        [(said(SIX[i].text), float(strength[i])) for i in order],
    )


def _reward(key: str) -> tuple[np.ndarray, np.ndarray]:
    pairs = st.select_slider(
        tr("训练奖励模型的投票数", "Votes behind the reward model"), PAIRS, value=1000,
        key=linked(key, PAIRS, 1000),
    )  # fmt: skip
    return preferences.reward_model(int(pairs))


def hacking(page: Frame, lab: Lab) -> None:
    """The optimal policy for a fitted reward, at every strength of the penalty."""
    weights, reward = _reward("al_pairs")
    beta = st.select_slider(
        tr("惩罚 β", "Penalty β"), CHOICES, value=1.0, key=linked("al_beta", CHOICES, 1.0)
    )
    found = [preferences.optimum(reward, float(b)) for b in BETAS]
    here = preferences.optimum(reward, float(beta))
    page.figure(
        "hacking",
        foundation_plots.lines(
            [
                Series(tr("奖励模型的分", "reward model"), BETAS, [f.reward for f in found]),
                Series(tr("真正的分", "true utility"), BETAS, [f.gold for f in found]),
                Series("KL (nat)", BETAS, [f.divergence for f in found]),
            ],
            x="β", y=tr("期望值", "expected value"), log_x=True,
            marks=[(float(beta), f"β = {beta:g}")],
        ),
    )  # fmt: skip
    for column, (name, value) in zip(
        st.columns(4),
        (
            (tr("奖励模型", "Reward model"), f"{here.reward:.2f}"),
            (tr("真正的分", "True utility"), f"{here.gold:.2f}"),
            ("KL", f"{here.divergence:.2f}"),
            (tr("有效的回答数", "Effective answers"), f"{here.variety:.1f}"),
        ),
        strict=True,
    ):
        column.metric(name, value)
    _table(here.policy, reward)
    words = [Text("问医生", "ask doctor"), Text("按医嘱", "as prescribed"),
             Text("保证", "guaranteed"), Text("只", "only")]  # fmt: skip
    st.caption(
        tr("奖励模型给每个词的分：", "The reward model's points per word: ")
        + " · ".join(f"{said(w)} {minus(f'{v:+.2f}')}" for w, v in zip(words, weights, strict=True))
    )
    lab.csv(
        ["beta", "reward", "gold", "KL"],
        [(float(b), f.reward, f.gold, f.divergence) for b, f in zip(BETAS, found, strict=True)],
    )


def _table(policy: np.ndarray, reward: np.ndarray) -> None:
    order = np.argsort(-policy)[:4]
    st.table(
        {
            tr("最常说的回答", "Most frequent answers"): [
                said(preferences.ANSWERS[i].text) for i in order
            ],
            tr("概率", "Probability"): [f"{policy[i]:.1%}" for i in order],
            tr("奖励模型", "Reward model"): [f"{reward[i]:.2f}" for i in order],
            tr("真正的分", "True utility"): [f"{preferences.utility()[i]:.2f}" for i in order],
        },
        border="horizontal",
    )


def best_of(page: Frame, lab: Lab) -> None:
    """No training at all: draw n, keep the one that the reward model likes best."""
    _, reward = _reward("al_best_pairs")
    n = st.select_slider(tr("抽几个 n", "Draws n"), DRAWS, value=4, key=linked("al_n", DRAWS, 4))
    found = [preferences.best_of(reward, each) for each in DRAWS]
    here = preferences.best_of(reward, int(n))
    page.figure(
        "bestof",
        foundation_plots.lines(
            [
                Series(tr("奖励模型的分", "reward model"), DRAWS, [f.reward for f in found]),
                Series(tr("真正的分", "true utility"), DRAWS, [f.gold for f in found]),
                Series("KL (nat)", DRAWS, [f.divergence for f in found]),
                Series("ln n − (n−1)/n", DRAWS,
                       [preferences.divergence_bound(each) for each in DRAWS]),
            ],
            x="n", y=tr("期望值", "expected value"), log_x=True,
        ),
    )  # fmt: skip
    _table(here.policy, reward)
    lab.csv(
        ["n", "reward", "gold", "KL"],
        [(d, f.reward, f.gold, f.divergence) for d, f in zip(DRAWS, found, strict=True)],
    )
