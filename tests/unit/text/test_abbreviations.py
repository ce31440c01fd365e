"""What a text explains itself."""

import pytest

from corpus_cli.text.abbreviations import explained


def pairs(text: str) -> list[tuple[str, str]]:
    return [(found.short, found.long) for found in explained(text)]


@pytest.mark.parametrize(
    ("text", "short", "long"),
    [
        ("the Organisation of Islamic Cooperation (OIC) met", "OIC", "Organisation of Islamic Cooperation"),
        ("Tehreek-e-Labbaik Pakistan (TLP) marched", "TLP", "Tehreek-e-Labbaik Pakistan"),
        ("Harakat al-Shabaab al-Mujahideen (H.S.M.) said", "H.S.M.", "Harakat al-Shabaab al-Mujahideen"),
        ("Jamaat-ud-Dawa (JuD), a charity", "JuD", "Jamaat-ud-Dawa"),
        ("U.S. Africa Command (AFRICOM) said", "AFRICOM", "Africa Command"),
        ("the Movement of the Caucasus (“MOC”) fell", "MOC", "Movement of the Caucasus"),
        ("the UNSC (United Nations Security Council) met", "UNSC", "United Nations Security Council"),
        ("ASG (the Abu Sayyaf Group) fled", "ASG", "Abu Sayyaf Group"),
        ("the Libyan National Army (LNA, led by Haftar) left", "LNA", "Libyan National Army"),
        ("the Libyan National Army’s (LNA’s) tanks", "LNA", "Libyan National Army"),
        ("improvised explosive devices (IEDs) went off", "IEDs", "improvised explosive devices"),
        ("glucagon-like peptide 1 (GLP-1) rose", "GLP-1", "glucagon-like peptide 1"),
        ("group 2 innate lymphoid cells (ILC2s) grew", "ILC2s", "innate lymphoid cells"),
        ("Centers for Disease Control and Prevention (CDC)", "CDC", "Centers for Disease Control and Prevention"),
        ("He left. The Arakan Army (AA) stayed", "AA", "Arakan Army"),
    ],
)  # fmt: skip
def test_explained(text: str, short: str, long: str) -> None:
    assert pairs(text) == [(short, long)]


@pytest.mark.parametrize(
    "text",
    [
        "Senator Robert Aldrin (R-AL) spoke",
        "KABUL (AP)",
        "the Security Council of the United Nations (New York)",
        "a UN Security Council (US) vote",
        "see the report (PDF)",
        "Lowell's (LOW) shares",
        "he fell (again)",
        "()(((",
        "of the Cabinet (OTC)",
    ],
)
def test_not_explained(text: str) -> None:
    assert pairs(text) == []


def test_where_it_stands() -> None:
    text = "So the Arakan Army (AA) met the AU (African Union)."
    assert [text[found.at : found.at + 2] for found in explained(text)] == ["AA", "AU"]
    assert pairs(text) == [("AA", "Arakan Army"), ("AU", "African Union")]
