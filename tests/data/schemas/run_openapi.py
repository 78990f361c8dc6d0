"""Record what a release of fastmcp lists of the documents in openapi_fx.py: `python run_openapi.py NAME`."""

import asyncio
import importlib.metadata
import json
import sys
import types

import openapi_fx
from fastmcp import Client, FastMCP

MAJOR = int(importlib.metadata.version("fastmcp").split(".")[0])
if MAJOR == 2:
    import httpx as http
    from fastmcp.server.openapi import MCPType, RouteMap
else:
    from fastmcp.server.providers.openapi import MCPType, RouteMap

    if MAJOR == 3:
        import httpx as http
    else:
        import httpx2 as http

LISTS = {
    "tools": "list_tools",
    "resources": "list_resources",
    "resourceTemplates": "list_resource_templates",
}


async def answers(server):
    async with Client(server) as client:
        all_of = {}
        for name, method in LISTS.items():
            entries = await getattr(client, method)()
            all_of[name] = [entry.model_dump(by_alias=True, exclude_none=True, mode="json") for entry in entries]
        return all_of


def main():
    kit = types.SimpleNamespace(MCPType=MCPType, RouteMap=RouteMap)
    recorded = {}
    for make in openapi_fx.ALL + (openapi_fx.LATER if MAJOR > 2 else []):
        server = make(FastMCP, http.AsyncClient(base_url="https://pets.example"), kit)
        recorded[make.__name__] = asyncio.run(answers(server))
    with open(f"openapi-{sys.argv[1]}.json", "w") as file:
        json.dump(recorded, file, indent=1, ensure_ascii=False)
        file.write("\n")


main()
