"""The server: two tools, a resource and a prompt."""

from typing import Literal

from mcp.server import MCPServer
from mcp.server.mcpserver.exceptions import ToolError

from weather_mcp.records import MONTHS, Climate, load

Month = Literal["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]

server = MCPServer("weather", instructions="Knows the average climate of a few cities by month.")


@server.tool()
def climate(city: str, month: Month) -> Climate:
    """Tell the mean temperature and rain of a city in a month."""
    records = load()
    if city not in records:
        known = ", ".join(sorted(records))
        raise ToolError(f"no records of {city}; known are {known}")
    return records[city][MONTHS.index(month)]


@server.tool()
def warmest(month: Month) -> Climate:
    """Tell which city is the warmest in a month, and how warm."""
    return max((year[MONTHS.index(month)] for year in load().values()), key=lambda record: record.celsius)


@server.resource("weather://cities")
def cities() -> str:
    """List the cities whose climate is known, one a line."""
    return "\n".join(sorted(load()))


@server.prompt()
def packing_list(city: str, month: Month) -> str:
    """Ask for a packing list that suits the climate."""
    record = climate(city, month)
    return (
        f"Write a packing list for a week in {city} in {month}: "
        f"{record.celsius} degrees Celsius and {record.rain_mm} mm of rain on average."
    )


def main() -> None:
    """Serve over stdio."""
    server.run()


if __name__ == "__main__":
    main()
