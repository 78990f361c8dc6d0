"""Shows the backend at work on the example servers, from their sources to a tool call, and on a broken copy of one.

    python scripts/demo.py DIST

DIST is the folder that holds the wheel of mcp-backend; `make demo` builds it there.
"""

from __future__ import annotations

import asyncio
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mcp import Client, StdioServerParameters

EXAMPLES = Path(__file__).parent.parent / "examples"
EXAMPLE = EXAMPLES / "weather"
OVER_HTTP = EXAMPLES / "moon"
SCRIPTS = "Scripts" if os.name == "nt" else "bin"


def main() -> int:
    """Run every step; stop at the first that fails."""
    wheel = next(Path(sys.argv[1]).resolve().glob("mcp_backend-*.whl"))
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        step(f"build examples/weather with `uv build`, its backend being {wheel.name}")
        dist = work / "dist"
        uv_build(EXAMPLE, dist, wheel, check=True)

        step("install its wheel into a clean environment")
        server = install(next(dist.glob("*.whl")), work / "env")

        step("talk MCP to it over stdio")
        asyncio.run(talk(server))

        step("build examples/moon, and verify it over HTTP")
        verify_over_http(work, wheel)

        step("break a copy: its console script names a function that is not there")
        return refuse(work / "broken", work / "none", wheel)


def step(text: str) -> None:
    """Say what comes next."""
    bold, plain = ("\x1b[1m", "\x1b[0m") if sys.stdout.isatty() else ("", "")
    print(f"\n{bold}==> {text}{plain}", flush=True)


def uv_build(
    project: Path, out: Path, wheel: Path, *, check: bool, environment: dict[str, str] | None = None
) -> subprocess.CompletedProcess[str]:
    """Build sdist and wheel in an isolated environment that gets exactly this wheel of the backend."""
    # a build would else take a newer release of the backend, if there is one
    constraint = out.parent / "constraint.txt"
    constraint.write_text(f"mcp-backend @ {wheel.as_uri()}\n", encoding="utf-8")
    command: list[str | Path] = [
        "uv",
        "build",
        "--no-cache",
        "--build-constraints",
        constraint,
        "--out-dir",
        out,
        project,
    ]
    return subprocess.run(
        command,
        check=check,
        text=True,
        encoding="utf-8",
        env={**tools(), **(environment or {})},
        stderr=None if check else subprocess.PIPE,
    )


def tools() -> dict[str, str]:
    """Return an environment in which `uv` is the one beside this Python."""
    beside = str(Path(sys.executable).parent)
    return {**os.environ, "PATH": beside + os.pathsep + os.environ["PATH"], "VIRTUAL_ENV": ""}


def install(wheel: Path, environment: Path) -> Path:
    """Install the wheel, with what it needs from PyPI, and return the server's script."""
    quiet = ["uv", "--quiet"]
    subprocess.run([*quiet, "venv", "--python", sys.executable, environment], check=True, env=tools())
    subprocess.run(
        [*quiet, "pip", "install", "--python", environment / SCRIPTS / "python", wheel],
        check=True,
        env=tools(),
    )
    script = environment / SCRIPTS / "weather-mcp"
    print(f"installed {wheel.name}, which brought the script {script.name}")
    return script


async def talk(script: Path) -> None:
    """List what the server offers and call one of its tools."""
    async with Client(StdioServerParameters(command=str(script))) as client:
        print("tools:    ", ", ".join(tool.name for tool in (await client.list_tools()).tools))
        print("resources:", ", ".join(str(resource.uri) for resource in (await client.list_resources()).resources))
        print("prompts:  ", ", ".join(prompt.name for prompt in (await client.list_prompts()).prompts))
        result = await client.call_tool("warmest", {"month": "jan"})
        print("warmest(month='jan') ->", result.structured_content)
        if result.is_error or (result.structured_content or {}).get("city") != "Nairobi":
            raise SystemExit("the server answered something else than its records hold")


def verify_over_http(work: Path, wheel: Path) -> None:
    """Build the server that serves over HTTP, and let `verify` start it and speak to it in both protocols."""
    dist = work / "moon"
    uv_build(OVER_HTTP, dist, wheel, check=True)
    environment = work / "verifier"
    quiet = ["uv", "--quiet"]
    subprocess.run([*quiet, "venv", "--python", sys.executable, environment], check=True, env=tools())
    python = environment / SCRIPTS / "python"
    subprocess.run([*quiet, "pip", "install", "--python", python, f"{wheel}[verify]"], check=True, env=tools())
    command: list[str | Path] = [python, "-m", "mcp_backend", "verify", "--http", next(dist.glob("*.whl"))]
    subprocess.run(command, check=True, cwd=work, env=tools())


def refuse(broken: Path, out: Path, wheel: Path) -> int:
    """Build a broken copy; succeed when that is refused for the right reason."""
    break_copy(broken)
    build = uv_build(broken, out, wheel, check=False)
    print(build.stderr.rstrip())
    if build.returncode == 0 or "ENT002" not in build.stderr or "Traceback" in build.stderr:
        print("\nthis build should have been refused with ENT002, and without a traceback")
        return 1
    print("\nRefused before anybody could install it. That is what mcp-backend is for.")
    return 0


def break_copy(broken: Path) -> None:
    """Make a copy of the example whose function was renamed, and its console script was not told."""
    shutil.copytree(EXAMPLE, broken, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    server = broken / "src" / "weather_mcp" / "server.py"
    source = server.read_text(encoding="utf-8").replace("main()", "serve()")
    server.write_text(source, encoding="utf-8")
    start = broken / "src" / "weather_mcp" / "__main__.py"
    start.write_text("from weather_mcp.server import serve\n\nserve()\n", encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main())
