"""Trees of processes: started apart from ours, and ended as a whole; and what ends ours."""

from __future__ import annotations

import os
import signal
import subprocess
from typing import TYPE_CHECKING, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable
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
APART: _Apart = (
    {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
    if os.name == "nt"
    else {"start_new_session": True}
)


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
