"""From a diagnosis to a chapter of ICD-10: a linear head, learnt here and now.

The encoder stays as it is. Each official name becomes the mean of its pieces' vectors; on those a
softmax regression is fitted (L-BFGS, squared penalty). Names are drawn evenly over the chapters,
and split by *category*: no three-character category gives names to both sides, else "left eye" in
training would answer "right eye" in the test. The same regression on counted words (TF-IDF) is the
baseline (the linear classifier of text categorisation, Joachims 1998, with another loss).

The answer for a reader's text is explained in two ways, see ``vlab.biomed.miner``.
"""

import hashlib
import re
import time
from collections import Counter
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from vlab.biomed import icd, miner, windows
from vlab.biomed.coder_results import Coded, Quality
from vlab.biomed.icd import Name
from vlab.errors import InputError
from vlab.models.load import Loaded
from vlab.progress import Progress, Report, silent
from vlab.text import Text

SIZES = (5, 20, 60)  # names of each chapter to learn from
TESTED = 12  # names of each chapter to test on
CHARACTERS = 500
WORDS = 60
PENALTY = {"encoder": 1e-3, "words": 1e-4}
TOGETHER = 32
PIECES = 254  # of a text that are read
KEPT = 6  # learnt heads that are kept in memory
_heads: dict[tuple[str, int, int], "Heads"] = {}


@dataclass(frozen=True)
class Words:
    """Counted words: inverse document frequency of each (natural logarithm, smoothed)."""

    weight: dict[str, float]

    @classmethod
    def of(cls, texts: list[str]) -> "Words":
        counts = Counter(word for text in texts for word in set(split(text)))
        return cls({w: 1 + float(np.log((1 + len(texts)) / (1 + n))) for w, n in counts.items()})

    def read(self, texts: list[str]) -> Tensor:
        """Rows (N, V) of length one; zero where no word is known."""
        place = {word: i for i, word in enumerate(self.weight)}
        rows = torch.zeros(len(texts), len(place))
        for row, text in zip(rows, texts, strict=True):
            for word, count in Counter(split(text)).items():
                if word in place:
                    row[place[word]] = count * self.weight[word]
        return nn.functional.normalize(rows)


@dataclass(frozen=True)
class Head:
    """Scores = (x - shift) / scale @ weight + bias."""

    shift: Tensor  # (D,)
    scale: Tensor  # (D,)
    weight: Tensor  # (D, C)
    bias: Tensor  # (C,)

    def scores(self, rows: Tensor) -> Tensor:
        return (rows - self.shift) / self.scale @ self.weight + self.bias


@dataclass(frozen=True)
class Heads:
    """What was learnt from one draw of names."""

    encoder: Head
    words: Words
    plain: Head
    quality: tuple[Quality, ...]
    learned: int
    tested: int


def split(text: str) -> list[str]:
    """Lower-case words and numbers."""
    return re.findall(r"[a-z]+|[0-9]+", text.lower())


def drawn(per_chapter: int, seed: int) -> tuple[list[Name], list[Name]]:
    """Names to learn from and names to test on, ``per_chapter`` and TESTED of each chapter."""
    rng = np.random.default_rng(seed)
    learn: list[Name] = []
    test: list[Name] = []
    for chapter in icd.CHAPTERS:
        own = [each for each in icd.names() if each.chapter == chapter]
        own = [own[i] for i in rng.permutation(len(own))]
        learn += [each for each in own if not _kept_back(each.category)][:per_chapter]
        test += [each for each in own if _kept_back(each.category)][:TESTED]
    return learn, test


def _kept_back(category: str) -> bool:
    """One category in four is for the test, whatever the seed."""
    return hashlib.sha256(category.encode()).digest()[0] % 4 == 0


def encoder(loaded: Loaded) -> Any:
    """The part of a model that gives vectors."""
    model: Any = loaded.model
    return getattr(model, "bert", model)


@torch.inference_mode()
def vectors(loaded: Loaded, texts: list[str], report: Report = silent) -> Tensor:
    """Mean of the pieces' last vectors, [CLS] and [SEP] left out (N, D)."""
    tokenizer: Any = loaded.tokenizer
    pieces = tokenizer(texts, add_special_tokens=False, truncation=True, max_length=PIECES)
    rows = pieces["input_ids"]
    found = torch.zeros(len(texts), loaded.model.config.hidden_size)
    order = sorted(range(len(rows)), key=lambda i: len(rows[i]))
    for at in range(0, len(order), TOGETHER):
        some = order[at : at + TOGETHER]
        ids, mask = windows.padded([rows[i] or [tokenizer.unk_token_id] for i in some], tokenizer)
        ids, mask = ids.to(loaded.device), mask.to(loaded.device)
        states = encoder(loaded)(input_ids=ids, attention_mask=mask).last_hidden_state
        found[some] = pooled(states, inner(ids, mask, tokenizer)).float().cpu()
        report(Progress(at / len(order)))
    return found


def inner(ids: Tensor, mask: Tensor, tokenizer: Any) -> Tensor:
    """Which positions (B, T) hold pieces of the text."""
    special = torch.tensor([tokenizer.cls_token_id, tokenizer.sep_token_id], device=ids.device)
    return mask.bool() & ~torch.isin(ids, special)


def pooled(states: Tensor, chosen: Tensor) -> Tensor:
    """Mean (B, D) of the chosen positions of states (B, T, D)."""
    weight = chosen.unsqueeze(-1).to(states.dtype)
    mean: Tensor = (states * weight).sum(1) / weight.sum(1).clamp(min=1)
    return mean


def fitted(rows: Tensor, classes: Tensor, penalty: float, *, scaled: bool) -> Head:
    """Softmax regression: cross-entropy plus ``penalty`` times the squared weights."""
    shift = rows.mean(0) if scaled else torch.zeros(rows.shape[1])
    scale = rows.std(0).clamp(min=1e-6) if scaled else torch.ones(rows.shape[1])
    prepared = (rows - shift) / scale
    weight = torch.zeros(rows.shape[1], len(icd.CHAPTERS), requires_grad=True)
    bias = torch.zeros(len(icd.CHAPTERS), requires_grad=True)
    optimizer = torch.optim.LBFGS([weight, bias], max_iter=100, line_search_fn="strong_wolfe")

    def loss() -> Tensor:
        optimizer.zero_grad()
        found = nn.functional.cross_entropy(prepared @ weight + bias, classes)
        found = found + penalty * weight.square().sum()
        found.backward()  # type: ignore[no-untyped-call]
        return found

    with torch.enable_grad():
        optimizer.step(loss)  # type: ignore[no-untyped-call]
    return Head(shift, scale, weight.detach(), bias.detach())


def judged(reader: str, scores: Tensor, truth: Tensor) -> Quality:
    """Count right and wrong answers (N, C) for true classes (N,)."""
    count = scores.shape[1]
    confusion = np.zeros((count, count), np.int32)
    np.add.at(confusion, (truth.numpy(), scores.argmax(1).numpy()), 1)
    right = np.diag(confusion)
    recall = right / confusion.sum(1).clip(min=1)
    both = confusion.sum(0) + confusion.sum(1)
    three = (scores.topk(3, dim=1).indices == truth[:, None]).any(1).float().mean()
    return Quality(
        reader=reader,
        accuracy=float(right.sum() / confusion.sum()),
        three=float(three),
        f1=float((2 * right / both.clip(min=1)).mean()),
        recall=recall.astype(np.float32),
        confusion=confusion,
    )


def learnt(loaded: Loaded, per_chapter: int, seed: int, report: Report = silent) -> Heads:
    """Both heads for one draw; kept, so that another diagnosis is answered at once."""
    key = (loaded.card.name, per_chapter, seed)
    if key not in _heads:
        learn, test = drawn(per_chapter, seed)
        texts = [each.text for each in [*learn, *test]]
        classes = torch.tensor([each.chapter - 1 for each in [*learn, *test]])
        note = Text("正在读官方名称……", "Reading the official names …")
        rows = vectors(loaded, texts, lambda p: report(Progress(0.9 * (p.fraction or 0), note)))
        report(Progress(0.9, Text("正在学两个分类头……", "Fitting two heads …")))
        counted = Words.of(texts[: len(learn)])
        plain = counted.read(texts)
        n = len(learn)
        head = fitted(rows[:n], classes[:n], PENALTY["encoder"], scaled=True)
        other = fitted(plain[:n], classes[:n], PENALTY["words"], scaled=False)
        while len(_heads) >= KEPT:
            _heads.pop(next(iter(_heads)))
        _heads[key] = Heads(
            encoder=head,
            words=counted,
            plain=other,
            quality=(
                judged(loaded.card.name, head.scores(rows[n:]), classes[n:]),
                judged("words", other.scores(plain[n:]), classes[n:]),
            ),
            learned=n,
            tested=len(test),
        )
    return _heads[key]


def code(
    loaded: Loaded, *, text: str, per_chapter: int = 20, seed: int = 0, report: Report = silent
) -> Coded:
    """The chapters of one diagnosis in English, most likely first by ``probability``."""
    words = tuple(re.findall(r"\w+|[^\w\s]", text))
    if not words:
        raise InputError("请先输入一个英文诊断。", "Type a diagnosis in English first.")
    if len(text) > CHARACTERS or len(words) > WORDS:
        raise InputError(
            f"最多 {WORDS} 个词、{CHARACTERS} 个字符；你输入的内容没有改动。",
            f"At most {WORDS} words and {CHARACTERS} characters; what you typed is unchanged.",
        )
    if per_chapter not in SIZES:
        raise InputError("没有这个样本量。", "There is no such number of names.")
    tokenizer: Any = loaded.tokenizer
    pieces = tokenizer(list(words), is_split_into_words=True, add_special_tokens=False)
    ids, owners = pieces["input_ids"], pieces.word_ids()
    if not ids or len(ids) > PIECES:
        raise InputError("模型读不出这段文字。", "The model cannot read this text.")
    started = time.monotonic()
    known = (loaded.card.name, per_chapter, seed) in _heads
    heads = learnt(loaded, per_chapter, seed, report)
    seconds = 0.0 if known else time.monotonic() - started
    framed, mask = windows.padded([ids], tokenizer)
    framed, mask = framed.to(loaded.device), mask.to(loaded.device)
    chosen = inner(framed, mask, tokenizer)
    model = encoder(loaded)
    embedded = model.get_input_embeddings()(framed).detach().requires_grad_(True)
    with torch.enable_grad():
        states = model(inputs_embeds=embedded).last_hidden_state
        row = heads.encoder.scores(pooled(states, chosen).float().cpu())[0]
        first = int(row.argmax())
        margin = miner.margin_of(row, first)
        (slope,) = torch.autograd.grad(margin, embedded)
    gradient = np.zeros(len(words), np.float32)
    np.add.at(gradient, owners, (slope * embedded).sum(-1)[0, 1:-1].detach().cpu().numpy())
    plain = heads.plain.scores(heads.words.read([text]))[0]
    return Coded(
        text=text,
        chapters=tuple(icd.CHAPTERS),
        probability=row.detach().softmax(-1).numpy(),
        plain=plain.softmax(-1).numpy(),
        words=words,
        occlusion=_occluded(loaded, heads.encoder, framed, owners, len(words), first),
        gradient=gradient,
        margin=float(margin.detach()),
        quality=heads.quality,
        learned=heads.learned,
        tested=heads.tested,
        seconds=seconds,
    )


@torch.inference_mode()
def _occluded(
    loaded: Loaded, head: Head, framed: Tensor, owners: list[int], words: int, first: int
) -> NDArray[np.float32]:
    """By how much the log-odds fall when each word is put behind [MASK] (W,)."""
    tokenizer: Any = loaded.tokenizer
    copies = framed.repeat(words + 1, 1)
    for word in range(words):
        copies[word, [i + 1 for i, owner in enumerate(owners) if owner == word]] = (
            tokenizer.mask_token_id
        )
    chosen = inner(framed, torch.ones_like(framed), tokenizer).expand(len(copies), -1)
    found = []
    for at in range(0, len(copies), TOGETHER):
        some = copies[at : at + TOGETHER]
        states = encoder(loaded)(input_ids=some).last_hidden_state
        rows = head.scores(pooled(states, chosen[at : at + TOGETHER]).float().cpu())
        found += [float(miner.margin_of(row, first)) for row in rows]
    return np.array([found[-1] - each for each in found[:-1]], np.float32)
