"""Words and code for ``code-bert-mlm``: the functions of Python's standard library.

    python -m vlab.training.code_text --out FOLDER

A line is a function: its description and its tokens with [SEP] between, or its tokens alone where
it has no description (CodeBERT's bimodal and unimodal data, Feng et al. 2020, section 3.2). Tests
are left out, and so are all modules that the lessons examine the model on
(``vlab.coding.functions.MODULES``): whole files, not lines of them.
"""

import argparse
import ast
import gzip
import sysconfig
import tokenize
from collections.abc import Iterator
from pathlib import Path

from vlab import syntax
from vlab.coding import functions
from vlab.coding.replaced import lexed

TESTS = {"test", "tests", "idle_test", "site-packages", "dist-packages", "lib2to3"}


def of_source(source: str) -> Iterator[tuple[str, str]]:
    """Description (empty where there is none) and code of every function and method of a file."""
    lines = source.splitlines()
    for node in ast.walk(syntax.parse(source)):
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        assert node.end_lineno is not None
        words = functions.first_paragraph(ast.get_docstring(node) or "")
        head, rest = lines[node.lineno - 1 : node.end_lineno], list[str]()
        if words and len(node.body) > 1:
            quoted = node.body[0]
            assert quoted.end_lineno is not None
            head = lines[node.lineno - 1 : quoted.lineno - 1]
            rest = lines[quoted.end_lineno : node.end_lineno]
        elif words:
            continue  # nothing but a description
        indent = len(lines[node.lineno - 1]) - len(lines[node.lineno - 1].lstrip())
        code = "\n".join(line[indent:] for line in [*head, *rest]) + "\n"
        if len(code.splitlines()) >= 3:
            yield words, code


def pairs(root: Path) -> list[str]:
    """One line for each function of the library below ``root``, each code once, in file order."""
    kept_out = {f"{name}.py" for name in functions.MODULES}
    found: dict[str, str] = {}
    for path in sorted(root.rglob("*.py")):
        inside = path.relative_to(root)
        if inside.as_posix() in kept_out or TESTS & set(inside.parts):
            continue
        try:
            made = list(of_source(path.read_text("utf-8")))
        except (SyntaxError, UnicodeDecodeError):  # templates and samples of broken files
            continue
        for words, code in made:
            try:
                tokens = lexed(code)
            except (tokenize.TokenError, IndentationError):  # a line that the cut took apart
                continue
            said = " ".join(functions.spelled(token) for token in tokens)
            found.setdefault(said, f"{words} [SEP] {said}" if words else said)
    return list(found.values())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, required=True)
    a = parser.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)
    lines = pairs(Path(sysconfig.get_paths()["stdlib"]))
    with gzip.open(a.out / "python_functions.txt.gz", "wt", encoding="utf-8") as out:
        out.writelines(f"{line}\n" for line in lines)


if __name__ == "__main__":
    main()
