"""`mcp-backend verify`: a wheel is installed, its servers are started, and held to what their contract says.

`mcp-backend contract --live` does the same up to the answers, and keeps them in the project.

`options` reads the words of the command line, `environment` installs, `variables` makes what a server is started with,
`client` tells how clients start one, `process` runs one, `session` talks to it as the SDK's client, `imports` tells
what a start takes, `report` tells the steps, `script` puts those of one server in order, `steps` those of a wheel, and
`record` those of a recording. Only `process` and `session` know the SDK, which the extra `mcp-backend[verify]` brings.
"""

from __future__ import annotations

import importlib.util
import signal
import sys

from mcp_backend._verify import trees
from mcp_backend._verify.options import UsageError, parse, parse_recording

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable


def main(arguments: list[str]) -> int:
    """Run `verify` on its arguments and return its exit status."""
    return _run(lambda: _verify(arguments))


def record(arguments: list[str]) -> int:
    """Run `contract --live` on its arguments and return its exit status."""
    return _run(lambda: _record(arguments))


def _verify(arguments: list[str]) -> int:
    options = parse(arguments)
    _find_sdk("verify")
    from mcp_backend._verify import steps  # noqa: PLC0415  (it imports the SDK)

    return steps.run(options)


def _record(arguments: list[str]) -> int:
    options = parse_recording(arguments)
    _find_sdk("contract --live")
    from mcp_backend._verify.record import Recording  # noqa: PLC0415  (likewise)
    from mcp_backend._verify.steps import in_scratch  # noqa: PLC0415

    return in_scratch(options, lambda scratch, report: Recording(scratch, options, report).record())


def _run(command: Callable[[], int]) -> int:
    try:
        trees.on_interrupt(signal.default_int_handler)
        return command()
    except UsageError as error:
        sys.stderr.write(f"error: {error}\n")
        return 2
    except BaseException as error:
        if not _is_interrupt(error):
            raise
        sys.stderr.write("interrupted; nothing is left behind\n")
        return 130


def _is_interrupt(error: BaseException) -> bool:
    """Tell whether it is Ctrl-C, which tasks that run side by side hand on in a group (PEP 654)."""
    inner: tuple[BaseException, ...] = getattr(error, "exceptions", ())
    return isinstance(error, KeyboardInterrupt) or any(map(_is_interrupt, inner))


def _find_sdk(command: str) -> None:
    if importlib.util.find_spec("mcp") is None:
        raise UsageError(f'`{command}` needs the MCP SDK: pip install "mcp-backend[verify]"')
