"""``python -m passthru``: the command."""

from .command import run

if __name__ == "__main__":
    run()
