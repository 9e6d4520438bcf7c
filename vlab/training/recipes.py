"""What each of the course's masked language models is made from, and how it looks at the start."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors.torch import load_file
from transformers import (
    BertConfig,
    BertForMaskedLM,
    ModernBertConfig,
    ModernBertForMaskedLM,
    PreTrainedTokenizerBase,
)

from vlab.coding.detector import Detector
from vlab.models import store
from vlab.training import text

BASE = "all-minilm-l6-v2"


@dataclass(frozen=True)
class Recipe:
    """All that decides the result, apart from the text and the number of steps."""

    base: str = ""  # the encoder that is continued; empty: from scratch
    width: int = 256  # from scratch: hidden size; a head has 64
    layers: int = 4
    vocabulary: int = 8192  # from scratch: word pieces to learn
    whole_words: bool = False  # in training; the test is the same for all
    batch: int = 16  # sequences
    hidden: float = 0.2  # share of tokens chosen in training
    rate: float = 1e-3  # peak learning rate of the layers
    head_rate: float = 2e-3  # of what starts from nothing
    fall: float = 0.4  # share of the steps in which the learning rate falls
    decay: float = 0.01
    detect: int = 0  # sequences in a step whose replaced tokens are to be found
    seed: int = 0


RECIPES = {
    "bio-minilm-continued": Recipe(base=BASE),
    "general-minilm-mlm": Recipe(base=BASE),
    "bio-bert-scratch": Recipe(whole_words=True, head_rate=2e-3, batch=32),
    "code-bert-mlm": Recipe(base=BASE, detect=8),
}


def built(recipe: Recipe, tokenizer: PreTrainedTokenizerBase, folder: Path | None) -> Any:
    """The model before its first step; ``folder`` has the encoder that is continued.

    What starts from nothing has the layers of ModernBERT (Warner et al. 2024, arXiv 2412.13663):
    normed before each part, positions by rotation, GeGLU. With BERT's own layers the loss stood
    above 5.9 for a thousand steps; with these it falls below that within three hundred.
    """
    if folder is None:
        return _from_nothing(recipe, tokenizer)
    config = BertConfig.from_pretrained(folder)
    config.tie_word_embeddings = True
    config.hidden_dropout_prob = config.attention_probs_dropout_prob = 0.0  # a few epochs at most
    config.architectures = ["BertForMaskedLM"]
    model = BertForMaskedLM(config)
    weights = load_file(folder / store.WEIGHTS)
    missing, _ = model.bert.load_state_dict(
        {k: v for k, v in weights.items() if not k.startswith("pooler.")}, strict=False
    )
    if missing:
        raise SystemExit(f"{folder} lacks {missing}")
    model.tie_weights()
    model.bert.embeddings.requires_grad_(False)
    if recipe.detect:
        model.detector = Detector(config.hidden_size)
    return model


def _from_nothing(recipe: Recipe, tokenizer: PreTrainedTokenizerBase) -> Any:
    marks: Any = tokenizer
    config = ModernBertConfig(
        vocab_size=len(marks),
        hidden_size=recipe.width,
        num_hidden_layers=recipe.layers,
        num_attention_heads=recipe.width // 64,
        intermediate_size=704 * recipe.width // 256,  # GeGLU: as many weights as 4 widths without
        max_position_embeddings=text.LENGTH,
        layer_types=["full_attention"] * recipe.layers,  # sequences are shorter than a window
        pad_token_id=marks.pad_token_id,
        cls_token_id=marks.cls_token_id,
        sep_token_id=marks.sep_token_id,
        bos_token_id=marks.cls_token_id,
        eos_token_id=marks.sep_token_id,
        tie_word_embeddings=True,
        architectures=["ModernBertForMaskedLM"],
    )
    return ModernBertForMaskedLM(config)


def start_from_frequencies(model: Any, sequences: NDArray[np.uint16], special: int) -> float:
    """Set the head's bias to log frequencies; return the unigram entropy in nats.

    Ids below ``special`` are signs of the model, not of the text.
    """
    counts = np.bincount(sequences[:, 1:-1].ravel(), minlength=model.config.vocab_size)
    counts[:special] = 0
    share = (counts + 0.1) / (counts + 0.1).sum()
    with torch.no_grad():
        head = model.get_output_embeddings()
        head.bias.copy_(torch.from_numpy(np.log(share)).float())
    seen = share[counts > 0]
    return float(-(seen * np.log(seen)).sum())
