"""Independent judges over every artifact: the packaging library, csv, zipfile, tarfile, twine, check-wheel-contents."""

from __future__ import annotations

import base64
import configparser
import contextlib
import csv
import hashlib
import io
import stat
import tarfile
import zipfile
from dataclasses import dataclass
from email import message_from_bytes
from pathlib import Path, PurePosixPath

from check_wheel_contents.checker import WheelChecker
from check_wheel_contents.checks import Check
from check_wheel_contents.contents import WheelContents
from packaging.metadata import Metadata, RawMetadata, parse_email
from packaging.utils import canonicalize_name, parse_sdist_filename, parse_wheel_filename
from twine.commands.check import check as twine_check

DAWN = (1980, 1, 1, 0, 0, 0)


@dataclass(frozen=True)
class Artifact:
    """What was found in a wheel or sdist that passed every judge."""

    path: Path
    files: dict[str, bytes]
    metadata_file: bytes
    raw: RawMetadata
    metadata: Metadata

    @property
    def headers(self) -> list[str]:
        """The lines of the core metadata before the description."""
        return self.metadata_file.decode().split("\n\n", 1)[0].split("\n")

    def header(self, name: str) -> list[str]:
        """The values of a header, as written."""
        return [line.removeprefix(f"{name}: ") for line in self.headers if line.startswith(f"{name}: ")]


@dataclass(frozen=True)
class Wheel(Artifact):
    """A wheel that passed every judge."""

    dist_info: str

    @property
    def scripts(self) -> dict[str, dict[str, str]]:
        """The entry points by group."""
        text = self.files.get(f"{self.dist_info}/entry_points.txt", b"").decode()
        parser = configparser.ConfigParser(delimiters=("=",), interpolation=None, strict=True)
        parser.optionxform = str  # type: ignore[method-assign,assignment]
        parser.read_string(text)
        return {section: dict(parser[section]) for section in parser.sections()}


def wheel(path: Path, *, editable: bool = False, ignore: tuple[str, ...] = (), when: tuple[int, ...] = DAWN) -> Wheel:
    """Judge a wheel; `ignore` names checks of check-wheel-contents that the project itself fails."""
    name, version, build, tags = parse_wheel_filename(path.name)
    assert not build
    files = members_of_zip(path, when)
    dist_info = f"{name.replace('-', '_')}-{version}.dist-info"
    judge_order(list(files), dist_info)
    judge_record(files, f"{dist_info}/RECORD")
    raw, metadata = judge_metadata(files[f"{dist_info}/METADATA"])
    assert canonicalize_name(metadata.name) == name
    assert metadata.version == version
    licenses = f"{dist_info}/licenses/"
    shipped = {file.removeprefix(licenses) for file in files if file.startswith(licenses)}
    assert shipped == set(raw.get("license_files", []))
    about = message_from_bytes(files[f"{dist_info}/WHEEL"])
    assert about["Wheel-Version"] == "1.0"
    assert about["Generator"].startswith("mcp-backend ")
    assert about["Root-Is-Purelib"] == "true"
    assert set(about.get_all("Tag", [])) == {str(tag) for tag in tags}
    judge_description(path, metadata)
    if not editable:
        judge_contents(path, ignore)
    return Wheel(path, files, files[f"{dist_info}/METADATA"], raw, metadata, dist_info)


def sdist(path: Path) -> Artifact:
    """Judge an sdist."""
    name, version = parse_sdist_filename(path.name)
    top = path.name.removesuffix(".tar.gz")
    assert top == f"{name.replace('-', '_')}-{version}"
    header = path.read_bytes()[:10]
    # a gzip header with a file name or a time of day would differ from build to build
    assert header[3] == 0
    files = members_of_tar(path, top)
    raw, metadata = judge_metadata(files["PKG-INFO"])
    assert canonicalize_name(metadata.name) == name
    assert metadata.version == version
    assert "pyproject.toml" in files
    for license_file in raw.get("license_files", []):
        assert license_file in files
    judge_description(path, metadata)
    return Artifact(path, files, files["PKG-INFO"], raw, metadata)


def members_of_zip(path: Path, when: tuple[int, ...]) -> dict[str, bytes]:
    """Read a wheel's members and hold the zip itself to the reproducible form."""
    data = path.read_bytes()
    assert data.startswith(b"PK\x03\x04")
    assert data[-22:-18] == b"PK\x05\x06", "data after the end of the zip, or a comment"
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None
        members = archive.infolist()
        names = [member.filename for member in members]
        assert len(set(names)) == len(names)
        for member in members:
            mode = member.external_attr >> 16
            assert stat.S_ISREG(mode), member.filename
            assert stat.S_IMODE(mode) in {0o644, 0o755}, member.filename
            assert member.create_system == 3
            assert member.date_time == when
            judge_name(member.filename)
        return {name: archive.read(name) for name in names}


def members_of_tar(path: Path, top: str) -> dict[str, bytes]:
    """Read an sdist's members and hold the tar itself to the reproducible form."""
    files: dict[str, bytes] = {}
    times = set()
    with tarfile.open(path) as archive:
        members = archive.getmembers()
        assert [member.name for member in members] == sorted(member.name for member in members)
        for member in members:
            assert member.isreg(), member.name
            assert member.mode in {0o644, 0o755}, member.name
            assert (member.uid, member.gid, member.uname, member.gname) == (0, 0, "", "")
            folder, _, name = member.name.partition("/")
            assert folder == top
            judge_name(name)
            assert name not in files
            times.add(member.mtime)
            content = archive.extractfile(member)
            assert content is not None
            files[name] = content.read()
    assert len(times) == 1
    return files


def judge_name(name: str) -> None:
    """Hold the name of a member to what unpacks everywhere."""
    assert name
    assert not PurePosixPath(name).is_absolute()
    assert ".." not in PurePosixPath(name).parts
    assert "\ufffd" not in name
    assert not any(character < " " for character in name)


def judge_order(names: list[str], dist_info: str) -> None:
    """Hold a wheel to its order: modules, then data folders, then what describes it; each sorted, but RECORD last."""
    described = [name.startswith(f"{dist_info}/") for name in names]
    assert described == sorted(described), "the dist-info is not last"
    assert names[-1] == f"{dist_info}/RECORD"
    content = names[: described.index(True)]
    data = f"{dist_info.removesuffix('.dist-info')}.data/"
    assert content == sorted(content, key=lambda name: (name.startswith(data), name.encode()))


def judge_record(files: dict[str, bytes], record: str) -> None:
    """Hold RECORD to the zip, line by line."""
    rows = list(csv.reader(io.StringIO(files[record].decode(), newline="")))
    assert all(len(row) == 3 for row in rows)
    assert sorted(row[0] for row in rows) == sorted(files)
    for name, digest, size in rows:
        if name == record:
            assert (digest, size) == ("", "")
            continue
        expected = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
        assert digest == f"sha256={expected}"
        assert int(size) == len(files[name])


def judge_metadata(content: bytes) -> tuple[RawMetadata, Metadata]:
    """Parse core metadata strictly, with nothing left over."""
    raw, unparsed = parse_email(content)
    assert unparsed == {}
    assert b"\r" not in content.split(b"\n\n", 1)[0]
    return raw, Metadata.from_email(content, validate=True)


def judge_description(path: Path, metadata: Metadata) -> None:
    """Ask twine whether PyPI would show the description."""
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        failed = twine_check([str(path)], strict=bool(metadata.description))
    assert not failed, printed.getvalue()


def judge_contents(path: Path, ignore: tuple[str, ...]) -> None:
    """Ask check-wheel-contents about the layout."""
    checker = WheelChecker()
    checker.configure_options(ignore={Check[name] for name in ignore} if ignore else None)
    failed = checker.check_contents(WheelContents.from_wheel(path))
    assert failed == [], [failure.show(str(path)) for failure in failed]
