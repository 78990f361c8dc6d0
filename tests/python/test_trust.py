"""The same tree gives the same bytes, and no output is ever half written."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import oracles
import pytest
from backend import PATIENCE, Backend, Call, run, scrubbed
from conftest import Project
from servers import Files, pyproject

BOTH = ("build_wheel", "build_sdist")
SHORT_OF_ROOM = """
import resource, signal, sys, mcp_backend
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
mcp_backend.build_wheel(sys.argv[1])
"""
# the byte 0xFF, as Python hands it to a child
NO_TEXT = pytest.param("\udcff", id="no text", marks=pytest.mark.skipif(os.name == "nt", reason="bytes of POSIX"))
BROKEN: Files = {"pyproject.toml": pyproject({"version": '"banana"'})}


def nothing(_: Path) -> None:
    """Change nothing on disk."""


def touch(when: int) -> Callable[[Path], None]:
    """Give every file another time."""

    def change(root: Path) -> None:
        for path in sorted(root.rglob("*")):
            os.utime(path, (when, when))

    return change


def shuffle(root: Path) -> None:
    """Write the files anew in another order, so that the folder lists them otherwise."""
    files = sorted((path for path in root.rglob("*") if path.is_file()), reverse=True)
    contents = {path: path.read_bytes() for path in files}
    shutil.rmtree(root)
    for path, content in contents.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def tighten(root: Path) -> None:
    """Take the rights of group and others from every file."""
    for path in root.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


@dataclass(frozen=True)
class Elsewhere:
    """Something about the machine that must not matter."""

    change: Callable[[Path], None] = nothing
    call: Call = field(default_factory=Call)
    name: str = "project"


MACHINES = {
    "the same again": Elsewhere(),
    "mtime 1970": Elsewhere(touch(0)),
    "mtime 2200": Elsewhere(touch(7_258_118_400)),
    "order of files": Elsewhere(shuffle),
    "modes 600": Elsewhere(tighten),
    "umask 077": Elsewhere(call=Call(umask=0o077)),
    "umask 000": Elsewhere(call=Call(umask=0o000)),
    "locale C": Elsewhere(call=Call(environment={"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"})),
    "time zone": Elsewhere(call=Call(environment={"TZ": "Asia/Kathmandu"})),
    "one thread": Elsewhere(call=Call(environment={"RAYON_NUM_THREADS": "1"})),
    "seven threads": Elsewhere(call=Call(environment={"RAYON_NUM_THREADS": "7"})),
    "another folder": Elsewhere(name="a much longer name of a folder, in another place"),
    "no home": Elsewhere(call=Call(environment={"HOME": "/nowhere", "USER": "nobody"})),
    "in colour": Elsewhere(call=Call(environment={"FORCE_COLOR": "1"})),
}


@pytest.mark.trap(23)
@pytest.mark.skipif(os.name == "nt", reason="POSIX modes and locales")
@pytest.mark.parametrize("machine", MACHINES)
def test_the_same_tree_gives_the_same_bytes(machine: str, project: Project, backend: Backend, tmp_path: Path) -> None:
    big = {f"src/demo_server/data/{number}.txt": f"{number}\n" * 5_000 for number in range(40)}
    expected = backend.hooks(project(big), tmp_path / "expected", BOTH)
    elsewhere = MACHINES[machine]
    root = project(big, name=f"elsewhere/{elsewhere.name}")
    elsewhere.change(root)
    outcomes = backend.hooks(root, tmp_path / "out", BOTH, elsewhere.call)
    for hook in BOTH:
        assert outcomes[hook].built().read_bytes() == expected[hook].built().read_bytes()


@pytest.mark.trap(24)
@pytest.mark.parametrize(
    ("epoch", "when"),
    [
        ("1700000000", (2023, 11, 14, 22, 13, 20)),
        ("1700000001", (2023, 11, 14, 22, 13, 20)),
        ("0", (1980, 1, 1, 0, 0, 0)),
        ("315532799", (1980, 1, 1, 0, 0, 0)),
    ],
)
def test_source_date_epoch_is_honoured(
    epoch: str, when: tuple[int, ...], project: Project, backend: Backend, tmp_path: Path
) -> None:
    outcomes = backend.hooks(project(), tmp_path / "out", BOTH, Call(environment={"SOURCE_DATE_EPOCH": epoch}))
    oracles.wheel(outcomes["build_wheel"].built(), when=when)
    oracles.sdist(outcomes["build_sdist"].built())


@pytest.mark.trap(24)
@pytest.mark.parametrize("epoch", ["abc", "", "1.5", "-1", "99999999999", "9" * 40, "0x10", " 1", NO_TEXT])
def test_a_bad_source_date_epoch_is_told_or_clamped(
    epoch: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    outcomes = backend.hooks(project(), tmp_path / "out", BOTH, Call(environment={"SOURCE_DATE_EPOCH": epoch}))
    # what a number says, however large, has a nearest time
    refused = epoch != "99999999999"
    assert [outcomes[hook].refused for hook in BOTH] == [refused, refused]
    if refused:
        assert "SOURCE_DATE_EPOCH" in outcomes["build_wheel"].report
        assert "Traceback" not in outcomes["build_wheel"].report


@pytest.mark.trap(29)
@pytest.mark.parametrize("hook", BOTH)
def test_a_refused_build_leaves_the_older_artifact(
    hook: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    older = backend.hook(hook, project(), out).built()
    content = older.read_bytes()
    broken = project({"pyproject.toml": pyproject({"license-files": '["NOPE"]'})}, name="broken")
    assert backend.hook(hook, broken, out).refused
    assert [path.name for path in older.parent.iterdir()] == [older.name]
    assert older.read_bytes() == content


@pytest.mark.trap(29)
@pytest.mark.parametrize("hook", BOTH)
def test_a_build_replaces_the_older_artifact(hook: str, project: Project, backend: Backend, tmp_path: Path) -> None:
    out = tmp_path / "out"
    older = backend.hook(hook, project(), out).built()
    before = older.read_bytes()
    newer = backend.hook(hook, project({"src/demo_server/more.py": "MORE = 1\n"}, name="newer"), out).built()
    assert newer == older
    assert newer.read_bytes() != before
    assert [path.name for path in newer.parent.iterdir()] == [newer.name]


def test_a_refused_build_writes_nothing(project: Project, backend: Backend, tmp_path: Path) -> None:
    out = tmp_path / "out"
    backend.hooks(project(BROKEN), out)
    assert [path for path in out.rglob("*") if path.is_file()] == []


@pytest.mark.parametrize("hook", BOTH)
def test_a_missing_folder_for_the_artifact_is_made_or_told(
    hook: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    outcome = backend.hook(hook, project(), tmp_path / "out", Call(make_out=False))
    if outcome.refused:
        assert hook in outcome.report
        assert "Traceback" not in outcome.report
    else:
        assert outcome.built().is_file()


@pytest.mark.skipif(os.name == "nt", reason="modes of folders")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_cannot_be_written_is_told(project: Project, backend: Backend, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / "build_wheel").mkdir(parents=True)
    (out / "build_wheel").chmod(0o500)
    report = backend.hook("build_wheel", project(), out).report
    (out / "build_wheel").chmod(0o700)
    assert "build_wheel" in report
    assert "ermission denied" in report


def test_a_file_in_the_place_of_the_folder_is_told(project: Project, backend: Backend, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "build_wheel").write_text("x")
    outcome = backend.hook("build_wheel", project(), out, Call(make_out=False))
    assert outcome.refused
    assert "build_wheel" in outcome.report


@pytest.mark.trap(29)
@pytest.mark.skipif(os.name == "nt", reason="limits of processes")
def test_a_full_disk_is_told(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({"src/demo_server/data/noise.bin": os.urandom(300_000)})
    out = tmp_path / "out"
    out.mkdir()
    # a limit on the size of files stands for a full disk: the write fails half-way
    done = run((backend.python, "-c", SHORT_OF_ROOM, out), root)
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert list(out.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="SIGKILL")
@pytest.mark.parametrize("hook", BOTH)
@pytest.mark.parametrize("delay", [0.0, 0.05, 0.1, 0.2])
def test_a_kill_leaves_the_older_artifact_whole(
    hook: str, delay: float, project: Project, backend: Backend, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    older = backend.hook(hook, project(), out).built()
    content = older.read_bytes()
    root = project({f"src/demo_server/data/{number}": os.urandom(400_000) for number in range(80)}, name="big")
    build = subprocess.Popen(
        [
            backend.python,
            "-c",
            f"import sys, mcp_backend; print(flush=True); mcp_backend.{hook}(sys.argv[1])",
            older.parent,
        ],
        cwd=root,
        env=scrubbed(),
        stdout=subprocess.PIPE,
    )
    assert build.stdout is not None
    build.stdout.readline()
    time.sleep(delay)
    build.send_signal(signal.SIGKILL)
    build.wait()
    build.stdout.close()
    left = [path.name for path in older.parent.iterdir()]
    if build.returncode == 0 or older.read_bytes() != content:
        # it was quicker than the signal
        {"build_wheel": oracles.wheel, "build_sdist": oracles.sdist}[hook](older)
    assert left == [older.name], "a partial file was left behind"


@pytest.mark.parametrize("hook", BOTH)
def test_two_builds_at_once_do_not_disturb_each_other(
    hook: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project({f"src/demo_server/data/{number}": f"{number}\n" * 20_000 for number in range(60)})
    out = tmp_path / "out"
    command = (backend.python, "-c", f"import sys, mcp_backend; print(mcp_backend.{hook}(sys.argv[1]))", out)
    out.mkdir()

    def build(_: int) -> str:
        done = run(command, root)
        assert done.returncode == 0, done.stderr
        return done.stdout

    with ThreadPoolExecutor(4) as pool:
        (name,) = set(pool.map(build, range(8)))
    assert [path.name for path in out.iterdir()] == [name.strip()]
    {"build_wheel": oracles.wheel, "build_sdist": oracles.sdist}[hook](out / name.strip())


def test_a_file_that_vanishes_while_it_is_read_is_no_crash(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({f"src/demo_server/data/{number}.txt": f"{number}\n" for number in range(3_000)})
    out = tmp_path / "out"
    out.mkdir()
    build = subprocess.Popen(
        [backend.python, "-c", "import sys, mcp_backend; mcp_backend.build_wheel(sys.argv[1])", out],
        cwd=root,
        env=scrubbed(),
        stderr=subprocess.PIPE,
        text=True,
    )
    for number in range(2_999, 0, -1):
        (root / f"src/demo_server/data/{number}.txt").unlink()
    _, told = build.communicate(timeout=PATIENCE)
    assert "Traceback" not in told
    assert "panicked" not in told
    assert build.returncode in {0, 1}
    if build.returncode == 0:
        oracles.wheel(next(out.iterdir()))
    else:
        assert list(out.iterdir()) == []
