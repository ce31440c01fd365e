"""Files in folders: what is read, what is skipped, and how files and records are named."""

import csv
import io
import json
import os
import shlex
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from zipfile import ZipFile, ZipInfo

import pytest

from tests.cli.conftest import Run
from tests.conftest import article, deny

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)
RTF = b"{\\rtf1\\ansi The kestrel came to the border.\\par}"
HTML = b"<html><body><h1>Kestrel</h1><p>The kestrel came to the border again.</p></body></html>"
CONVERTED = {
    "old.doc": "it is an old Word document: save it as DOCX",
    "old.ppt": "it is a presentation of another program: save it as PPTX",
    "new.numbers": "it is a spreadsheet of another program: save it as XLSX",
    "new.odp": "it is a presentation of another program: save it as PPTX",
}


def pack(path: str, *names: str) -> bytes:
    """Write a ZIP with these members and return its bytes."""
    with ZipFile(path, "w") as package:
        for name in names:
            package.writestr(name, "<x/>")
    return Path(path).read_bytes()


def write_old_files(folder: str) -> None:
    Path(folder).mkdir(exist_ok=True)
    for name in ("old.doc", "old.ppt"):
        Path(folder, name).write_bytes(OLE)
    pack(f"{folder}/new.numbers", "Index/Document.iwa", "preview.jpg")
    pack(f"{folder}/new.odp", "mimetype", "content.xml")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("rtf.doc", RTF),
        ("html.doc", HTML),
        ("text.doc", b"The kestrel came to the border.\r\n"),
        ("table.xls", HTML),
        ("page.php", HTML),
        ("kestrel.xml", b"<rss><channel><item><title>Kestrel</title></item></channel></rss>"),
    ],
)
def test_the_content_of_a_file_in_a_folder_comes_first(run: Run, name: str, content: bytes) -> None:
    Path("in").mkdir()
    Path("in", name).write_bytes(content)
    ran = run("ingest", "in")
    assert (ran.code, ran.out) == (0, "1 added\n")
    assert run("search", "kestrel", "-l").out == (
        f"in/{name}#1\n" if name.endswith(".xml") else f"in/{name}\n"
    )


def test_copies_and_programs_are_not_read(run: Run) -> None:
    Path("in").mkdir()
    Path("in/a.txt").write_text(article("Kabul fell"))
    for name in ("a.html.bak", "a.html.part"):
        Path("in", name).write_bytes(HTML)
    pack("in/program.jar", "a.txt")
    Path("in/Thumbs.db").write_bytes(OLE)
    Path("in/style.css").write_text("a { color: red }")
    assert run("ingest", "in").out == "1 added, 5 skipped\n"


def test_what_must_be_converted_is_named_in_folders_archives_and_alone(run: Run) -> None:
    write_old_files("in")
    Path("in/a.txt").write_text(article("Kabul fell"))
    ran = run("ingest", "in")
    assert (ran.code, ran.out) == (0, "1 added, 4 skipped\n")
    for name, reason in CONVERTED.items():
        assert f"corpus: in/{name} skipped: {reason}" in ran.err
        alone = run("ingest", f"in/{name}")
        assert (alone.code, f"in/{name} failed: {reason}" in alone.err) == (3, True)
    with ZipFile("a.zip", "w") as archive:
        for name in CONVERTED:
            archive.write(f"in/{name}", name)
    ran = run("ingest", "a.zip")
    for name, reason in CONVERTED.items():
        assert f"a.zip#{name} failed: {reason}" in ran.err


def test_a_skipped_file_is_mentioned_once_and_listed(run: Run) -> None:
    write_old_files("in")
    Path("in/a.txt").write_text(article("Kabul fell"))
    Path("in/b.css").write_text("a { color: red }")
    os.mkfifo("in/pipe.txt")
    ran = run("ingest", "in")
    assert "corpus: 2 files skipped: corpus status --skipped lists them" in ran.err
    ran = run("ingest", "in")
    assert (ran.err, ran.out) == ("", "1 unchanged, 6 skipped\n")
    listed = dict(line.split("\t") for line in run("status", "--skipped").out.splitlines())
    assert listed == {
        **{f"in/{name}": reason for name, reason in CONVERTED.items()},
        "in/b.css": "no reader for this kind of file",
        "in/pipe.txt": "it is not a regular file",
    }
    assert json.loads(run("status", "--json").out)["skipped"] == listed
    assert run("status", "--skipped", "--failed").out == run("status", "--skipped").out
    for path in ("in/b.css", "in/pipe.txt"):
        Path(path).unlink()
    Path("in/c.css").write_text("b { color: red }")
    assert "corpus: 1 file skipped: " in run("ingest", "in").err
    assert "in/b.css" not in run("status", "--skipped").out
    assert "in/c.css" in run("status", "--skipped").out


def test_skipped_files_in_a_folder_that_cannot_be_read_stay_listed(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("in/sub").mkdir(parents=True)
    Path("in/a.txt").write_text(article("Kabul fell"))
    Path("in/sub/b.css").write_text("a { color: red }")
    run("ingest", "in")
    with monkeypatch.context() as patch:
        deny(patch, "in/sub")
        assert run("ingest", "in").code == 3
    assert "in/sub/b.css" in run("status", "--skipped").out


def test_the_command_that_lists_skipped_files_works_as_printed(run: Run) -> None:
    Path("in").mkdir()
    Path("in/b.css").write_text("a { color: red }")
    Path("in/a.txt").write_text(article("Kabul fell"))
    ran = run("ingest", "in", "-i", "an 'odd' folder")
    command = ran.err.rpartition("skipped: ")[2].partition(" lists")[0]
    assert "in/b.css" in run(*shlex.split(command)[1:]).out


# --- names ---

LATIN = os.fsdecode(b"in/\xe9t\xe9/lat\xe9.txt")


def call(*arguments: str) -> subprocess.CompletedProcess[bytes]:
    """Run a command whose output need not be UTF-8."""
    return subprocess.run(
        [sys.executable, "-m", "corpus_cli", *arguments], capture_output=True, check=False
    )


def test_a_name_that_is_not_utf_8_works_in_every_command(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    name = os.path.basename(LATIN)  # noqa: PTH119 - need not be valid text
    records = os.fsdecode(b"in/\xff.jsonl")
    Path(LATIN).parent.mkdir(parents=True)
    explained = "The Shanghai Cooperation Organization (SCO) met. The SCO met again."
    Path(LATIN).write_text(f"{article('Kabul fell')}\n\n{explained}\n")
    Path(records).write_text(json.dumps({"id": "x", "text": article("Herat fell")}))
    assert call("ingest", "in").stdout == b"2 added\n"
    for arguments in (
        ("show", LATIN),
        ("show", "--raw", name),
        ("show", "--json", f"{records}#x"),
        ("edit", LATIN, "--author", "Ann Lee"),
        ("list", "--json"),
        ("list", "--format", "csv"),
        ("search", "Kabul", "--json"),
        ("search", "Kabul", "--format", "vimgrep"),
        ("search", "Kabul", "-l"),
        ("names", "mine"),
        ("status",),
        ("ingest", LATIN, records, "--prune"),
        ("remove", "--dry-run", LATIN, records),
        ("remove", LATIN),
        ("ingest", LATIN, "--again"),
    ):
        ran = call(*arguments)
        assert ran.returncode == 0, (arguments, ran.stderr)
    ran = call("search", "Kabul", "-l")
    assert ran.stdout == os.fsencode(LATIN) + b"\n"


def test_an_article_is_found_by_the_last_part_of_its_path(run: Run) -> None:
    for folder in ("in/a", "in/b"):
        Path(folder).mkdir(parents=True)
    Path("in/a/n00784.txt").write_text(article("Kabul fell"))
    Path("in/a/x.txt").write_text(article("Herat fell"))
    Path("in/b/x.txt").write_text(article("Kunduz fell"))
    Path("in/b/c.jsonl").write_text(json.dumps({"id": "seven", "text": article("Ghazni fell")}))
    run("ingest", "in")
    for name, town in {
        "n00784.txt": "Kabul",
        "b/x.txt": "Kunduz",
        "c.jsonl#seven": "Ghazni",
        "seven": "Ghazni",
    }.items():
        assert town in run("show", name).out
    assert "Kabul" in run("show", "n00784.txt:1").out
    ran = run("show", "x.txt")
    called = "corpus: 2 articles have sources called x.txt: give the id of one: "
    assert (ran.code, ran.err.startswith(called), "…" in ran.err) == (2, True, False)
    short_id = ran.err.removeprefix(called).split(", ")[0]
    assert run("show", short_id).code == 0
    for name in ("784.txt", "txt", "", "#", "%"):
        assert run("show", name).code == 2


# --- records ---

RECORDS: dict[str, tuple[str, int]] = {
    "a.jsonl": ('{"text": "One kite."}\n\n{"text": "A kestrel (ABC) here.\\nfor ever"}\n', 3),
    "a.csv": ('title,text\nOne,"two\nlines"\nTwo,A kestrel came.\n', 4),
    "a.json": ('[\n{"text": "One [\\n kite {."},\n{"text":\n"A kestrel came."}\n]\n', 3),
    "b.json": ('{"n": 1, "docs": {\n"a": {"text": "kite"},\n "b": {"text": "A kestrel"}}}', 3),
    "a.rss": (
        (
            "<rss><channel>\n<!-- <item> -->\n<item><title>Kite</title></item>\n"
            "<item>\n<title>A kestrel came</title></item></channel></rss>"
        ),
        4,
    ),
    "a.mbox": (
        (
            "From a@b.org Mon Jan  1 10:00:00 2024\nSubject: A kite\n\nOne kite.\n\n"
            "From a@b.org Mon Jan  1 11:00:00 2024\nSubject: Two\n\nA kestrel came.\n"
        ),
        6,
    ),
}


@pytest.mark.parametrize("name", RECORDS)
def test_a_record_is_at_its_line_of_the_file(run: Run, name: str) -> None:
    content, line = RECORDS[name]
    Path(name).write_text(content)
    run("ingest", name)
    assert run("search", "kestrel", "--format", "vimgrep").out.startswith(f"{name}:{line}:1:")
    (listed,) = json.loads(run("list", "kestrel", "--json").out)["articles"]
    assert listed["record_line"] == line
    for command in (("list", "kestrel"), ("search", "kestrel")):
        (row,) = csv.DictReader(io.StringIO(run(*command, "--format", "csv").out))
        assert (row["record"], row["record_line"]) == (listed["record"], str(line))


def test_a_record_that_moved_has_its_new_line(run: Run) -> None:
    Path("a.csv").write_text("id,text\nx,A kestrel came.\n")
    run("ingest", "a.csv")
    Path("a.csv").write_text("id,text\nw,A kite came.\nx,A kestrel came.\n")
    assert run("ingest", "a.csv").out == "1 added, 1 unchanged\n"
    assert run("search", "kestrel", "--format", "vimgrep").out.startswith("a.csv:3:1:")


def test_a_mined_name_is_at_the_line_of_its_record(run: Run) -> None:
    text = "The Shanghai Cooperation Organization (SCO) met.\nThe SCO met again."
    Path("a.jsonl").write_text('{"text": "A kite."}\n' + json.dumps({"text": f"Kite.\n\n{text}"}))
    Path("b.txt").write_text(f"Kite\n\n{text} It was warm.")
    run("ingest", "a.jsonl", "b.txt")
    places = {line.split("\t")[0] for line in run("names", "mine").out.splitlines()}
    assert places == {"a.jsonl:2", "b.txt:3"}


# --- names in archives ---

NAMES = {
    "cp932": ["会議の記録.txt", "レポート/表紙.txt"],
    "cp437": ["café.txt", "Müller Straße.txt"],
    "cp850": ["Ação.txt", "À propos.txt"],
    "cp1252": ["Ação.txt", "Construção.txt"],
    "cp852": ["Zażółć gęślą.txt", "Příliš.txt"],
    "cp866": ["Новости.txt", "Доклад о войне 2019.txt"],
    "cp1251": ["Новости.txt", "Доклад о войне.txt"],
    "gb18030": ["会议记录.txt", "阿富汗局势报告.txt"],
    "cp950": ["會議記錄.txt", "阿富汗局勢報告.txt"],
    "cp949": ["회의록.txt", "보고서 아프가니스탄.txt"],
    "cp737": ["Ειδήσεις.txt", "Αθήνα.txt"],
    "cp1256": ["تقرير.txt", "أخبار اليوم.txt"],
    "utf-8": ["会議.txt", "Новости.txt"],
}


def write_zip(path: str, names: Sequence[bytes]) -> None:
    """Write a ZIP whose names are these bytes, without the flag for UTF-8."""
    placeholders = [f"{n:03}".ljust(len(name), "_") for n, name in enumerate(names)]
    with ZipFile(path, "w") as archive:
        for n, placeholder in enumerate(placeholders):
            archive.writestr(ZipInfo(placeholder), article(f"Town{n} fell"))
    data = Path(path).read_bytes()
    for placeholder, name in zip(placeholders, names, strict=True):
        data = data.replace(placeholder.encode(), name)
    Path(path).write_bytes(data)


@pytest.mark.parametrize("codec", NAMES)
@pytest.mark.parametrize("damage", [0, 40])
def test_names_in_a_zip_are_in_the_code_page_of_its_system(
    run: Run, codec: str, damage: int
) -> None:
    write_zip("a.zip", [name.encode(codec) for name in NAMES[codec]])
    data = Path("a.zip").read_bytes()
    Path("a.zip").write_bytes(data[: len(data) - damage])
    run("ingest", "a.zip")
    paths = {line.split("\t")[2] for line in run("list").out.splitlines()}
    assert paths == {f"a.zip#{name}" for name in NAMES[codec]}


def test_names_in_a_tar_need_not_be_utf_8(run: Run) -> None:
    with tarfile.open("a.tar", "w", format=tarfile.GNU_FORMAT, encoding="cp932") as archive:
        data = article("Kabul fell").encode()
        member = tarfile.TarInfo("会議の記録.txt")
        member.size = len(data)
        archive.addfile(member, io.BytesIO(data))
    run("ingest", "a.tar")
    assert run("search", "Kabul", "-l").out == "a.tar#会議の記録.txt\n"


def test_suggested_commands_work_as_printed(run: Run) -> None:
    folder = "an 'odd' folder"
    Path("in").mkdir()
    Path("in/a b.txt").write_text(article("Kandahar fell"))
    run("ingest", "in", "-i", folder)
    ran = run("search", '"Kandahar rose and fell"', "-i", folder)
    suggested = [line.partition("try: ")[2] for line in ran.err.splitlines() if "try: " in line]
    assert suggested
    for command in suggested:
        assert run(*shlex.split(command)[1:]).code == 0
    missing = run("show", "nothing", "-i", folder).err.rpartition("with: ")[2]
    assert "in/a b.txt" in run(*shlex.split(missing)[1:]).out
    none = run("search", "Kandahar", "-i", "no 'odd' folder").err.rpartition("with: ")[2]
    made = none.replace("PATH", "in")
    assert run(*shlex.split(made)[1:]).out == "1 added\n"
    Path("in/a b.txt").unlink()
    stale = run("search", "Kandahar", "-i", folder).err.rpartition("with: ")[2]
    assert run(*shlex.split(stale)[1:]).out == "1 removed\n"


def test_a_damaged_index_is_mended_by_the_command_that_is_printed(run: Run) -> None:
    folder = "an 'odd' folder"
    Path("a.txt").write_text(article("Kandahar fell"))
    run("ingest", "a.txt", "-i", folder)
    Path(folder, "CURRENT").write_text("{")
    printed = run("search", "Kandahar", "-i", folder).err.rpartition("with: ")[2]
    assert run(*shlex.split(printed)[1:]).code == 0
    assert run("search", "Kandahar", "-i", folder).code == 0


AMBIGUOUS = {
    "line.txt": "Kestrels return to the valley\n\n03/04/2024\n\n{}\n",
    "byline.txt": "Kestrels return to the valley\nBy Ann Lee | 03/04/2024\n\n{}\n",
    "label.txt": "Kestrels return to the valley\nDate: 03/04/2024\n\n{}\n",
    "front.md": "---\ntitle: Kestrels return\ndate: 03/04/2024\n---\n{}\n",
    "record.jsonl": '{{"title": "Kestrels", "text": "{}", "date": "03/04/2024"}}\n',
    "table.csv": 'title,text,date\nKestrels,"{}",03/04/2024\n',
    "line.html": "<html><body><h1>Kestrels</h1><span class=date>03/04/2024</span><p>{}</p>",
    "claim.html": "<html><meta name=date content='03/04/2024'><h1>Kestrels</h1><p>{}</p>",
}


@pytest.mark.parametrize("name", AMBIGUOUS)
def test_an_article_whose_date_may_be_either_of_two_days_is_named(run: Run, name: str) -> None:
    text = "The kestrel came back to the valley in the spring, and people were glad of it and sang."
    Path(name).write_text(AMBIGUOUS[name].format(text))
    source = f"{name}#1" if name in ("record.jsonl", "table.csv") else name
    ran = run("ingest", name)
    quoted = shlex.quote(source)
    assert (ran.code, ran.out) == (0, "1 added\n")
    assert (
        f"corpus: {source} has no date, because 03/04/2024 may be either of two days: "
        f"corpus edit {quoted} --published YYYY-MM-DD sets it\n"
    ) in ran.err
    assert "ambiguous\t03/04/2024\t" in run("edit", source).out
    assert run("ingest", name).err == ""
    run("edit", source, "--published", "2024-04-03")
    assert "published\t2024-04-03" in run("edit", source).out


def test_many_such_articles_are_counted_and_listed(run: Run) -> None:
    rows = "".join(f"The kestrel {n} came back.,3/{n}/2024\n" for n in range(4, 11))
    Path("a.csv").write_text(f"text,date\n{rows}")
    ran = run("ingest", "a.csv", "-v")
    assert (
        "7 articles have no date, because theirs may be either of two days (3/4/2024 in " in ran.err
    )
    assert ran.out.count("undated\ta.csv#") == 7
    report = json.loads(run("ingest", "a.csv", "--index", "other", "--format", "json").out)
    assert report["ambiguous_dates"]["a.csv#7"] == "3/10/2024"


def test_a_date_that_something_else_settles_is_not_mentioned(run: Run) -> None:
    Path("a.csv").write_text("text,date\nThe kestrel came.,3/4/2024\nThe kite came.,25/4/2024\n")
    Path("b.md").write_text("---\ndate: 2024-04-03\nupdated: 03/04/2024\n---\nThe kestrel came.\n")
    prose = (
        "The kestrel came back to the valley in the spring, and people who saw it were glad of it."
    )
    prose += " They sang for a whole day."
    Path("c.txt").write_text(f"Kestrels\n\n03/04/2024\n\nUpdated 5 April 2024\n\n{prose}\n")
    assert "no date" not in run("ingest", "a.csv", "b.md", "c.txt").err
    for name in ("b.md", "c.txt"):
        assert "ambiguous" not in run("edit", name).out


def test_a_hit_in_a_text_with_several_articles_has_the_line_of_the_file(run: Run) -> None:
    prose = (
        "The ministry said on Monday that its forces had taken the whole valley, and that nobody "
        "had been hurt there in a week of fighting."
    )
    parts = [
        f"Story {n}\nBy Ann Lee\n5 March 2024\n\n{prose}\n\nThe kestrel {n}.\n" for n in (1, 2)
    ]
    Path("a.txt").write_text("\n---\n".join(parts))
    assert run("ingest", "a.txt").out == "2 added\n"
    ran = run("search", '"kestrel 2"', "--format", "vimgrep")
    path, line, column, _ = ran.out.split(":", 3)
    text = Path(path).read_text().split("\n")
    assert text[int(line) - 1][int(column) - 1 :].startswith("kestrel 2")
    assert "lines\t10-16\tfile" in run("edit", "a.txt#2").out
