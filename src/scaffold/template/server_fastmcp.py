"""The server: put your own tools in the place of these."""

import argparse

from fastmcp import FastMCP

from %module% import __version__, config

server = FastMCP("%name%", version=__version__, instructions="Counts the words of texts, and greets people.")


@server.tool
def count_words(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())


@server.tool
def greet(name: str, times: int = 1) -> str:
    """Greet somebody by name, once or more often."""
    return "\n".join(f"{config.greeting()}, {name}!" for _ in range(times))


@server.resource("%scheme%://greeting")
def greeting() -> str:
    """Tell the word that a greeting begins with."""
    return config.greeting()


@server.prompt
def welcome(name: str) -> str:
    """Ask for a warm welcome of somebody."""
    return f"Write a warm welcome for {name}, in one sentence."


def main() -> None:
    """Serve on stdio; what is printed goes to the client, so log to stderr."""
    parser = argparse.ArgumentParser("%name%", description="Counts the words of texts, and greets people.")
    parser.add_argument("--version", action="version", version=f"%name% {__version__}")
    parser.add_argument("--validate-config", action="store_true", help="tell which variables are missing, and exit")
    options = parser.parse_args()
    if missing := config.missing():
        parser.error("set " + ", ".join(missing))
    if not options.validate_config:
        server.run()


if __name__ == "__main__":
    main()
