"""Train the course's masked language models: one recipe each, one budget for all.

Recipes (Gu et al. 2021, arXiv 2007.15779, section 2, ask the question that they repeat in small):

    bio-minilm-continued   BioBERT's way: MiniLM with its general vocabulary, continued on
                           biomedical text
    general-minilm-mlm     the control: the same start, head and budget on general English
    bio-bert-scratch       PubMedBERT's way: a WordPiece vocabulary learnt on biomedical text,
                           whole words masked, no weight inherited
    code-bert-mlm          CodeBERT's way: the same start on pairs of words and code, with a second
                           exercise, replaced tokens (see ``vlab.training.replaced``)

Continued models keep MiniLM's embeddings as they are: trained are its six layers and a fresh
prediction head as in BERT (dense, GELU, LayerNorm, then the scores of all word pieces by comparison
with the word embeddings). So the saved file holds the layers and the head only (fp16); the
embeddings are read from the MiniLM that the course has anyway.

Text: every ``*.txt.gz`` in a folder, one passage a line; see ``vlab.training.text`` for what is
held out. More tokens are hidden in training than in the test (Wettig et al. 2023, arXiv
2202.08005: a rate above 15 % learns faster); the test is BERT's: 15 %, 80/10/10, piece by piece.

Learning rate: a linear warm-up, a flat stretch, and a cosine fall over the last part. Only the fall
depends on the number of steps, and batch and mask of a step depend on the seed and the step alone.
So a run may be stopped and taken up again, also with another number of steps, and ends where one
uninterrupted run of that length would have ended.

    python -m vlab.training.mlm bio-minilm-continued --text FOLDER --work WORK --steps 3000
"""

import argparse
import json
import logging
import math
import shutil
import time
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import save_file
from torch import Tensor, nn
from transformers import AutoTokenizer

from vlab.coding import detector
from vlab.models import cards, store
from vlab.training import card, precision, replaced, text, wordpiece
from vlab.training.masked import Masks, evaluated, scores
from vlab.training.recipes import RECIPES, Recipe, built, start_from_frequencies

log = logging.getLogger("mlm")

WARM_UP = 40  # steps


def groups(model: Any, recipe: Recipe) -> list[dict[str, Any]]:
    """Parameters with their peak rates; vectors are not decayed."""
    found = []
    for name, value in model.named_parameters():
        if value.requires_grad:
            inherited = bool(recipe.base) and not name.startswith(("cls.", "detector."))
            peak = recipe.rate if inherited else recipe.head_rate
            decay = recipe.decay if value.ndim == 2 else 0.0
            found.append({"params": [value], "peak": peak, "weight_decay": decay})
    return found


def factor(step: int, steps: int, fall: float) -> float:
    """Learning rate at a step (from 0), as a share of its peak."""
    falling = fall * steps
    left = steps - step
    flat = 1.0 if left > falling else 0.5 - 0.5 * math.cos(math.pi * left / falling)
    return min(flat, (step + 1) / WARM_UP)


def trained(model: Any, recipe: Recipe) -> dict[str, Tensor]:
    """The weights that a recipe makes, in fp16; without embeddings that are only borrowed."""
    skipped: tuple[str, ...] = ("decoder.weight",)  # the word embeddings, said twice
    if recipe.base:
        skipped = ("bert.embeddings.", "cls.predictions.decoder.")
    return {
        name: value.half().cpu().contiguous()
        for name, value in model.state_dict().items()
        if not name.startswith(skipped)
    }


class Run:
    """One training run: its model, its optimizer, and where it stands."""

    def __init__(self, name: str, folder: Path, work: Path, recipe: Recipe | None = None) -> None:
        """``folder`` holds the text; ``work`` what is kept between two calls."""
        self.name, self.folder = name, folder
        self.recipe = recipe = recipe or RECIPES[name]
        self.device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.draws: replaced.Draws | None = None
        torch.manual_seed(recipe.seed)
        work.mkdir(parents=True, exist_ok=True)
        self.checkpoint = work / "checkpoint.pt"
        encoder = store.folder(recipe.base) if recipe.base else None
        if encoder is None:
            wordpiece.learnt(text.lines(folder)[0], recipe.vocabulary, work / "tokenizer")
        self.words = encoder or work / "tokenizer"
        self.tokenizer: Any = AutoTokenizer.from_pretrained(self.words, local_files_only=True)
        self.train, self.test = text.corpus(folder, self.tokenizer, work / "sequences.npz")
        self.masks = Masks.of(self.tokenizer)
        if recipe.detect:
            self.draws = replaced.Draws(self.train, self.masks.special)
        self.model = built(recipe, self.tokenizer, encoder)
        self.entropy = start_from_frequencies(self.model, self.train, self.masks.special)
        self.model.to(self.device)
        precision.plain_attention(self.model)
        self.optimizer = torch.optim.AdamW(groups(self.model, recipe), betas=(0.9, 0.98))
        self.step, self.seconds = 0, 0.0
        self.curve: list[tuple[int, float, float]] = []  # step, held-out loss, accuracy
        if self.checkpoint.exists():
            saved = torch.load(self.checkpoint, weights_only=True)
            self.model.load_state_dict(saved["model"])
            self.optimizer.load_state_dict(saved["optimizer"])
            self.step, self.seconds = saved["step"], saved["seconds"]
            self.curve = [tuple(point) for point in saved["curve"]]
        log.info(
            "%s: %s tokens to train on, %s held out, unigram entropy %.3f nats; at step %d",
            name, f"{self.train.size:,}", f"{self.test.size:,}", self.entropy, self.step,
        )  # fmt: skip

    @property
    def quick(self) -> NDArray[np.uint16]:
        """128 held-out sequences, spread over all of them."""
        return self.test[:: max(1, len(self.test) // 128)][:128]

    def one(self, steps: int) -> float:
        """One step of a run of ``steps``; the loss before it."""
        recipe = self.recipe
        for group in self.optimizer.param_groups:
            group["lr"] = group["peak"] * factor(self.step, steps, recipe.fall)
        rows = self.train[text.order(len(self.train), recipe.batch, self.step, recipe.seed)]
        inputs, chosen, truth = self.masks.batch(
            rows, (recipe.seed, self.step), recipe.hidden, words=recipe.whole_words
        )
        with precision.mixed(self.device):
            logits = scores(self.model, inputs, chosen)
        loss = nn.functional.cross_entropy(logits.float(), truth.to(self.device))
        if self.draws:
            others = self.train[
                text.order(len(self.train), recipe.detect, self.step, recipe.seed + 1)
            ]
            with precision.mixed(self.device):
                found = replaced.loss(self.model, self.draws, others, (recipe.seed, self.step, 1))
            loss = loss + found / len(truth)  # the sum of both sums, for each hidden token
        self.optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        learning = [each for group in self.optimizer.param_groups for each in group["params"]]
        nn.utils.clip_grad_norm_(learning, 1.0)
        self.optimizer.step()
        self.step += 1
        return loss.item()

    def keep(self) -> None:
        """Write the checkpoint: whole or not at all."""
        state = {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "curve": self.curve,
        }
        torch.save(state, self.checkpoint.with_suffix(".part"))
        self.checkpoint.with_suffix(".part").replace(self.checkpoint)

    def go(self, steps: int, stop: int, every: float = 240.0) -> None:
        """Up to step ``stop`` of ``steps``; every so many seconds measure and save."""
        losses: list[float] = []
        clock = kept = time.monotonic()
        while self.step < stop:
            losses.append(self.one(steps))
            if self.step % 20 == 0:
                took = time.monotonic() - clock
                mean = sum(losses[-20:]) / len(losses[-20:])
                log.info("step %d loss %.3f (%.2f s/step)", self.step, mean, took / 20)
                clock, self.seconds = time.monotonic(), self.seconds + took
            if time.monotonic() - kept > every or self.step == stop:
                score = evaluated(self.model, self.quick, self.masks)
                self.curve.append((self.step, score.loss, score.accuracy))
                self.keep()
                log.info("step %d held out: %s", self.step, score)
                kept = clock = time.monotonic()

    def finish(self, out: Path) -> None:
        """Write the model: weights as stored, tokenizer, the numbers of its card."""
        exact = evaluated(self.model, self.quick, self.masks)
        made = trained(self.model, self.recipe)
        found = {n: made.pop(n) for n in [*made] if n.startswith("detector.")}
        self.model.load_state_dict({n: v.float() for n, v in made.items()}, strict=False)
        cost = evaluated(self.model, self.quick, self.masks).loss - exact.loss
        final = evaluated(self.model, self.test, self.masks)
        log.info("as stored, held out: %s; rounding cost %+.5f nats", final, cost)
        # Text that repeats itself flatters a model: each source is scored by itself as well.
        own = {
            f"{name}_accuracy": evaluated(
                self.model, text.pack(lines, self.tokenizer), self.masks
            ).accuracy
            for name, lines in text.parts(self.folder).items()
        }
        log.info("by source: %s", own)
        if self.draws:
            own |= replaced.evaluated(self.model, self.draws, self.test)
        out.mkdir(parents=True, exist_ok=True)
        save_file(made, out / store.WEIGHTS)
        if found:
            save_file(found, out / detector.WEIGHTS)
        shutil.copyfile(self.words / "tokenizer.json", out / "tokenizer.json")
        described = json.dumps(wordpiece.SETTINGS, indent=2) + "\n"
        (out / "tokenizer_config.json").write_text(described, "utf-8")
        self.model.config.save_pretrained(out)
        counts = np.bincount(self.test[:, 1:-1].ravel())[self.masks.special :]
        card.write(
            out,
            {
                "parameters": sum(each.numel() for each in self.model.parameters()),
                "seed": self.recipe.seed,
                "hardware": card.hardware(self.device, self.seconds),
                "steps": self.step,
            },
            {
                "masked_accuracy": final.accuracy,
                "masked_loss_nats": final.loss,
                "positions": final.positions,
                **own,
                "commonest_token_accuracy": float(counts.max() / counts.sum()),
                "unigram_entropy_nats": self.entropy,
                "loss_cost_of_fp16_nats": cost,
                "tokens_read": float(self.step * self.recipe.batch * text.LENGTH),
                "minutes": self.seconds / 60,
            },
        )
        each = self.recipe.batch * text.LENGTH
        curve = {
            "step": [step for step, _, _ in self.curve],
            "tokens": [step * each for step, _, _ in self.curve],
            "loss": [round(loss, 4) for _, loss, _ in self.curve],
            "accuracy": [round(accuracy, 4) for _, _, accuracy in self.curve],
        }
        (out / "curve.json").write_text(json.dumps(curve) + "\n", "utf-8")


def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("transformers").setLevel(logging.ERROR)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", choices=sorted(RECIPES))
    parser.add_argument("--text", type=Path, required=True, help="folder with *.txt.gz")
    parser.add_argument("--work", type=Path, required=True, help="folder for checkpoints")
    parser.add_argument("--out", type=Path, help="default: assets/models/NAME")
    parser.add_argument("--steps", type=int, default=3000)
    parser.add_argument("--stop", type=int, help="leave off before the end, to go on later")
    a = parser.parse_args()
    run = Run(a.name, a.text, a.work)
    run.go(a.steps, min(a.stop or a.steps, a.steps))
    if run.step >= a.steps:
        run.finish(a.out or cards.MODELS / a.name)


if __name__ == "__main__":
    main()
