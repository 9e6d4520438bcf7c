"""Same budget, three recipes: the course's masked models on held-out text, and fine-tuned.

    python -m vlab.training.compared --data FOLDER --general FOLDER --code FOLDER --work WORK

Held out: 150 sequences of 128 pieces from the held-out lines of each kind of text (biomedical:
FOLDER/text; general: ``vlab.training.general_text``; code: ``vlab.training.code_text``), hidden as
in the models' own tests. Pieces are each vocabulary's own, so accuracy and perplexity compare
within a vocabulary only; the exam in ``vlab.synthesis.recipes`` counts words.

Fine-tuned: names of diseases (NCBI-disease) by every recipe with SEEDS seeds, everything alike:
layers trained, word embeddings left as they are, one pass, no segments. Strict F1 on the official
test. What is done is kept in WORK and not done again; the table goes to
``assets/data/biomed/compared.json``.
"""

import argparse
import copy
import json
import logging
import math
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vlab.biomed import miner, published
from vlab.models.load import load
from vlab.training import card, masked, precision, text
from vlab.training.gold import Tagged, batches, joined, pieces, read
from vlab.training.miner import Recipe, found_in, loss, scored

log = logging.getLogger("compared")

MODELS = ("bio-minilm-continued", "bio-bert-scratch", "general-minilm-mlm", "code-bert-mlm")
SEEDS = (0, 1, 2)
SEQUENCES = 150
RECIPE = Recipe(epochs=1, rate=3e-4, head_rate=1e-3)
OUT = published.DATA / "compared.json"


class Tagger(nn.Module):
    """An encoder and one linear layer, asked as ``bio-miner`` is; segments are not told."""

    def __init__(self, base: Any) -> None:
        super().__init__()
        self.base = base
        self.out = nn.Linear(base.config.hidden_size, len(miner.LABELS))

    @property
    def device(self) -> torch.device:
        return self.out.weight.device

    def forward(self, ids: Tensor, attention_mask: Tensor, token_type_ids: Tensor) -> Any:
        states = self.base(input_ids=ids, attention_mask=attention_mask).last_hidden_state
        return SimpleNamespace(logits=self.out(states))


def held_out(name: str, folders: dict[str, Path]) -> dict[str, dict[str, float]]:
    """Accuracy, perplexity and pieces per word on each kind of text."""
    loaded = load(name)
    found = {}
    for kind, folder in folders.items():
        lines = text.lines(folder)[1]
        rows = text.pack(lines, loaded.tokenizer)
        rows = rows[:: max(1, len(rows) // SEQUENCES)][:SEQUENCES]
        with precision.mixed(loaded.device):
            score = masked.evaluated(loaded.model, rows, masked.Masks.of(loaded.tokenizer))
        cut: Any = loaded.tokenizer(lines[:400], add_special_tokens=False)
        size = sum(map(len, cut["input_ids"]))
        words = sum(
            len({w for w in cut.word_ids(i) if w is not None}) for i in range(len(lines[:400]))
        )
        found[kind] = {
            "accuracy": round(score.accuracy, 4),
            "perplexity": round(math.exp(score.loss), 2),
            "positions": score.positions,
            "pieces_per_word": round(size / words, 3),
        }
        log.info("%s %s: %s", name, kind, found[kind])
    return found


def tuned(name: str, train: list[Tagged], test: list[Tagged], seed: int) -> dict[str, float]:
    """Fine-tune one model once; precision, recall and strict F1 on ``test``."""
    loaded = load(name)
    tokenizer: Any = loaded.tokenizer
    torch.manual_seed(seed)
    base: Any = copy.deepcopy(loaded.model).base_model
    base.float().train().requires_grad_(True)
    model = Tagger(base)
    embeddings: Any = base.get_input_embeddings()
    embeddings.requires_grad_(False)
    groups = [
        {"params": [p], "peak": RECIPE.head_rate if n.startswith("out.") else RECIPE.rate,
         "weight_decay": RECIPE.decay if p.ndim == 2 else 0.0}
        for n, p in model.named_parameters() if p.requires_grad
    ]  # fmt: skip
    optimizer = torch.optim.AdamW(groups)
    moving = [p for group in optimizer.param_groups for p in group["params"]]
    single = pieces(train, tokenizer)
    passes = [
        list(
            batches(
                joined(single, tokenizer.sep_token_id, np.random.default_rng((seed, epoch, 1))),
                RECIPE.pieces,
                (seed, epoch),
            )
        )
        for epoch in range(RECIPE.epochs)
    ]
    steps, step = sum(map(len, passes)), 0
    rng = np.random.default_rng(seed)
    began = time.monotonic()
    for batch in (batch for each in passes for batch in each):
        done = step / steps
        height = min(done / RECIPE.warm_up, (1 - done) / (1 - RECIPE.warm_up))
        for group in optimizer.param_groups:
            group["lr"] = group["peak"] * height
        found = loss(model, batch, tokenizer, RECIPE, rng)
        optimizer.zero_grad()
        found.backward()
        nn.utils.clip_grad_norm_(moving, 1.0)
        optimizer.step()
        step += 1
    minutes = (time.monotonic() - began) / 60
    with precision.mixed(loaded.device):
        score = scored(test, found_in(model, tokenizer, test))
    made = {
        "precision": round(score.precision, 4),
        "recall": round(score.recall, 4),
        "f1": round(score.f1, 4),
        "minutes": round(minutes, 2),
    }
    log.info("%s seed %d: %d steps, %s", name, seed, steps, made)
    return made


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with text and ner")
    parser.add_argument("--general", type=Path, required=True)
    parser.add_argument("--code", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    a = parser.parse_args()
    a.work.mkdir(parents=True, exist_ok=True)
    kept = a.work / "compared.json"
    done: dict[str, Any] = json.loads(kept.read_text("utf-8")) if kept.exists() else {}
    folders = {"biomed": a.data / "text", "general": a.general, "code": a.code}
    train = [each for part in ("train", "devel") for each in read(a.data, "ncbi", part)]
    test = read(a.data, "ncbi", "test")
    done["hardware"] = card.hardware(torch.device("cpu"), 0).partition(";")[0]
    for name in MODELS:
        mine = done.setdefault(name, {"held_out": {}, "ncbi": {}})
        mine["held_out"] = mine["held_out"] or held_out(name, folders)
        kept.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
    for seed in SEEDS:
        for name in MODELS:
            if str(seed) not in done[name]["ncbi"]:
                done[name]["ncbi"][str(seed)] = tuned(name, train, test, seed)
                kept.write_text(json.dumps(done, indent=1) + "\n", "utf-8")
    OUT.write_text(json.dumps(done, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
