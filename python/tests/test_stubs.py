"""The stub file is that of the module: names, members, signatures, and the docstrings that `help()` shows."""

import ast
import doctest
import inspect
import sys
from pathlib import Path

import cwfilter
import pytest
from cwfilter import _cwfilter

PACKAGE = Path(cwfilter.__file__).parent
STUB = ast.parse((PACKAGE / "_cwfilter.pyi").read_text())
TYPED = {node.name: node for node in STUB.body if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
# internals of Spark, whose types are enough
WITHOUT_DOCS = {"ArchiveTask", "Listing", "judge_names", "list_files"}


def members(node):
    return {child.name: child for child in node.body if isinstance(child, ast.FunctionDef)}


def words(text):
    return " ".join((text or "").split())


def test_the_package_is_typed():
    assert (PACKAGE / "py.typed").exists()
    assert set(cwfilter.__all__) == {name for name in cwfilter.__all__ if hasattr(cwfilter, name)}


def test_the_stub_names_what_the_module_has():
    public = {name for name in vars(_cwfilter) if not name.startswith("_")}
    assert public == set(TYPED)


@pytest.mark.parametrize("name", sorted(set(TYPED) - WITHOUT_DOCS))
def test_members_and_docstrings_are_the_same(name):
    node, real = TYPED[name], getattr(_cwfilter, name)
    assert words(real.__doc__).startswith(words(ast.get_docstring(node))) and real.__doc__, "the docstring differs"
    if isinstance(node, ast.FunctionDef) or issubclass(real, Exception):
        return
    typed = members(node)
    public = {member for member in vars(real) if not member.startswith("_")}
    assert public == {member for member in typed if not member.startswith("_")}
    for member, child in typed.items():
        if member.startswith("__"):
            assert hasattr(real, member), member
            continue
        doc = getattr(real, member).__doc__
        assert words(doc) == words(ast.get_docstring(child)) and doc, f"the docstring of {member} differs"


@pytest.mark.parametrize("name", sorted(TYPED))
def test_parameters_are_the_same(name):
    node, real = TYPED[name], getattr(_cwfilter, name)
    if isinstance(node, ast.ClassDef):
        node = members(node).get("__new__")
        if node is None:
            return
    if sys.version_info < (3, 10) and isinstance(real, type):
        pytest.skip("Python 3.9 reads no signature of a class of the stable ABI")
    typed = [it.arg for it in [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs] if it.arg != "cls"]
    assert typed == [it for it in inspect.signature(real).parameters]


def test_examples_in_docstrings_are_true():
    parser, count = doctest.DocTestParser(), 0
    for name in cwfilter.__all__:
        text = getattr(cwfilter, name).__doc__ or ""
        test = parser.get_doctest(text, dict(vars(cwfilter)), name, None, None)
        if ">>>" in text and "SKIP" not in text:
            count += 1
            runner = doctest.DocTestRunner(verbose=False)
            runner.run(test)
            assert runner.failures == 0, name
    assert count >= 6


def test_everything_public_has_a_docstring():
    for name in cwfilter.__all__:
        value = getattr(cwfilter, name)
        if name.startswith("__"):
            continue
        # a dataclass without a docstring gets its signature as one
        assert value.__doc__ and not value.__doc__.startswith(f"{name}("), name
