"""Finding replaced tokens with a network: CodeBERT's second exercise (Feng et al. 2020, eq. 11).

``code-bert-mlm`` has, beside its head for hidden tokens, a small one that gives every piece the
probability of having been replaced: dense, GELU and one score, as in ELECTRA (Clark et al. 2020,
arXiv 2003.10555). Its weights lie in a file of their own beside the model's.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from torch import Tensor, nn

from vlab.coding import replaced
from vlab.coding.functions import spelled
from vlab.coding.replaced_results import Judged
from vlab.models.load import Loaded
from vlab.nn import windows
from vlab.progress import Report, silent

WEIGHTS = "detector.safetensors"
WINDOW = 126  # pieces that were read at once in training, besides [CLS] and [SEP]


class Detector(nn.Module):
    """Log-odds (…) of having been replaced, for states (…, width)."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.dense = nn.Linear(width, width)
        self.out = nn.Linear(width, 1)

    def forward(self, states: Tensor) -> Tensor:
        scores: Tensor = self.out(nn.functional.gelu(self.dense(states)))
        return scores[..., 0]


def stored(loaded: Loaded) -> Detector:
    """The head that was trained with a model."""
    head = Detector(loaded.model.config.hidden_size)
    weights = load_file(loaded.card.home / WEIGHTS)
    head.load_state_dict({n.removeprefix("detector."): v.float() for n, v in weights.items()})
    return head.to(loaded.device, loaded.dtype).eval().requires_grad_(False)


@torch.inference_mode()
def suspicion(loaded: Loaded, words: Sequence[str], code: Sequence[str]) -> NDArray[np.float32]:
    """Probability (W + C) of having been replaced: a token's is the largest of its pieces'.

    Long pairs are read in windows that overlap by half; a piece is judged where it has most around
    it.
    """
    tokenizer: Any = loaded.tokenizer
    ids: list[int] = []
    owners: list[int] = []
    for number, token in enumerate([*words, *code]):
        if number == len(words):
            ids.append(tokenizer.sep_token_id)
            owners.append(-1)
        cut = tokenizer.encode(spelled(token), add_special_tokens=False)
        ids += cut
        owners += [number] * len(cut)
    places = windows.judged(len(ids), WINDOW)
    head = stored(loaded)
    found = np.zeros(len(words) + len(code), np.float32)
    for number, begin in enumerate(windows.begins(len(ids), WINDOW)):
        part = ids[begin : begin + WINDOW]
        framed = torch.tensor([[tokenizer.cls_token_id, *part, tokenizer.sep_token_id]])
        states = loaded.model.base_model(framed.to(loaded.device)).last_hidden_state
        shares = head(states)[0, 1:-1].float().sigmoid().cpu().numpy()
        for at, share in enumerate(shares, begin):
            if places[at] == number and owners[at] >= 0:
                found[owners[at]] = max(found[owners[at]], share)
    return found


def judged(
    loaded: Loaded, *, title: str, rate: float = 0.15, seed: int = 0, report: Report = silent
) -> Judged:
    """Make an exercise (see ``vlab.coding.replaced``) and let the network look for the fakes.

    None of the exercises, nor any other function of their modules, was in its training.
    """
    pair = replaced.make(title=title, rate=rate, seed=seed, report=report)
    words = [token for token, code in zip(pair.shown, pair.code, strict=True) if not code]
    return Judged(pair, loaded.card.name, suspicion(loaded, words, pair.shown[len(words) :]))
