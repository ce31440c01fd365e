"""The page of a dossier in a real browser: readable, accessible, and silent."""

import html
import json
import re
import shutil
import subprocess
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from corpus_cli.output.documents.html import format_html
from corpus_cli.output.documents.tree import Document
from tests.cli.conftest import spawn
from tests.conftest import SEEDS
from tests.unit.output.test_documents import MANY, made

AXE = SEEDS.parent / ".tools" / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = (500, 1280)
"""A window without a screen is at least 500 pixels wide."""

# --dump-dom prints the page after its scripts have run.
_RUN_AXE = """
axe.run(document).then(found => {
  const text = document.createElement("pre");
  text.id = "findings";
  text.textContent = JSON.stringify({
    violations: found.violations.map(one => [one.impact, one.id, one.nodes.map(n => n.html)]),
    passes: found.passes.length,
    width: [document.documentElement.scrollWidth, window.innerWidth],
    dark: matchMedia("(prefers-color-scheme: dark)").matches,
  });
  document.body.append(text);
});
"""

_POLICY = re.compile('<meta http-equiv="Content-Security-Policy"[^>]*>')

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not shutil.which("chromium"), reason="chromium not installed"),
]
needs_axe = pytest.mark.skipif(
    not AXE.exists(), reason=f"npm install --prefix .tools axe-core: {AXE} is missing"
)


def chromium(folder: Path, *arguments: str) -> str:
    done = subprocess.run(
        [
            "chromium",
            *("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run"),
            *("--disable-background-networking", "--virtual-time-budget=20000"),
            f"--user-data-dir={folder / 'profile'}",
            *arguments,
        ],
        capture_output=True,
        check=True,
        timeout=120,
    )
    return done.stdout.decode()


@pytest.fixture(scope="module")
def page(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a page on the seeds."""
    path = tmp_path_factory.mktemp("dossier") / "page.html"
    ran = spawn("dossier", "Taliban", "-i", str(seeded), "-o", str(path))
    assert ran.code == 0, ran.err
    return path


@pytest.fixture
def hostile(tmp_path: Path) -> Path:
    path = tmp_path / "hostile.html"
    path.write_text(format_html(made(MANY)), "utf-8")
    return path


def findings(page: Path, folder: Path, width: int, *arguments: str) -> Any:
    """Return what axe finds in a page, whose policy has to let it run."""
    text = page.read_text("utf-8")
    text = _POLICY.sub("", text)
    script = f"<script>{AXE.read_text('utf-8')}</script><script>{_RUN_AXE}</script></body>"
    inspected = folder / "inspected.html"
    inspected.write_text(text.replace("</body>", script), "utf-8")
    shown = chromium(
        folder, f"--window-size={width},900", *arguments, "--dump-dom", inspected.as_uri()
    )
    found = re.search(r'<pre id="findings">(.*?)</pre>', shown, re.DOTALL)
    assert found, shown[-1_000:]
    return json.loads(html.unescape(found[1]))


@needs_axe
@pytest.mark.parametrize("is_dark", [False, True])
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_hinders_a_reader(page: Path, tmp_path: Path, width: int, *, is_dark: bool) -> None:
    scheme = f"--blink-settings=preferredColorScheme={0 if is_dark else 1}"
    answer = findings(page, tmp_path, width, scheme)
    assert answer["dark"] == is_dark
    assert answer["passes"] > 20
    assert [one for one in answer["violations"] if one[0] in {"serious", "critical"}] == []
    needed, screen = answer["width"]
    assert needed <= screen
    assert (screen < 600) == (width < 600)


@needs_axe
def test_hostile_texts_hinder_no_reader(hostile: Path, tmp_path: Path) -> None:
    violations = findings(hostile, tmp_path, 1280)["violations"]
    assert [one for one in violations if one[0] in {"serious", "critical"}] == []


@pytest.mark.parametrize("has_policy", [True, False])
def test_the_policy_stops_scripts_and_requests(
    hostile: Path, tmp_path: Path, *, has_policy: bool
) -> None:
    requests: list[str] = []

    class Server(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            requests.append(self.path)
            self.send_error(404)

        def log_message(self, *arguments: object) -> None: ...

    with ThreadingHTTPServer(("127.0.0.1", 0), Server) as server:
        Thread(target=server.serve_forever).start()
        address = f"http://127.0.0.1:{server.server_port}/x"
        alive = f"<script>document.body.id = 'ran'</script><img src='{address}'></body>"
        text = hostile.read_text("utf-8").replace("</body>", alive)
        hostile.write_text(text if has_policy else _POLICY.sub("", text), "utf-8")
        shown = chromium(tmp_path, "--dump-dom", hostile.as_uri())
        server.shutdown()
    # Without the policy both happen, so the test would notice that they do.
    assert ('id="ran"' in shown) is not has_policy
    assert requests == ([] if has_policy else ["/x"])


def test_no_hostile_text_is_alive(hostile: Path, tmp_path: Path) -> None:
    hostile.write_text(_POLICY.sub("", hostile.read_text("utf-8")), "utf-8")
    shown = chromium(tmp_path, "--dump-dom", hostile.as_uri())
    assert not re.search(r"<(script|img|base|iframe)\b", shown)


def test_a_page_is_printed(page: Path, tmp_path: Path) -> None:
    target = tmp_path / "page.pdf"
    chromium(tmp_path, f"--print-to-pdf={target}", page.as_uri())
    pdfium = pytest.importorskip("pypdfium2")
    document = pdfium.PdfDocument(target)
    text = "".join(
        document[number].get_textpage().get_text_range() for number in range(len(document))
    )
    assert "Best passages by source" in text
    assert "Articles cited" in text


def test_an_empty_document_is_a_page(tmp_path: Path) -> None:
    path = tmp_path / "empty.html"
    path.write_text(format_html(Document("Empty", [])), "utf-8")
    assert "<h1" in chromium(tmp_path, "--dump-dom", path.as_uri())
