"""Hidden tokens in a pair of words and code, and what the surroundings are worth.

CodeBERT's authors leave its parameters alone and ask for hidden tokens with both sides in view and
with the left side only (Feng et al. 2020, section 4.2, table 3 there). Here the same model answers
under three views: words and code; code alone; words and the code before the blank.
"""

import re
import tokenize
from typing import Any

import numpy as np
import torch

from vlab.coding import functions, replaced
from vlab.coding.blank_results import VIEWS, Asked, Probed, Read, View
from vlab.coding.detector import WINDOW
from vlab.errors import InputError
from vlab.models.heads import barred, scored
from vlab.models.load import Loaded
from vlab.progress import Progress, Report, silent
from vlab.text import Text

BLANK = re.compile(r"_{3,}")
STANDS_IN = "vlab0blank0"  # a name of Python's in the blank's place while the code is read
WORDS = 300  # characters
CODE = 1500
SHOWN = 6
PROBED = 120  # blanks of the probe
BATCH = 16


def fill(loaded: Loaded, *, words: str, code: str, report: Report = silent) -> Read:
    """Rank the vocabulary for the one blank (``____``) of ``code``, under each of VIEWS.

    What does not fit into WINDOW pieces is cut off far from the blank. Raises InputError for none
    or several blanks and for code that Python cannot read as tokens.
    """
    if len(words) > WORDS or len(code) > CODE:
        raise InputError(
            f"说明最多 {WORDS} 个字符，代码最多 {CODE:,} 个；你输入的内容没有改动。",
            f"Words may have {WORDS} characters, code {CODE:,}; what you typed is unchanged.",
        )
    blanks = len(BLANK.findall(code))
    if blanks != 1:
        raise InputError(
            f"请在代码里用 ____ 留一个空；现有 {blanks} 个。",
            f"Leave one blank ____ in the code; now there are {blanks}.",
        )
    try:
        tokens = replaced.lexed(BLANK.sub(STANDS_IN, code).strip("\n") + "\n")
    except (tokenize.TokenError, SyntaxError) as broken:
        raise InputError(
            "这段代码读不成 Python 的词元：括号、引号或缩进没有配好。",
            "This cannot be read as tokens of Python: brackets, quotes or indents do not match.",
        ) from broken
    if STANDS_IN not in tokens:
        raise InputError(
            "空格要独占一个词元，不能在字符串、注释或名字中间。",
            "The blank must be a token of its own, not part of a string, a comment or a name.",
        )
    at = tokens.index(STANDS_IN)
    rows = _views(loaded, words.split(), tokens[:at], tokens[at + 1 :])
    scores = _scores(loaded, rows)
    best = scores.topk(SHOWN, dim=1)
    tokenizer: Any = loaded.tokenizer
    return Read(
        model=loaded.card.name,
        pieces=tuple(tokenizer.convert_ids_to_tokens(rows[0][0][1:-1])),
        views=tuple(
            View(tuple(tokenizer.convert_ids_to_tokens(ids.tolist())), tuple(values.exp().tolist()))
            for ids, values in zip(best.indices, best.values, strict=True)
        ),
    )


def probe(loaded: Loaded, *, report: Report = silent) -> Probed:
    """PROBED tokens of functions that the model was not trained on, one of each function, drawn by
    a fixed seed: names and words of Python that are one piece of the vocabulary."""
    rng = np.random.default_rng(0)
    tokenizer: Any = loaded.tokenizer
    blanks = []
    for function in functions.library():
        tokens = replaced.lexed(function.code + "\n")
        fit = [
            at
            for at, token in enumerate(tokens)
            if at > 3 and re.fullmatch(r"[A-Za-z]{2,}", token) and len(_ids(tokenizer, token)) == 1
        ]
        if fit:
            at = fit[int(rng.integers(len(fit)))]
            blanks.append((function, tokens, at))
    blanks = blanks[:PROBED]
    asked: list[Asked] = []
    losses = []
    for begin in range(0, len(blanks), BATCH):
        report(Progress(begin / len(blanks), Text("正在答题……", "Answering …")))
        some = blanks[begin : begin + BATCH]
        rows = [
            row
            for function, tokens, at in some
            for row in _views(loaded, function.words.split(), tokens[:at], tokens[at + 1 :])
        ]
        scores = _scores(loaded, rows)
        for number, (function, tokens, at) in enumerate(some):
            (truth,) = _ids(tokenizer, tokens[at])
            own = scores[len(VIEWS) * number : len(VIEWS) * (number + 1)]
            ranks = 1 + (own > own[:, truth : truth + 1]).sum(1)
            asked.append(Asked(function.title, tokens[at], tuple(ranks.tolist())))
            losses.append(-own[:, truth].numpy())
    return Probed(loaded.card.name, tuple(asked), np.mean(losses, 0).astype(np.float32))


def _ids(tokenizer: Any, token: str) -> list[int]:
    found: list[int] = tokenizer.encode(functions.spelled(token), add_special_tokens=False)
    return found


def _views(
    loaded: Loaded, words: list[str], before: list[str], after: list[str]
) -> list[tuple[list[int], int]]:
    """For each of VIEWS: framed pieces, and where [MASK] stands. Too long: cut around the blank."""
    tokenizer: Any = loaded.tokenizer
    said = [piece for word in words for piece in _ids(tokenizer, word)][: WINDOW // 2]
    left = [piece for token in before for piece in _ids(tokenizer, token)]
    right = [piece for token in after for piece in _ids(tokenizer, token)]
    head = [*said, tokenizer.sep_token_id] if said else []
    found = []
    for intro, rest in ((head, right), ([], right), (head, [])):
        room = WINDOW - 1 - len(intro)
        back = min(len(left), max(room // 2, room - len(rest)))
        own = [
            tokenizer.cls_token_id,
            *intro,
            *left[len(left) - back :],
            tokenizer.mask_token_id,
            *rest[: room - back],
            tokenizer.sep_token_id,
        ]
        found.append((own, own.index(tokenizer.mask_token_id)))
    return found


@torch.inference_mode()
def _scores(loaded: Loaded, rows: list[tuple[list[int], int]]) -> torch.Tensor:
    """Log-probabilities (N, V) at each row's blank; signs of the model are no candidates."""
    tokenizer: Any = loaded.tokenizer
    longest = max(len(ids) for ids, _ in rows)
    ids = torch.full((len(rows), longest), tokenizer.pad_token_id)
    for row, (pieces, _) in zip(ids, rows, strict=True):
        row[: len(pieces)] = torch.tensor(pieces)
    ids = ids.to(loaded.device)
    model: Any = loaded.model
    states = model.base_model(ids, attention_mask=(ids != tokenizer.pad_token_id).long())
    places = torch.tensor([place for _, place in rows])
    logits = scored(model, states.last_hidden_state[torch.arange(len(rows)), places])
    found = logits.float().log_softmax(-1).cpu()
    found[:, barred(tokenizer)] = -torch.inf
    return found
