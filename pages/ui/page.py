"""The frame every page shares: title, prose, figures, tables, quiz, references, errors."""

from collections.abc import Iterator
from contextlib import contextmanager

import plotly.graph_objects as go
import streamlit as st

from pages.ui import live
from pages.ui.export import offer, spreadsheet
from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.notes import shown_to_reader
from pages.ui.screen import narrow
from vlab import content
from vlab.course import glossary, search
from vlab.figures import rows

__all__ = ["Frame", "said", "shown_to_reader", "tr"]


class Frame:
    """One page as its content folder describes it."""

    def __init__(self, slug: str) -> None:
        # A fresh server answers a deep link from the pages/ folder without running app.py.
        if not st.session_state.get("framed"):
            st.session_state.wanted = slug
            st.switch_page("app.py", query_params=st.query_params.to_dict())
        live.new_page_run()
        self.slug = slug
        self.lesson = content.load(slug)
        self.part = content.part_of(slug)
        self.heads: list[tuple[str, str]] = []  # anchors and titles, for the table of contents
        self.contents = st.sidebar.container(key="contents")
        with st.container(key=f"head-{self.part.id}"):
            st.caption(
                f"{said(self.part.title)} · {content.slugs().index(slug) + 1} / "
                f"{len(content.slugs())} · {tr('约', 'about')} {self.lesson.minutes} "
                f"{tr('分钟', 'min')}"
            )
            st.title(said(self.lesson.title), anchor=False)
            st.markdown(said(self.lesson.lead))
        if self.lesson.objectives:
            with st.container(key="prose-objectives"):
                goals = "\n".join(f"- {said(goal)}" for goal in self.lesson.objectives)
                st.markdown(f"**{tr('学完本页，你能', 'After this page you can')}**\n\n{goals}")
        if st.session_state.get("notes"):
            self.speaker()

    @property
    def lang(self) -> str:
        """The reader's language, for figures that lay out both: "zh" or "en"."""
        return tr("zh", "en")

    @property
    def narrow(self) -> bool:
        """Whether to draw for a phone."""
        return narrow()

    def speaker(self) -> None:
        """Notes for who teaches the page; the switch is in the sidebar."""
        with st.container(border=True, key="speaker"):
            st.markdown(f"**{tr('讲课备注', 'Speaker notes')}**")
            notes = self.lesson.speaker
            st.markdown(
                "\n".join(f"{i}. {said(note)}" for i, note in enumerate(notes, 1))
                or tr("本页没有备注。", "No notes on this page.")
            )

    def prose(self, section: str) -> None:
        """A section: its heading has the section's anchor, its terms lead to the glossary."""
        title, body = search.heading(said(self.lesson.prose[section]))
        with st.container(key=f"prose-{section}"):
            if title:
                st.header(title, anchor=section)
                self.heads.append((section, title))
            if body:
                st.markdown(glossary.mark(body, self.lang, self.slug))

    def figure(self, key: str, figure: go.Figure, data: rows.Rows | None = None) -> None:
        """Draw a figure with its caption, its text alternative and its numbers.

        The numbers are read off the figure, unless it carries its own table or ``data`` is given.
        """
        alt = self.lesson.alts.get(key, self.lesson.captions[key])
        _ink(figure)
        st.plotly_chart(
            figure,
            key=f"figure-{key}",
            alt=said(alt),
            config={"displaylogo": False, "modeBarButtonsToRemove": ["select2d", "lasso2d"]},
        )
        with st.container(key=f"under-{key}", gap=None):
            self.caption(key)
            self._numbers(key, figure, data)

    def _numbers(self, key: str, figure: go.Figure, data: rows.Rows | None) -> None:
        """The figure as a table and as a file; made when it is asked for."""
        drawer = st.popover(
            tr("数据表", "Data"),
            type="tertiary",
            icon=":material/table:",
            on_change="rerun",
            key=f"data-{key}",
        )
        with drawer:
            if not drawer.open:
                return
            table = data or rows.table(figure)
            if not table.rows:
                st.caption(tr("这幅图没有数值。", "This figure holds no numbers."))
                return
            columns = [{c: str(row[i]) for i, c in enumerate(table.columns)} for row in table.rows]
            st.dataframe(columns[:500], hide_index=True, width=520, key=f"rows-{key}")
            offer(
                tr("下载 CSV", "Download CSV"),
                lambda: spreadsheet(table.columns, table.rows),
                f"vlab-{self.slug}-{key}.csv",
                "text/csv",
                key=f"file-{key}",
            )

    def caption(self, key: str) -> None:
        st.caption(said(self.lesson.captions[key]))

    def table(self, key: str) -> None:
        """Draw a table of the lesson; each row names its sources, or all of them at once."""
        table = self.lesson.tables[key]
        columns = [said(column) for column in table.columns]
        sources = {row.refs for row in table.rows}
        cited = len(sources) > 1
        lines = []
        for row in table.rows:
            cells = [_cell(cell) for cell in row.cells]
            lines.append(cells + ([self.cite(row.refs) or "–"] if cited else []))
        head = columns + ([tr("来源", "Source")] if cited else [])
        body = ["| " + " | ".join(cells) + " |" for cells in (head, ["---"] * len(head), *lines)]
        with st.container(key=f"table-{key}"):
            st.markdown(f"**{said(table.title)}**")
            st.markdown("\n".join(body))
            if not cited and (shared := sources.pop()):
                st.markdown(f":small[{tr('来源：', 'Source: ')}{self.cite(shared)}]")
            if table.note:
                st.caption(said(table.note))

    def cite(self, refs: tuple[str, ...]) -> str:
        known = content.references()
        return ", ".join(f"[{known[ref].short}]({known[ref].url})" for ref in refs)

    @contextmanager
    def lab(self, key: str) -> Iterator[Lab]:
        """A lab's card: question, guess, examples; then the page's controls and result; then
        what it means, what it does not prove and how to do it yourself."""
        lab = Lab(self.slug, key, self.lesson.labs[key])
        self.heads.append((f"lab-{key}", said(self.lesson.labs[key].title)))
        with st.container(border=True, key=f"lab-{self.part.id}-{key}"):
            lab.head()
            with shown_to_reader():
                yield lab
            lab.foot()

    def _head(self, anchor: str, title: str) -> None:
        st.header(title, anchor=anchor)
        self.heads.append((anchor, title))

    def _table_of_contents(self) -> None:
        """In the sidebar: it stays in sight while the page scrolls."""
        with self.contents, st.expander(tr("本页目录", "On this page"), expanded=True):
            st.markdown(
                "\n".join(f"- [{_label(title)}](#{anchor})" for anchor, title in self.heads)
            )

    def quiz(self) -> None:
        if not self.lesson.quiz:
            return
        self._head("quiz", tr("想一想", "Check yourself"))
        right = 0
        for i, question in enumerate(self.lesson.quiz):
            with st.container(key=f"prose-quiz-{i}"):
                picked = st.radio(
                    f"**{i + 1}.** {said(question.prompt)}",
                    range(len(question.choices)),
                    format_func=lambda j, choices=question.choices: said(choices[j].text),
                    index=None,
                    key=f"quiz-{self.slug}-{i}",
                    persist_state="session",
                )
                right += picked == question.answer
                if picked is not None:
                    note = st.success if picked == question.answer else st.warning
                    note(said(question.choices[picked].why))

        st.session_state.setdefault("solved", {})[self.slug] = right  # kept by pages/ui/reader.py

    def claims(self) -> None:
        """Misconceptions, and what the course outline says that does not hold."""
        groups = (
            ("misconceptions", tr("常见误解", "Common misconceptions"), self.lesson.misconceptions),
            (
                "corrections",
                tr("对课程提纲的订正", "Corrections to the outline"),
                self.lesson.corrections,
            ),
        )
        for key, title, claims in groups:
            if not claims:
                continue
            with st.container(key=f"prose-{key}"):
                self._head(key, title)
                for claim in claims:
                    cited = f" ({self.cite(claim.refs)})" if claim.refs else ""
                    st.markdown(
                        f"{tr('**有人说**：', '**Said:** ')}{said(claim.says)}  \n"
                        f"{tr('**其实**：', '**In fact:** ')}{said(claim.fact)}{cited}"
                    )

    def references(self) -> None:
        known = content.references()
        with st.container(key="prose-references"):
            self._head("references", tr("参考文献", "References"))
            st.markdown(
                "\n".join(
                    f"{i}. {r.authors} ({r.year}). [{r.title}]({r.url}){r.stop} *{r.venue}*."
                    for i, r in enumerate((known[key] for key in self.lesson.references), 1)
                )
            )

    def close(self) -> None:
        """What ends every lesson: quiz, misconceptions, corrections, references, neighbours."""
        self.quiz()
        self.claims()
        if self.lesson.references:
            self.references()
        self._table_of_contents()
        order = content.slugs()
        at = order.index(self.slug)
        with st.container(horizontal=True, horizontal_alignment="distribute", key="neighbours"):
            for step, arrow in ((-1, "←"), (1, "→")):
                if 0 <= at + step < len(order):
                    there = order[at + step]
                    name = said(content.title(there))
                    st.page_link(
                        f"pages/{there}.py",
                        label=f"{arrow} {name}" if step < 0 else f"{name} {arrow}",
                    )


def _ink(figure: go.Figure) -> None:
    """Words on a figure in the page's own ink: Streamlit's grey is too pale to read well."""
    ink = "#e6e9ec" if st.context.theme.type == "dark" else "#1f2428"
    for note in figure.layout.annotations:
        if note.font.color is None:
            note.font.color = ink


def _label(title: str) -> str:
    """A heading inside a link: its own brackets would end it."""
    return title.replace("[", "\\[").replace("]", "\\]")


def _cell(cell: content.Text | float | int) -> str:
    text = f"{cell:,}" if isinstance(cell, int | float) else said(cell)
    return text.replace("|", "\\|")
