"""Which paragraphs are English without asking the detector."""

import pytest

from corpus_cli.ingest import languages

PLAIN = (
    "The ministry said on Monday that its forces had taken the valley after a week of fighting.",
    "Lawmakers in Paris passed the tax reform of Senator Smith late Tuesday by two votes over protest.",
)
UNCLEAR = (
    # Hungarian: one of its articles is an English stop word, too.
    "A kormány a tegnapi ülésen a parlament elé terjesztette a jövő évi költségvetést a vitára.",
    "Kabul, Kandahar, Herat, Mazar-i-Sharif, Jalalabad, Kunduz, Ghazni, Balkh, Baghlan, Gardez, Khost",
    "The valley fell to them.",
)


@pytest.mark.parametrize("text", [*PLAIN, *UNCLEAR])
def test_only_what_is_not_plainly_english_needs_the_detector(
    monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    monkeypatch.setattr(languages, "_detector", lambda: lambda _: "detected")
    assert languages.detect_language(text) == ("en" if text in PLAIN else "detected")
