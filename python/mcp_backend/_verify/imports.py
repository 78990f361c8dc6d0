"""What the imports of a start take, as `-X importtime` tells it.

https://docs.python.org/3/using/cmdline.html#cmdoption-X
"""

from __future__ import annotations

import re
from collections import Counter

# of the largest programs, in bytes
LONGEST = 1 << 23
_SHOWN = 5
_LINE = re.compile(r"import time: +(\d+) \| +\d+ \| +([\w.]+)")
_MICROSECONDS = 1e6


def slowest(said: str) -> list[tuple[str, float]]:
    """Return the packages that take longest, with the seconds of their own modules, the slowest first."""
    taken: Counter[str] = Counter()
    for line in said.splitlines():
        found = _LINE.match(line)
        if found:
            taken[found[2].partition(".")[0]] += int(found[1])
    return [(name, own / _MICROSECONDS) for name, own in taken.most_common(_SHOWN)]
