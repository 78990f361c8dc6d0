"""The command line: `mcp-backend`, or `python -m mcp_backend`."""

import os
import sys

from mcp_backend import _native, look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TextIO


def main() -> int:
    """Run the command that `sys.argv` holds and return its exit status."""
    terminal = sys.stdout is not None and sys.stdout.isatty()
    width = os.get_terminal_size(sys.stdout.fileno()).columns or None if terminal else None
    if hasattr(sys.stdout, "reconfigure"):
        # a terminal shows what it can; what another program reads is UTF-8, whatever the locale
        sys.stdout.reconfigure(**({"errors": "backslashreplace"} if terminal else {"encoding": "utf-8"}))
    started = _starting()
    if started is not None:
        return started(sys.argv[2:])
    status, out, err = _native.main(sys.argv[1:], look=look(sys.stdout), width=width, links=_links(terminal=terminal))
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


# what sets these shows links: as `TERM_PROGRAM`, as `TERM`, and as a variable of its own
_LINKING = {
    "TERM_PROGRAM": {"ghostty", "Hyper", "iTerm.app", "rio", "Tabby", "vscode", "WarpTerminal", "WezTerm", "zed"},
    "TERM": {"alacritty", "contour", "foot", "foot-extra", "wezterm", "xterm-ghostty", "xterm-kitty"},
}
# the library of GNOME's terminals, 0.50
_LINKING_VTE = 5000


def _links(*, terminal: bool) -> bool:
    """Tell whether the terminal is known to make links of OSC 8; others may show the escape itself."""
    environ = os.environ
    forced = environ.get("FORCE_HYPERLINK")
    if forced:
        return forced != "0"
    if not terminal:
        return False
    vte = environ.get("VTE_VERSION", "")
    known = any(environ.get(name) in values for name, values in _LINKING.items())
    return known or "WT_SESSION" in environ or (vte.isdecimal() and int(vte) >= _LINKING_VTE)


def _starting() -> "Callable[[list[str]], int] | None":
    """Return what starts servers or an installer, where the arguments ask for that."""
    command, words = sys.argv[1:2], sys.argv[2:]
    own = words[: words.index("--")] if "--" in words else words
    is_live = command == ["contract"] and "--live" in own
    is_vendoring = command == ["export"] and "--vendor" in own
    if {"-h", "--help"} & {*own} or not (is_live or is_vendoring or command == ["verify"]):
        return None
    if is_vendoring:
        from mcp_backend import _vendor  # noqa: PLC0415  (no other command needs an installer)

        return _vendor.main
    from mcp_backend import _verify  # noqa: PLC0415  (no other command needs the SDK)

    return _verify.record if is_live else _verify.main


def _write(stream: "TextIO | None", text: str) -> None:
    # a process that was started with the stream closed has none
    if stream is not None:
        stream.write(text)
        stream.flush()


if __name__ == "__main__":
    sys.exit(main())
