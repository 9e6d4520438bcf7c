"""The CodeBERT lesson: search against the size of the pool, the ablation, later generations.

Words come in the reader's language. Every figure carries its numbers as a table (layout.meta).
"""

from collections.abc import Mapping, Sequence

import plotly.graph_objects as go

from vlab.figures.palette import CODING, SERIES

GREY = "#8a8f94"
MARGIN = {"l": 10, "r": 10, "t": 24, "b": 10}
LEGEND = {"orientation": "h", "y": -0.22, "yanchor": "top", "x": 0}
SYMBOLS = ("circle", "diamond", "square")
DASHES = ("solid", "dash", "dot")


def by_pool(
    pools: Sequence[int], lines: Mapping[str, Sequence[float]], *, x: str, y: str
) -> go.Figure:
    """Expected MRR against the number of candidates, a line for each system."""
    figure = go.Figure()
    for i, (name, values) in enumerate(lines.items()):
        figure.add_trace(
            go.Scatter(
                x=list(pools),
                y=list(values),
                mode="lines+markers",
                line={"color": SERIES[i], "width": 2.5, "dash": DASHES[i]},
                marker={"symbol": SYMBOLS[i], "size": 8},
                name=name,
                hovertemplate="%{x}: %{y:.3f}<extra></extra>",
            )
        )
    figure.update_xaxes(title=x, type="log", tickvals=list(pools), ticktext=list(map(str, pools)))
    figure.update_yaxes(title=y, range=[0, 1.03])
    figure.update_layout(height=360, margin=MARGIN, legend=LEGEND, meta={"table": {
        "columns": ["candidates", *lines],
        "rows": [[p, *(f"{v[i]:.4f}" for v in lines.values())] for i, p in enumerate(pools)],
    }})  # fmt: skip
    return figure


def bars(
    names: Sequence[str], values: Sequence[float], lit: Sequence[int], *, x: str, digits: int
) -> go.Figure:
    """One bar for each system; those in ``lit`` stand out."""
    figure = go.Figure(
        go.Bar(
            x=list(values),
            y=list(names),
            orientation="h",
            marker_color=[CODING if i in lit else GREY for i in range(len(names))],
            text=[f"{value:.{digits}f}" for value in values],
            textposition="auto",
            hoverinfo="skip",
            cliponaxis=False,
        )
    )
    figure.update_xaxes(title=x, rangemode="tozero")
    figure.update_yaxes(autorange="reversed")
    figure.update_layout(height=70 + 30 * len(names), margin=MARGIN, bargap=0.3, meta={"table": {
        "columns": ["model", x],
        "rows": [list(row) for row in zip(names, values, strict=True)],
    }})  # fmt: skip
    return figure


def views(
    names: Sequence[str],
    first: Sequence[int],
    five: Sequence[int],
    count: int,
    *,
    labels: tuple[str, str],
    x: str,
) -> go.Figure:
    """By view: blanks whose truth came first, and within five."""
    figure = go.Figure()
    for values, label, colour in (
        (list(first), labels[0], CODING),
        ([b - a for a, b in zip(first, five, strict=True)], labels[1], SERIES[5]),
    ):
        figure.add_trace(
            go.Bar(
                x=values, y=list(names), orientation="h", name=label, marker_color=colour,
                text=[str(value) for value in values], textposition="inside",
                insidetextanchor="middle", hoverinfo="skip",
            )
        )  # fmt: skip
    figure.update_xaxes(title=x, range=[0, count], fixedrange=True)
    figure.update_yaxes(autorange="reversed", fixedrange=True)
    figure.update_layout(height=250, margin=MARGIN | {"b": 40}, barmode="stack", bargap=0.35,
        legend=LEGEND | {"y": -0.35}, meta={"table": {
        "columns": [x, *labels],
        "rows": [list(row) for row in zip(names, first, five, strict=True)],
    }})  # fmt: skip
    return figure
