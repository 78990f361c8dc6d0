"""The server: one tool, and a route that says whether it is well."""

import math
import os
from datetime import date

from mcp.server import MCPServer
from pydantic import BaseModel
from starlette.requests import Request
from starlette.responses import PlainTextResponse

PHASES = (
    "new moon", "waxing crescent", "first quarter", "waxing gibbous",
    "full moon", "waning gibbous", "last quarter", "waning crescent",
)  # fmt: skip
NEW_MOON = date(2000, 1, 6)
MONTH = 29.530588853
"""From one new moon to the next, in days."""

server = MCPServer("moon", instructions="Knows the phase of the moon.")


class Phase(BaseModel):
    """The moon on a day."""

    name: str
    lit: float
    """The part of its disc that is lit, from 0 to 1."""


@server.tool()
def phase(day: date) -> Phase:
    """Tell the phase of the moon on a day, right to a day or so."""
    age = (day - NEW_MOON).days % MONTH / MONTH
    return Phase(name=PHASES[round(age * 8) % 8], lit=round((1 - math.cos(2 * math.pi * age)) / 2, 2))


@server.custom_route("/health", methods=["GET"])  # type: ignore[untyped-decorator]
async def health(_: Request) -> PlainTextResponse:
    """Say that the server is well."""
    return PlainTextResponse("ok\n")


def main() -> None:
    """Serve over HTTP, where the environment says."""
    server.run(
        "streamable-http",
        host=os.environ.get("HOST", "127.0.0.1"),
        port=int(os.environ.get("PORT", "8000")),
    )


if __name__ == "__main__":
    main()
