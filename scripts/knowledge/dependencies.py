"""What distributions require, as lines of `dependencies.txt`."""

from __future__ import annotations

import re
from email import message_from_string

# extras for those who work on a distribution; nothing that a user imports comes through them
_FOR_AUTHORS = re.compile(
    r"(.*-)?(all-dev|benchmarks?|build|checks?|ci|cover|dev|development|docs?|enabler|eval|examples?|format|lint|mypy"
    r"|pre-commit|release|style|tests?|testing|types|typing)(-.*)?"
)

# nobody runs a server there
_NOWHERE = re.compile(
    r"sys_platform\s*==\s*[\"']emscripten"
    r"|python_(full_)?version\s*(<\s*[\"'](2|3\.(\d|10)[\"'])|<=\s*[\"'](2|3\.\d[\"']))"
)


def normal(name: str) -> str:
    """Spell a name as tables do."""
    return re.sub(r"[-_.]+", "-", name).lower()


def line(metadata: str) -> str:
    """Condense the `Requires-Dist` of a METADATA: names with extras, then `+EXTRA` and what that adds."""
    plain: set[str] = set()
    added: dict[str, set[str]] = {}
    for requirement in message_from_string(metadata).get_all("Requires-Dist", []):
        head, _, marker = requirement.partition(";")
        name = re.match(r"\s*([\w.-]+)\s*(?:\[([^\]]*)\])?", head)
        if name is None or (_NOWHERE.search(marker) and " or " not in marker):
            continue
        asked = ",".join(sorted(normal(extra.strip()) for extra in (name[2] or "").split(",") if extra.strip()))
        word = normal(name[1]) + (f"[{asked}]" if asked else "")
        extras = [normal(extra) for extra in re.findall(r"extra\s*==\s*[\"']([^\"']+)[\"']", marker)]
        for extra in extras:
            if not _FOR_AUTHORS.fullmatch(extra):
                added.setdefault(extra, set()).add(word)
        if not extras:
            plain.add(word)
    words = sorted(plain)
    for extra in sorted(added):
        words += [f"+{extra}", *sorted(added[extra])]
    return " ".join(words)
