"""One console script whose server is reached over HTTP: started once for each generation of the protocol."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from mcp_backend._verify.report import FailedError
from mcp_backend._verify.script import Script
from mcp_backend._verify.service import Place, Service

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from mcp_backend._verify.process import Process
    from mcp_backend._verify.script import Start


class HttpScript(Script):
    """A script of which no client is the parent."""

    def verify(self) -> None:
        """Start the server in each generation, the newer where the older went well."""
        self._report.script(self.name)
        try:
            asyncio.run(self._older())
            if self.is_server:
                self._accepted()
                self._newer()
        except FailedError:
            # its step told
            return

    @asynccontextmanager
    async def _started(self, start: Start) -> AsyncIterator[Process]:
        """Start the server in an empty folder, and wait until it listens."""
        async with super()._started(start) as process:
            assert isinstance(process, Service)  # noqa: S101  (it is made below)
            with self._report.step("listen", self.name) as step:
                try:
                    for_others = await process.listens(self._around.options.timeout)
                except FailedError as error:
                    error.details += self._hints(process)
                    raise
                step.message = f"port {process.port} of all addresses"
                if not for_others:
                    words = "which inside of an image is the image itself"
                    step.warn(f"port {process.port} of 127.0.0.1 alone, {words}")
            yield process

    def _process(self, command: list[str], start: Start) -> Process:
        place = Place.of(self._around.endpoints, self.name)
        given = self._around.options.variables
        variables = {name: value for name, value in place.variables.items() if name not in given}
        arguments = [] if self._around.options.arguments else place.arguments
        variables = {**self._variables, **start.variables, **variables}
        process = Service([*command, *arguments], self._folder(start), variables, start.keeps)
        process.place = place
        return process

    def _strays(self, process: Process) -> None:
        """Pass over what is on stdout: nobody reads it."""

    def _other_transport(self, _: Process, /) -> Iterator[str]:
        yield "hint: `--http` speaks streamable HTTP; what makes the server do so goes behind `--`, or into `--env`"
