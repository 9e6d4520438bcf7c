"""Put the written sentences to a masked language model: one hidden word each, ranked answers.

The list is fixed and every sentence counts, so the result is no choice of good examples. The true
word is one entry of BERT's vocabulary; a model whose vocabulary lacks it cannot name it in one
blank, which counts as a miss. A reader's own sentence has one blank too. Special and unused entries
are no candidates.
"""

import re
from typing import Any

import torch

from vlab.biomed import published
from vlab.biomed.blank_results import Answered, Exam, Filled
from vlab.errors import InputError
from vlab.models.heads import barred, scored
from vlab.models.load import Loaded
from vlab.progress import Progress, Report, silent
from vlab.text import Text

MARKED = re.compile(r"\[(\w+)\]")
BATCH = 10  # sentences in one pass
BEST = 5
BLANK = re.compile(r"_{2,}|\[MASK\]")
CHARACTERS = 600
PIECES = 128  # the length that both were trained at
SHOWN = 8


def listed() -> list[tuple[str, str, str, str]]:
    """Before, truth, after and topic of every sentence."""
    found = []
    for each in published.table("sentences")["sentence"]:
        before, truth, after = MARKED.split(each["text"])
        found.append((before, truth, after, each["topic"]))
    return found


@torch.inference_mode()
def fill(loaded: Loaded, *, text: str, report: Report = silent) -> Filled:
    """Rank the vocabulary for the one blank (``____``) of an English sentence.

    Raises InputError for none or several blanks, and for more than PIECES pieces.
    """
    parts = BLANK.split(text[: CHARACTERS + 1])
    if len(text) > CHARACTERS or len(parts) != 2:
        raise InputError(
            f"请写一句英文，用 ____ 留一个空，最多 {CHARACTERS} 个字符；"
            f"现有 {len(parts) - 1} 个空、{len(text):,} 个字符。",
            f"Write one English sentence with one blank ____, {CHARACTERS} characters at most; "
            f"now {len(parts) - 1} blanks and {len(text):,} characters.",
        )
    tokenizer: Any = loaded.tokenizer
    before, after = (tokenizer(p, add_special_tokens=False)["input_ids"] for p in parts)
    if len(before) + len(after) + 3 > PIECES:
        raise InputError(
            f"这句话有 {len(before) + len(after)} 个词片，最多 {PIECES - 3} 个。",
            f"This sentence has {len(before) + len(after)} pieces; {PIECES - 3} at most.",
        )
    ids = [*before, tokenizer.mask_token_id, *after]
    framed = [tokenizer.cls_token_id, *ids, tokenizer.sep_token_id]
    row = torch.tensor([framed], device=loaded.device)
    model: Any = loaded.model
    state = model.base_model(row).last_hidden_state[:, 1 + len(before)]
    scores = scored(model, state)[0].float().log_softmax(-1).cpu()
    scores[barred(tokenizer)] = -torch.inf
    best = scores.topk(SHOWN)
    return Filled(
        model=loaded.card.name,
        pieces=tuple(tokenizer.convert_ids_to_tokens(ids)),
        best=tuple(tokenizer.convert_ids_to_tokens(best.indices.tolist())),
        shares=tuple(best.values.exp().tolist()),
    )


@torch.inference_mode()
def exam(loaded: Loaded, *, report: Report = silent) -> Exam:
    """Ask ``loaded`` for every hidden word of the list."""
    rows = listed()
    answers: list[Answered] = []
    for at in range(0, len(rows), BATCH):
        report(Progress(at / len(rows), Text("正在答题……", "Answering …")))
        answers += _answered(loaded, rows[at : at + BATCH])
    return Exam(model=loaded.card.name, answers=tuple(answers))


def _answered(loaded: Loaded, rows: list[tuple[str, str, str, str]]) -> list[Answered]:
    tokenizer: Any = loaded.tokenizer
    mask = tokenizer.mask_token
    batch = tokenizer([b + mask + a for b, _, a, _ in rows], padding=True, return_tensors="pt")
    batch = batch.to(loaded.device)
    places = batch["input_ids"] == tokenizer.mask_token_id  # (B, T), one True in each row
    model: Any = loaded.model
    hidden = model.base_model(**batch).last_hidden_state[places]  # (B, d)
    log_probs = scored(model, hidden).float().log_softmax(-1).cpu()  # (B, V)
    entries: dict[str, int] = tokenizer.get_vocab()
    log_probs[:, barred(tokenizer)] = -torch.inf
    found = []
    for (before, truth, after, topic), scores in zip(rows, log_probs, strict=True):
        number = entries.get(truth)  # None: this vocabulary has no such entry; it comes last
        best = scores.topk(BEST)
        rank = len(scores) if number is None else 1 + int((scores > scores[number]).sum())
        found.append(
            Answered(
                before=before,
                truth=truth,
                after=after,
                topic=topic,
                rank=rank,
                probability=0.0 if number is None else float(scores[number].exp()),
                best=tuple(tokenizer.convert_ids_to_tokens(best.indices.tolist())),
                shares=tuple(best.values.exp().tolist()),
            )
        )
    return found
