"""What can be asked of the models: one line per operation, resolved only in the worker."""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from vlab.errors import UnknownNameError


@dataclass(frozen=True)
class Operation:
    """A function of vlab that a worker can run.

    A function with a model is called as ``function(loaded, report=…, **inputs)`` with the
    ``vlab.models.load.Loaded`` of the request; one without as ``function(report=…, **inputs)``.
    """

    name: str
    function: str  # "module:function"
    result: str  # "module:Class", a frozen dataclass whose module imports no torch
    needs_model: bool = True

    def resolve(self) -> Callable[..., Any]:
        return _named(self.function)  # type: ignore[no-any-return]

    def result_type(self) -> Any:
        return _named(self.result)


def _named(path: str) -> Any:
    module, _, name = path.partition(":")
    return getattr(import_module(module), name)


_ALL = (
    Operation(
        "machine.checkup",
        "vlab.serving.machine:checkup",
        "vlab.doctor:Checkup",
        needs_model=False,
    ),
    # one entry per operation, grouped by lesson
    Operation(
        "attention.maps",
        "vlab.foundations.attention:maps",
        "vlab.foundations.results:AttentionMaps",
    ),
    Operation(
        "attention.walk",
        "vlab.foundations.attention:walk",
        "vlab.foundations.results:AttentionWalk",
    ),
    Operation(
        "attention.ablate",
        "vlab.foundations.attention:ablate",
        "vlab.foundations.results:Ablation",
    ),
    Operation(
        "attention.effects",
        "vlab.foundations.attention:effects",
        "vlab.foundations.results:HeadEffects",
    ),
    Operation(
        "attention.influence",
        "vlab.foundations.attention:influence",
        "vlab.foundations.results:Influence",
    ),
    Operation(
        "attention.mask",
        "vlab.foundations.attention_masks:mask_influence",
        "vlab.foundations.results:MaskInfluence",
        needs_model=False,
    ),
    Operation("code.complete", "vlab.coding.complete:sample", "vlab.coding.results:Samples"),
    Operation("code.sample", "vlab.coding.evaluate:evaluate", "vlab.coding.results:Evaluated"),
    Operation(
        "code.judge",
        "vlab.coding.judging:judge",
        "vlab.coding.results:Judged",
        needs_model=False,
    ),
    Operation(
        "code.isolation",
        "vlab.coding.judging:isolation",
        "vlab.coding.results:Isolation",
        needs_model=False,
    ),
    Operation(
        "codex.filters",
        "vlab.coding.filters:scan",
        "vlab.coding.filters:Scan",
        needs_model=False,
    ),
    Operation(
        "codex.likeness",
        "vlab.coding.likeness:compare",
        "vlab.coding.likeness_results:Likeness",
        needs_model=False,
    ),
    Operation(
        "codebert.replace",
        "vlab.coding.detector:judged",
        "vlab.coding.replaced_results:Judged",
    ),
    Operation("codebert.blank", "vlab.coding.blank:fill", "vlab.coding.blank_results:Read"),
    Operation("codebert.probe", "vlab.coding.blank:probe", "vlab.coding.blank_results:Probed"),
    Operation(
        "codebert.search",
        "vlab.coding.search:search",
        "vlab.coding.search_results:Search",
    ),
    Operation(
        "comparison.probe",
        "vlab.synthesis.probe:probe",
        "vlab.synthesis.results:Probe",
    ),
    Operation(
        "comparison.neighbours",
        "vlab.synthesis.neighbours:neighbours",
        "vlab.synthesis.results:Neighbours",
    ),
    Operation(
        "comparison.cost",
        "vlab.synthesis.cost:cost",
        "vlab.synthesis.results:Cost",
    ),
    Operation(
        "mlm.fill",
        "vlab.foundations.filling:fill",
        "vlab.foundations.filling_results:FillResult",
    ),
    Operation(
        "lm.next_token",
        "vlab.foundations.next_token:next_token",
        "vlab.foundations.next_token_results:NextToken",
    ),
    Operation(
        "pretraining.race",
        "vlab.foundations.race:race",
        "vlab.foundations.race_results:Race",
        needs_model=False,
    ),
    Operation(
        "alignment.qlearning",
        "vlab.foundations.qlearning:learn",
        "vlab.foundations.qlearning_results:Learned",
        needs_model=False,
    ),
    Operation(
        "alignment.bias",
        "vlab.foundations.qlearning:bias",
        "vlab.foundations.qlearning_results:Bias",
        needs_model=False,
    ),
    Operation(
        "contrastive.pairing",
        "vlab.foundations.pairing:pairing",
        "vlab.foundations.pairing_results:Pairing",
    ),
    Operation(
        "contrastive.clip",
        "vlab.foundations.mini_clip:train",
        "vlab.foundations.mini_clip_results:MiniClip",
        needs_model=False,
    ),
    Operation(
        "efficiency.optimisers",
        "vlab.foundations.optimising:race",
        "vlab.foundations.optimising_results:OptimiserRace",
        needs_model=False,
    ),
    Operation(
        "efficiency.compress",
        "vlab.foundations.compressing:compress",
        "vlab.foundations.compressing_results:Compressed",
    ),
    Operation(
        "efficiency.distil",
        "vlab.foundations.compressing:distil",
        "vlab.foundations.compressing_results:Distilled",
    ),
    Operation(
        "finetuning.adapt",
        "vlab.foundations.adapting:adapt",
        "vlab.foundations.adapting_results:Adapted",
    ),
    Operation(
        "finetuning.curve",
        "vlab.foundations.adapting:curve",
        "vlab.foundations.adapting_results:Curve",
    ),
    Operation(
        "domains.gap",
        "vlab.foundations.domain_gap:gap",
        "vlab.foundations.domain_gap_results:DomainGap",
    ),
    Operation(
        "domains.routes",
        "vlab.foundations.continuing:routes",
        "vlab.foundations.continuing_results:Routes",
        needs_model=False,
    ),
    Operation(
        "biomed.vocabulary",
        "vlab.biomed.vocabulary:compare",
        "vlab.biomed.vocabulary:Comparison",
        needs_model=False,
    ),
    Operation(
        "biomed.paradigms",
        "vlab.biomed.paradigms:paradigms",
        "vlab.biomed.paradigm_results:Paradigms",
        needs_model=False,
    ),
    Operation(
        "biomed.dictionary",
        "vlab.biomed.tagger:ladder",
        "vlab.biomed.tagger:Ladder",
        needs_model=False,
    ),
    Operation("biomed.blanks", "vlab.biomed.blanks:exam", "vlab.biomed.blank_results:Exam"),
    Operation("biomed.recipes", "vlab.synthesis.recipes:marks", "vlab.biomed.recipe_results:Marks"),
    Operation("biomed.blank", "vlab.biomed.blanks:fill", "vlab.biomed.blank_results:Filled"),
    Operation("clinical.code", "vlab.biomed.coder:code", "vlab.biomed.coder_results:Coded"),
    Operation(
        "clinical.shorthand_exam",
        "vlab.biomed.shorthand:exam",
        "vlab.biomed.shorthand_results:Exam",
    ),
    Operation(
        "clinical.shorthand", "vlab.biomed.shorthand:read", "vlab.biomed.shorthand_results:Reading"
    ),
    Operation(
        "miner.sections", "vlab.biomed.sections:sections", "vlab.biomed.miner_results:Sections"
    ),
    Operation("miner.entities", "vlab.biomed.miner:entities", "vlab.biomed.miner_results:Entities"),
    Operation(
        "miner.relation", "vlab.biomed.miner_pairs:relation", "vlab.biomed.miner_results:Related"
    ),
    Operation(
        "miner.influence", "vlab.biomed.miner:influence", "vlab.biomed.miner_results:Influence"
    ),
    *(
        Operation(
            f"mining.{name}",
            f"vlab.biomed.{where}",
            f"vlab.biomed.mining_results:{result}",
            needs_model=needs_model,
        )
        for name, where, result, needs_model in (
            ("read", "mining:read", "Read", False),
            ("read_neural", "mining_neural:read", "Read", True),
            ("baselines", "mining_bench:baselines", "Bench", False),
            ("bench", "mining_neural:bench", "Bench", True),
            ("explain", "mining_neural:explain", "Explained", True),
            ("link", "ontology:look_up", "Links", False),
            ("letters", "ontology_exam:letters", "LetterExam", False),
            ("graph", "graph:crf_graph", "Graph", False),
            ("graph_neural", "mining_neural:neural_graph", "Graph", True),
            ("search", "retrieval:search", "Searched", True),
        )
    ),
    Operation(
        "biomed.continued",
        "vlab.training.miniature:continued",
        "vlab.biomed.continued_results:Continued",
    ),
    Operation(
        "alphafold.descend",
        "vlab.protein.folding:ubiquitin",
        "vlab.protein.folding:Descent",
        needs_model=False,
    ),
    Operation(
        "alphafold.coevolve",
        "vlab.protein.coevolution:coevolve",
        "vlab.protein.coevolution:Coevolution",
        needs_model=False,
    ),
    Operation(
        "science.weather",
        "vlab.synthesis.lorenz:forecasts",
        "vlab.synthesis.lorenz:Forecasts",
        needs_model=False,
    ),
    Operation(
        "applications.search",
        "vlab.synthesis.code_search:search",
        "vlab.synthesis.code_search_results:Found",
    ),
    Operation(
        "advantages.matrix",
        "vlab.synthesis.domain_matrix:matrix",
        "vlab.synthesis.domain_results:DomainMatrix",
        needs_model=False,
    ),
    Operation(
        "advantages.fertility",
        "vlab.synthesis.fertility:fertility",
        "vlab.synthesis.domain_results:Fertility",
        needs_model=False,
    ),
    Operation(
        "challenges.federated",
        "vlab.synthesis.federated:federated",
        "vlab.synthesis.challenge_results:Federated",
        needs_model=False,
    ),
    Operation(
        "challenges.private",
        "vlab.synthesis.private_training:private",
        "vlab.synthesis.challenge_results:Private",
        needs_model=False,
    ),
    Operation(
        "challenges.explain",
        "vlab.synthesis.explaining:explain",
        "vlab.synthesis.challenge_results:Explained",
        needs_model=False,
    ),
    Operation(
        "challenges.form",
        "vlab.synthesis.constrained:fill_form",
        "vlab.synthesis.challenge_results:Constrained",
    ),
    Operation(
        "cases.attempt",
        "vlab.synthesis.project:attempt",
        "vlab.synthesis.project_results:Attempt",
        needs_model=False,
    ),
)

OPERATIONS: dict[str, Operation] = {operation.name: operation for operation in _ALL}


def operation(name: str) -> Operation:
    if name not in OPERATIONS:
        raise UnknownNameError(name, OPERATIONS)
    return OPERATIONS[name]
