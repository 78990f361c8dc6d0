"""Trees of processes, all that are started here: apart from ours, and ended as a whole; and what ends ours."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from asyncio.subprocess import Process
    from collections.abc import Callable
    from pathlib import Path
    from types import FrameType


def on_interrupt(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Let `handler` answer whatever asks this process to end."""
    for name in ("SIGINT", "SIGTERM", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), handler)


class _Apart(TypedDict, total=False):
    start_new_session: bool
    creationflags: int


# a session of its own, so that its group can be ended; Windows knows children by their parent
_APART: _Apart = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"start_new_session": True}
)


async def start(command: list[str], folder: Path, variables: dict[str, str]) -> Process:
    """Start a command in a folder with these variables alone, and with pipes for all of its streams."""
    pipe = asyncio.subprocess.PIPE
    return await asyncio.create_subprocess_exec(
        *command, cwd=folder, env=variables, stdin=pipe, stdout=pipe, stderr=pipe, **_APART
    )


def run(command: list[str], folder: Path, variables: dict[str, str], timeout: float) -> tuple[int, str]:
    """Run a command to its end, in time or with a `TimeoutError`; return its status and all that it said."""
    process = subprocess.Popen(  # noqa: S603  (commands of our own)
        command,
        cwd=folder,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        **_APART,
    )
    try:
        said, _ = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        end_tree(process.pid)
        process.communicate()
        raise TimeoutError from None
    except BaseException:
        end_tree(process.pid)
        process.wait()
        raise
    return process.returncode, said


def end_tree(leader: int, *, kindly: bool = False) -> bool:
    """End the process that was started apart, and all that it started; tell whether anything of it was still there."""
    if os.name == "nt":
        # it knows of no kind way: console programs do not hear of it
        command = ["taskkill", "/T", "/F", "/PID", str(leader)]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0  # noqa: S603
    try:
        os.killpg(leader, signal.SIGTERM if kindly else signal.SIGKILL)
    except (ProcessLookupError, PermissionError):
        # of a group of zombies alone, macOS says that it is not permitted
        return False
    return True
