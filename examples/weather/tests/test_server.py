"""The server as its client sees it, without a process between them."""

import asyncio

from mcp import Client
from weather_mcp.server import server


def test_offers_what_the_readme_tells() -> None:
    async def names() -> tuple[list[str], list[str], list[str]]:
        async with Client(server) as client:
            tools = await client.list_tools()
            resources = await client.list_resources()
            prompts = await client.list_prompts()
        return (
            [tool.name for tool in tools.tools],
            [str(resource.uri) for resource in resources.resources],
            [prompt.name for prompt in prompts.prompts],
        )

    assert asyncio.run(names()) == (["climate", "warmest"], ["weather://cities"], ["packing_list"])


def test_tells_the_warmest_city() -> None:
    async def call() -> object:
        async with Client(server) as client:
            return (await client.call_tool("warmest", {"month": "jan"})).structured_content

    assert asyncio.run(call()) == {"city": "Nairobi", "month": "jan", "celsius": 19.7, "rain_mm": 64}


def test_an_unknown_city_is_an_error_that_names_the_known() -> None:
    async def call() -> tuple[bool, str]:
        async with Client(server) as client:
            result = await client.call_tool("climate", {"city": "Atlantis", "month": "jan"})
        return bool(result.is_error), str(result.content)

    failed, text = asyncio.run(call())
    assert failed
    assert "Bergen, Nairobi, Quito" in text
