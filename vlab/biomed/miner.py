"""Names in a text and relations between them, found by the course's own fine-tuned encoder.

One encoder, four linear heads side by side in one matrix: ``ncbi`` knows diseases as the NCBI
Disease corpus marks them (Doğan et al. 2014), ``bc5cdr`` chemicals and diseases as the BioCreative
V corpus does (Li et al. 2016); for ``chemprot`` see ``vlab.biomed.miner_pairs``, for ``section``
``vlab.biomed.sections``. A word has the tag that the model gives to its first piece (Devlin et al.
2019, section 5.3); of all tag sequences without an I that continues nothing, the likeliest is taken
(Viterbi).

Sentences of one paragraph are read together; see ``vlab.biomed.windows``.

Two ways to ask why. Occlusion: put [MASK] in a word's place and see what becomes of the tag.
Gradient × input: the slope of the tag's log-odds along the embedding of each piece, summed over
the word; it tells of small changes only (Simonyan et al. 2014, arXiv 1312.6034, and the remark on
products in Ancona et al. 2018, arXiv 1711.06104).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vlab.biomed import windows
from vlab.biomed.miner_results import Entities, Entity, Influence
from vlab.biomed.spans import decode
from vlab.errors import InputError
from vlab.models.load import Loaded
from vlab.progress import Progress, Report, silent

SCHEMES = {
    "ncbi": ("O", "B-Disease", "I-Disease"),
    "bc5cdr": ("O", "B-Chemical", "I-Chemical", "B-Disease", "I-Disease"),
}
RELATION = "chemprot"
RELATIONS = (
    "ACTIVATOR", "AGONIST", "AGONIST-ACTIVATOR", "AGONIST-INHIBITOR", "ANTAGONIST",
    "DOWNREGULATOR", "INDIRECT-DOWNREGULATOR", "INDIRECT-UPREGULATOR", "INHIBITOR", "PRODUCT-OF",
    "SUBSTRATE", "SUBSTRATE_PRODUCT-OF", "UPREGULATOR",
)  # fmt: skip
SECTION = "section"
SECTIONS = ("BACKGROUND", "OBJECTIVE", "METHODS", "RESULTS", "CONCLUSIONS")
HEADS = {**SCHEMES, RELATION: RELATIONS, SECTION: SECTIONS}
LABELS = tuple(f"{head}:{label}" for head, labels in HEADS.items() for label in labels)
METHODS = ("occlusion", "gradient")
CHARACTERS = 8000
EXPLAINED = 120  # words of a sentence that can be explained
TOGETHER = 16  # windows or occluded copies in a batch
WORD = re.compile(r"\w+|[^\w\s]")
BREAK = re.compile(r"(?<=[.!?])\s+(?=[A-Z0-9(])|\s*\n[^\S\n]*\n\s*")  # of sentences


@dataclass(frozen=True)
class Sentence:
    """Words of one sentence."""

    words: tuple[tuple[int, int], ...]  # characters in the whole text
    paragraph: int  # an empty line ends a paragraph


def columns(scheme: str) -> slice:
    """Where a head's scores stand among LABELS."""
    if scheme not in HEADS:
        raise InputError(f"没有任务头 {scheme[:20]!r}。", f"There is no head {scheme[:20]!r}.")
    places = [i for i, label in enumerate(LABELS) if label.startswith(f"{scheme}:")]
    return slice(places[0], places[-1] + 1)


def sentences(text: str) -> tuple[Sentence, ...]:
    """Cut a text into sentences and words as the corpora do: signs stand alone.

    >>> [len(s.words) for s in sentences("It works. Or not?")]
    [3, 3]
    """
    found, begin, paragraph = [], 0, 0
    for cut in [*BREAK.finditer(text), None]:
        end = cut.start() if cut else len(text)
        spans = tuple(m.span() for m in WORD.finditer(text, begin, end))
        if spans:
            found.append(Sentence(spans, paragraph))
        begin = cut.end() if cut else end
        paragraph += cut is not None and cut.group().count("\n") > 1
    return tuple(found)


def words(text: str) -> list[str]:
    """The words of a text, sentences aside."""
    return WORD.findall(text)


def paragraphs(text: str, cut: Sequence[Sentence]) -> list[list[list[str]]]:
    """The words of sentences, paragraph by paragraph."""
    return [
        [[text[a:b] for a, b in sentence.words] for sentence in some]
        for _, some in groupby(cut, lambda sentence: sentence.paragraph)
    ]


def best(scores: NDArray[np.floating[Any]], tags: Sequence[str]) -> list[int]:
    """The likeliest tag sequence for log-probabilities (W, K) in which every I continues a name."""
    allowed = np.array(
        [
            [not b.startswith("I-") or a.partition("-")[2] == b.partition("-")[2] for b in tags]
            for a in tags
        ]
    )
    cost = np.where(allowed, 0.0, -np.inf)  # (from, to)
    reach = np.where([tag.startswith("I-") for tag in tags], -np.inf, scores[0])
    back = []
    for row in scores[1:]:
        ways = reach[:, None] + cost
        back.append(ways.argmax(0))
        reach = ways.max(0) + row
    path = [int(reach.argmax())]
    for came in reversed(back):
        path.append(int(came[path[-1]]))
    return path[::-1]


@torch.inference_mode()
def tagged(
    model: Any,
    tokenizer: Any,
    read: Sequence[Sequence[Sequence[str]]],
    scheme: str,
    report: Report = silent,
) -> list[NDArray[np.float32]]:
    """Log-probabilities (W, K) of the words of every sentence over a scheme's tags.

    ``read`` are paragraphs of sentences of words; the answer runs through all sentences.
    """
    place = columns(scheme)
    size = place.stop - place.start
    nothing = np.log(np.full(size, 1e-6, np.float32))
    nothing[0] = 0.0  # a word without any piece is no part of a name
    streams = [windows.stream(sentences, tokenizer) for sentences in read]
    judged = [each.judged for each in streams]
    whole = [np.tile(nothing, (len(each.words), 1)) for each in streams]
    todo = [(n, k) for n, each in enumerate(streams) for k in range(len(each.begins)) if each.ids]
    todo.sort(key=lambda window: min(len(streams[window[0]].ids), windows.WINDOW))
    for at in range(0, len(todo), TOGETHER):
        some = [(streams[n], streams[n].window(k)) for n, k in todo[at : at + TOGETHER]]
        ids, mask = windows.padded([each.ids[part] for each, part in some], tokenizer)
        capitals = windows.segments([each.spelled(part) for each, part in some], ids.shape[1])
        logits = model(
            ids.to(model.device),
            attention_mask=mask.to(model.device),
            token_type_ids=capitals.to(model.device),
        ).logits
        logs = logits[..., place].float().log_softmax(-1).cpu().numpy()
        for (number, window), (each, part), row in zip(
            todo[at : at + TOGETHER], some, logs, strict=True
        ):
            for piece in range(len(each.ids))[part]:
                owner = each.owners[piece]
                begins = owner >= 0 and (piece == 0 or each.owners[piece - 1] != owner)
                if begins and judged[number][piece] == window:
                    whole[number][owner] = row[piece - part.start + 1]
        report(Progress(min(1.0, (at + TOGETHER) / len(todo))))
    return [
        part
        for sentences, logs in zip(read, whole, strict=True)
        for part in np.split(logs, np.cumsum([len(words) for words in sentences])[:-1])
    ]


def entities(
    loaded: Loaded, *, text: str, scheme: str = "bc5cdr", report: Report = silent
) -> Entities:
    """Every name in an English text of at most CHARACTERS characters."""
    cut = checked(text)
    labels = _tags(scheme)
    logs = tagged(loaded.model, loaded.tokenizer, paragraphs(text, cut), scheme, report)
    spans: list[tuple[int, int]] = []
    tags: list[str] = []
    names: list[Entity] = []
    for sentence, scores in zip(cut, logs, strict=True):
        path = best(scores, labels)
        own = [labels[k] for k in path]
        sure = np.exp(scores[np.arange(len(path)), path])
        for span in decode(own):
            start, end = sentence.words[span.start][0], sentence.words[span.end - 1][1]
            confidence = float(sure[span.start : span.end].mean())
            names.append(Entity(start, end, span.label, confidence))
        spans += sentence.words
        tags += own
    return Entities(
        text=text,
        words=tuple(spans),
        tags=tuple(tags),
        probability=np.exp(np.concatenate(logs)).astype(np.float32),
        labels=labels,
        entities=tuple(names),
    )


def influence(
    loaded: Loaded,
    *,
    text: str,
    word: int,
    scheme: str = "bc5cdr",
    method: str = "occlusion",
    report: Report = silent,
) -> Influence:
    """What the words of one sentence did to the tag of word number ``word`` of the text.

    Its neighbours are read with it, as for the tag itself, and stay as they are.
    """
    _tags(scheme)
    if method not in METHODS:
        raise InputError(f"没有方法 {method[:20]!r}。", f"There is no method {method[:20]!r}.")
    cut, place = checked(text), word
    for sentence in cut:
        if 0 <= place < len(sentence.words):
            break
        place -= len(sentence.words)
    else:
        raise InputError("文中没有这个词。", "The text has no such word.")
    names = tuple(text[a:b] for a, b in sentence.words)
    if len(names) > EXPLAINED:
        raise InputError(
            f"这一句有 {len(names)} 个词，最多解释 {EXPLAINED} 个词的句子；请把它分成几句。",
            f"This sentence has {len(names)} words; {EXPLAINED} at most can be explained.",
        )
    tokenizer: Any = loaded.tokenizer
    around = [each for each in cut if each.paragraph == sentence.paragraph]
    before = sum(len(each.words) for each in around[: around.index(sentence)])
    stream = windows.stream(paragraphs(text, around)[0], tokenizer)
    first = stream.first(before + place)
    if first is None:
        raise InputError("模型读不出这个词。", "The model cannot read this word.")
    part = stream.window(int(stream.judged[first]))
    ids = stream.ids[part]
    owners = [owner - before for owner in stream.owners[part]]  # in the sentence; others outside
    own = range(len(names))
    where = columns(scheme)
    asked = owners.index(place) + 1
    framed, _ = windows.padded([ids], tokenizer)
    framed = framed.to(loaded.device)
    capitals = windows.segments([stream.spelled(part)], framed.shape[1]).to(loaded.device)
    model: Any = loaded.model
    with torch.inference_mode():
        row = model(framed, token_type_ids=capitals).logits[0, asked, where]
    tag = int(row.argmax())
    margin = margin_of(row, tag)
    scores = np.zeros(len(names), np.float32)
    if method == "gradient":
        embedded = model.get_input_embeddings()(framed).detach().requires_grad_(True)
        with torch.enable_grad():
            logits = model(inputs_embeds=embedded, token_type_ids=capitals).logits
            target = margin_of(logits[0, asked, where], tag)
            (slope,) = torch.autograd.grad(target, embedded)
        products = (slope * embedded).sum(-1)[0, 1:-1].detach().cpu().numpy()
        inside = np.isin(owners, own)
        np.add.at(scores, np.array(owners)[inside], products[inside])
    else:
        for at in range(0, len(names), TOGETHER):
            some = range(at, min(at + TOGETHER, len(names)))
            copies = framed.repeat(len(some), 1)
            for copy, hidden in zip(copies, some, strict=True):
                spots = [i + 1 for i, owner in enumerate(owners) if owner == hidden]
                copy[spots] = tokenizer.mask_token_id
            with torch.inference_mode():
                same = capitals.expand(len(some), -1)
                rows = model(copies, token_type_ids=same).logits[:, asked, where]
            for hidden, changed in zip(some, rows, strict=True):
                scores[hidden] = float(margin - margin_of(changed, tag))
            report(Progress((at + len(some)) / len(names)))
    return Influence(
        words=names,
        place=place,
        tag=SCHEMES[scheme][tag],
        method=method,
        score=scores,
        margin=float(margin),
    )


def margin_of(row: torch.Tensor, chosen: int) -> torch.Tensor:
    """Log-odds of one class (of scores (K,)) against all the others together."""
    logs = row.float().log_softmax(-1)
    others = torch.cat([logs[:chosen], logs[chosen + 1 :]])
    return logs[chosen] - others.logsumexp(0)


def _tags(scheme: str) -> tuple[str, ...]:
    if scheme not in SCHEMES:
        raise InputError(f"没有标注方案 {scheme[:20]!r}。", f"There is no scheme {scheme[:20]!r}.")
    return SCHEMES[scheme]


def checked(text: str) -> tuple[Sentence, ...]:
    if len(text) > CHARACTERS:
        raise InputError(
            f"最多 {CHARACTERS:,} 个字符，现有 {len(text):,} 个；你输入的内容没有改动。",
            f"At most {CHARACTERS:,} characters, now {len(text):,}; what you typed is unchanged.",
        )
    cut = sentences(text)
    if not cut:
        raise InputError("请先输入一段英文。", "Type some English text first.")
    return cut
