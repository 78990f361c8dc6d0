"""The traps that lie in the file system and in the life of a hook: links, special files, modes, big trees."""

from __future__ import annotations

import csv
import io
import os
import re
import socket
import stat
import sys
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import oracles
import pytest
from backend import HOOKS, Backend, Call, Outcome
from conftest import Project
from servers import pyproject, snapshot

pytestmark = pytest.mark.skipif(os.name == "nt", reason="links and special files as POSIX has them")

BOTH = ("build_wheel", "build_sdist")


def all_refused(outcomes: dict[str, Outcome], code: str | None = None) -> None:
    """Demand a refusal from every hook that ran."""
    assert {hook: outcome.refused for hook, outcome in outcomes.items()} == dict.fromkeys(outcomes, True)
    for outcome in outcomes.values():
        assert code is None or code in outcome.codes, outcome.report


def fifo(path: Path) -> None:
    """Make a FIFO, which an open for reading would wait on for ever."""
    os.mkfifo(path)


def unix_socket(path: Path) -> None:
    """Make a socket; its path may be no longer than about a hundred bytes."""
    here = Path.cwd()
    os.chdir(path.parent)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(path.name)
    finally:
        os.chdir(here)


@pytest.mark.trap(16)
@pytest.mark.parametrize("make", [fifo, unix_socket])
def test_a_special_file_is_refused_and_never_opened(
    make: Callable[[Path], None], project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project()
    make(root / "src/demo_server/pipe")
    all_refused(backend.hooks(root, tmp_path / "out", BOTH))


@pytest.mark.trap(17)
@pytest.mark.parametrize(
    "target",
    ["../../../secret.txt", "ABSOLUTE", "../../../folder", "data/../../../../secret.txt"],
    ids=["relative", "absolute", "folder", "chain"],
)
def test_a_link_out_of_the_project_is_refused(target: str, project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project()
    secret = tmp_path / "secret.txt"
    secret.write_text("secret\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "secret.txt").write_text("secret\n")
    (root / "src/demo_server/link.txt").symlink_to(secret if target == "ABSOLUTE" else target)
    all_refused(backend.hooks(root, tmp_path / "out", BOTH), "FIL012")


@pytest.mark.trap(18)
@pytest.mark.parametrize(("link", "target"), [("copy.json", "data/units.json"), ("more", "data")])
def test_a_link_inside_has_one_meaning(
    link: str, target: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project()
    (root / "src/demo_server" / link).symlink_to(target)
    outcomes = backend.hooks(root, tmp_path / "out", BOTH)
    assert outcomes["build_wheel"].refused == outcomes["build_sdist"].refused
    if outcomes["build_wheel"].refused:
        return
    wheel = oracles.wheel(outcomes["build_wheel"].built(), ignore=("W002",))
    unpacked = unpack(outcomes["build_sdist"].built(), tmp_path / "unpacked")
    again = oracles.wheel(backend.hook("build_wheel", unpacked, tmp_path / "again").built(), ignore=("W002",))
    assert again.files == wheel.files


@pytest.mark.trap(18)
@pytest.mark.parametrize(
    "links",
    [{"a": "b", "b": "a"}, {"self": "."}, {"broken.txt": "nowhere"}],
    ids=["loop", "own folder", "broken"],
)
def test_a_link_to_nowhere_is_refused(
    links: dict[str, str], project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project()
    for link, target in links.items():
        (root / "src/demo_server" / link).symlink_to(target)
    all_refused(backend.hooks(root, tmp_path / "out", BOTH))


@pytest.mark.trap(19)
@pytest.mark.skipif(sys.platform != "linux", reason="other systems do not store such a name")
def test_a_name_that_is_not_utf8_is_refused(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project()
    Path(os.fsdecode(os.fsencode(root / "src/demo_server/") + b"/caf\xe9.txt")).write_text("x\n")
    all_refused(backend.hooks(root, tmp_path / "out", BOTH))


@pytest.mark.trap(19)
@pytest.mark.trap(21)
@pytest.mark.parametrize("name", ["a\nb.txt", "a\\b.txt", "a:b.txt", "what?.txt", 'q"x.txt', "a\tb.txt", "*.txt"])
def test_an_odd_name_has_one_fate(name: str, project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({f"src/demo_server/{name}": "x\n"})
    outcomes = backend.hooks(root, tmp_path / "out")
    assert len({outcome.refused for outcome in outcomes.values()}) == 1
    if outcomes["build_wheel"].refused:
        return
    wheel = oracles.wheel(outcomes["build_wheel"].built())
    sdist = oracles.sdist(outcomes["build_sdist"].built())
    assert f"demo_server/{name}" in wheel.files
    assert f"src/demo_server/{name}" in sdist.files


@pytest.mark.trap(22)
def test_more_files_than_a_plain_zip_can_count(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project()
    count = 66_000
    for number in range(count):
        folder = root / "src/demo_server/data" / str(number // 1000)
        folder.mkdir(exist_ok=True)
        (folder / f"{number}.txt").write_bytes(b"%d" % number)
    outcomes = backend.hooks(root, tmp_path / "out", BOTH)
    with zipfile.ZipFile(outcomes["build_wheel"].built()) as wheel:
        names = wheel.namelist()
        record = next(name for name in names if name.endswith("/RECORD"))
        rows = list(csv.reader(io.StringIO(wheel.read(record).decode(), newline="")))
    assert len(names) > count
    assert sorted(names) == sorted(row[0] for row in rows)
    with tarfile.open(outcomes["build_sdist"].built()) as sdist:
        assert len(sdist.getnames()) > count


@pytest.mark.trap(22)
@pytest.mark.skipif(sys.platform != "linux", reason="the peak of memory is read from /proc")
def test_a_file_larger_than_four_gib_is_streamed(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project()
    size = 2**32 + 1
    # sparse: it takes no room on the disk
    with (root / "src/demo_server/data/big.bin").open("wb") as big:
        big.truncate(size)
    # its size is the business of a rule, not of the archive
    call = Call(config={"check": "off"}, measure=True)
    wheel = backend.hook("build_wheel", root, tmp_path / "out", call).built()
    with zipfile.ZipFile(wheel) as archive:
        assert archive.getinfo("demo_server/data/big.bin").file_size == size
    peak = int((tmp_path / "out" / "peak").read_text())
    assert peak < 200 * 2**20


@pytest.mark.trap(25)
@pytest.mark.parametrize(("given", "kept"), [(0o4755, 0o755), (0o600, 0o644), (0o700, 0o755), (0o666, 0o644)])
def test_a_mode_says_only_whether_a_file_runs(
    given: int, kept: int, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project({"src/demo_server/data/run.sh": "#!/bin/sh\n"})
    (root / "src/demo_server/data/run.sh").chmod(given)
    outcomes = backend.hooks(root, tmp_path / "out", BOTH)
    with zipfile.ZipFile(outcomes["build_wheel"].built()) as wheel:
        mode = wheel.getinfo("demo_server/data/run.sh").external_attr >> 16
    assert stat.S_IMODE(mode) == kept
    with tarfile.open(outcomes["build_sdist"].built()) as sdist:
        assert sdist.getmember("demo_server-1.2.3/src/demo_server/data/run.sh").mode == kept


@pytest.mark.trap(26)
@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env", "PASSWORD=hunter2\n"),
        ("id_rsa", "hunter2\n"),
        (".netrc", "machine example.org login me password hunter2\n"),
        ("credentials.json", '{"client_secret": "hunter2-hunter2-hunter2"}\n'),
    ],
)
def test_a_secret_stops_the_author_but_not_the_editable(
    name: str, text: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project({f"src/demo_server/{name}": text})
    outcomes = backend.hooks(root, tmp_path / "out", (*BOTH, "build_editable"))
    for hook in BOTH:
        assert "SEC004" in outcomes[hook].codes, outcomes[hook].report
        assert "hunter2" not in outcomes[hook].report
    outcomes["build_editable"].built()


@pytest.mark.trap(32)
def test_the_editable_is_one_path_and_no_code(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project(name="path with spaces and ü")
    wheel = oracles.wheel(backend.hook("build_editable", root, tmp_path / "out").built(), editable=True)
    (pth,) = (name for name in wheel.files if name.endswith(".pth"))
    assert wheel.files[pth].decode() == f"{root.resolve() / 'src'}\n"
    assert not any(name.startswith("demo_server/") for name in wheel.files)


@pytest.mark.trap(32)
@pytest.mark.parametrize("name", ["new\nline", "return\rcarriage"])
def test_a_path_that_a_pth_cannot_hold_is_refused(
    name: str, project: Project, backend: Backend, tmp_path: Path
) -> None:
    hooks = ("build_editable", "prepare_metadata_for_build_editable")
    outcomes = backend.hooks(project(name=name), tmp_path / "out", hooks)
    assert all(outcomes[hook].refused for hook in hooks)


@pytest.mark.trap(33)
def test_hooks_leave_the_tree_as_it_was(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project()
    before = snapshot(root)
    for outcome in backend.hooks(root, tmp_path / "out").values():
        outcome.built()
    assert snapshot(root) == before


@pytest.mark.trap(34)
def test_an_unknown_setting_is_told(project: Project, backend: Backend, tmp_path: Path) -> None:
    call = Call(config={"chekc": "off"})
    outcome = backend.hook("build_wheel", project(), tmp_path / "out", call)
    assert "chekc" in outcome.report
    assert "check" in outcome.report


@pytest.mark.parametrize(("setting", "is_refused"), [("off", False), ("warn", False), ("error", True)])
def test_check_tunes_what_refuses(
    setting: str, *, is_refused: bool, project: Project, backend: Backend, tmp_path: Path
) -> None:
    root = project({"src/demo_server/.env": "PASSWORD=hunter2\n"})
    outcome = backend.hook("build_wheel", root, tmp_path / "out", Call(config={"check": setting}))
    assert outcome.refused == is_refused


def test_check_off_leaves_the_structural_rules_alone(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({"pyproject.toml": pyproject({"scripts": '{ demo-server = "demo_server.gone:main" }'})})
    assert "ENT001" in backend.hook("build_wheel", root, tmp_path / "out", Call(config={"check": "off"})).codes


@pytest.mark.trap(36)
def test_the_sdist_is_a_pax_archive_of_one_folder(project: Project, backend: Backend, tmp_path: Path) -> None:
    # longer than the hundred bytes that the oldest tar has room for, and not ASCII
    long = f"data/{'ü' * 60}/{'y' * 120}.txt"
    root = project({f"src/demo_server/{long}": "x\n"})
    sdist = oracles.sdist(backend.hook("build_sdist", root, tmp_path / "out").built())
    assert sdist.files["pyproject.toml"] == (root / "pyproject.toml").read_bytes()
    assert f"src/demo_server/{long}" in sdist.files
    assert "tests/test_demo.py" in sdist.files
    with tarfile.open(sdist.path) as archive:
        pax = [member for member in archive.getmembers() if member.pax_headers]
    assert any(long in member.pax_headers.get("path", "") for member in pax)


@pytest.mark.trap(38)
@pytest.mark.parametrize("locale", ["C", "POSIX", "en_US.ISO-8859-1"])
def test_hooks_work_in_any_locale(locale: str, project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({"src/demo_server/data/été.txt": "é\n"})
    # without these Python would save us by switching to UTF-8 itself
    plain = {"LC_ALL": locale, "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    outcomes = backend.hooks(root, tmp_path / "out", HOOKS, Call(environment=plain))
    wheel = oracles.wheel(outcomes["build_wheel"].built())
    assert "demo_server/data/été.txt" in wheel.files
    oracles.sdist(outcomes["build_sdist"].built())


@pytest.mark.trap(38)
def test_a_report_is_plain_ascii_where_the_locale_is(project: Project, backend: Backend, tmp_path: Path) -> None:
    root = project({"pyproject.toml": pyproject({"version": '"banana"'})})
    plain = {"LC_ALL": "C", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"}
    report = backend.hook("build_wheel", root, tmp_path / "out", Call(environment=plain)).report
    assert report.isascii()
    assert not re.search("\x1b", report)


def unpack(sdist: Path, into: Path) -> Path:
    """Unpack an sdist as frontends do and return its folder."""
    with tarfile.open(sdist) as archive:
        archive.extractall(into, filter="data")
    return into / sdist.name.removesuffix(".tar.gz")
