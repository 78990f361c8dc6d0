"""Compress wheels as hard as deflate can: `python scripts/pack_wheel.py WHEEL...`.

An isolated build fetches the backend anew, so that each byte of its wheel is paid for by every project. Zopfli finds
some 3 % that the level 9 of zlib does not; contents, order, times and modes stay, and with them RECORD. A wheel that is
packed already comes out the same.
"""

from __future__ import annotations

import struct
import sys
import zipfile
from pathlib import Path

from zopfli.zlib import compress  # type: ignore[import-untyped]

# zlib's header of two bytes and its checksum of four lie around what a zip archive holds
AROUND = slice(2, -4)
LOCAL = struct.Struct("<4s5H3L2H")
CENTRAL = struct.Struct("<4s4B4H3L5H2L")
END = struct.Struct("<4s4H2LH")


def main() -> None:
    """Pack each wheel that is named, in its place."""
    for name in sys.argv[1:]:
        wheel = Path(name)
        before = wheel.stat().st_size
        packed = pack(wheel)
        wheel.write_bytes(packed)
        print(f"{wheel.name}: {before:,} bytes, packed {len(packed):,}")


def pack(wheel: Path) -> bytes:
    """Return the archive with its entries compressed anew."""
    body, directory = bytearray(), bytearray()
    with zipfile.ZipFile(wheel) as archive:
        infos = archive.infolist()
        for info in infos:
            content = archive.read(info)
            data = compress(content)[AROUND] if content else b""
            method = zipfile.ZIP_DEFLATED if content else zipfile.ZIP_STORED
            directory += central(info, method, len(data), len(body))
            body += local(info, method, len(data)) + data
    count = len(infos)
    return bytes(body + directory + END.pack(b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0))


def local(info: zipfile.ZipInfo, method: int, size: int) -> bytes:
    """Return the header before an entry (APPNOTE.TXT, 4.3.7)."""
    name, date, time = facts(info)
    return LOCAL.pack(b"PK\3\4", 20, 0x800, method, time, date, info.CRC, size, info.file_size, len(name), 0) + name


def central(info: zipfile.ZipInfo, method: int, size: int, offset: int) -> bytes:
    """Return the entry's line in the directory (4.3.12), with the mode of its file."""
    name, date, time = facts(info)
    unix = 3
    return (
        CENTRAL.pack(
            b"PK\1\2", 20, unix, 20, 0, 0x800, method, time, date, info.CRC, size, info.file_size, len(name),
            0, 0, 0, 0, info.external_attr, offset,
        )
        + name
    )  # fmt: skip


def facts(info: zipfile.ZipInfo) -> tuple[bytes, int, int]:
    """Return the name of an entry, and its date and time as a zip archive has them."""
    year, month, day, hour, minute, second = info.date_time
    return info.filename.encode(), (year - 1980) << 9 | month << 5 | day, hour << 11 | minute << 5 | second // 2


if __name__ == "__main__":
    main()
