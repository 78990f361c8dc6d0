"""The server as its client sees it, without a process between them."""

import asyncio

import pytest
from mcp import Client
from moon_mcp.server import server


@pytest.mark.parametrize(("day", "name", "lit"), [("2000-01-06", "new moon", 0.0), ("2024-02-24", "full moon", 1.0)])
def test_tells_the_phase(day: str, name: str, lit: float) -> None:
    async def call() -> object:
        async with Client(server) as client:
            return (await client.call_tool("phase", {"day": day})).structured_content

    assert asyncio.run(call()) == {"name": name, "lit": lit}
