#!/usr/bin/env python3
"""Condense what MCP clients refuse of a tool to the table that the rules read.

    python scripts/client_profiles.py PROFILES.json > src/knowledge/data/clients.txt

PROFILES.json holds facts by client, each with its effect, how sure it is, the day of its newest source, and a check:
what it is `on`, and what that has to be. Kept are those that refuse, drop or cut something of every model and request;
a fact that a single report tells is none.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

# whose clients and interfaces are one profile
PROFILES = {
    "claude-api": "claude",
    "claude-code": "claude",
    "claude-desktop": "claude",
    "openai-api": "openai",
    "codex-cli": "openai",
    "gemini-api": "gemini",
    "gemini-cli": "gemini",
    "copilot-cli": "copilot",
    "vscode-copilot": "vscode",
    "cursor": "cursor",
}
EFFECTS = {
    "refuses_request": "refuses",
    "drops_server": "refuses",
    "drops_tool": "drops",
    "fails_call": "refuses",
    "truncates": "cuts",
}
# rewrites by which a model is told something else than the server says
GUESSES = ("codex-cli.missing-type",)
# where a client says nothing of how it puts the server's name before a tool's
PREFIXED = "{server}_{tool}"


def main() -> None:
    """Print the table."""
    profiles = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))["profiles"]
    lines = [
        line
        for client, profile in profiles.items()
        if client in PROFILES
        for fact in profile["facts"]
        for line in told(client, fact)
    ]
    print("# what clients refuse of a tool: profile.fact, effect, how sure, newest source, what is checked, its values")
    print("# made by scripts/client_profiles.py")
    print("\n".join(sorted(lines)))


def told(client: str, fact: dict[str, Any]) -> list[str]:
    """Return the lines of a fact; none where it does not bind everybody, or is not sure enough."""
    check = fact.get("check") or {}
    is_narrow = check.get("only") not in (None, "parameters") or check.get("on") == "strict"
    effect = "guesses" if fact["id"] in GUESSES else EFFECTS.get(fact["effect"])
    if effect == "refuses" and "(old)" in fact["level"]:
        effect = "refused"
    if effect is None or "single" in fact["level"] or is_narrow:
        return []
    name = f"{PROFILES[client]}.{fact['id'].replace('.', '-')}"
    sure = "reported" if fact["level"].startswith("reported") else "documented"
    day = re.sub(r" .*", "", fact["newest"])
    head = [name, effect, sure, day]
    return ["\t".join([*head, what, values]).rstrip() for what, values in checks(check)]


def checks(check: dict[str, Any]) -> list[tuple[str, str]]:
    """Return what a check asks for, in the words of the table, with their values."""
    on = check.get("on")
    words = {key: ",".join(value) for key, value in check.items() if isinstance(value, list)}
    if on == "root":
        made = [("root-keywords", words["forbid"])] if "forbid" in check else []
        made += [("root-object", "")] if "require" in check else []
        return made + ([("root-properties", "")] if "require_keys" in check else [])
    if on in ("any", "items"):
        return schema_checks(check, words)
    if on == "tool.description" and "max_length" in check:
        return [("description", str(check["max_length"]))]
    if on == "tools" and "max_count" in check:
        return [("tools", str(check["max_count"]))]
    if on in ("qualified-name", "server+tool"):
        template = "{server}{tool}" if on == "server+tool" else check.get("template", PREFIXED)
        longest = check.get("max_length") or pattern(check["pattern"]).split()[-1]
        return [("full-name", f"{template} {longest}")]
    names = {"root.properties.names": "parameter-name", "tool.name": "tool-name"}
    return [(names[on], pattern(check["pattern"]))] if on in names and "{" in check["pattern"] else []


def schema_checks(check: dict[str, Any], words: dict[str, str]) -> list[tuple[str, str]]:
    """Return what is asked of every schema within."""
    if check.get("require_keys") == ["items"]:
        return [("items", "")]
    if check.get("enum_values") == "string":
        return [("enum", "")]
    if check.get("type") == "string":
        return [("one-type-of-items" if check["on"] == "items" else "one-type", "")]
    if check.get("require_keys") == ["type"]:
        return [("typed", "")]
    for key, what in (("forbid", "keywords"), ("format_in", "formats"), ("only_keys", "beside-ref")):
        if key in words:
            return [(what, words[key])]
    return [("valid", "")] if "valid_against" in check else []


def pattern(text: str) -> str:
    """Return of `^[A-Z_][0-9]{0,9}$` what a name begins with, what it is made of, and how long it is at most."""
    found = re.fullmatch(r"\^\[([^]]+)\](?:\[([^]]+)\])?\{(\d),(\d+)\}\$", text)
    if found is None:
        sys.exit(f"a pattern that is not understood: {text}")
    first, rest, _, most = found.groups()
    return f"{first} {rest or first} {int(most) + (1 if rest else 0)}"


if __name__ == "__main__":
    main()
