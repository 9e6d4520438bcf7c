"""Documented functions of Python's standard library, as pairs of words and code.

The rules are those of CodeSearchNet (Husain et al. 2019, section 2.1), on which CodeBERT was
trained: the documentation is cut to its first paragraph and has at least three words, the function
has at least three lines, and its name does not contain "test". The docstring is taken out of the
code, or the search would be a comparison of a text with itself.
"""

import ast
import re
import sysconfig
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from vlab import syntax

MODULES = (
    "base64", "bisect", "calendar", "cgi", "colorsys", "contextlib", "copy", "difflib", "dis",
    "email/utils", "filecmp", "fnmatch", "fractions", "functools", "genericpath", "getopt",
    "gettext", "glob", "heapq", "html/__init__", "imghdr", "inspect", "ipaddress",
    "json/__init__", "keyword", "linecache", "locale", "mimetypes", "ntpath", "operator", "os",
    "pickletools", "pkgutil", "posixpath", "pprint", "quopri", "random", "reprlib", "sched",
    "shlex", "shutil", "socket", "statistics", "string", "subprocess", "tempfile", "textwrap",
    "threading", "tokenize", "traceback", "types", "urllib/parse", "uuid", "warnings", "webbrowser",
    "zipfile",
)  # fmt: skip
LAYOUT = {"⏎": "¶", "⇥": "→", "⇤": "←"}  # line end, indent, dedent
POOL = 120  # functions in the search: embedding them takes seconds on a processor
NAME = re.compile(r"\b[A-Za-z_]\w*\b")
WORD = re.compile(r"[A-Za-z][a-z]+|[A-Z]+(?![a-z])|[a-z]+|\d+")


@dataclass(frozen=True)
class Function:
    """A function without its docstring, and the docstring's first paragraph."""

    module: str
    name: str
    words: str
    code: str

    @property
    def title(self) -> str:
        return f"{self.module}.{self.name}"


def module_name(path: str) -> str:
    """The module of a path below the library, without its suffix.

    >>> module_name("html/__init__"), module_name("urllib/parse")
    ('html', 'urllib.parse')
    """
    return path.removesuffix("/__init__").replace("/", ".")


def split(text: str) -> list[str]:
    """Words of a text or of code, names taken apart, lower case.

    >>> split("parse_HTMLText(x2)")
    ['parse', 'html', 'text', 'x', '2']
    """
    return [word.lower() for word in WORD.findall(text)]


def first_paragraph(docstring: str) -> str:
    """The text before the first empty line, on one line."""
    return " ".join(docstring.strip().split("\n\n")[0].split())


def of_source(source: str, module: str) -> list[Function]:
    """The functions of one file that pass the rules; methods are left out."""
    lines = source.splitlines()
    found = []
    for node in syntax.parse(source).body:
        if not isinstance(node, ast.FunctionDef):
            continue
        docstring = ast.get_docstring(node)
        words = first_paragraph(docstring or "")
        if len(words.split()) < 3 or "test" in node.name.lower() or node.name.startswith("__"):
            continue
        quoted = node.body[0]
        assert quoted.end_lineno is not None
        assert node.end_lineno is not None
        rest = lines[quoted.end_lineno : node.end_lineno]
        head = lines[node.lineno - 1 : quoted.lineno - 1]
        code = "\n".join([*head, *rest])
        if len(code.splitlines()) >= 3 and len(node.body) > 1:
            found.append(Function(module, node.name, words, code))
    return found


@cache
def library() -> tuple[Function, ...]:
    """The first POOL functions, module by module in turn, each text and each name once."""
    root = Path(sysconfig.get_paths()["stdlib"])
    by_module = []
    for name in MODULES:
        path = root / f"{name}.py"
        if path.is_file():  # some modules leave the library with newer versions
            by_module.append(of_source(path.read_text("utf-8"), module_name(name)))
    turns = [
        found[i] for i in range(max(map(len, by_module))) for found in by_module if i < len(found)
    ]
    texts: set[str] = set()
    names: set[str] = set()
    pool = []
    for each in turns:
        if each.words not in texts and each.name not in names:
            pool.append(each)
            texts.add(each.words)
            names.add(each.name)
    return tuple(pool[:POOL])


def nameless(function: Function) -> str:
    """The code with the function's own name and its parameters' names made meaningless."""
    node = syntax.parse(function.code).body[0]
    assert isinstance(node, ast.FunctionDef)
    arguments = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs]
    names = {function.name: "f"} | {a.arg: f"x{i}" for i, a in enumerate(arguments)}
    return NAME.sub(lambda match: names.get(match.group(), match.group()), function.code)


def spelled(token: str) -> str:
    """A token of Python in signs that BERT's vocabulary has: it knows no line ends and no indents.

    >>> [spelled(token) for token in ("⏎", "⇥", "⇤", "return")]
    ['¶', '→', '←', 'return']
    """
    return LAYOUT.get(token, token)
