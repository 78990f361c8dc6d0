"""The server: put your own tools in the place of these."""

import os

from fastmcp import FastMCP

server = FastMCP("%name%", instructions="Counts the words of texts, and greets people.")


@server.tool
def count_words(text: str) -> int:
    """Count the words of a text."""
    return len(text.split())


@server.tool
def greet(name: str, times: int = 1) -> str:
    """Greet somebody by name, once or more often."""
    word = os.environ.get("%variable%", "Hello")
    return "\n".join(f"{word}, {name}!" for _ in range(times))


@server.resource("%scheme%://greeting")
def greeting() -> str:
    """Tell the word that a greeting begins with."""
    return os.environ.get("%variable%", "Hello")


@server.prompt
def welcome(name: str) -> str:
    """Ask for a warm welcome of somebody."""
    return f"Write a warm welcome for {name}, in one sentence."


def main() -> None:
    """Serve on stdio; what is printed goes to the client, so log to stderr."""
    server.run()


if __name__ == "__main__":
    main()
