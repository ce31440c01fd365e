"""Texts in a wrong encoding: repaired, said, and kept as they were."""

import time

import pytest

from corpus_cli.ingest.readers.port import Document, DocumentLine
from corpus_cli.ingest.repair import may_be_repaired, repair_document, repair_texts
from corpus_cli.ingest.structure.structure import reclassify, structure
from corpus_cli.model import CLAIMED, Datum

FRENCH = "L’été dernier, à Besançon, l’accord n’a pas été signé : « trop tôt », dit-on."
RUSSIAN = "Министерство сообщило, что войска заняли долину после недели боёв."
POLISH = "Źródło: żółte łódki płyną w dół rzeki – „szybko”."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (FRENCH.replace("à", "a"), "cp1252"),
        (FRENCH, "latin-1"),
        ("It’s fine – they’re done", "cp1252"),
        ("“It’s fine” – they’re done", "latin-1"),
        (RUSSIAN, "latin-1"),
        ("Привет, мир: всё хорошо", "cp1251"),
        ("The café’s résumé", "mac-roman"),
        ("The café’s résumé", "cp1250"),
        ("He said it’s a café", "cp437"),
        (POLISH, "latin-1"),
        ("Obama’s visit", "cp1252"),
    ],
)
def test_a_wrong_encoding_is_put_right(text: str, encoding: str) -> None:
    once = text.encode().decode(encoding)
    assert once != text
    assert repair_texts([once]) == [text]
    if encoding == "cp1252":
        twice = once.encode().decode("latin-1")
        assert repair_texts([twice]) == [text]


@pytest.mark.parametrize(
    "text",
    [
        "MØ’s new album",
        "ALLER OÙ\xa0? Là-bas.",
        "He typed â€™ in it",
        "SÃO PAULO, AÇÃO",
        "“ATÉ AMANHÃ”, DISSE",
        "Ñ… is a letter",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "x² ≈ √2, „so“ sagt er – «да», всё… ё»",
        "Ελλάδα «τώρα» – “ναι”",
        FRENCH,
        RUSSIAN,
        POLISH,
    ],
)
def test_right_text_stays(text: str) -> None:
    assert repair_texts([text]) == [text]
    # A broken line elsewhere in the document changes nothing in this one.
    assert repair_texts([text, "Obamaâ€™s visit"])[1] == "Obama’s visit"


@pytest.mark.parametrize("encoding", ["cp1250", "cp1251", "cp1252", "cp437", "mac-roman"])
def test_only_some_characters_can_be_signs(encoding: str) -> None:
    for text in ("é", "“", "—", "Ж", "ğ"):
        assert may_be_repaired(["Kabul", text.encode().decode(encoding, "replace")])
    assert not may_be_repaired(["“Kabul” — it’s"])
    assert not may_be_repaired(["a café"])


def test_one_line_is_evidence_for_another() -> None:
    assert repair_texts(["CAFÃ‰"]) == ["CAFÃ‰"]
    assert repair_texts(["CAFÃ‰", "Obamaâ€™s visit"]) == ["CAFÉ", "Obama’s visit"]


def test_a_repair_is_said_and_the_text_of_the_file_is_kept() -> None:
    read = Document(
        [DocumentLine("Obamaâ€™s visit"), DocumentLine("A plain line.")],
        [Datum("title", "Obamaâ€™s visit", "front matter", CLAIMED)],
    )
    repaired = repair_document(read)
    assert [line.text for line in repaired.lines] == ["Obama’s visit", "A plain line."]
    assert [line.raw for line in repaired.lines] == ["Obamaâ€™s visit", ""]
    assert [datum.value for datum in repaired.metadata] == ["Obama’s visit", "1 line"]
    assert repaired.metadata[1].field == "repaired"
    article = structure(repaired.lines, repaired.metadata)
    assert [line.raw for line in article.lines] == ["Obamaâ€™s visit", ""]
    assert reclassify(article, frozenset()).lines[0].raw == "Obamaâ€™s visit"
    assert repair_document(Document([DocumentLine("Obama’s visit")])).metadata == ()


@pytest.mark.parametrize("text", ["“Ä”", "Ã¢â‚¬â„¢", "Ã", "Ð¢", "вЂ™"])
def test_no_text_takes_long(text: str) -> None:
    began = time.process_time()
    repair_texts([text * 100_000])
    assert time.process_time() - began < 10
