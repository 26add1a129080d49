"""Images that lie: the child process may die, the program that shows portraits may not."""

from __future__ import annotations

import io
import struct
import time
import zlib
from pathlib import Path

import pytest
from PIL import Image

from honnin.adapters import image_worker, images
from honnin.checks.passport.faces import parse_dg2
from honnin.core.errors import DataError
from tests.vectors import vector_path


def encoded(form: str, size: tuple[int, int] = (64, 80), mode: str = "RGB", **options: object) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(size).convert(mode).save(out, form, **options)
    return out.getvalue()


def opened(png: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(png), formats=["PNG"])
    image.load()
    return image


@pytest.mark.parametrize(
    ("form", "mode", "options", "shown"),
    [
        ("JPEG", "RGB", {}, "RGB"),
        ("JPEG", "L", {}, "L"),
        ("JPEG", "CMYK", {}, "RGB"),
        ("JPEG2000", "RGB", {}, "RGB"),
        ("JPEG2000", "RGBA", {}, "RGB"),
        ("JPEG2000", "L", {"no_jp2": True}, "L"),
    ],
)
def test_the_formats_of_passports_become_png(form: str, mode: str, options: dict[str, object], shown: str) -> None:
    image = opened(images.decode_to_png(encoded(form, mode=mode, **options)))
    assert image.size == (64, 80)
    assert image.mode == shown
    assert not image.info


def test_portraits_of_the_specimens_are_shown_quickly() -> None:
    for name in ("dg2/iso19794-5_jpeg.bin", "dg2/iso39794-5_mandatory.bin", "sets/bsi2008_mustermann/EF.DG2.bin"):
        portrait = parse_dg2(vector_path(f"passport/{name}").read_bytes())
        start = time.perf_counter()
        assert opened(images.decode_to_png(portrait.image)).size > (1, 1)
        assert time.perf_counter() - start < 4  # a tenth of it on a quiet machine


def test_metadata_of_the_original_does_not_come_along() -> None:
    exif = Image.Exif()
    exif[0x010E] = "planted-description"
    data = encoded("JPEG", exif=exif, comment=b"planted-comment")
    assert b"planted-comment" in data
    assert b"planted" not in images.decode_to_png(data)


@pytest.mark.parametrize("form", ["JPEG", "JPEG2000"])
def test_truncated_images_are_refused(form: str) -> None:
    data = encoded(form, (200, 200))
    for length in (3, 40, len(data) // 2):
        with pytest.raises(DataError) as caught:
            images.decode_to_png(data[:length])
        assert caught.value.code == "image.undecodable"


@pytest.mark.parametrize("data", [b"", b"\xff\xd8\xff", b"GIF89a", encoded("GIF"), encoded("BMP"), b"%!PS-Adobe\n"])
def test_other_formats_are_refused_whatever_the_library_knows(data: bytes) -> None:
    with pytest.raises(DataError) as caught:
        images.decode_to_png(data)
    assert caught.value.code == "image.undecodable"


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded() -> None:
    limits = images.ImageLimits(pixels=64 * 80 - 1)
    with pytest.raises(DataError) as caught:
        images.decode_to_png(encoded("JPEG2000"), limits=limits)
    assert caught.value.code == "image.too_large"
    bomb = encoded("JPEG", (2500, 2500), "L", quality=1)
    assert len(bomb) < 200_000
    with pytest.raises(DataError) as caught:
        images.decode_to_png(bomb)
    assert caught.value.code == "image.too_large"


def test_a_codestream_that_claims_gigabytes_is_refused() -> None:
    data = bytearray(encoded("JPEG2000", no_jp2=True))
    at = data.index(b"\xff\x51") + 6  # SIZ: Rsiz, then Xsiz, Ysiz, …
    data[at : at + 8] = struct.pack(">II", 0x7FFFFFFF, 0x7FFFFFFF)
    with pytest.raises(DataError) as caught:
        images.decode_to_png(bytes(data))
    assert caught.value.code in {"image.too_large", "image.undecodable"}


def test_too_many_octets_are_not_even_sent() -> None:
    with pytest.raises(DataError) as caught:
        images.decode_to_png(bytes((1 << 20) + 1))
    assert caught.value.code == "image.too_large"


@pytest.mark.parametrize(
    ("script", "code"),
    [
        ("import os; os.kill(os.getpid(), 11)", "image.undecodable"),
        ("import time; time.sleep(60)", "image.undecodable"),
        ("while True: pass", "image.undecodable"),
        ("import sys\nwhile True: sys.stdout.buffer.write(bytes(65536))", "image.too_large"),
        ("print('not a png')", "image.undecodable"),
        ("raise SystemExit(4)", "image.too_large"),
    ],
)
def test_a_decoder_that_was_taken_over_gains_nothing(
    script: str, code: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker = tmp_path / "worker.py"
    worker.write_text(script)
    monkeypatch.setattr(images, "_WORKER", worker)
    start = time.perf_counter()
    with pytest.raises(DataError) as caught:
        images.decode_to_png(bytes(1 << 20), limits=images.ImageLimits(wall_seconds=1.5, output_octets=1 << 20))
    assert caught.value.code == code
    assert time.perf_counter() - start < 10


def test_a_png_that_is_larger_than_asked_for_is_not_believed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    header = struct.pack(">IIBBBBB", 50_000, 50_000, 8, 0, 0, 0, 0)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    png = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    worker = tmp_path / "worker.py"
    worker.write_text(f"import sys; sys.stdout.buffer.write({png!r})")
    monkeypatch.setattr(images, "_WORKER", worker)
    with pytest.raises(DataError) as caught:
        images.decode_to_png(encoded("JPEG"))
    assert caught.value.code == "image.undecodable"


def test_it_works_where_the_platform_has_no_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    worker = tmp_path / "worker.py"
    text = Path(image_worker.__file__).read_text()
    assert "import resource" in text
    worker.write_text(text.replace("import resource ", "import no_such_module as resource "))
    monkeypatch.setattr(images, "_WORKER", worker)
    assert opened(images.decode_to_png(encoded("JPEG"))).size == (64, 80)


def test_many_who_ask_at_once_do_not_start_as_many_decoders(monkeypatch):
    """Each child may take half a gigabyte: forty tabs must not take twenty."""
    import threading

    running, most = 0, 0
    lock = threading.Lock()
    run = images._run

    def counted(data, limits):
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        try:
            return run(data, limits)
        finally:
            with lock:
                running -= 1

    monkeypatch.setattr(images, "_run", counted)
    data = encoded("JPEG")
    threads = [threading.Thread(target=images.decode_to_png, args=(data,)) for _ in range(3 * images.AT_ONCE)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert 1 < most <= images.AT_ONCE


def test_who_waits_too_long_for_a_decoder_is_told(monkeypatch):
    import threading

    monkeypatch.setattr(images, "_slots", threading.BoundedSemaphore(1))
    with images._slots, pytest.raises(DataError, match=r"image\.busy"):
        images.decode_to_png(encoded("JPEG"), limits=images.ImageLimits(wall_seconds=0.05))
    images.decode_to_png(encoded("JPEG"))
