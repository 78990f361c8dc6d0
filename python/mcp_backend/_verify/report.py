"""The steps as they run: lines for people, one JSON object for programs."""

from __future__ import annotations

import json
import sys
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

Status = Literal["ok", "failed", "skipped", "warned"]

# as the other commands colour what they tell
_COLOURS: dict[Status, str] = {"ok": "32", "failed": "1;31", "skipped": "36", "warned": "33"}
_BOLD = "1"
# shorter values are too common to be looked for in what servers say
_SHORTEST_SECRET = 4


class FailedError(Exception):
    """A step came to nothing; `details` are lines that show why."""

    def __init__(self, message: str, details: Iterable[str] = ()) -> None:
        """Keep the details."""
        super().__init__(message)
        self.details = list(details)


@dataclass
class Step:
    """One step; `script` is the one of a server's, `None` for the wheel's own."""

    step: str
    script: str | None
    status: Status = "ok"
    seconds: float = 0.0
    message: str = ""
    details: list[str] = field(default_factory=list)

    def warn(self, message: str, details: Iterable[str] = ()) -> None:
        """Tell what is not as it should be, though it fails nothing."""
        self.status, self.message = "warned", message
        self.details.extend(details)

    def skip(self, message: str) -> None:
        """Tell why there was nothing to do."""
        self.status, self.message = "skipped", message


@dataclass
class Server:
    """What a script's server said of itself."""

    script: str
    name: str | None = None
    version: str | None = None
    protocols: list[str] = field(default_factory=list)


@dataclass
class Verified:
    """What became of one wheel."""

    wheel: str
    passed: bool = True
    servers: list[Server] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    differences: list[dict[str, Any]] = field(default_factory=list)


class Report:
    """Writes the steps while they run, or all at the end as JSON."""

    def __init__(self, *, as_json: bool, color: bool, secrets: Iterable[str] = ()) -> None:
        """Write to stdout; `secrets` are values that nobody is to see."""
        self.wheels: list[Verified] = []
        self._json = as_json
        self._kept: str | None = None
        self._color = color
        self._live = not as_json and sys.stdout.isatty()
        self._secrets = sorted((one for one in secrets if len(one) >= _SHORTEST_SECRET), key=len, reverse=True)

    @property
    def passed(self) -> bool:
        """Whether nothing failed."""
        return all(wheel.passed for wheel in self.wheels)

    def wheel(self, name: str) -> Verified:
        """Begin with another wheel."""
        self.wheels.append(Verified(name))
        self._line(self._styled(_BOLD, name))
        return self.wheels[-1]

    def script(self, name: str) -> None:
        """Begin with another script of the wheel."""
        self._line(f"script {self._styled(_BOLD, name)}")

    @contextmanager
    def step(self, name: str, script: str | None = None) -> Iterator[Step]:
        """Run a step: a `FailedError` that leaves it is told, and leaves it nevertheless."""
        step = Step(name, script)
        started = time.monotonic()
        self._running(step)
        try:
            yield step
        except FailedError as error:
            step.status, step.message = "failed", str(error)
            step.details.extend(error.details)
            raise
        except BaseException:
            self._write("\n" if self._live else "")
            raise
        finally:
            step.seconds = round(time.monotonic() - started, 3)
            if sys.exc_info()[0] is None or step.status == "failed":
                self._ended(step)

    def _ended(self, step: Step) -> None:
        step.message = self._masked(step.message)
        step.details = [self._masked(line) for line in step.details]
        wheel = self.wheels[-1]
        wheel.steps.append(step)
        wheel.passed &= step.status != "failed"
        status = self._styled(_COLOURS[step.status], f"{step.status:<8}")
        if self._live:
            self._write("\r\x1b[K")
        self._line(f"  {status}{step.step:<13}{step.message} ({step.seconds:.1f} s)")
        for line in step.details:
            self._line(f"{'':10}{line}")

    def _running(self, step: Step) -> None:
        if self._live:
            self._write(f"  {'...':<8}{step.step}")

    def keep(self, folder: Path) -> None:
        """Tell where everything is left."""
        self._kept = str(folder)
        self._line(f"kept {folder}")

    def finish(self) -> None:
        """Write the JSON."""
        if self._json:
            wheels = [asdict(wheel) for wheel in self.wheels]
            told = {"version": 1, "passed": self.passed, "kept": self._kept, "wheels": wheels}
            sys.stdout.write(json.dumps(told, ensure_ascii=False, indent=2) + "\n")
            sys.stdout.flush()

    def _masked(self, text: str) -> str:
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _styled(self, style: str, text: str) -> str:
        return f"\x1b[{style}m{text}\x1b[0m" if self._color else text

    def _line(self, text: str) -> None:
        # a server's words may hold what steers a terminal
        own = "\x1b" if self._color else ""
        plain = "".join(one if one.isprintable() or one in own else "\ufffd" for one in text)
        self._write(plain + "\n")

    def _write(self, text: str) -> None:
        if not self._json:
            sys.stdout.write(text)
            sys.stdout.flush()
