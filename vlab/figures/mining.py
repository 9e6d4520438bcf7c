"""Figures of the text-mining lab: ladders of scores, influence, candidates, a graph, a search."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray
from plotly.subplots import make_subplots

from vlab.figures.palette import BIOMED, SERIES
from vlab.figures.wrapping import escape, wrap

MARGIN = {"l": 10, "r": 10, "t": 30, "b": 10}
GREY = "#9aa0a6"
DISEASE, CHEMICAL = SERIES[4], SERIES[0]
KINDS = {  # of a relation: colour, dash
    "causes": (SERIES[1], "solid"),
    "treats": (BIOMED, "solid"),
    "linked": (SERIES[3], "dash"),
    "negated": (SERIES[5], "dashdot"),
    "together": (GREY, "dot"),
}
MEASURES = (SERIES[4], SERIES[5], BIOMED)  # such as precision, recall, F1
LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0, "traceorder": "normal"}


def official(rows: Sequence[tuple[str, float, str]], groups: Sequence[str], *, x: str) -> go.Figure:
    """One bar for each engine: its name, score and group; groups have a colour each."""
    figure = go.Figure()
    colours = (BIOMED, GREY)
    for group, colour in zip(groups, colours, strict=False):
        own = [row for row in rows if row[2] == group]
        figure.add_trace(
            go.Bar(
                x=[score for _, score, _ in own], y=[escape(name) for name, _, _ in own],
                orientation="h", name=escape(group), marker_color=colour,
                text=[f"{score:.3f}" for _, score, _ in own], textposition="inside",
                insidetextfont={"color": "#1c2430"},
                hovertemplate="%{y}: %{x:.3f}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(title=x, range=[0, 1], fixedrange=True)
    figure.update_yaxes(
        categoryorder="array", categoryarray=[escape(name) for name, _, _ in rows][::-1],
        fixedrange=True,
    )  # fmt: skip
    figure.update_layout(height=40 * len(rows) + 110, margin=MARGIN, legend=LEGEND)
    return figure


def bench(
    names: Sequence[str],
    groups: Sequence[tuple[str, Sequence[float]]],
    low: Sequence[float],
    high: Sequence[float],
) -> go.Figure:
    """Precision, recall and F1 of each engine; the last group carries its interval."""
    figure = go.Figure()
    rows = [escape(name) for name in names]
    for place, (label, values) in enumerate(groups):
        last = place == len(groups) - 1
        figure.add_trace(
            go.Bar(
                x=list(values), y=rows, orientation="h", name=escape(label),
                marker_color=MEASURES[place % 3],
                text=[f"{value:.2f}" for value in values],
                textposition="inside", insidetextanchor="start",
                insidetextfont={"color": "#1c2430"},
                error_x={
                    "type": "data", "symmetric": False, "thickness": 1.6,
                    "array": [h - v for h, v in zip(high, values, strict=True)],
                    "arrayminus": [v - w for w, v in zip(low, values, strict=True)],
                } if last else None,
                hovertemplate="%{y}: %{x:.3f}<extra>" + escape(label) + "</extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(range=[0, 1.02], fixedrange=True, tickformat=".1f")
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(height=92 * len(names) + 80, margin=MARGIN, legend=LEGEND)
    return figure


def influence(
    words: Sequence[str], word: int, rows: Sequence[tuple[str, NDArray[np.floating]]], *, y: str
) -> go.Figure:
    """A panel of bars for each method over the same words; the explained word stands out."""
    figure = make_subplots(
        rows=len(rows), cols=1, shared_xaxes=True, vertical_spacing=0.12,
        subplot_titles=[escape(name) for name, _ in rows],
    )  # fmt: skip
    places = list(range(len(words)))
    for row, (_, values) in enumerate(rows, 1):
        colours = [
            GREY if place == word else BIOMED if value >= 0 else SERIES[1]
            for place, value in enumerate(values)
        ]
        figure.add_trace(
            go.Bar(
                x=places, y=[float(value) for value in values], marker_color=colours,
                customdata=[escape(each) for each in words], showlegend=False,
                hovertemplate="%{customdata}: %{y:.3f}<extra></extra>",
            ),
            row, 1,
        )  # fmt: skip
        figure.update_yaxes(title=y, fixedrange=True, row=row, col=1)
    figure.update_xaxes(fixedrange=True, showticklabels=False)
    figure.update_xaxes(
        tickvals=places, ticktext=[escape(each[:14]) for each in words], tickangle=-50,
        showticklabels=True, row=len(rows), col=1,
    )  # fmt: skip
    figure.update_annotations(x=0, xanchor="left", font={"size": 13})
    figure.update_layout(height=150 * len(rows) + 90, margin=MARGIN, bargap=0.25)
    return figure


def signed(names: Sequence[str], values: Sequence[float], *, x: str) -> go.Figure:
    """Weights by name, green for and red against."""
    figure = go.Figure(
        go.Bar(
            x=list(values), y=[escape(name) for name in names], orientation="h",
            marker_color=[BIOMED if value >= 0 else SERIES[1] for value in values],
            hovertemplate="%{y}: %{x:+.2f}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title=x, fixedrange=True, zeroline=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(height=24 * len(names) + 80, margin={**MARGIN, "t": 10})
    return figure


def candidates(
    names: Sequence[str], scores: Sequence[float], sure: Sequence[bool], *,
    labels: tuple[str, str], bar: float, x: str,
) -> go.Figure:  # fmt: skip
    """Terms for one mention: those met letter by letter, and those that are only near."""
    figure = go.Figure()
    lines = [wrap(escape(name), 170, 12).lines for name in names]
    names = ["<br>".join(each) for each in lines]
    for wanted, label, colour in ((True, labels[0], BIOMED), (False, labels[1], GREY)):
        own = [i for i, each in enumerate(sure) if each is wanted]
        figure.add_trace(
            go.Bar(
                x=[scores[i] for i in own], y=[names[i] for i in own], orientation="h",
                name=escape(label), marker_color=colour, showlegend=True,
                text=[f"{scores[i]:.2f}" for i in own], textposition="inside",
                insidetextfont={"color": "#1c2430"},
                hovertemplate="%{y}: %{x:.3f}<extra></extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=bar, line={"color": SERIES[1], "dash": "dash", "width": 1.5})
    figure.update_xaxes(title=x, range=[0, 1.02], fixedrange=True)
    figure.update_yaxes(
        categoryorder="array", categoryarray=names[::-1],
        fixedrange=True,
    )  # fmt: skip
    figure.update_layout(
        height=max(18 * sum(map(len, lines)) + 20 * len(names), 120) + 110,
        margin=MARGIN,
        legend=LEGEND,
    )
    return figure


def limits(
    places: Sequence[float], linked: Sequence[float], right: Sequence[float], *,
    labels: tuple[str, str], bar: float, x: str,
) -> go.Figure:  # fmt: skip
    """What a limit lets through, and how much of that is right."""
    figure = go.Figure()
    for values, label, colour, dash in (
        (linked, labels[0], SERIES[0], "dash"),
        (right, labels[1], BIOMED, "solid"),
    ):
        figure.add_trace(
            go.Scatter(
                x=list(places), y=list(values), mode="lines", name=escape(label),
                line={"color": colour, "width": 3, "dash": dash},
                hovertemplate="%{x:.2f}: %{y:.0%}<extra>" + escape(label) + "</extra>",
            )
        )  # fmt: skip
    figure.add_vline(x=bar, line={"color": SERIES[1], "dash": "dash", "width": 1.5})
    figure.update_xaxes(title=x, fixedrange=True)
    figure.update_yaxes(range=[0, 1.02], tickformat=".0%", fixedrange=True)
    figure.update_layout(height=300, margin=MARGIN, legend=LEGEND)
    return figure


def graph(
    chemicals: Sequence[str],
    diseases: Sequence[str],
    edges: Sequence[tuple[int, int, str, int]],
    *,
    names: dict[str, str],
    said: Sequence[str],
    most: int = 34,
) -> go.Figure:
    """Two columns and lines between: (chemical, disease, kind, sentences).

    Diseases stand at the mean height of their chemicals, so that few lines cross. ``said`` is
    shown where one points at the middle of a line. Names longer than ``most`` are cut.
    """
    rows = max(len(chemicals), len(diseases), 2)
    left = np.linspace(rows - 1, 0, len(chemicals)) if len(chemicals) > 1 else np.array([rows / 2])
    pull = [
        np.mean([left[c] for c, d, _, _ in edges if d == place] or [0.0])
        for place in range(len(diseases))
    ]
    right = np.zeros(len(diseases))
    heights = np.linspace(rows - 1, 0, len(diseases)) if len(diseases) > 1 else np.array([rows / 2])
    right[np.argsort(-np.array(pull), kind="stable")] = heights
    figure = go.Figure()
    for kind, (colour, dash) in KINDS.items():
        own = [(at, edge) for at, edge in enumerate(edges) if edge[2] == kind]
        if not own:
            continue
        for number, (_, (c, d, _, count)) in enumerate(own):
            figure.add_trace(
                go.Scatter(
                    x=[0, 1], y=[left[c], right[d]], mode="lines", hoverinfo="skip",
                    name=escape(names[kind]), legendgroup=kind, showlegend=number == 0,
                    line={"color": colour, "dash": dash, "width": 1.5 + min(count, 4)},
                )
            )  # fmt: skip
        figure.add_trace(
            go.Scatter(
                x=[0.5] * len(own), y=[(left[c] + right[d]) / 2 for _, (c, d, _, _) in own],
                mode="markers", marker={"color": colour, "size": 7}, showlegend=False,
                legendgroup=kind, hovertext=[escape(said[at]) for at, _ in own], hoverinfo="text",
            )
        )  # fmt: skip
    for x, heights, words, colour, side in (
        (0.0, left, chemicals, CHEMICAL, "middle left"),
        (1.0, right, diseases, DISEASE, "middle right"),
    ):
        figure.add_trace(
            go.Scatter(
                x=[x] * len(words), y=heights, mode="markers+text",
                text=[escape(_short(word, most)) for word in words], textposition=side,
                hovertext=[escape(word) for word in words], hoverinfo="text",
                textfont={"size": 11},
                marker={"size": 11, "color": colour}, showlegend=False, cliponaxis=False,
            )
        )  # fmt: skip
    figure.update_xaxes(visible=False, range=[-0.75, 1.9], fixedrange=True)
    figure.update_yaxes(visible=False, range=[-0.7, rows - 0.3], fixedrange=True)
    figure.update_layout(height=26 * rows + 110, margin={**MARGIN, "t": 40}, legend=LEGEND)
    figure.layout.meta = {
        "table": {
            "columns": [names["chemical"], names["disease"], names["kind"], names["count"]],
            "rows": [[chemicals[c], diseases[d], names[kind], n] for c, d, kind, n in edges],
        }
    }
    return figure


def _short(word: str, most: int) -> str:
    return word if len(word) <= most else word[: most - 1] + "…"


def marks(names: Sequence[str], groups: Sequence[tuple[str, Sequence[float]]]) -> go.Figure:
    """Shares by method, a bar for each measure."""
    figure = go.Figure()
    for place, (label, values) in enumerate(groups):
        figure.add_trace(
            go.Bar(
                x=list(values), y=[escape(name) for name in names], orientation="h",
                name=escape(label), marker_color=MEASURES[place % 3],
                text=[f"{value:.2f}" for value in values], textposition="inside",
                insidetextfont={"color": "#1c2430"},
                hovertemplate="%{y}: %{x:.3f}<extra>" + escape(label) + "</extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(range=[0, 1], fixedrange=True, tickformat=".1f")
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(height=86 * len(names) + 90, margin=MARGIN, legend=LEGEND)
    return figure


def plane(
    places: NDArray[np.floating],
    titles: Sequence[str],
    topics: Sequence[str],
    names: dict[str, str],
    *,
    question: str,
    axes: tuple[str, str] = ("", ""),
) -> go.Figure:
    """Passages on two axes, coloured by topic; the last place is the question."""
    figure = go.Figure()
    symbols = ("circle", "square", "diamond", "triangle-up", "cross", "star-triangle-down")
    for at, (topic, name) in enumerate(names.items()):
        own = [i for i, each in enumerate(topics) if each == topic]
        figure.add_trace(
            go.Scatter(
                x=places[own, 0], y=places[own, 1], mode="markers", name=escape(name),
                text=[escape(titles[i]) for i in own],
                marker={
                    "size": 10, "color": SERIES[at % len(SERIES)],
                    "symbol": symbols[at // 2 % len(symbols)],
                },
                hovertemplate="%{text}<extra>" + escape(name) + "</extra>",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=places[-1:, 0], y=places[-1:, 1], mode="markers", name=escape(question),
            marker={"size": 18, "symbol": "star", "color": "#d55e00",
                    "line": {"color": "#1c2430", "width": 1}},
            text=[escape(question)], hovertemplate="%{text}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title=axes[0], showticklabels=False, zeroline=False, fixedrange=True)
    figure.update_yaxes(title=axes[1], showticklabels=False, zeroline=False, fixedrange=True)
    figure.update_layout(
        height=540, margin={**MARGIN, "t": 10},
        legend={"orientation": "h", "y": -0.12, "yanchor": "top", "x": 0},
    )  # fmt: skip
    return figure


def sections(
    probability: NDArray[np.floating], kinds: Sequence[str], sentences: Sequence[str], *, y: str
) -> go.Figure:
    """Sentences from top to bottom, kinds of section from left to right; the shade is the share."""
    rows = [str(i + 1) for i in range(len(sentences))]
    figure = go.Figure(
        go.Heatmap(
            z=probability, x=list(kinds), y=rows, zmin=0, zmax=1, colorscale="Greens",
            showscale=False, text=[[f"{share:.0%}" for share in row] for row in probability],
            texttemplate="%{text}", customdata=[[escape(s)] * len(kinds) for s in sentences],
            hovertemplate="%{customdata}<br>%{x}: %{z:.1%}<extra></extra>", xgap=2, ygap=2,
        )
    )  # fmt: skip
    figure.update_xaxes(side="top", fixedrange=True)
    figure.update_yaxes(title=y, autorange="reversed", fixedrange=True, type="category")
    figure.update_layout(height=70 + 38 * len(rows), margin=MARGIN | {"t": 40}, meta={"table": {
        "columns": [y, *kinds],
        "rows": [[row, *(f"{s:.4f}" for s in shares)]
                 for row, shares in zip(rows, probability, strict=True)],
    }})  # fmt: skip
    return figure
