"""How a chemical and a protein that are marked in a sentence are related.

The third head of ``bio-miner``, learnt from ChemProt (BioCreative VI, track 5, 2017). The score is
read at [CLS], with markers around the pair (the row "entity markers, [CLS]" of Gu et al. 2021,
table 14). The corpus holds related pairs only, so "no relation" is not among the answers.
"""

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from vlab.biomed import miner, windows
from vlab.biomed.miner_results import Related
from vlab.errors import InputError
from vlab.models.load import Loaded
from vlab.progress import Progress, Report, silent

MARKS = (("<<", ">>"), ("[[", "]]"))  # around the first and the second name of a pair


def relation(loaded: Loaded, *, text: str, report: Report = silent) -> Related:
    """What a sentence says of a chemical and a protein, marked << >> and [[ ]] in either order.

    The score is read at [CLS] (the "markers, [CLS]" row of Gu et al. 2021, table 14). The corpus
    holds only pairs that are related, so "no relation" is not among the answers.
    """
    if len(text) > miner.CHARACTERS:
        raise InputError(
            f"最多 {miner.CHARACTERS:,} 个字符。", f"At most {miner.CHARACTERS:,} characters."
        )
    words = marked(text)
    for opening, closing in MARKS:
        a, b = ([i for i, word in enumerate(words) if word == mark] for mark in (opening, closing))
        if len(a) != 1 or len(b) != 1 or b[0] <= a[0] + 1:
            raise InputError(
                "请用 << >> 和 [[ ]] 各标出一个名称。",
                "Mark one name with << >> and one with [[ ]].",
            )
    tokenizer: Any = loaded.tokenizer
    ids, owners = focused(words, tokenizer)
    framed, _ = windows.padded([ids], tokenizer)
    capitals = windows.segments([[words[owner] for owner in owners]], framed.shape[1])
    seen = [w for w in sorted(set(owners)) if not any(words[w] in pair for pair in MARKS)]
    copies = framed.repeat(len(seen) + 1, 1)
    for copy, word in zip(copies, seen, strict=False):
        copy[[i + 1 for i, owner in enumerate(owners) if owner == word]] = tokenizer.mask_token_id
    rows = []
    model: Any = loaded.model
    for at in range(0, len(copies), miner.TOGETHER):
        some = copies[at : at + miner.TOGETHER].to(loaded.device)
        same = capitals.expand(len(some), -1).to(loaded.device)
        with torch.inference_mode():
            rows.append(
                model(some, token_type_ids=same).logits[:, 0, miner.columns(miner.RELATION)].cpu()
            )
        report(Progress(min(1.0, (at + miner.TOGETHER) / len(copies))))
    scores = torch.cat(rows)
    first = int(scores[-1].argmax())
    margins = [float(miner.margin_of(row, first)) for row in scores]
    return Related(
        words=tuple(words[w] for w in seen),
        labels=miner.RELATIONS,
        probability=scores[-1].float().softmax(-1).numpy(),
        occlusion=np.array([margins[-1] - each for each in margins[:-1]], np.float32),
        margin=margins[-1],
    )


def marked(text: str) -> list[str]:
    """Words of a sentence in which a pair is marked; the marks are words of their own.

    >>> marked("<< Gefitinib >> inhibits [[EGFR]].")
    ['<<', 'Gefitinib', '>>', 'inhibits', '[[', 'EGFR', ']]', '.']
    """
    return re.findall(r"<<|>>|\[\[|\]\]|\w+|[^\w\s]", text)


def focused(words: Sequence[str], tokenizer: Any) -> tuple[list[int], list[int]]:
    """Pieces of a marked sentence and the word of each; a long one is cut around its marks."""
    pieces = tokenizer(list(words), is_split_into_words=True, add_special_tokens=False)
    ids, owners = pieces["input_ids"], pieces.word_ids()
    if len(ids) > windows.WINDOW:
        spots = [i for i, owner in enumerate(owners) if any(words[owner] in m for m in MARKS)]
        middle = (spots[0] + spots[-1]) // 2
        begin = min(max(0, middle - windows.WINDOW // 2), len(ids) - windows.WINDOW)
        ids, owners = ids[begin : begin + windows.WINDOW], owners[begin : begin + windows.WINDOW]
    return ids, owners
