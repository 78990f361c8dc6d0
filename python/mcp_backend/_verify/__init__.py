"""`mcp-backend verify`: a wheel is installed, its servers are started, and held to what their contract says.

`options` reads the words of the command line, `environment` installs, `variables` makes what a server is started with,
`process` runs one, `session` talks to it as the SDK's client, `report` tells the steps, `script` puts those of one
server in order, and `steps` those of a wheel. Only `process` and `session` know the SDK, which the extra
`mcp-backend[verify]` brings.
"""

from __future__ import annotations

import importlib.util
import signal
import sys

from mcp_backend._verify import trees
from mcp_backend._verify.options import UsageError, parse


def main(arguments: list[str]) -> int:
    """Run the command on its arguments and return its exit status."""
    try:
        options = parse(arguments)
        trees.on_interrupt(signal.default_int_handler)
        _find_sdk()
        from mcp_backend._verify import steps  # noqa: PLC0415  (it imports the SDK)

        return steps.run(options)
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


def _find_sdk() -> None:
    if importlib.util.find_spec("mcp") is None:
        raise UsageError('`verify` needs the MCP SDK: pip install "mcp-backend[verify]"')
