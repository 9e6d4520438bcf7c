"""Fine-tune ``bio-miner``: one encoder with heads for names, relations and sections, all at once.

    python -m vlab.training.miner --data FOLDER --work WORK

FOLDER holds ``ner/NCBI-disease-IOB`` and ``ner/BC5CDR-IOB``, each with {train,devel,test}.tsv.gz: a
word and its tag on each line, an empty line after each sentence; and ``relation/chemprot`` with
{train,dev,test}.jsonl.gz: a sentence whose pair is marked << >> and [[ ]], and its label; and
``text/pubmed_sentences.txt.gz``, where some sentences carry the heading of a section. Training
reads ``train`` and ``devel`` of names, ``train`` of relations; the official tests are read once, at
the end, for the card. A batch holds sentences of all corpora; each is asked under its own head
only, relations and sections at [CLS] with the weight of several words. Sentences with names are
joined with those that follow them in the corpus, as they will be read. Some pieces are hidden
behind [MASK], so that the context must do part of the work (word dropout).

Starts from ``bio-minilm-continued``; the word embeddings stay MiniLM's own, so the saved file holds
six layers and the heads only (fp16).
"""

import argparse
import json
import logging
import math
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file
from torch import nn
from transformers import BertConfig, BertForTokenClassification

from vlab.biomed import miner, windows
from vlab.biomed.spans import NOTHING, Score, Span, decode, score
from vlab.models import cards, store
from vlab.models.load import load
from vlab.training import card, precision
from vlab.training.gold import (
    NOT_ASKED,
    Piece,
    Tagged,
    batches,
    begun,
    headed,
    joined,
    pairs,
    pieces,
    read,
    related,
)

log = logging.getLogger("miner")

WEIGHTS = {miner.RELATION: 8.0, miner.SECTION: 8.0}  # of one answer at [CLS], in words


@dataclass(frozen=True)
class Recipe:
    """All that decides the result, apart from data and start."""

    start: str = "bio-minilm-continued"
    epochs: int = 6
    pieces: int = 1500  # in a batch, at most
    rate: float = 2e-4  # peak learning rate of the encoder
    head_rate: float = 1e-3
    warm_up: float = 0.1
    hidden: float = 0.08  # share of pieces behind [MASK] in training
    dropout: float = 0.1  # of states; attention has none, which costs much time on a processor
    decay: float = 0.01
    seed: int = 0


def built(recipe: Recipe) -> tuple[Any, Any]:
    """The model before its first step, and its tokenizer."""
    start = load(recipe.start)
    config = BertConfig.from_pretrained(start.card.home)
    config.id2label = dict(enumerate(miner.LABELS))
    config.label2id = {label: i for i, label in enumerate(miner.LABELS)}
    config.hidden_dropout_prob = recipe.dropout
    config.attention_probs_dropout_prob = 0.0
    config.architectures = ["BertForTokenClassification"]
    torch.manual_seed(recipe.seed)
    model = BertForTokenClassification(config)
    inner: Any = start.model
    model.bert.load_state_dict(inner.bert.state_dict(), strict=False)
    model.bert.embeddings.requires_grad_(False)
    return model, start.tokenizer


def loss(model: Any, batch: Sequence[Piece], tokenizer: Any, recipe: Recipe, rng: Any) -> Any:
    """Mean cross-entropy over the words (and pairs) of a batch, each within its own head."""
    ids, mask = windows.padded([each.ids for each in batch], tokenizer)
    hidden = torch.from_numpy(rng.random(ids.shape) < recipe.hidden)
    special = (ids == tokenizer.cls_token_id) | (ids == tokenizer.sep_token_id)
    ids[hidden & mask.bool() & ~special] = tokenizer.mask_token_id
    device = model.device
    capitals = windows.segments([each.words for each in batch], ids.shape[1])
    with precision.mixed(device):
        logits = model(
            ids.to(device), attention_mask=mask.to(device), token_type_ids=capitals.to(device)
        ).logits.float()
    total, asked = torch.zeros((), device=device), 0.0
    for head in miner.HEADS:
        rows = [i for i, each in enumerate(batch) if each.scheme == head]
        if not rows:
            continue
        place = miner.columns(head)
        targets = torch.full((len(rows), ids.shape[1]), NOT_ASKED)
        for target, i in zip(targets, rows, strict=True):
            columns = torch.tensor([batch[i].whole, *batch[i].targets])
            target[: len(columns)] = torch.where(
                columns == NOT_ASKED, NOT_ASKED, columns - place.start
            )
        weight = WEIGHTS.get(head, 1.0)
        asked += weight * int((targets != NOT_ASKED).sum())
        total = total + weight * nn.functional.cross_entropy(
            logits[rows][..., place].transpose(1, 2),
            targets.to(device),
            ignore_index=NOT_ASKED,
            reduction="sum",
        )
    return total / asked


@torch.inference_mode()
def answers(model: Any, tokenizer: Any, data: Sequence[Piece]) -> list[str]:
    """The likeliest answer at [CLS] of each, under its own head."""
    model.eval()
    found: list[str] = []
    for at in range(0, len(data), 32):
        some = data[at : at + 32]
        ids, mask = windows.padded([each.ids for each in some], tokenizer)
        capitals = windows.segments([each.words for each in some], ids.shape[1])
        device = model.device
        logits = model(
            ids.to(device), attention_mask=mask.to(device), token_type_ids=capitals.to(device)
        ).logits[:, 0]
        for each, row in zip(some, logits, strict=True):
            best = int(row[miner.columns(each.scheme)].argmax())
            found.append(miner.HEADS[each.scheme][best])
    return found


def found_in(model: Any, tokenizer: Any, data: Sequence[Tagged]) -> list[tuple[Span, ...]]:
    """The names that a model finds in every sentence, each read with its neighbours."""
    model.eval()
    scheme = data[0].scheme
    labels = miner.SCHEMES[scheme]
    logs = miner.tagged(model, tokenizer, [[s.words for s in data]], scheme)
    return [decode([labels[k] for k in miner.best(scores, labels)]) for scores in logs]


def scored(
    data: Sequence[Tagged], found: Sequence[tuple[Span, ...]], *, strict: bool = True
) -> Score:
    """Counts of spans over all sentences (micro average)."""
    total = NOTHING
    for sentence, own in zip(data, found, strict=True):
        total = total + score(decode(sentence.tags), own, strict=strict)
    return total


def shares(asked: list[str], said: list[str]) -> tuple[float, float]:
    """Micro F1 and the mean F1 over the labels that the test has.

    Everything has one label and gets one answer, so micro F1 is accuracy.
    """
    found = []
    for label in sorted(set(asked)):
        both = sum(a == label == b for a, b in zip(said, asked, strict=True))
        sizes = said.count(label) + asked.count(label)
        found.append(2 * both / sizes)
    right = sum(a == b for a, b in zip(said, asked, strict=True))
    return right / len(asked), math.fsum(found) / len(found)


class Run:
    """One fine-tuning run; it can be stopped after any epoch and taken up again."""

    def __init__(self, data: Path, work: Path, recipe: Recipe, share: float = 1.0) -> None:
        """``share`` of the sentences is used (the first ones): 1 but for a rehearsal."""
        work.mkdir(parents=True, exist_ok=True)
        self.recipe, self.checkpoint = recipe, work / f"checkpoint-{recipe.seed}.pt"
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.model, self.tokenizer = built(recipe)
        self.model.to(self.device)
        precision.plain_attention(self.model)
        whole = [read(data, s, part) for s in miner.SCHEMES for part in ("train", "devel")]
        self.sentences = [each for some in whole for each in some[: int(share * len(some))]]
        found = pairs(data, "train")
        self.pairs = found[: int(share * len(found))]
        self.pieces = pieces(self.sentences, self.tokenizer)
        begins = headed(data, "train")
        self.headed = begins[: int(share * len(begins))]
        self.whole = [*related(self.pairs, self.tokenizer), *begun(self.headed, self.tokenizer)]
        named = [(n, p) for n, p in self.model.named_parameters() if p.requires_grad]
        self.optimizer = torch.optim.AdamW(
            [
                {
                    "params": [p],
                    "peak": recipe.head_rate if n.startswith("classifier.") else recipe.rate,
                    "weight_decay": recipe.decay if p.ndim == 2 else 0.0,
                }
                for n, p in named
            ]
        )
        self.epoch, self.step, self.seconds = 0, 0, 0.0
        self.steps = sum(len(self.batches(epoch)) for epoch in range(recipe.epochs))
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.epoch, self.step = saved["epoch"], saved["step"]
            self.seconds = saved["seconds"]

    def batches(self, epoch: int) -> list[list[Piece]]:
        """What one pass reads: sentences joined and put together anew."""
        seed = (self.recipe.seed, epoch)
        sep = self.tokenizer.sep_token_id
        read = joined(self.pieces, sep, np.random.default_rng((*seed, 1)))
        return list(batches([*read, *self.whole], self.recipe.pieces, seed))

    def go(self, stop: int | None = None) -> None:
        """Train up to the end of epoch number ``stop`` (all where None)."""
        recipe = self.recipe
        moving = [each for group in self.optimizer.param_groups for each in group["params"]]
        while self.epoch < (recipe.epochs if stop is None else stop):
            torch.manual_seed(1000 * recipe.seed + self.epoch)
            rng = np.random.default_rng((recipe.seed, self.epoch))
            began, losses = time.monotonic(), []
            self.model.train()
            for batch in self.batches(self.epoch):
                done = min(1.0, self.step / self.steps)
                height = min(done / recipe.warm_up, (1 - done) / (1 - recipe.warm_up))
                for group in self.optimizer.param_groups:
                    group["lr"] = group["peak"] * height
                found = loss(self.model, batch, self.tokenizer, recipe, rng)
                self.optimizer.zero_grad()
                found.backward()
                nn.utils.clip_grad_norm_(moving, 1.0)
                self.optimizer.step()
                self.step += 1
                losses.append(found.item())
                if self.step % 50 == 0:
                    mean = math.fsum(losses[-50:]) / len(losses[-50:])
                    log.info("step %d of %d, loss %.4f", self.step, self.steps, mean)
            self.epoch += 1
            self.seconds += time.monotonic() - began
            state = {
                "model": self.model.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "epoch": self.epoch,
                "step": self.step,
                "seconds": self.seconds,
            }
            torch.save(state, self.checkpoint.with_suffix(".part"))
            self.checkpoint.with_suffix(".part").replace(self.checkpoint)
            log.info("epoch %d: mean loss %.4f", self.epoch, math.fsum(losses) / len(losses))

    def scores(self, data: Path) -> dict[str, float]:
        """Strict and lenient scores on the official test sets."""
        found: dict[str, float] = {}
        for scheme in miner.SCHEMES:
            test = read(data, scheme, "test")
            own = found_in(self.model, self.tokenizer, test)
            strict, lenient = (scored(test, own, strict=way) for way in (True, False))
            found |= {
                f"{scheme}_precision": strict.precision,
                f"{scheme}_recall": strict.recall,
                f"{scheme}_f1": strict.f1,
                f"{scheme}_lenient_f1": lenient.f1,
            }
            log.info("%s test: %s F1 %.4f, lenient %.4f", scheme, strict, strict.f1, lenient.f1)
        two, begins = pairs(data, "test"), headed(data, "test")
        for name, asked, cut in (
            ("chemprot", [each.label for each in two], related(two, self.tokenizer)),
            ("section", [each.label for each in begins], begun(begins, self.tokenizer)),
        ):
            micro, macro = shares(asked, answers(self.model, self.tokenizer, cut))
            found |= {f"{name}_f1": micro, f"{name}_macro_f1": macro}
            log.info("%s test: micro %.4f, macro %.4f", name, micro, macro)
        return found

    def finish(self, out: Path, data: Path) -> None:
        """Write the model as stored (fp16) and its measured numbers."""
        made = {
            name: value.half().cpu().contiguous()
            for name, value in self.model.state_dict().items()
            if not name.startswith("bert.embeddings.")
        }
        self.model.load_state_dict({n: v.float() for n, v in made.items()}, strict=False)
        measured = self.scores(data)
        out.mkdir(parents=True, exist_ok=True)
        save_file(made, out / store.WEIGHTS)
        self.model.config.save_pretrained(out)
        card.write(
            out,
            {
                "parameters": sum(each.numel() for each in self.model.parameters()),
                "seed": self.recipe.seed,
                "hardware": card.hardware(self.device, self.seconds),
                "steps": self.step,
            },
            {
                **measured,
                "sentences": len(self.sentences),
                "pairs": len(self.pairs),
                "headed": len(self.headed),
                "minutes": self.seconds / 60,
            },
        )


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("transformers").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, required=True, help="folder with the corpora")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--out", type=Path, default=cards.MODELS / "bio-miner")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    parser.add_argument("--seed", type=int, default=Recipe.seed)
    parser.add_argument("--start", default=Recipe.start)
    parser.add_argument("--share", type=float, default=1.0, help="of the sentences: a rehearsal")
    parser.add_argument("--only-scores", action="store_true", help="write no model: for a spread")
    a = parser.parse_args()
    run = Run(a.data, a.work, Recipe(start=a.start, epochs=a.epochs, seed=a.seed), a.share)
    run.go()
    if a.only_scores:
        log.info("%s", json.dumps({"seed": a.seed, "start": a.start, **run.scores(a.data)}))
    else:
        run.finish(a.out, a.data)


if __name__ == "__main__":
    main()
