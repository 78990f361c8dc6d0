"""The climate records, read from the file that ships beside this module."""

import json
from dataclasses import dataclass
from importlib import resources

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True)
class Climate:
    """What a month is like in a city on average."""

    city: str
    month: str
    celsius: float
    rain_mm: float


def load() -> dict[str, list[Climate]]:
    """Return the twelve months of every city."""
    text = resources.files("weather_mcp").joinpath("climate.json").read_text(encoding="utf-8")
    return {
        city: [
            Climate(city, month, celsius, rain_mm)
            for month, celsius, rain_mm in zip(MONTHS, record["celsius"], record["rain_mm"], strict=True)
        ]
        for city, record in json.loads(text).items()
    }
