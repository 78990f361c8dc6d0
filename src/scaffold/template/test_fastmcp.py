"""The server as its clients see it, without a process between them."""

import asyncio

from fastmcp import Client

from %module%.server import server


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
