"""python -m corpus_cli, the same as `corpus`."""

from corpus_cli.cli import run

if __name__ == "__main__":
    run()
