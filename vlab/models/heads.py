"""From an encoder's states to scores of its vocabulary, whatever its family calls the parts."""

from typing import Any

from torch import Tensor


def scored(model: Any, states: Tensor) -> Tensor:
    """Logits (…, V) of states (…, d) of a masked language model's last layer."""
    if hasattr(model, "cls"):  # BERT
        logits: Tensor = model.cls(states)
    elif hasattr(model, "lm_head"):  # RoBERTa
        logits = model.lm_head(states)
    else:  # ModernBERT
        logits = model.decoder(model.head(states))
    return logits


def barred(tokenizer: Any) -> list[int]:
    """Entries of a vocabulary that are no words."""
    entries: dict[str, int] = tokenizer.get_vocab()
    unused = (number for name, number in entries.items() if name.startswith("[unused"))
    return [*tokenizer.all_special_ids, *unused]
