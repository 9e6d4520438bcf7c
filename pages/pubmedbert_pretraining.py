"""Biomedicine: how PubMedBERT was trained, step by step, and what each choice is worth."""

from pages.ui import pubmedbert_pretraining_labs as labs
from pages.ui.page import Frame
from pages.ui.stepped import stepped

page = Frame("pubmedbert_pretraining")
page.prose("steps")
stepped(page, "pipeline", "pipeline", "pp_box")

page.prose("data")
page.prose("mask")
page.prose("dice")
with page.lab("masking") as lab:
    labs.masking_lab(page, lab)

page.prose("rate")
with page.lab("schedule") as lab:
    labs.schedule_lab(page, lab)

page.prose("cost")
page.table("recipes")

page.prose("ablation")
page.table("effects")
with page.lab("ablation") as lab:
    labs.ablation(page, lab)

page.prose("own")
labs.learning(page)
page.prose("exam")
with page.lab("exam") as lab:
    labs.exam(page, lab)
page.prose("both")
with page.lab("together") as lab:
    labs.together(page, lab)
page.prose("three")
with page.lab("three") as lab:
    labs.three(page, lab)
page.prose("full")
labs.full_runs(page)
page.prose("compare")
page.close()
