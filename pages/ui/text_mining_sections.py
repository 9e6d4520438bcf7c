"""The lab of the text-mining page on what each sentence of an abstract is there for."""

import streamlit as st

from pages.ui.lab import Lab
from pages.ui.language import said, tr
from pages.ui.notes import plain
from pages.ui.page import Frame
from pages.ui.text_mining_labs import NEURAL, care
from vlab.biomed.miner_results import Sections
from vlab.figures import mining as figures
from vlab.models import cards
from vlab.text import Text

ABSTRACT = (
    "Falls are a common cause of injury in old age. We wanted to know whether a short course of "
    "balance training prevents them. Two hundred people over seventy were assigned by lot to "
    "training or to a leaflet and followed for a year. There were 61 falls with training and 94 "
    "without (P < 0.01). Short balance training may reduce falls and should be offered more widely."
)
NAMES = {
    "BACKGROUND": Text("背景", "background"),
    "OBJECTIVE": Text("目的", "objective"),
    "METHODS": Text("方法", "methods"),
    "RESULTS": Text("结果", "results"),
    "CONCLUSIONS": Text("结论", "conclusions"),
}


def sections(page: Frame, lab: Lab) -> None:
    """Every sentence with its likeliest section."""
    care()
    text = st.text_area(
        tr("一段英文摘要，不写小标题", "An abstract in English, without headings"),
        ABSTRACT,
        key="tm_sections",
        height=150,
        persist_state="page",
    )

    def draw(found: Sections) -> None:
        sentences = [found.text[a:b] for a, b in found.sentences]
        page.figure(
            "sections",
            figures.sections(
                found.probability,
                [said(NAMES[label]) for label in found.labels],
                sentences,
                y=tr("第几句", "sentence"),
            ),
        )
        best = found.probability.argmax(1)
        st.table(
            {
                tr("句", "No."): [str(i + 1) for i in range(len(sentences))],
                tr("最像", "Likeliest"): [
                    f"{said(NAMES[found.labels[k]])} {row[k]:.0%}"
                    for k, row in zip(best, found.probability, strict=True)
                ],
                tr("句子", "Sentence"): [plain(each) for each in sentences],
            },
            border="horizontal",
        )
        measured = cards.card(NEURAL).metrics
        st.caption(
            tr(
                f"留出的句子上：猜对 {measured['section_f1']:.1%}，"
                f"宏平均 F1 {measured['section_macro_f1']:.3f}。",
                f"On sentences that were held out: {measured['section_f1']:.1%} right, macro F1 "
                f"{measured['section_macro_f1']:.3f}.",
            )
        )
        lab.csv(
            ["sentence", *(label.lower() for label in found.labels)],
            [
                (sentence, *(f"{share:.4f}" for share in row))
                for sentence, row in zip(sentences, found.probability, strict=True)
            ],
        )

    lab.run("miner.sections", draw, model=NEURAL, text=text)
