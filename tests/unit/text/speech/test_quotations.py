"""Who says what, in sentences of every form that is read."""

from time import process_time

import pytest

from corpus_cli.text.speech.quotations import Paragraph, Quotation, find_quotations

LEAST_SECONDS = 0.05


def read(text: str) -> list[Quotation]:
    """Return the quotations of a text whose paragraphs are lines."""
    paragraphs: list[Paragraph] = []
    at = 0
    for line in text.split("\n"):
        if line.strip():
            paragraphs.append(Paragraph(at, line))
        at += len(line) + 1
    return list(find_quotations(paragraphs))


def rows(text: str) -> list[tuple[str, str, str]]:
    """Return the kind, the speaker and the words of each quotation."""
    return [
        (one.kind, one.speaker, " / ".join(text[start:end] for start, end in one.pieces))
        for one in read(text)
    ]


# Each text has one quotation: the words and the speaker.
DIRECT = {
    "after": ('"The bridge is gone," Mira Olsen said.', "The bridge is gone,", "Mira Olsen"),
    "inverted": ("“The bridge is gone,” said Mira Olsen.", "The bridge is gone,", "Mira Olsen"),
    "before": ('Mira Olsen said: "The bridge is gone."', "The bridge is gone.", "Mira Olsen"),
    "question": ("“Who took the bridge?” Mira Olsen asked.", "Who took the bridge?", "Mira Olsen"),
    "guillemets": (
        "« The bridge is gone, » said Mira Olsen.",
        " The bridge is gone, ",
        "Mira Olsen",
    ),
    "low marks": ("„The bridge is gone,“ said Mira Olsen.", "The bridge is gone,", "Mira Olsen"),
    "single marks": (
        "‘The bridge isn’t there,’ said Mira Olsen.",
        "The bridge isn’t there,",
        "Mira Olsen",
    ),
    "title": (
        "“It is gone for good,” said Defense Minister Mira Olsen.",
        "It is gone for good,",
        "Mira Olsen",
    ),
    "title of": ("Secretary of State Mira Olsen said: “It is gone.”", "It is gone.", "Mira Olsen"),
    "apposition": (
        "“It is gone for good,” Mira Olsen, head of the Port Authority in Varn, told reporters.",
        "It is gone for good,",
        "Mira Olsen",
    ),
    "name after description": (
        "“It is gone for good,” the mayor's spokeswoman, Mira Olsen, said on Monday.",
        "It is gone for good,",
        "Mira Olsen",
    ),
    "party": (
        "“It is gone for good,” Rep. Mira Olsen, D-Ore., said.",
        "It is gone for good,",
        "Mira Olsen",
    ),
    "brackets": (
        "Sen. Mira Olsen (R-Utah) said, “It is gone for good.”",
        "It is gone for good.",
        "Mira Olsen",
    ),
    "description": (
        "“It is gone for good,” a senior port official said.",
        "It is gone for good,",
        "a senior port official",
    ),
    "one of": (
        "“It is gone for good,” said one of the officials.",
        "It is gone for good,",
        "one of the officials",
    ),
    "report": (
        "“It is gone for good,” the inquiry report said.",
        "It is gone for good,",
        "the inquiry report",
    ),
    "possessive": (
        "“It is gone for good,” says the Port Fund’s Mira Olsen.",
        "It is gone for good,",
        "Mira Olsen",
    ),
    "particle": (
        "“It is gone for good,” said Karim al-Varni.",
        "It is gone for good,",
        "Karim al-Varni",
    ),
    "according to": (
        "“It is gone for good,” according to Mira Olsen.",
        "It is gone for good,",
        "Mira Olsen",
    ),
    "participle": (
        "Mira Olsen spoke to the crew on Monday, telling them, “It is gone for good.”",
        "It is gone for good.",
        "Mira Olsen",
    ),
    "dash": (
        "“It is gone for good.” – Mayor Mira Olsen at the port",
        "It is gone for good.",
        "Mira Olsen",
    ),
    "nested": (
        "“They shouted ‘jump now’ to us,” said Mira Olsen.",
        "They shouted ‘jump now’ to us,",
        "Mira Olsen",
    ),
    "went on": (
        "Mira Olsen went on to say: “It is gone for good.”",
        "It is gone for good.",
        "Mira Olsen",
    ),
    "object": (
        "“It is gone for good,” Mira Olsen, a pilot from Varn, told The Associated Press.",
        "It is gone for good,",
        "Mira Olsen",
    ),
    "dateline": (
        "VARN, Norland (AP) — Mira Olsen said: “It is gone.”",
        "It is gone.",
        "Mira Olsen",
    ),
}


@pytest.mark.parametrize("form", DIRECT)
def test_direct_speech(form: str) -> None:
    text, words, speaker = DIRECT[form]
    assert rows(text) == [("direct", speaker, words)]


def test_a_quotation_goes_on_after_its_speaker() -> None:
    text = '"It is gone," Mira Olsen said. "We saw it fall. Nobody was hurt."'
    assert rows(text) == [
        ("direct", "Mira Olsen", "It is gone, / We saw it fall. Nobody was hurt.")
    ]


def test_a_quotation_goes_on_in_the_next_paragraph() -> None:
    text = "Mira Olsen said: “It is gone.\n“We saw it fall,” she added."
    assert rows(text) == [("direct", "Mira Olsen", "It is gone. / We saw it fall,")]


def test_a_paragraph_of_its_own_has_the_speaker_of_the_one_before() -> None:
    text = "“It is gone,” Mira Olsen said.\n“We saw the bridge fall.”\nIt was Monday."
    assert [row[1] for row in rows(text)] == ["Mira Olsen", "Mira Olsen"]
    apart = "“It is gone,” Mira Olsen said.\nThe ferry came.\n“We saw the bridge fall.”"
    assert [row[1] for row in rows(apart)] == ["Mira Olsen"]


def test_a_family_name_is_that_of_the_person_named_in_full() -> None:
    text = "Mira Olsen came late, Mira Olsen says.\n“The bridge is gone,” Ms. Olsen said."
    assert rows(text)[-1][1] == "Mira Olsen"


def test_a_family_name_of_two_people_stays_as_it_is() -> None:
    text = "Mira Olsen and Robert Olsen came.\n“The bridge is gone,” Olsen said."
    assert rows(text) == [("direct", "Olsen", "The bridge is gone,")]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("Mira Olsen came on Monday.\n“The bridge is gone,” she said.", "Mira Olsen"),
        ("Robert Li warned that it was late.\n“The bridge is gone,” he said.", "Robert Li"),
        ("Mr. Robert Li said it was late.\n“The bridge is gone,” she said.", ""),
        ("Norway said it was late.\n“The bridge is gone,” he said.", ""),
        ("It was late.\n“The bridge is gone,” he said.", ""),
        ("Robert Li came to town.\n" + "It rained.\n" * 3 + "“The bridge is gone,” he said.", ""),
        ("The Port Committee said it was late.\n“The bridge is gone,” he said.", ""),
        (
            "A senior official said it was late.\n“It is gone,” the official said.",
            "a senior official",
        ),
        ("President Mira Olsen came.\n“The bridge is gone,” the president said.", "Mira Olsen"),
        (
            "President Mira Olsen met President Bo Li.\n“The bridge is gone,” the president said.",
            "the president",
        ),
    ],
)
def test_who_he_and_she_are(text: str, speaker: str) -> None:
    assert rows(text)[-1][1] == speaker


def test_a_sentence_with_quoted_words_is_partial() -> None:
    text = "Mira Olsen said the bridge was “gone for good, and nobody” would build another."
    assert rows(text) == [("partial", "Mira Olsen", text)]
    (one,) = read(text)
    assert [text[start:end] for start, end in one.quoted] == ["gone for good, and nobody"]


@pytest.mark.parametrize(
    "text",
    [
        "Mira Olsen called the plan “a disaster” on Monday.",
        "The film “Bridges of the Northern Sea” won a prize on Monday.",
        "She appeared on CBS’s “Face the Nation” on Monday.",
        "The so-called “open arms of the harbour” plan failed.",
        "Mira Olsen was told “to leave the harbour at once” on Monday.",
        "Mira Olsen did not say “we leave the harbour at once” on Monday.",
    ],
)
def test_words_between_marks_that_nobody_said(text: str) -> None:
    assert [row for row in rows(text) if row[0] != "indirect"] == []


@pytest.mark.parametrize(
    "text",
    [
        "Mira Olsen said that the bridge was gone.",
        "Mira Olsen said the bridge was gone.",
        "The old bridge has been gone since May, Mira Olsen said.",
        "According to Mira Olsen, the bridge was gone.",
        "Mira Olsen told Reuters that the bridge was gone.",
        "Mira Olsen, the mayor of Varn, warned that the bridge was gone.",
        "The ministry knows that the bridge is gone, says Mira Olsen.",
    ],
)
def test_indirect_speech(text: str) -> None:
    assert rows(text) == [("indirect", "Mira Olsen", text)]


@pytest.mark.parametrize(
    "text",
    [
        "Mira Olsen said on Monday.",
        "Mira Olsen declined to say where the bridge was.",
        "Mira Olsen did not say where the bridge was.",
        "Mira Olsen was told that the bridge was gone.",
        "Mira Olsen claimed victory over the sea at the bridge.",
        "Mira Olsen of The Varn Times contributed to this report.",
    ],
)
def test_nothing_is_said(text: str) -> None:
    assert rows(text) == []


@pytest.mark.parametrize(
    ("text", "outlet"),
    [
        ("“The bridge is gone,” Mira Olsen told Reuters.", "Reuters"),
        ("“The bridge is gone,” Mira Olsen told NPR’s Bo Li.", "NPR"),
        ("“The bridge is gone,” Mira Olsen told the Varn Times.", "Varn Times"),
        ("“The bridge is gone,” Mira Olsen said in a statement to Fox News.", "Fox News"),
        ("“The bridge is gone,” Mira Olsen said, according to The Korea Times.", "The Korea Times"),
        ("“The bridge is gone,” Mira Olsen told reporters.", ""),
        ("“The bridge is gone,” Mira Olsen told Congress.", ""),
    ],
)
def test_who_was_told(text: str, outlet: str) -> None:
    (one,) = read(text)
    assert (one.speaker, one.outlet) == ("Mira Olsen", outlet)


def test_a_mark_that_nothing_closes_quotes_nothing() -> None:
    text = "Mira Olsen said “the bridge of our fathers is gone.\nNobody came."
    assert [row for row in rows(text) if row[0] != "indirect"] == []


def test_a_reopened_mark_quotes_only_what_is_closed() -> None:
    text = "Mira Olsen said: “It is “Gone for good today.”"
    assert rows(text) == [("direct", "Mira Olsen", "Gone for good today.")]


def test_a_quotation_has_a_limited_number_of_pieces() -> None:
    pieces = [len(one.pieces) for one in read('"Ab cd," said Bo Li. ' + '"Ab cd ef." ' * 120)]
    assert sum(pieces) == 121
    assert max(pieces) == 50


HOSTILE = {
    "no stop": '"Ab cd ef," Bo Li said and ' * 4_000,
    "opening marks": "“" * 40_000,
    "marks": '"a b c d" ' * 4_000,
    "names": "Aa Bb " * 8_000,
    "apostrophes": "A’" * 20_000,
    "one family": " ".join(f"Ab{n} Smith said it was so." for n in range(2_000)),
    "speakers": '"Ab cd ef," said Bo Li. ' * 2_000,
    "quoted on": '"Ab cd," said Bo Li. ' + '"Ab cd ef." ' * 4_000,
    "commas": "Bob, " * 10_000 + 'said, "A b c d e."',
    "private use": "\ue000" * 40_000 + " said “a b c d”",
    "word": "a" * 40_000 + " said “a b c d”",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_the_time_grows_with_the_length(name: str) -> None:
    text = HOSTILE[name]

    def seconds(part: str) -> float:
        start = process_time()
        read(part)
        return process_time() - start

    read(text)
    quarter = max(seconds(text[: len(text) // 4]), LEAST_SECONDS)
    assert seconds(text) < 10 * quarter


def test_a_name_can_have_a_word_that_opens_sentences() -> None:
    assert [row[1] for row in rows("Lawyers Without Harbours said that the bridge was gone.")] == [
        "Lawyers Without Harbours"
    ]
    assert [row[1] for row in rows("But Mira Olsen said that the bridge was gone.")] == [
        "Mira Olsen"
    ]
