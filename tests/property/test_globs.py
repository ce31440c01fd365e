"""Our patterns of paths say what those of git say, in linear time."""

import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pathspec import GitIgnoreSpec

from corpus_cli.engines import wildcards
from corpus_cli.text.globs import decide, decide_below, parse
from tests.unit.test_patterns import run

NAMES = st.text("abc", min_size=1, max_size=4)
PATHS = st.lists(NAMES, min_size=1, max_size=5).map("/".join)
SEGMENTS = st.one_of(
    st.just("**"), st.text("abc**?", min_size=1, max_size=5).filter(lambda one: "**" not in one)
) | st.sampled_from(["[ab]", "*[a-b]c", "a[c]*", "\\a*", "[]a]"])
PATTERNS = st.tuples(
    st.sampled_from(["", "!", "/", "!/"]),
    st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join),
    st.sampled_from(["", "/"]),
).map("".join)
# There the other library fits files as well, and git only folders.
LINES = st.lists(PATTERNS.filter(lambda line: not line.endswith("**/")), min_size=1, max_size=4)


@settings(max_examples=400)
@given(LINES, st.lists(PATHS, min_size=1, max_size=6))
def test_the_same_as_another_library(lines: list[str], paths: list[str]) -> None:
    globs = [glob for line in lines if (glob := parse(line))]
    other = GitIgnoreSpec.from_lines(lines)
    for path in paths:
        assert decide_below(globs, path) == other.check_file(path).include, path


@pytest.mark.parametrize(
    ("line", "fits", "fits_not"),
    [
        ("*.txt", "a.txt x/.txt a.txt/", "atxt a.txt.gz"),
        ("a/", "a/ x/a/", "a x/a ab/"),
        ("/a", "a a/", "x/a ab"),
        ("a/b", "a/b a/b/", "x/a/b"),
        ("**/a/b", "a/b x/y/a/b", "xa/b"),
        ("a/**", "a/b a/b/c a/b/", "a a/ ab"),
        ("a/**/b", "a/b a/x/y/b", "ab a/xb"),
        ("a/**/", "a/b/", "a/b a/"),
        ("*", "a a/ a/b", ""),
        ("**/", "a/ a/b/", "a a/b"),
        ("a?c", "abc", "ac a/c"),
        ("a[!b]c", "axc", "abc a/c"),
        ("a[^b-d]c", "axc", "acc"),
        ("[]-]", "] -", "a"),
        ("[z-a]", "", "a z -"),
        ("[a\\]", "a \\", "b"),
        ("\\!a\\*", "!a*", "a !ab"),
        ("a\\ ", "a\x20".replace(" ", "\u2420"), "a"),
        ("a//b", "", "a/b a//b a"),
        ("//", "", "a a/"),
        ("*a*a*b", "aab xaxaxb aa/aab", "ab aaba"),
    ],
)
def test_what_each_fits_itself(line: str, fits: str, fits_not: str) -> None:
    glob = parse(line)
    assert glob
    for wanted, paths in ((True, fits), (False, fits_not)):
        for path in paths.split():
            assert glob.fits_itself(path.replace("\u2420", " ")) is wanted, path


@pytest.mark.parametrize("line", ["", "  ", "# a", "/"])
def test_what_says_nothing(line: str) -> None:
    assert parse(line) is None


@pytest.mark.parametrize("line", ["!", "a\\", "[a", "a/[", "\\"])
def test_what_is_no_pattern(line: str) -> None:
    with pytest.raises(ValueError, match="is no pattern"):
        parse(line)


def test_the_last_one_decides() -> None:
    globs = [glob for line in ("*", "!*/", "!*.md", "old.md") if (glob := parse(line))]
    paths = {"a.txt": True, "a.md": False, "x/": False, "x/a.md": False, "x/old.md": True}
    assert {path: decide(globs, path) for path in paths} == paths
    assert decide(globs[2:], "a.txt") is None


def test_brackets_in_a_query_are_no_sets() -> None:
    with warnings.catch_warnings(action="error"):
        fits = wildcards.glob("a[[b]&&--c.txt")
    assert fits("x/a[[b]&&--c.txt")
    assert not fits("x/ab.txt")


@pytest.mark.parametrize("line", ["*/a.txt", "a.*", "/x/y/a.txt", "/x", "y/a.txt", "x/**/a.txt"])
def test_a_path_may_begin_at_the_root(line: str) -> None:
    for path in ("/x/y/a.txt", "x/y/a.txt"):
        assert wildcards.glob(line)(path)
    assert not wildcards.glob(line)("/z/b.txt")


@given(st.text("a*?/[]!#\\ \n-.", max_size=8))
def test_no_pattern_of_a_query_is_an_error(pattern: str) -> None:
    wildcards.glob(pattern)("a/b.txt")


def test_none_takes_long() -> None:
    """In a process that the kernel ends: one that tries every way would not end this year."""
    cases = [
        ("*a*a*a*a*a*a*a*b", "a" * 4_000),
        ("**/a/**/a/**/a/**/a/**/b", "a/" * 2_000),
        ("**/*a*/**/*a*/**/*a*/b", "/".join(["a" * 200] * 20)),
        ("*a" * 5_000 + "b", "a" * 4_000),
        ("**/" + "a/" * 1_000 + "b", "a/" * 2_000),
        ("*[ab]*?*[!c]*" + "?" * 100 + "b", "a" * 4_000),
    ]
    code = f"for line, path in {cases!r}: assert not parse(line).fits(path)"
    run(f"from corpus_cli.text.globs import parse\n{code}", seconds=5)
