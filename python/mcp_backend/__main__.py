"""The command line: `mcp-backend`, or `python -m mcp_backend`."""

import os
import sys

from mcp_backend import _native, look


def main() -> int:
    """Run the command that `sys.argv` holds and return its exit status."""
    if not sys.stdout.isatty() and hasattr(sys.stdout, "reconfigure"):
        # what another program reads is UTF-8, whatever the locale
        sys.stdout.reconfigure(encoding="utf-8")
    width = os.get_terminal_size(sys.stdout.fileno()).columns if sys.stdout.isatty() else 0
    status, out, err = _native.main(sys.argv[1:], look=look(sys.stdout), width=width or None)
    try:
        sys.stdout.write(out)
        sys.stdout.flush()
        sys.stderr.write(err)
    except BrokenPipeError:
        # the reader has seen enough; without this the interpreter would complain of the same at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return status


if __name__ == "__main__":
    sys.exit(main())
