"""Biomedicine: names, terms, pairs and answers from text, each step scored and explained."""

from pages.ui import text_mining_labs as labs
from pages.ui import text_mining_relation as relations
from pages.ui import text_mining_scores as scores
from pages.ui import text_mining_search as further
from pages.ui import text_mining_sections as parts
from pages.ui import text_mining_terms as terms
from pages.ui.page import Frame

page = Frame("text_mining_lab")
page.prose("pipeline")
page.table("tools")
with page.lab("abstract") as lab:
    labs.abstract(page, lab)

page.prose("scoring")
page.prose("baselines")
scores.official(page)
with page.lab("bench") as lab:
    scores.bench(page, lab)
page.table("errors")

page.prose("why")
with page.lab("why") as lab:
    labs.why(page, lab)

page.prose("terms")
with page.lab("link") as lab:
    terms.link(page, lab)

page.prose("pairs")
with page.lab("graph") as lab:
    further.graph(page, lab)

page.prose("trained")
with page.lab("relation") as lab:
    relations.relation(page, lab)

page.prose("search")
with page.lab("search") as lab:
    further.search(page, lab)

page.prose("sections")
with page.lab("sections") as lab:
    parts.sections(page, lab)
page.table("tasks")

page.prose("licences")
page.table("data")
page.close()
