"""Figures of how a model was trained: partly hidden words, the learning rate, ablations, blanks."""

from collections.abc import Sequence

import numpy as np
import plotly.graph_objects as go
from numpy.typing import NDArray

from vlab.figures.palette import BIOMED, SERIES
from vlab.figures.wrapping import escape

MARGIN = {"l": 10, "r": 10, "t": 30, "b": 10}
GREY = "#9aa0a6"
LEGEND = {"orientation": "h", "y": 1.0, "yanchor": "bottom", "x": 0}


def partly(
    sizes: Sequence[int],
    measured: Sequence[float],
    curve: Sequence[float],
    *,
    labels: tuple[str, str],
    axes: tuple[str, str],
) -> go.Figure:
    """Share of partly hidden words by number of pieces: the formula's line, measured points."""
    figure = go.Figure(
        go.Scatter(
            x=list(range(1, len(curve) + 1)), y=list(curve), mode="lines", name=escape(labels[0]),
            line={"color": GREY, "dash": "dash", "width": 2}, hovertemplate="%{y:.1%}",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=list(sizes), y=list(measured), mode="markers", name=escape(labels[1]),
            marker={"size": 12, "color": BIOMED}, hovertemplate="%{y:.1%}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(title=axes[0], dtick=1, fixedrange=True)
    figure.update_yaxes(title=axes[1], tickformat=".0%", range=[-0.03, 0.85], fixedrange=True)
    figure.update_layout(height=320, margin=MARGIN, legend=LEGEND)
    return figure


def schedule(
    steps: Sequence[float],
    rates: Sequence[float],
    *,
    at: tuple[float, float],
    axes: tuple[str, str],
) -> go.Figure:
    """The learning rate over the run, with the chosen step marked."""
    figure = go.Figure(
        go.Scatter(
            x=list(steps), y=list(rates), mode="lines", fill="tozeroy",
            line={"color": BIOMED, "width": 2.5}, hovertemplate="%{x:,}: %{y:.2e}<extra></extra>",
        )
    )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[at[0]], y=[at[1]], mode="markers", marker={"size": 13, "color": SERIES[1]},
            cliponaxis=False, hoverinfo="skip",
        )
    )  # fmt: skip
    figure.update_xaxes(title=axes[0], fixedrange=True, nticks=6)
    figure.update_yaxes(
        title=axes[1], tickformat=".0e", range=[0, 1.1 * max(rates)], fixedrange=True, nticks=5
    )
    figure.update_layout(height=300, margin=MARGIN, showlegend=False)
    return figure


def ablation(
    names: Sequence[str], columns: Sequence[str], scores: NDArray[np.floating], *, x: str
) -> go.Figure:
    """Scores (rows, columns) of one study: a dot for each variant, a line across each row."""
    rows = [escape(name) for name in names]
    figure = go.Figure()
    for name, values in zip(rows, scores, strict=True):
        figure.add_trace(
            go.Scatter(
                x=[values.min(), values.max()], y=[name, name], mode="lines",
                line={"color": GREY, "width": 2}, hoverinfo="skip", showlegend=False,
            )
        )  # fmt: skip
    symbols = ("square", "diamond", "triangle-up", "circle")
    colours = (SERIES[1], SERIES[4], SERIES[0], BIOMED)
    count = len(columns)
    for place, column in enumerate(columns):
        look = place + 4 - count  # the last variant always looks the same
        figure.add_trace(
            go.Scatter(
                x=scores[:, place], y=rows, mode="markers", name=escape(column),
                marker={"size": 11, "symbol": symbols[look], "color": colours[look]},
                hovertemplate="%{y}: %{x:.2f}<extra></extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(title=x, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(
        height=27 * len(rows) + 110 + 22 * count,
        margin={**MARGIN, "t": 20 + 22 * count},
        legend={**LEGEND, "orientation": "v"},
    )
    return figure


def parts(names: Sequence[str], values: Sequence[float], *, x: str) -> go.Figure:
    """What each row adds to a change, gains and losses in two colours."""
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=[escape(name) for name in names],
            orientation="h",
            marker_color=[BIOMED if value >= 0 else SERIES[1] for value in values],
            text=[f"{value:+.2f}" for value in values],
            textposition="outside",
            cliponaxis=False,
            hovertemplate="%{y}: %{x:+.3f}<extra></extra>",
        )
    )
    most = max(0.05, *(abs(value) for value in values))
    figure.update_xaxes(title=x, range=[-1.35 * most, 1.35 * most], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(height=27 * len(names) + 90, margin=MARGIN, bargap=0.3)
    return figure


def candidates(
    words: Sequence[str], shares: Sequence[float], *, x: str, colour: str = BIOMED
) -> go.Figure:
    """The likeliest entries for one blank, best first."""
    figure = go.Figure(
        go.Bar(
            x=list(shares), y=[escape(word) for word in words], orientation="h",
            marker_color=colour, text=[f"{share:.1%}" for share in shares],
            textposition="outside", cliponaxis=False,
            hovertemplate="%{y}: %{x:.2%}<extra></extra>",
        )
    )  # fmt: skip
    figure.update_xaxes(
        title=x, range=[0, 1.25 * max(shares)], tickformat=".0%", fixedrange=True, nticks=5
    )
    figure.update_yaxes(autorange="reversed", fixedrange=True, type="category")
    figure.update_layout(height=30 * len(words) + 90, margin=MARGIN, bargap=0.25)
    return figure


def hits(
    names: Sequence[str],
    first: Sequence[int],
    five: Sequence[int],
    sizes: Sequence[int],
    *,
    labels: tuple[str, str, str],
    x: str,
) -> go.Figure:
    """By topic: how often the truth came first, within five, or later."""
    rows = [escape(name) for name in names]
    figure = go.Figure()
    shares = (
        (list(first), labels[0], BIOMED),
        ([b - a for a, b in zip(first, five, strict=True)], labels[1], SERIES[5]),
        ([n - b for n, b in zip(sizes, five, strict=True)], labels[2], "#d3d7db"),
    )
    for values, label, colour in shares:
        figure.add_trace(
            go.Bar(
                x=values, y=rows, orientation="h", name=escape(label), marker_color=colour,
                text=[str(value) if value else "" for value in values], textposition="inside",
                insidetextfont={"color": "#1c2430"}, hoverinfo="skip",
            )
        )  # fmt: skip
    figure.update_xaxes(title=x, fixedrange=True, dtick=2)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(
        height=38 * len(rows) + 110,
        margin=MARGIN,
        barmode="stack",
        bargap=0.3,
        legend={**LEGEND, "traceorder": "normal"},
    )
    return figure


def learning(
    runs: Sequence[tuple[str, NDArray[np.int64], NDArray[np.floating]]], *, x: str, y: str
) -> go.Figure:
    """Held-out accuracy of each run against the tokens that it had read."""
    figure = go.Figure()
    symbols = ("circle", "square", "diamond", "triangle-up")
    for place, (name, tokens, accuracy) in enumerate(runs):
        figure.add_trace(
            go.Scatter(
                x=tokens / 1e6, y=accuracy, mode="lines+markers", name=escape(name),
                line={"color": (BIOMED, *SERIES)[place % 4], "width": 2},
                marker={"size": 8, "symbol": symbols[place % 4]},
                hovertemplate="%{x:.2f} M: %{y:.1%}<extra>" + escape(name) + "</extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(title=x, rangemode="tozero", fixedrange=True)
    figure.update_yaxes(title=y, tickformat=".0%", rangemode="tozero", fixedrange=True)
    figure.update_layout(height=340, margin=MARGIN, legend=LEGEND, showlegend=True)
    return figure


def recipes(
    texts: Sequence[str], models: Sequence[tuple[str, Sequence[float]]], *, y: str
) -> go.Figure:
    """One group of bars for each kind of text, a bar for each model."""
    figure = go.Figure()
    patterns = ("", "/", ".", "x")
    for place, (name, shares) in enumerate(models):
        figure.add_trace(
            go.Bar(
                x=list(texts), y=list(shares), name=escape(name),
                marker={"color": (BIOMED, SERIES[0], SERIES[1], SERIES[3])[place % 4],
                        "pattern": {"shape": patterns[place % 4], "fillmode": "overlay",
                                    "fgcolor": "#ffffff"}},
                hovertemplate="%{x}: %{y:.1%}<extra>" + escape(name) + "</extra>",
            )
        )  # fmt: skip
    figure.update_xaxes(fixedrange=True)
    figure.update_yaxes(title=y, tickformat=".0%", rangemode="tozero", fixedrange=True)
    figure.update_layout(
        height=360, margin=MARGIN, legend=LEGEND, showlegend=True, barmode="group", bargap=0.25,
        meta={"table": {
            "columns": [y, *texts],
            "rows": [[name, *(f"{share:.4f}" for share in shares)] for name, shares in models],
        }},
    )  # fmt: skip
    return figure


def spread(models: Sequence[tuple[str, Sequence[float]]], *, x: str) -> go.Figure:
    """Every seed a point, its model's mean a stroke."""
    figure = go.Figure()
    names = [escape(name) for name, _ in models]
    for name, values in zip(names, (values for _, values in models), strict=True):
        figure.add_trace(
            go.Scatter(
                x=list(values), y=[name] * len(values), mode="markers",
                marker={"color": BIOMED, "size": 11, "opacity": 0.7},
                hovertemplate="%{x:.3f}<extra>" + name + "</extra>",
            )
        )  # fmt: skip
    figure.add_trace(
        go.Scatter(
            x=[sum(values) / len(values) for _, values in models], y=names, mode="markers+text",
            marker={"color": "#1c2430", "size": 18, "symbol": "line-ns-open", "line": {"width": 3}},
            text=[f"{sum(values) / len(values):.3f}" for _, values in models],
            textposition="top center", hoverinfo="skip",
        )
    )  # fmt: skip
    figure.update_xaxes(title=x, fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True, type="category")
    figure.update_layout(
        height=60 * len(models) + 90, margin=MARGIN, showlegend=False,
        meta={"table": {
            "columns": ["model", *(f"seed {seed}" for seed in range(len(models[0][1])))],
            "rows": [[name, *(f"{value:.4f}" for value in values)] for name, values in models],
        }},
    )  # fmt: skip
    return figure
