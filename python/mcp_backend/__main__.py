"""The command line: `mcp-backend`, or `python -m mcp_backend`."""

import os
import sys

from mcp_backend import _native, look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import TextIO


def main() -> int:
    """Run the command that `sys.argv` holds and return its exit status."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = os.get_terminal_size(sys.stdout.fileno()).columns or None if terminal else None
    if hasattr(sys.stdout, "reconfigure"):
        # a terminal shows what it can; what another program reads is UTF-8, whatever the locale
        sys.stdout.reconfigure(**({"errors": "backslashreplace"} if terminal else {"encoding": "utf-8"}))
    if sys.argv[1:2] == ["verify"] and not {"-h", "--help"} & {*sys.argv[2:]}:
        from mcp_backend import _verify  # noqa: PLC0415  (no other command needs the SDK)

        return _verify.main(sys.argv[2:])
    status, out, err = _native.main(sys.argv[1:], look=look(sys.stdout), width=width)
    try:
        _write(sys.stdout, out)
    except OSError as error:
        # without this the interpreter would complain of the same at exit
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            status, err = 2, f"{err}error: cannot write the answer: {error.strerror}\n"
    try:
        _write(sys.stderr, err)
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stderr.fileno())
    return status


def _write(stream: "TextIO | None", text: str) -> None:
    # a process that was started with the stream closed has none
    if stream is not None:
        stream.write(text)
        stream.flush()


if __name__ == "__main__":
    sys.exit(main())
