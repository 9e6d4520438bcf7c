"""Code: CodeBERT, an encoder for words and code, with replaced tokens and code search."""

from pages.ui import codebert_labs as labs
from pages.ui.page import Frame
from pages.ui.stepped import stepped

page = Frame("codebert")
page.prose("intro")

page.prose("family")
stepped(page, "family", "family", "cb_family")
page.table("basics")
page.table("data")

page.prose("exercises")
stepped(page, "objectives", "objectives", "cb_box")
page.prose("loss")
page.prose("rtd")
with page.lab("rtd") as lab:
    labs.detect(page, lab)

page.prose("own")
with page.lab("blank") as lab:
    labs.blank(page, lab)
with page.lab("probe") as lab:
    labs.probe(page, lab)

page.prose("size")
page.table("parameters")
labs.size(page)

page.prose("search")
with page.lab("search") as lab:
    labs.search(page, lab)
page.table("search")
labs.ablation(page)

page.prose("later")
page.table("later")
labs.generations(page)

page.prose("other")
page.table("documentation")
page.table("probing")
page.close()
