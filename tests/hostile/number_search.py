"""Finds an individual number in octets, however it is written there: what tests of leaks search with.

Twelve digits in ASCII, full width, UTF-16, in groups, in packed digits, in hexadecimal and Base64; inside ZIP, gzip and
zlib streams, at any depth; as text of a PDF; and as the digests from which anybody could find them by trying.
"""

from __future__ import annotations

import base64
import contextlib
import functools
import gzip
import hashlib
import io
import re
import zipfile
import zlib

FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
BETWEEN = r"[\s\-‐‑–—−－ー・.,_/:]{0,3}"
MAX_DEPTH = 5


@functools.cache
def octet_forms(digits: str) -> dict[str, bytes]:
    """What may stand in octets, by name."""
    plain = digits.encode()
    forms = {
        "ascii": plain,
        "full width": digits.translate(FULL_WIDTH).encode(),
        "utf-16-le": digits.encode("utf-16-le"),
        "utf-16-be": digits.encode("utf-16-be"),
        "full width utf-16-le": digits.translate(FULL_WIDTH).encode("utf-16-le"),
        "full width utf-16-be": digits.translate(FULL_WIDTH).encode("utf-16-be"),
        "packed": bytes.fromhex(digits),
        "nibbles swapped": bytes.fromhex("".join(digits[n + 1] + digits[n] for n in range(0, 12, 2))),
        "integer": int(digits).to_bytes(8, "big").lstrip(b"\0"),
        "integer, little": int(digits).to_bytes(8, "little").rstrip(b"\0"),
        "hex": plain.hex().encode(),
        "hex, upper": plain.hex().upper().encode(),
        "hex, spaced": plain.hex(" ").encode(),
        "html": "".join(f"&#{each};" for each in plain).encode(),
        "percent": "".join(f"%{each:02X}" for each in plain).encode(),
    }
    for name, octets in (("ascii", plain), ("packed", bytes.fromhex(digits)), ("file", number_file(digits))):
        for shift in range(3):
            whole = base64.b64encode(b"\0" * shift + octets)
            inner = whole[(0, 2, 3)[shift] : len(whole) - (0, 3, 2)[(shift + len(octets)) % 3]]
            forms[f"base64 of {name} {shift}"] = inner
            forms[f"base64url of {name} {shift}"] = inner.translate(bytes.maketrans(b"+/", b"-_"))
    for source, octets in (("digits", plain), ("file", number_file(digits))):
        for name in ("md5", "sha1", "sha256", "sha384", "sha512"):
            digest = hashlib.new(name, octets).digest()
            forms[f"{name} of {source}"] = digest
            forms[f"{name} of {source}, hex"] = digest.hex().encode()
            forms[f"{name} of {source}, base64"] = base64.b64encode(digest)
    return forms


def number_file(digits: str) -> bytes:
    """EF 0001 as the card has it: what its signed digest is made of (mynumber-card.md §5.3)."""
    return b"\xff\x10\x0c" + digits.encode() + b"\xff\xff"


def found(octets: bytes, digits: str, depth: int = 0) -> list[str]:
    """In which forms the number stands there; empty when it does not."""
    names = [name for name, form in octet_forms(digits).items() if form in octets]
    grouped = re.compile(BETWEEN.join(digits))
    for encoding in ("utf-8", "utf-16-le", "utf-16-be"):
        for start in (0, 1) if encoding != "utf-8" else (0,):
            text = octets[start:].decode(encoding, "ignore")
            plain = text.translate({ord(wide): narrow for wide, narrow in zip("０１２３４５６７８９", "0123456789", strict=True)})
            if grouped.search(plain):
                names.append(f"in groups, {encoding}")
                break
    if depth < MAX_DEPTH:
        for name, inner in unpacked(octets):
            names += [f"{name} > {each}" for each in found(inner, digits, depth + 1)]
    return names


def unpacked(octets: bytes):
    """What is inside: entries of a ZIP, gzip, every zlib stream (PDF, PNG), the text of a PDF, Base64 blocks."""
    if octets[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(octets)):
        with zipfile.ZipFile(io.BytesIO(octets)) as archive:
            for name in archive.namelist():
                yield f"name {name}", name.encode()
                yield name, archive.read(name)
    if octets[:2] == b"\x1f\x8b":
        with contextlib.suppress(OSError, EOFError, zlib.error):
            yield "gzip", gzip.decompress(octets)
    streams = list(zlib_streams(octets))
    yield from ((f"zlib {n}", each) for n, each in enumerate(streams))
    if octets[:5] == b"%PDF-":
        yield "pdf text", pdf_text(octets, streams).encode()
    for n, block in enumerate(re.findall(rb"[A-Za-z0-9+/_-]{40,}={0,2}", octets)):
        for shift in range(4):
            piece = block[shift:].translate(bytes.maketrans(b"-_", b"+/")).rstrip(b"=")
            piece = piece[:-1] if len(piece) % 4 == 1 else piece
            yield f"base64 {n}+{shift}", base64.b64decode(piece + b"=" * (-len(piece) % 4))


def zlib_streams(octets: bytes):
    for match in re.finditer(rb"\x78[\x01\x5e\x9c\xda]", octets):
        stream = zlib.decompressobj()
        try:
            inner = stream.decompress(octets[match.start() :], 64 << 20)
        except zlib.error:
            continue
        if inner:
            yield inner


def pdf_text(octets: bytes, streams: list[bytes]) -> str:
    """The text of a PDF whose fonts have a ToUnicode table: each table is tried on every string."""
    tables = [table for each in streams if (table := _to_unicode(each))]
    lines = []
    for stream in [octets, *streams]:
        strings = [bytes.fromhex(each.decode()) for each in re.findall(rb"<((?:[0-9A-Fa-f]{4})+)>", stream)]
        strings += [_unescaped(each) for each in re.findall(rb"\(((?:\\.|[^\\()])*)\)\s*(?:Tj|'|\d|-)", stream, re.DOTALL)]
        strings += [_unescaped(each) for each in re.findall(rb"\(((?:\\.|[^\\()])*)\)", stream, re.DOTALL)] if b"TJ" in stream else []
        for table in tables:
            text = "".join(
                table.get(string[n : n + 2], "") for string in strings for n in range(0, len(string) - 1, 2)
            )
            lines.append(text)
    return "\n".join(lines)


def _to_unicode(stream: bytes) -> dict[bytes, str]:
    table: dict[bytes, str] = {}
    for block in re.findall(rb"beginbfchar(.*?)endbfchar", stream, re.DOTALL):
        for code, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            table[bytes.fromhex(code.decode())] = bytes.fromhex(text.decode()).decode("utf-16-be", "replace")
    for block in re.findall(rb"beginbfrange(.*?)endbfrange", stream, re.DOTALL):
        for first, last, text in re.findall(rb"<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>\s*<([0-9A-Fa-f]+)>", block):
            start = int(text, 16)
            for n in range(int(last, 16) - int(first, 16) + 1):
                code = (int(first, 16) + n).to_bytes(len(first) // 2, "big")
                table[code] = chr(start + n) if start + n < 0x110000 else ""
    return table


_ESCAPES = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f"}


OCTAL = tuple(bytes([each]) for each in b"01234567")


def _unescaped(string: bytes) -> bytes:
    def one(match: re.Match[bytes]) -> bytes:
        what = match.group(1)
        return bytes([int(what, 8) & 0xFF]) if what[:1] in OCTAL else _ESCAPES.get(what, what)

    return re.sub(rb"\\([0-7]{1,3}|.)", one, string, flags=re.DOTALL)
