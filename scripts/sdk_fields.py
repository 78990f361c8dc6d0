"""Tell since which minor release `mcp` 1 and `fastmcp` 2 list a field.

    python scripts/sdk_fields.py FOLDER

FOLDER holds a wheel of each minor, as `pip download --no-deps 'mcp==1.9.*'` gets them from PyPI. What is printed are
the rows of the table in `src/sdk/since.rs`: for each kind of entry and field, the first minor whose code fills it in.
The wheels are MIT (`mcp`) and Apache-2.0 (`fastmcp`) licensed; of their code only these facts are taken.
"""

from __future__ import annotations

import re
import sys
import zipfile
from pathlib import Path

FIELDS = ("_meta", "annotations", "icons", "mimeType", "outputSchema", "title")

METHODS = {
    "Tool": "async def list_tools(",
    "Resource": "async def list_resources(",
    "ResourceTemplate": "async def list_resource_templates(",
    "Prompt": "async def list_prompts(",
}


def main() -> None:
    """Print the rows for all wheels in the folder."""
    [folder] = sys.argv[1:]
    since: dict[tuple[str, str, str], int] = {}
    oldest: dict[str, int] = {}
    for wheel in sorted(Path(folder).rglob("*.whl"), key=minor):
        name = wheel.name.split("-")[0]
        oldest.setdefault(name, minor(wheel))
        for kind, code in listings(name, wheel).items():
            for field in FIELDS:
                if re.search(rf"\b{field}\b|\b{field.strip('_')}=", code):
                    since.setdefault((name, kind, field), minor(wheel))
    for (name, kind, field), first in sorted(since.items()):
        if first > oldest[name]:
            print(f'    ("{name}", "{kind}", "{field}", {first}),')


def minor(wheel: Path) -> int:
    """Return the second number of a wheel's version."""
    return int(re.findall(r"-\d+\.(\d+)", wheel.name)[0])


def listings(name: str, wheel: Path) -> dict[str, str]:
    """Return the code that makes the entries of each kind."""
    with zipfile.ZipFile(wheel) as archive:
        if name == "fastmcp":
            found = [path for path in archive.namelist() if path.endswith("fastmcp/tools/tool.py")]
            text = archive.read(found[0]).decode() if found else ""
            return {"Tool": body(text, "def to_mcp_tool(")}
        text = archive.read("mcp/server/fastmcp/server.py").decode()
        return {kind: body(text, method) for kind, method in METHODS.items()}


def body(text: str, start: str) -> str:
    """Return the code of a method."""
    at = text.find(start)
    if at < 0:
        return ""
    end = re.search(r"\n    (async )?def |\n    @", text[at + len(start) :])
    return text[at : at + len(start) + end.start()] if end else text[at:]


if __name__ == "__main__":
    main()
