"""Words and code for training: descriptions taken out, the examined modules left out."""

from vlab.coding import functions
from vlab.coding.replaced import EXERCISES
from vlab.training import code_text

SOURCE = '''
class Box:
    def open(self, how):
        """Open the box.

        Not read.
        """
        if how:
            return self.lid
        return None

    def shut(self):
        self.lid = 1
        return "kept"

    def short(self): return 1

    def told(self):
        """Nothing but a description,
        over several lines.
        """


async def wait(seconds):
    # a comment
    await sleep(seconds)
    return "done"
'''


def test_functions_and_methods_with_and_without_a_description():
    found = dict((code.split("(")[0], words) for words, code in code_text.of_source(SOURCE))
    assert found == {"def open": "Open the box.", "def shut": "", "async def wait": ""}


def test_lines_as_the_model_reads_them(tmp_path):
    (tmp_path / "box.py").write_text(SOURCE)
    (tmp_path / "again.py").write_text(SOURCE)  # copies are read once
    (tmp_path / "broken.py").write_text("def (")
    for name in ("heapq.py", "test/some.py"):  # examined; tests
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(SOURCE.replace("Box", "Other").replace("lid", "top"))
    assert sorted(code_text.pairs(tmp_path)) == [
        "Open the box. [SEP] def open ( self , how ) : ¶ → if how : ¶ → return self . lid ¶ ← "
        "return None ¶ ←",
        "async def wait ( seconds ) : ¶ → await sleep ( seconds ) ¶ return '…' ¶ ←",
        "def shut ( self ) : ¶ → self . lid = 1 ¶ return '…' ¶ ←",
    ]


def test_what_lessons_ask_about_is_kept_from_training():
    """The exercises and the functions of the search lie in modules that are left out whole."""
    asked = {title.rpartition(".")[0] for title in EXERCISES}
    asked |= {each.module for each in functions.library()}
    assert asked <= {functions.module_name(name) for name in functions.MODULES}
