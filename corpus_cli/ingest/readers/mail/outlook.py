"""Read the messages that Outlook saves as single files."""

import struct
from base64 import encodebytes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.message import Message
from email.parser import HeaderParser
from email.utils import format_datetime, formataddr
from io import BytesIO
from typing import NamedTuple

from compressed_rtf import decompress
from olefile import OleFileIO

from corpus_cli.errors import SourceError
from corpus_cli.ingest.readers.codec_names import find_code_page_codec
from corpus_cli.ingest.readers.mail.message import CAPPED_HEADERS, read_articles
from corpus_cli.ingest.readers.port import File, ReadResult

_DAMAGED = "it is no message of Outlook, or damaged: save it again, as .eml if possible"
_MAX_DEPTH = 20

# Property types and ids of [MS-OXPROPS].
_UNICODE, _STRING8, _BINARY, _OBJECT, _TIME = 0x001F, 0x001E, 0x0102, 0x000D, 0x0040
_SUBJECT, _MESSAGE_ID, _TRANSPORT_HEADERS = 0x0037, 0x1035, 0x007D
_SENDERS = (  # name, address, SMTP address: of whom it was sent for, and of who sent it
    (0x0042, 0x0065, 0x5D02),
    (0x0C1A, 0x0C1F, 0x5D01),
)
_SUBMIT_TIME, _DELIVERY_TIME = 0x0039, 0x0E06
_BODY, _HTML, _COMPRESSED_RTF = 0x1000, 0x1013, 0x1009
_INTERNET_CODE_PAGE, _MESSAGE_CODE_PAGE = 0x3FDE, 0x3FFD
_ATTACHED_DATA, _ATTACHED_TYPE = 0x3701, 0x370E
_ATTACHED_NAMES = (0x3707, 0x3704, 0x3001)

_ATTACHMENT = "__attach_version1.0_#"
_PROPERTIES = "__properties_version1.0"
# The header of the properties: 32 bytes in the message, 24 in one inside of it. Some programs
# write 32 there, too; the length of all shows it, because an entry has 16.
_HEADER_BYTES = {0: 32, 8: 24}
_ENTRY = struct.Struct("<HHI8s")
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


def read(file: File) -> Iterator[ReadResult]:
    """Yield the article of a message, then the results of its attachments.

    The message is rebuilt as a mail, so that all else is as for mails. Raises `SourceError` for
    what is no message.
    """
    try:
        ole = OleFileIO(BytesIO(file.data))
    except OSError as error:
        raise SourceError(_DAMAGED) from error
    with ole:
        root = _Storage(ole, ())
        if not root.has_properties():
            raise SourceError(_DAMAGED)
        yield from read_articles(_build_message(root), file.read_part)


class _Storage(NamedTuple):
    """A folder of a compound file that has the properties of a message or an attachment."""

    ole: OleFileIO
    path: tuple[str, ...]

    def has_properties(self) -> bool:
        return bool(self.ole.exists([*self.path, _PROPERTIES]))

    def list_attachments(self) -> list["_Storage"]:
        depth = len(self.path)
        names = {
            tuple(entry[: depth + 1])
            for entry in self.ole.listdir(streams=True, storages=True)
            if tuple(entry[:depth]) == self.path
            and len(entry) > depth
            and entry[depth].startswith(_ATTACHMENT)
        }
        return [_Storage(self.ole, name) for name in sorted(names)]

    def open_embedded(self) -> "_Storage | None":
        """Return the message that is attached as such, or None."""
        path = (*self.path, _stream_name(_ATTACHED_DATA, _OBJECT))
        embedded = _Storage(self.ole, path)
        return embedded if embedded.has_properties() else None

    def read_binary(self, property_id: int, property_type: int = _BINARY) -> bytes:
        """Return the bytes of a property; empty if there is none or it is damaged."""
        path = [*self.path, _stream_name(property_id, property_type)]
        try:
            return bytes(self.ole.openstream(path).read()) if self.ole.exists(path) else b""
        except OSError:
            return b""

    def read_text(self, property_id: int) -> str:
        if data := self.read_binary(property_id, _UNICODE):
            return data.decode("utf-16-le", "replace").rstrip("\0")
        data = self.read_binary(property_id, _STRING8)
        codec = self.read_codec(_MESSAGE_CODE_PAGE) or self.read_codec(_INTERNET_CODE_PAGE)
        return data.decode(codec or "cp1252", "replace").rstrip("\0")

    def read_codec(self, property_id: int) -> str:
        value = self._read_fixed(property_id)
        return find_code_page_codec(int.from_bytes(value[:4], "little")) if value else ""

    def read_time(self, property_id: int) -> datetime | None:
        ticks = int.from_bytes(self._read_fixed(property_id), "little")
        try:
            return _EPOCH + timedelta(microseconds=ticks // 10) if ticks else None
        except OverflowError:
            return None

    def _read_fixed(self, property_id: int) -> bytes:
        """Return the eight bytes of a property of fixed length; empty if there is none."""
        try:
            data = self.ole.openstream([*self.path, _PROPERTIES]).read()
        except OSError:
            return b""
        entries = data[_HEADER_BYTES.get(len(data) % _ENTRY.size, len(data)) :]
        values = (entry[3] for entry in _ENTRY.iter_unpack(entries) if entry[1] == property_id)
        return next(values, b"")


def _stream_name(property_id: int, property_type: int) -> str:
    return f"__substg1.0_{property_id:04X}{property_type:04X}"


def _build_message(storage: _Storage, depth: int = 0) -> Message:
    """Rebuild the mail: its header, its text in each form, its attachments."""
    message = _read_header(storage)
    message.set_type("multipart/mixed")
    message.attach(_build_text(storage))
    for attachment in storage.list_attachments():
        message.attach(_build_attachment(attachment, depth))
    return message


def _read_header(storage: _Storage) -> Message:
    """Return the header as it was transmitted, and what it lacks by the properties."""
    transmitted = HeaderParser(policy=CAPPED_HEADERS).parsestr(
        storage.read_text(_TRANSPORT_HEADERS)
    )
    message: Message = Message(policy=CAPPED_HEADERS)
    sent = storage.read_time(_SUBMIT_TIME) or storage.read_time(_DELIVERY_TIME)
    stated = {
        "Subject": storage.read_text(_SUBJECT),
        "From": _read_sender(storage),
        "Date": format_datetime(sent) if sent else "",
        "Message-ID": storage.read_text(_MESSAGE_ID),
    }
    for name, value in stated.items():
        if value and name not in transmitted:
            message[name] = " ".join(value.split())
    for name, value in transmitted.items():
        if not name.lower().startswith(("content-", "mime-version")):
            message[name] = value
    return message


def _read_sender(storage: _Storage) -> str:
    """Return the sender as in the header of a mail; empty if there is none."""
    senders = []
    for name_id, *address_ids in _SENDERS:
        # An address without @ is a path in the directory of a server.
        addresses = [address for address in map(storage.read_text, address_ids) if "@" in address]
        senders.append((storage.read_text(name_id).replace('"', ""), *addresses[-1:]))
    name = next((sender[0] for sender in senders if sender[0]), "")
    address = next((sender[1] for sender in senders if sender[0] == name and sender[1:]), "")
    return formataddr((name, address), "utf-8").removesuffix(" <>")


def _build_text(storage: _Storage) -> Message:
    text = _make_part("multipart/alternative")
    if body := storage.read_text(_BODY):
        text.attach(_make_part("text/plain", body.encode("utf-8", "replace"), "utf-8"))
    if html := storage.read_binary(_HTML):
        text.attach(_make_part("text/html", html, storage.read_codec(_INTERNET_CODE_PAGE)))
    elif html_text := storage.read_text(_HTML):
        text.attach(_make_part("text/html", html_text.encode("utf-8", "replace"), "utf-8"))
    if not text.get_payload() and (rtf := _decompress(storage.read_binary(_COMPRESSED_RTF))):
        text.attach(_make_part("text/rtf", rtf))
    return text


def _decompress(data: bytes) -> bytes:
    try:
        return bytes(decompress(data)) if data else b""
    except Exception:  # noqa: BLE001 - the library raises any error for what is damaged
        return b""


def _build_attachment(attachment: _Storage, depth: int) -> Message:
    name = next(filter(None, map(attachment.read_text, _ATTACHED_NAMES)), "")
    embedded = attachment.open_embedded() if depth < _MAX_DEPTH else None
    if embedded:
        part = _make_part("message/rfc822")
        part.attach(_build_message(embedded, depth + 1))
    else:
        media_type = attachment.read_text(_ATTACHED_TYPE)
        part = _make_part(media_type, attachment.read_binary(_ATTACHED_DATA))
    if name:
        part.add_header("Content-Disposition", "attachment", filename=("utf-8", "", name))
    return part


def _make_part(media_type: str, content: bytes | None = None, encoding: str = "") -> Message:
    part: Message = Message(policy=CAPPED_HEADERS)
    part["Content-Type"] = media_type if "/" in media_type else "application/octet-stream"
    if encoding:
        part.set_param("charset", encoding)
    if content is not None:
        part["Content-Transfer-Encoding"] = "base64"
        part.set_payload(encodebytes(content).decode("ascii"))
    return part
