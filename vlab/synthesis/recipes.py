"""Same exam for every recipe: three kinds of text that none of the models has read.

Biomedical: the passages written for this course. General: everyday sentences written for it
(assets/data/biomed/everyday.txt). Code: functions of Python's library with their descriptions, of
modules that ``code-bert-mlm`` was not trained on. Words are cut alike in all vocabularies of BERT's
family (at blanks and signs), so each model is asked for the same words. A word is hidden whole.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vlab.biomed import passages, published
from vlab.biomed.recipe_results import TEXTS, Marks
from vlab.coding import functions, replaced
from vlab.errors import UnknownNameError
from vlab.models.heads import scored
from vlab.models.load import Loaded
from vlab.nn.corruption import RATE
from vlab.progress import Progress, Report, silent
from vlab.text import Text

FUNCTIONS = 40  # of the library
WORDS = 64  # of a text that are read: at most 128 pieces under every vocabulary here
BATCH = 16


@cache
def texts(kind: str) -> tuple[str, ...]:
    """The texts of one kind, as a model reads them."""
    if kind == "biomed":
        return tuple(each.text for each in passages.corpus())
    if kind == "general":
        return tuple((published.DATA / "everyday.txt").read_text("utf-8").splitlines())
    if kind == "code":
        return tuple(
            " ".join([each.words, *map(functions.spelled, replaced.lexed(each.code + "\n"))])
            for each in functions.library()[:FUNCTIONS]
        )
    raise UnknownNameError(kind, TEXTS)


@dataclass(frozen=True)
class _Cut:
    ids: list[int]
    owners: NDArray[np.int64]  # the word of each piece
    hidden: NDArray[np.bool_]  # of each word


def _cut(loaded: Loaded, kind: str) -> list[_Cut]:
    """Texts in pieces. Which words are hidden depends on the text alone: a die for each word."""
    tokenizer: Any = loaded.tokenizer
    encoded = tokenizer(list(texts(kind)), add_special_tokens=False)
    found = []
    for number, ids in enumerate(encoded["input_ids"]):
        owners = np.array(encoded.word_ids(number))
        hidden = np.random.default_rng((TEXTS.index(kind), number)).random(WORDS) < RATE
        fits = owners < WORDS
        found.append(_Cut(list(np.array(ids)[fits]), owners[fits], hidden))
    return found


@torch.inference_mode()
def marks(loaded: Loaded, *, report: Report = silent) -> Marks:
    """Ask one model for the hidden words of all three kinds of text."""
    rows = []
    for place, kind in enumerate(TEXTS):
        right: list[bool] = []
        nats: list[float] = []
        words = pieces = 0
        cuts = sorted(_cut(loaded, kind), key=lambda cut: len(cut.ids))
        for at in range(0, len(cuts), BATCH):
            some = cuts[at : at + BATCH]
            share = (place + at / len(cuts)) / len(TEXTS)
            report(Progress(share, Text("正在答题……", "Answering …")))
            for cut, (good, lost) in zip(some, _answered(loaded, some), strict=True):
                words += len(set(cut.owners.tolist()))
                pieces += len(cut.ids)
                right += good
                nats += lost
        rows.append((len(right), np.mean(right), np.mean(nats), pieces / words))
    hidden, shares, losses, sizes = zip(*rows, strict=True)
    return Marks(
        model=loaded.card.name,
        hidden=np.asarray(hidden, np.int32),
        right=np.asarray(shares, np.float32),
        nats=np.asarray(losses, np.float32),
        pieces=np.asarray(sizes, np.float32),
    )


def _answered(loaded: Loaded, some: list[_Cut]) -> list[tuple[list[bool], list[float]]]:
    """For each text: was each hidden word guessed, and how many nats did it cost."""
    tokenizer: Any = loaded.tokenizer
    longest = max(len(cut.ids) for cut in some) + 2
    ids = np.full((len(some), longest), tokenizer.pad_token_id)
    asked = np.zeros(ids.shape, bool)
    for row, chosen, cut in zip(ids, asked, some, strict=True):
        row[: len(cut.ids) + 2] = [tokenizer.cls_token_id, *cut.ids, tokenizer.sep_token_id]
        chosen[1 : len(cut.ids) + 1] = cut.hidden[cut.owners]
    truth = torch.from_numpy(ids[asked])
    inputs = torch.from_numpy(np.where(asked, tokenizer.mask_token_id, ids)).to(loaded.device)
    seen = torch.from_numpy((ids != tokenizer.pad_token_id).astype(np.int64)).to(loaded.device)
    model: Any = loaded.model
    states = model.base_model(inputs, attention_mask=seen).last_hidden_state
    logits = scored(model, states[torch.from_numpy(asked).to(loaded.device)]).float().cpu()
    cost = -logits.log_softmax(-1).gather(1, truth[:, None])[:, 0].numpy()
    hit = (logits.argmax(-1) == truth).numpy()
    found, at = [], 0
    for cut in some:
        owners = cut.owners[cut.hidden[cut.owners]]
        own = slice(at, at := at + len(owners))
        words = np.unique(owners)
        found.append(
            (
                [bool(hit[own][owners == word].all()) for word in words],
                [float(cost[own][owners == word].sum()) for word in words],
            )
        )
    return found
