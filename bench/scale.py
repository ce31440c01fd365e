"""What a large folder costs: memory of the first run, time of the second.

    python bench/scale.py [--articles 50000] [--format txt]

Articles are made of the paragraphs of `seeds/` with new names and numbers in them, so that
no two are near-copies; they are written to a temporary folder. Prints the highest resident
memory of `corpus ingest`, and the second run's time as a share of the first's.
"""

import argparse
import random
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

SEEDS = Path(__file__).parent.parent / "seeds"
_PARAGRAPHS = 5
_SENTENCES = 3


def sentences() -> list[str]:
    """What articles are made of."""
    texts = (path.read_text("utf-8") for path in sorted(SEEDS.glob("*.txt")))
    lines = [line for text in texts for line in text.splitlines() if len(line.split()) > 20]  # noqa: PLR2004 - prose
    return [sentence.strip() for line in lines for sentence in line.split(". ") if sentence]


def made(count: int, folder: Path, suffix: str) -> None:
    """Write articles into folders of a thousand."""
    chance, pool = random.Random(5), sentences()  # noqa: S311 - the same each time
    for n in range(count):
        place = folder / f"{n // 1000:03}"
        place.mkdir(exist_ok=True)
        paragraphs = [
            ". ".join(
                f"{sentence} {chance.randrange(10**6)}"
                for sentence in chance.sample(pool, _SENTENCES)
            )
            + "."
            for _ in range(_PARAGRAPHS)
        ]
        title = f"Report {n} on {chance.choice(pool).split(',')[0]}"
        if suffix == "html":
            body = "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
            text = f"<html><title>{title}</title><body><h1>{title}</h1>{body}</body></html>"
        else:
            text = "\n\n".join([title, *paragraphs])
        (place / f"{n:06}.{suffix}").write_text(text, "utf-8")


def ingest(folder: Path) -> tuple[float, float]:
    """Seconds of one run, and the highest resident memory of all until now in MB."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "corpus_cli", "ingest", str(folder / "articles")]
    subprocess.run([*command, "--index", str(folder / "index")], check=True)
    return (
        time.perf_counter() - began,
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000,
    )


def main() -> None:
    """Make, ingest twice, print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--articles", type=int, default=50_000)
    parser.add_argument("--format", choices=["txt", "html"], default="txt")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "articles").mkdir()
        made(options.articles, folder / "articles", options.format)
        first, memory = ingest(folder)
        second, _ = ingest(folder)
        print(f"{options.articles:,} articles: {first:.0f} s, {memory:.0f} MB resident")
        print(f"again: {second:.1f} s, {second / first:.1%} of the first run")


if __name__ == "__main__":
    main()
