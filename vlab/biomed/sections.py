"""What a sentence of an abstract is there for: the fourth head of ``bio-miner``.

Learnt from first sentences of sections to which authors themselves gave a heading; the heading is
taken away. The five kinds are those of PubMed 20k RCT (Dernoncourt and Lee 2017, arXiv 1710.06071).
The score is read at [CLS]; a sentence is judged alone, without its neighbours.
"""

import re

import torch

from vlab.biomed import miner, windows
from vlab.biomed.miner_results import Sections
from vlab.models.load import Loaded
from vlab.progress import Progress, Report, silent

HEADINGS = {  # stems of what authors write; several names for one kind
    "BACKGROUND": r"BACKGROUND|INTRODUCTION",
    "OBJECTIVE": r"OBJECTIVES?|AIMS?|PURPOSE",
    "METHODS": r"METHODS?|(?:MATERIALS?|PATIENTS|DESIGN) AND METHODS|METHODOLOGY|DESIGN|SETTING",
    "RESULTS": r"RESULTS?|FINDINGS",
    "CONCLUSIONS": r"CONCLUSIONS?|INTERPRETATION|DISCUSSION",
}


def headed(line: str) -> tuple[str, str] | None:
    """The kind that a heading tells, and the sentence without it; None where there is no heading.

    >>> headed("METHODS: We asked forty patients.")
    ('METHODS', 'We asked forty patients.')
    >>> headed("Methods differ: some are slow.")
    """
    for kind, stems in HEADINGS.items():
        if found := re.match(rf"\s*(?:{stems})\s*:\s*", line):
            return kind, line[found.end() :]
    return None


@torch.inference_mode()
def sections(loaded: Loaded, *, text: str, report: Report = silent) -> Sections:
    """The kind of every sentence of an English text; a heading, where there is one, is not read."""
    cut = miner.checked(text)
    place = miner.columns(miner.SECTION)
    rows = []
    for at in range(0, len(cut), miner.TOGETHER):
        some = []
        for sentence in cut[at : at + miner.TOGETHER]:
            said = text[sentence.words[0][0] : sentence.words[-1][1]]
            bare = headed(said)
            some.append(windows.stream([miner.words(bare[1] if bare else said)], loaded.tokenizer))
        part = slice(0, windows.WINDOW)
        ids, mask = windows.padded([each.ids[part] for each in some], loaded.tokenizer)
        capitals = windows.segments([each.spelled(part) for each in some], ids.shape[1])
        logits = loaded.model(
            ids.to(loaded.device),
            attention_mask=mask.to(loaded.device),
            token_type_ids=capitals.to(loaded.device),
        ).logits
        rows.append(logits[:, 0, place].float().softmax(-1).cpu())
        report(Progress(min(1.0, (at + miner.TOGETHER) / len(cut))))
    return Sections(
        text=text,
        sentences=tuple((each.words[0][0], each.words[-1][1]) for each in cut),
        labels=miner.SECTIONS,
        probability=torch.cat(rows).numpy(),
    )
