"""Counts agree with their nouns and verbs."""

from corpus_cli.text.plurals import plural


def test_a_count_agrees_with_its_noun() -> None:
    assert plural(1, "passage") == "1 passage"
    assert plural(0, "passage") == "0 passages"
    assert plural(1_234, "passage") == "1,234 passages"
    assert plural(1, "query is", "queries are") == "1 query is"
    assert plural(2, "query is", "queries are") == "2 queries are"
