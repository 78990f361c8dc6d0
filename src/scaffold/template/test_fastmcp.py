"""The server as its clients see it, without a process between them."""

import asyncio

import pytest
from fastmcp import Client

from %module% import __version__, config
from %module%.server import main, server


def test_offers_its_tools() -> None:
    async def names() -> list[str]:
        async with Client(server) as client:
            return [tool.name for tool in await client.list_tools()]

    assert asyncio.run(names()) == ["count_words", "greet"]


def test_counts_the_words_of_a_text() -> None:
    async def call() -> object:
        async with Client(server) as client:
            return (await client.call_tool("count_words", {"text": "how many are these"})).data

    assert asyncio.run(call()) == 4


def test_tells_its_version(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.argv", ["%name%", "--version"])
    with pytest.raises(SystemExit):
        main()
    assert capsys.readouterr().out == f"%name% {__version__}\n"


def test_names_the_variables_that_are_missing(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["%name%", "--validate-config"])
    main()
    monkeypatch.setattr(config, "REQUIRED", ("NOWHERE_SET",))
    with pytest.raises(SystemExit):
        main()
    assert "NOWHERE_SET" in capsys.readouterr().err
