"""What the server reads from its environment."""

import os

REQUIRED: tuple[str, ...] = ()
"""The variables that the server cannot do without; `pyproject.toml` declares them too."""


def greeting() -> str:
    """Tell the word that a greeting begins with."""
    return os.environ.get("%variable%") or "Hello"


def missing() -> list[str]:
    """Name the required variables that are not set: a client passes a field left blank as an empty text."""
    return [name for name in REQUIRED if not os.environ.get(name)]
