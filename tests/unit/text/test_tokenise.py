"""The table of docs/architecture.md, row by row."""

import pytest

from corpus_cli.text.tokenise import key, terms, tokenise, units
from corpus_cli.text.word_readings import LONGEST


def shown(text: str) -> str:
    """Terms by position: those at one position joined by `/`, the plain one first."""
    at: dict[int, list[str]] = {}
    for token in tokenise(text):
        at.setdefault(token.position, []).append(token.term)
    return " ".join("/".join(at[position]) for position in sorted(at))


def stems(text: str) -> list[str]:
    return [term.stem for _, term in terms(text) if term.stem]


@pytest.mark.parametrize(
    ("written", "indexed"),
    [
        ("ISIS-K", "isis/=isis/isisk k"),
        ("IS-KP", "is/=is/iskp kp/=kp"),
        ("al-Qaeda", "al/alqaeda qaeda"),
        ("Tehreek-e-Taliban", "tehreek/tehreeketaliban e taliban"),
        ("counter-terrorism", "counter/counterterrorism terrorism"),
        ("counter‑terrorism", "counter/counterterrorism terrorism"),
        ("Pakistan-US", "pakistan/pakistanus us/=us"),
        ("Pakistan-U.S.", "pakistan/pakistanus us/=us"),
        ("mid-2011", "mid/mid2011 2011"),
        ("U.S.", "us/=us"),
        ("U.S", "us/=us"),
        ("B.L.A.", "bla/=bla"),
        ("I.E.A.", "iea/=iea"),
        ("Washington D.C. The", "washington dc/=dc the"),
        ("US", "us/=us"),
        ("us", "us"),
        ("TTP", "ttp/=ttp"),
        ("IS", "is/=is"),
        ("WHO", "who/=who"),
        ("NGOs", "ngos/=ngo"),
        ("MI6", "mi6/=mi6"),
        ("TERRORISM", "terrorism"),
        ("TROOPS LEAVE", "troops/=troops leave/=leave"),
        ("Pakistan’s", "pakistan"),
        ("Pakistan's", "pakistan"),
        ("TTP’s", "ttp/=ttp"),
        ("groups'", "groups"),
        ("don’t", "dont"),
        ("O'Brien", "obrien"),
        ("1,000", "1000"),
        ("1,000,000.5", "1000000.5"),
        ("27%", "27"),
        ("$7", "7"),
        ("9/11", "9/11/9/11"),
        ("1267/1989", "1267/1989/1267/1989"),
        ("2020/21", "2020/21/2020/21"),
        ("08.2021", "08.2021/08/2021"),
        ("1.000.000", "1.000.000"),
        ("AK-47s", "ak/=ak/ak47s/ak47 47s/47"),
        ("S-400s", "s/s400s/s400 400s/400"),
        ("MiG29s", "mig29s/mig29"),
        ("737s", "737s/737"),
        ("the mid-1990s", "the mid/mid1990s 1990s"),
        ("in their 30s", "in their 30s"),
        ("l'Abbé", "labbe/abbe"),
        ("dell’Orso", "dellorso/orso"),
        ("qu'il", "quil/il"),
        ("l'OTAN", "lotan/otan/=otan"),
        ("N'Djamena", "ndjamena"),
        ("D'Souza", "dsouza"),
        ("Qaʿida", "qaida"),
        ("Qa`ida", "qaida"),
        ("Mullā ʿUmar", "mulla umar"),
        ("٢٠٢١", "2021"),
        ("۱۴۰۲/۰۵", "1402/05/1402/05"),
        ("২০২১ ২", "2021 2"),
        ("๒๐๒๑", "2021"),
        ("２０２１", "2021"),
        ("বাংলা", "বাংলা"),
        ("پښتو", "پشتو"),
        ("مسؤول", "مسوول"),
        ("ﻛﺎﺑﻞ", "کابل"),
        ("ｶﾌﾞｰﾙ", "カ/カブ ブ/ブー ー/ール ル"),
        ("เจรจา", "เ/เจ จ/จร ร/รจ จ/จา า"),
        ("ខ្មែរ", "ខ្មែ/ខ្មែរ រ"),
        ("က\u200bခ", "က/ကခ ခ"),
        ("1.5", "1.5"),
        ("22.01.2026", "22.01.2026/22/01/2026"),
        ("10-day", "10/10day day"),
        ("Erdoğan", "erdogan"),
        ("Źródło", "zrodlo"),
        ("Straße", "strasse"),
        ("Ёлка", "елка"),
        ("Афганистан", "афганистан"),
        ("كابول", "کابول"),
        ("领英推荐", "领/领英 英/英推 推/推荐 荐"),
        ("a — b – c", "a b c"),
        ("post-September\u00a011", "post/postseptember september 11"),
        ("co\u00adoperation", "cooperation"),
        ("zero\u200bwidth", "zerowidth"),
        ("“smart quotes”", "smart quotes"),
        ("IS—foe", "is/=is foe"),
        ("nationalinterest.org", "nationalinterest org"),
        ("J.K.Rowling", "jk/=jk rowling"),
        ("- ' . ?", ""),
    ],
)
def test_indexed_as(written: str, indexed: str) -> None:
    assert shown(written) == indexed


@pytest.mark.parametrize(
    ("written", "indexed"),
    [
        ("terrorists", ["terrorist"]),
        ("policies", ["policy"]),
        ("Kerry met Kerri, Saudis a Saudi", ["kerry", "met", "kerri", "saudi", "saudi"]),
        ("the attacks", ["attack"]),
        ("ISIS", ["=isis"]),
        ("ISI", ["=isi"]),
        ("Isis", ["isis"]),
        ("Isi", ["isi"]),
        ("US and us", ["=us"]),
        ("LeT and let, McCain", ["=let", "let", "mccain"]),
        ("9/11 3rd", ["9/11", "9", "11", "3rd"]),
        ("counter-terrorism", ["counterterror", "counter", "terror"]),
        ("TROOPS LEAVE", ["troop", "=troops", "leav", "=leave"]),
        ("THE WHO", ["=the", "=who"]),
        ("Afghans saw NGOs", ["afghan", "saw", "ngos", "=ngo"]),
    ],
)
def test_stemmed_as(written: str, indexed: list[str]) -> None:
    assert stems(written) == indexed


def test_isis_never_meets_isi() -> None:
    written = ["ISIS", "Isis", "isis", "ISIS IN SYRIA"]
    met = {term for text in written for term in stems(text)}
    assert not met & {term for text in ["ISI", "Isi", "isi"] for term in stems(text)}


def test_offsets_point_into_the_text_as_given() -> None:
    text = "The\u00a0K of ISIS‑K’s, co\u00adop."
    found = {token.term: text[token.start : token.end] for token in tokenise(text)}
    assert found["isisk"] == "ISIS‑K’s"
    assert found["coop"] == "co\u00adop"


def test_a_part_points_to_itself() -> None:
    text = "l’Abbé in 1267/1989 had AK-47s"
    spots = {token.term: text[token.start : token.end] for token in tokenise(text)}
    assert [spots[term] for term in ("abbe", "1989", "47", "ak47", "ak47s")] == [
        "Abbé",
        "1989",
        "47",
        "AK-47",
        "AK-47s",
    ]


@pytest.mark.parametrize(
    "same",
    [
        ["Qa'ida", "Qa’ida", "Qaʿida", "Qaʾida", "Qaʻida", "Qaʼida", "Qa`ida", "Qa´ida", "Qaida"],
        ["AK-47", "AK-47s", "ak 47"],
        ["l'Azawad", "Azawad"],
        ["شيء", "شی"],
        ["كابول", "کابول"],
        ["خانۂ", "خانه", "خانہ"],
        ["ﻻ", "لا"],
        ["Қазақстан", "Казакстан"],
    ],
    ids=lambda same: ascii(same[0]),
)
def test_forms_of_a_name_are_compared_by_letters(same: list[str]) -> None:
    assert len({key(form) for form in same}) == 1


def test_a_name_keeps_the_beginning_of_a_family_name() -> None:
    assert key("Alfonse D'Amato") == "alfonse damato"
    assert key("Paolo Dall’Oglio") == "paolo dalloglio"


def test_elisions_without_end_are_read() -> None:
    assert tokenise("all'" * 100_000 + "a")


def test_a_compound_covers_its_parts() -> None:
    joined = next(token for token in tokenise("a Tehreek-e-Taliban b") if token.span > 1)
    assert (joined.position, joined.span) == (1, 3)


def test_capitals_are_judged_line_by_line() -> None:
    assert stems("TTP LEAVES\nThe TTP stays") == ["ttp", "=ttp", "leav", "=leaves", "=ttp", "stay"]


def test_units_are_what_is_written_in_one_piece() -> None:
    assert [unit.text for unit in units("Pakistan-US ties, U.S. aid")] == [
        "Pakistan-US",
        "ties",
        "U.S.",
        "aid",
    ]


def test_a_word_without_end_is_cut_alike_everywhere() -> None:
    long = "x" * 1_000_000
    assert [token.term for token in tokenise(long)] == ["x" * LONGEST]
    assert tokenise(long + "y")[0].term == tokenise(long)[0].term
