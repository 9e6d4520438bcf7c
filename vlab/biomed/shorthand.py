"""What a short form means here: its senses written out in turn, and the masked model as judge.

Two questions to the same model. *Around*: with a sense written out, how well does the model guess
the words around it, each hidden in turn? The sum of their log-probabilities is compared; every
sense is asked for the same words, so its length does not matter (a part of the
pseudo-log-likelihood of Salazar et al. 2020, arXiv 1910.14659). *Inside*: with the whole sense
hidden, how likely are its pieces? Here the mean is compared, for senses differ in length.

The sentences were written for this course; no patient is behind them.
"""

import re
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vlab.biomed import windows
from vlab.biomed.shorthand_cases import CASES, SENSES
from vlab.biomed.shorthand_results import Exam, Reading
from vlab.errors import InputError
from vlab.models.heads import scored
from vlab.models.load import Loaded
from vlab.progress import Progress, Report, silent
from vlab.text import Text

CHARACTERS = 300
PIECES = 60
TOGETHER = 64


def halves(sentence: str, form: str) -> tuple[str, str]:
    """What stands before and after the form; raises InputError unless it stands there once."""
    found = list(re.finditer(rf"(?<!\w){re.escape(form)}(?!\w)", sentence))
    if len(found) != 1:
        raise InputError(
            f"句子里要有且只有一个 {form}，现有 {len(found)} 个。",
            f"The sentence must have {form} once; now it has it {len(found)} times.",
        )
    return sentence[: found[0].start()], sentence[found[0].end() :]


@torch.inference_mode()
def judged(
    loaded: Loaded, sentence: str, form: str
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Scores of each sense: sum over the pieces around it, mean over its own (both nats)."""
    tokenizer: Any = loaded.tokenizer
    model: Any = loaded.model
    before, after = (
        tokenizer(half, add_special_tokens=False)["input_ids"] for half in halves(sentence, form)
    )
    if not 1 <= len(before) + len(after) <= PIECES:
        raise InputError(
            f"缩写周围要有 1 到 {PIECES} 个词片，现有 {len(before) + len(after)} 个。",
            f"1 to {PIECES} pieces must stand around it; now {len(before) + len(after)}.",
        )
    rows: list[list[int]] = []
    asked: list[tuple[int, int, int]] = []  # sense, place (from 0), true piece
    inside: list[tuple[int, list[int], list[int]]] = []  # row, places, true pieces
    for sense, words in enumerate(SENSES[form]):
        own = tokenizer(words, add_special_tokens=False)["input_ids"]
        full = [*before, *own, *after]
        spots = [*range(len(before)), *range(len(before) + len(own), len(full))]
        for spot in spots:
            rows.append([*full[:spot], tokenizer.mask_token_id, *full[spot + 1 :]])
            asked.append((sense, spot, full[spot]))
        inside.append((len(rows), list(range(len(before), len(before) + len(own))), own))
        rows.append([*before, *[tokenizer.mask_token_id] * len(own), *after])
        asked.append((sense, -1, -1))
    around = np.zeros(len(SENSES[form]))
    within = np.zeros(len(SENSES[form]))
    hidden = {row: (places, pieces) for row, places, pieces in inside}
    for at in range(0, len(rows), TOGETHER):
        ids, mask = windows.padded(rows[at : at + TOGETHER], tokenizer)
        states = model.base_model(
            ids.to(loaded.device), attention_mask=mask.to(loaded.device)
        ).last_hidden_state
        # One call of the head for all: it is as large as the layers, and slow when called by one.
        wanted = [
            (number, place, piece)
            for number in range(at, at + len(states))
            for place, piece in zip(
                *hidden.get(number, ([asked[number][1]], [asked[number][2]])), strict=True
            )
        ]
        numbers, places, pieces = (list(each) for each in zip(*wanted, strict=True))
        chosen = states[[n - at for n in numbers], [place + 1 for place in places]]
        logs = scored(model, chosen).float().log_softmax(-1)
        found = logs[range(len(pieces)), pieces].tolist()
        for number, value in zip(numbers, found, strict=True):
            if number in hidden:
                within[asked[number][0]] += value / len(hidden[number][0])
            else:
                around[asked[number][0]] += value
    return around, within


def exam(loaded: Loaded, *, report: Report = silent) -> Exam:
    """Both ways on all sentences."""
    answers: tuple[list[str], list[str]] = ([], [])
    for number, case in enumerate(CASES):
        for kept, scores in zip(answers, judged(loaded, case.sentence, case.form), strict=True):
            kept.append(SENSES[case.form][int(scores.argmax())])
        note = Text("正在读五十句话……", "Reading the fifty sentences …")
        report(Progress(number / len(CASES), note))
    first, second = (
        sum(a == case.sense for a, case in zip(kept, CASES, strict=True)) for kept in answers
    )
    return Exam(
        asked=len(CASES),
        around=tuple(answers[0]),
        inside=tuple(answers[1]),
        right=(first, second),
        chance=float(np.mean([1 / len(SENSES[case.form]) for case in CASES])),
    )


def read(loaded: Loaded, *, sentence: str, form: str, report: Report = silent) -> Reading:
    """What ``form`` means in an English sentence."""
    if form not in SENSES:
        raise InputError(f"没有缩写 {form[:20]!r}。", f"There is no short form {form[:20]!r}.")
    if len(sentence) > CHARACTERS:
        raise InputError(
            f"最多 {CHARACTERS} 个字符，现有 {len(sentence)} 个；你输入的内容没有改动。",
            f"At most {CHARACTERS} characters, now {len(sentence)}; what you typed is unchanged.",
        )
    around, inside = judged(loaded, sentence, form)
    return Reading(
        form=form,
        senses=SENSES[form],
        around=_shares(around),
        inside=_shares(inside),
    )


def _shares(scores: NDArray[np.float64]) -> NDArray[np.float32]:
    """Softmax."""
    found = np.exp(scores - scores.max())
    shares: NDArray[np.float32] = (found / found.sum()).astype(np.float32)
    return shares
