"""Write the messages of Outlook in `tests/data/formats`, with a library that writes them.

`pip install aspose-email-foss compressed-rtf && python -m tests.outlook_samples`
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "data" / "formats"

TEXT = """\
The ministry said on Monday that the border crossing would stay closed
until further notice, and that traders who had waited there for a week
should turn back.
"""
PAGE = (
    "<html><head><meta http-equiv=Content-Type content='text/html; charset=windows-1251'></head>"
    "<body><p>Министерство сообщило в понедельник, что пограничный переход останется закрытым до "
    "особого распоряжения, а торговцы, которые ждали там неделю, должны вернуться.</p>"
    "<p>Пошлины за июль составили треть от прошлогодних, сообщила таможня.</p></body></html>"
)
RTF = rb"{\rtf1\ansi\ansicpg1252 The tolls of July were a third of those of last year.\par}"

# Ids and types of properties that the library has no name for.
SUBMIT_TIME, SENDER_SMTP_ADDRESS, COMPRESSED_RTF = 0x0039, 0x5D01, 0x1009
TIME, UNICODE, BINARY, INTEGER = 0x0040, 0x001F, 0x0102, 0x0003


def make_message(subject: str, text: str, day: int) -> Any:
    from aspose.email_foss import msg

    message = msg.MapiMessage.create(subject, text)
    message.set_property(msg.PropertyId.SENDER_NAME, "Jürgen Doe")
    message.set_property(msg.PropertyId.SENDER_EMAIL_ADDRESS, "/O=EXAMPLE/CN=RECIPIENTS/CN=JD")
    message.set_property(SENDER_SMTP_ADDRESS, UNICODE, "jd@example.org")
    message.set_property(SUBMIT_TIME, TIME, datetime(2025, 11, day, 9, 30, tzinfo=UTC))
    return message


def main() -> None:
    from aspose.email_foss import msg
    from compressed_rtf import compress

    outer = make_message("A crossing is closed", TEXT, 3)
    outer.add_attachment("tolls.md", b"# The tolls of Torkham\n", mime_type="text/markdown")
    outer.add_attachment("map.png", b"\x89PNG", mime_type="image/png")
    outer.add_embedded_message_attachment(make_message("The order", "Closed from now on.", 2))
    outer.save(FOLDER / "outlook.msg")

    page = make_message("Переход закрыт", "Откройте письмо в браузере: https://x.org/1", 4)
    page.set_property(msg.PropertyId.BODY_HTML, PAGE.encode("cp1251"))
    page.set_property(msg.PropertyId.INTERNET_CODEPAGE, 1251)
    page.save(FOLDER / "outlook_html.msg")

    rich = make_message("The tolls", "", 5)
    rich.set_property(COMPRESSED_RTF, BINARY, compress(RTF))
    rich.save(FOLDER / "outlook_rtf.msg")


if __name__ == "__main__":
    main()
