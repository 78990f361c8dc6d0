"""Runs hooks in the environment of the backend, as a frontend does: `python hook_process.py REQUEST ANSWER`.

The request names the hooks, the folder for what they write and their settings; the answer tells what each returned or
how it was refused. Nothing is printed here, so that whatever stands on stdout was printed by the backend.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import mcp_backend


def main() -> None:
    """Run every hook that the request names."""
    request = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    answer = {}
    for hook in request["hooks"]:
        out = Path(request["out"], hook)
        if request["make"]:
            out.mkdir(parents=True, exist_ok=True)
        extra = [request["metadata"]] if request["metadata"] else []
        try:
            name = getattr(mcp_backend, hook)(str(out), request["config"], *extra)
        except mcp_backend.BuildError as error:
            codes = [finding["code"] for finding in error.diagnostics]
            answer[hook] = {"name": None, "report": str(error), "codes": codes}
        else:
            answer[hook] = {"name": name, "report": "", "codes": []}
    if request["measure"]:
        Path(request["out"], "peak").write_text(str(peak_memory()), encoding="utf-8")
    Path(sys.argv[2]).write_text(json.dumps(answer), encoding="utf-8")


def peak_memory() -> int:
    """Tell the most memory that this process has held, in bytes.

    Linux counts it for the program that runs; `getrusage` would begin with what the process that started it held.
    """
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text(encoding="utf-8").splitlines())
    return int(status["VmHWM"].split()[0]) * 1024


if __name__ == "__main__":
    main()
