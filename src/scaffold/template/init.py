"""An MCP server that counts words and greets."""

from importlib.metadata import version

__version__ = version("%name%")
