"""Scans from anybody: kept with their picture alone or refused; a PDF that could act, hide or lie is no paper."""

from __future__ import annotations

import io
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin

from honnin.adapters import papers
from honnin.adapters.paper_jpeg import rebuild_jpeg
from honnin.adapters.paper_pdf import MAX_PAGES, check_pdf
from honnin.adapters.papers import PAPER_LIMITS, paper_png, read_paper
from honnin.core.errors import DataError

SECRET = b"35.6895N-139.6917E"


def opened(octets):
    return Image.open(io.BytesIO(octets))


def picture(size=(60, 40), mode="RGB"):
    image = Image.new(mode, size, 0)
    image.paste(255 if mode in {"1", "L"} else (200, 30, 30) if mode == "RGB" else (0, 200, 200, 0), (0, 0, size[0] // 2, size[1] // 2))
    return image


def jpeg(image=None, **options):
    out = io.BytesIO()
    (image or picture()).save(out, "JPEG", quality=95, **options)
    return out.getvalue()


def exif(orientation):
    made = Image.Exif()
    made[0x0112], made[0x010E] = orientation, SECRET.decode()
    return made


def code_of(octets):
    with pytest.raises(DataError) as caught:
        read_paper(octets)
    return caught.value.code


# --- pictures ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{}, {"progressive": True}, {"restart_marker_rows": 1}, {"optimize": True}])
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_a_photo_keeps_its_picture_and_loses_what_the_camera_wrote(mode, options):
    whole = jpeg(picture(mode=mode), exif=exif(6), comment=SECRET, icc_profile=SECRET * 9, **options) + b"PK\x03\x04" + SECRET
    paper = read_paper(whole)
    assert paper.media_type == "image/jpeg"
    assert SECRET not in paper.octets
    assert opened(paper.octets).tobytes() == opened(whole).tobytes()
    assert dict(opened(paper.octets).getexif()) == {0x0112: 6}


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_shown_the_right_side_up(orientation):
    from PIL import ImageOps

    whole = jpeg(exif=exif(orientation))
    shown = opened(paper_png(read_paper(whole).octets)).convert("RGB")
    wanted = ImageOps.exif_transpose(opened(whole)).convert("RGB")
    assert shown.size == wanted.size
    red = [each.getpixel((5, 5))[0] > 100 for each in (shown, wanted)]
    assert red[0] is red[1]


def test_a_large_scan_is_made_small_for_the_screen_and_kept_as_it_is():
    paper = read_paper(jpeg(Image.new("L", (2480, 3508), 200)))
    assert opened(paper.octets).size == (2480, 3508)
    width, height = opened(paper_png(paper.octets)).size
    assert PAPER_LIMITS.shown_pixels * 0.9 < width * height <= PAPER_LIMITS.shown_pixels


def test_a_png_keeps_its_picture_alone():
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", SECRET.decode())
    out = io.BytesIO()
    picture((5000, 40)).save(out, "PNG", pnginfo=notes)
    paper = read_paper(out.getvalue() + SECRET)
    assert paper.media_type == "image/png"
    assert SECRET not in paper.octets
    assert opened(paper.octets).tobytes() == picture((5000, 40)).tobytes()


def test_what_it_is_its_content_says():
    for other in (b"<svg onload=alert(1)>", b"<html>", b"GIF89a" + bytes(40), b"PK\x03\x04", b"MZ", b"II*\x00" + bytes(9), b"\x00", b" %PDF-1.7"):
        assert code_of(other) == "paper.type"
    assert code_of(b"") == "paper.size"
    assert code_of(b"\xff\xd8\xff" + bytes(PAPER_LIMITS.input_octets)) == "paper.size"


def test_a_photo_that_is_cut_short_anywhere_is_refused():
    whole = jpeg(progressive=True)
    for end in (*range(3, 200), *range(200, len(whole), 7)):
        with pytest.raises(DataError) as caught:
            rebuild_jpeg(whole[:end], max_pixels=10**6)
        assert caught.value.code == "image.undecodable"


@pytest.mark.parametrize(
    ("name", "octets", "code"),
    [
        ("too many pixels", jpeg()[:160] and b"\xff\xd8\xff\xc0\x00\x11\x08\x1f\xff\x1f\xff\x03" + bytes(12), "paper.size"),
        ("a side too long", b"\xff\xd8\xff\xc0\x00\x11\x08\xff\xff\x00\x10\x03" + bytes(12), "paper.size"),
        ("no height", b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x00\x00\x10\x03" + bytes(12), "paper.damaged"),
        ("arithmetic coding", b"\xff\xd8\xff\xc9\x00\x11\x08\x00\x10\x00\x10\x03" + bytes(12), "paper.damaged"),
        ("a second image inside", b"\xff\xd8\xff\xd8\xff\xd9", "paper.damaged"),
        ("no picture", b"\xff\xd8\xff\xd9", "paper.damaged"),
        ("no scan data that decode", b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x10\x00\x10\x01\x01\x11\x00\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x01\xff\xd9", "paper.damaged"),
        ("segments without end", b"\xff\xd8" + b"\xff\xfe\x00\x02" * 2000, "paper.size"),
        ("only fill", b"\xff\xd8" + b"\xff" * 5000, "paper.damaged"),
    ],
)  # fmt: skip
def test_a_photo_that_lies_is_refused(name, octets, code):
    assert code_of(octets) == code, name


def test_scans_without_end_are_refused():
    whole = jpeg(progressive=True)
    first = whole.index(b"\xff\xda")
    following = whole.index(b"\xff\xc4", first) if b"\xff\xc4" in whole[first:] else whole.index(b"\xff\xda", first + 2)
    scan = whole[first:following]
    with pytest.raises(DataError):
        rebuild_jpeg(whole[:following] + scan * 40 + whole[following:], max_pixels=10**6)


@given(st.binary(max_size=300))
def test_whatever_begins_like_a_photo_is_one_or_refused(octets):
    try:
        assert rebuild_jpeg(b"\xff\xd8\xff" + octets, max_pixels=1000).startswith(b"\xff\xd8")
    except DataError as error:
        assert error.code.startswith("image.")


# --- PDF --------------------------------------------------------------------------------------------------------------

HEAD, TAIL = b"%PDF-1.7\n", b"\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n"
PAGE = b"3 0 obj\n<< /Type /Page /Parent 2 0 R >>\nendobj\n"


def pdf(*objects, tail=TAIL):
    return HEAD + b"1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n" + PAGE + b"".join(objects) + tail


def packed(text, near=b"/Type /ObjStm /N 1 /First 4 /Filter /FlateDecode"):
    body = zlib.compress(text)
    return b"9 0 obj\n<< " + near + b" /Length %d >>\nstream\n" % len(body) + body + b"\nendstream\nendobj\n"


def pdf_code(octets):
    with pytest.raises(DataError) as caught:
        check_pdf(octets)
    return caught.value.code


def test_a_scan_as_pdf_is_kept_as_it_came():
    image = b"4 0 obj\n<< /Subtype /Image /Filter /DCTDecode >>\nstream\n" + jpeg() + b"\nendstream\nendobj\n"
    whole = pdf(image, packed(b"7 0 << /Type /Page >>"))
    paper = read_paper(whole)
    assert (paper.octets, paper.media_type) == (whole, "application/pdf")
    assert check_pdf(whole) == 2


def test_our_own_pdf_of_a_record_is_a_paper():
    from honnin.adapters.pdf import PdfRenderer
    from tests.unit.records.made import record

    assert read_paper(PdfRenderer().pdf(record())).media_type == "application/pdf"


ACTS = ["JavaScript", "Launch", "SubmitForm", "ImportData", "RichMedia", "EmbeddedFile", "EmbeddedFiles", "XFA", "GoToR", "GoToE", "Rendition"]


@pytest.mark.parametrize("name", ACTS)
@pytest.mark.parametrize("how", ["plain", "escaped", "packed", "packed and escaped", "in the body of a stream", "packed in a body"])
def test_what_could_act_is_refused_wherever_it_hides(name, how):
    escaped = b"/" + b"".join(b"#%02x" % each for each in name.encode())
    act = b"5 0 obj\n<< /S " + (escaped if "escaped" in how else b"/" + name.encode()) + b" >>\nendobj\n"
    where = {
        "packed": packed(act), "packed and escaped": packed(act),
        "in the body of a stream": b"4 0 obj\n<< /Length 99 >>\nstream\nxx" + act + b"endstream\nendobj\n",
        "packed in a body": b"4 0 obj\n<< /Length 9999 >>\nstream\nxx" + packed(act) + b"endstream\nendobj\n",
    }.get(how, act)
    assert pdf_code(pdf(where)) == "paper.active"


def test_longer_names_and_links_are_no_actions():
    assert check_pdf(pdf(b"5 0 obj\n<< /S /URI /JavaScripts 1 /LaunchPad 2 /XFAB 3 >>\nendobj\n")) == 1


@pytest.mark.parametrize(
    "near",
    [b"/Type /ObjStm /Filter /FlateDecode /X (endobj) /Subtype /Image", b"/Type /ObjStm /X (stream\n) /Filter /FlateDecode",
     b"/X (" + b"x" * 9000 + b") /Type /ObjStm /Filter /Fl", b"/Type /Obj#53tm /Filter 12 0 R"],
)  # fmt: skip
def test_a_dictionary_that_misleads_hides_nothing(near):
    assert pdf_code(pdf(packed(b"5 0 << /S /JavaScript >>", near=near))) == "paper.active"


@pytest.mark.parametrize("before", [0, 1, 65_530, 65_536 - 11, 65_536 * 2 - 3, 200_000])
@pytest.mark.parametrize("name", [b"/JavaScript ", b"/J#61v#61#53cript>", b"/#4a#61#76#61#53#63#72#69#70#74/"])
def test_a_name_is_found_wherever_it_stands_in_a_stream(before, name):
    assert pdf_code(pdf(packed(b"x" * before + name))) == "paper.active"
    assert pdf_code(pdf(packed(b"x" * before + name[:-1]))) == "paper.active"  # the end of a stream ends a name


def test_what_cannot_be_searched_is_refused():
    assert pdf_code(pdf(tail=b"\ntrailer\n<< /Encrypt 8 0 R >>\n%%EOF")) == "paper.encrypted"
    assert pdf_code(pdf(packed(b"1 0 << /Encrypt 8 0 R >>"))) == "paper.encrypted"
    for odd in (b"LZWDecode", b"#4cZWDecode", b"ASCII85Decode", b"ASCIIHexDecode", b"RunLengthDecode", b"Crypt"):
        assert pdf_code(pdf(packed(b"x", near=b"/Type /ObjStm /Filter [/" + odd + b" /FlateDecode]"))) == "paper.damaged"


def test_streams_without_end_are_refused_and_never_unpacked_whole():
    bomb = packed(bytes(70 << 20))
    assert pdf_code(pdf(bomb)) == "paper.size"
    assert pdf_code(pdf(packed(b"x"), b"stream\n" * 30_000)) == "paper.size"


def test_pages_are_counted_and_bounded():
    assert check_pdf(pdf(PAGE * (MAX_PAGES - 1))) == MAX_PAGES
    assert pdf_code(pdf(PAGE * MAX_PAGES)) == "paper.pages"
    assert pdf_code(pdf(packed(PAGE * MAX_PAGES))) == "paper.pages"
    assert pdf_code(HEAD + TAIL) == "paper.pages"


@pytest.mark.parametrize("tail", [b"", b"%%EOF" + b"x" * 20, TAIL + b"<html>", TAIL + b" " * 2000, TAIL + b"PK\x03\x04"])
def test_a_pdf_has_an_end_and_nothing_behind_it(tail):
    assert pdf_code(pdf(tail=tail)) == "paper.damaged"


@given(st.binary(max_size=400))
def test_whatever_begins_like_a_pdf_is_one_or_refused(octets):
    try:
        assert check_pdf(b"%PDF-1.4" + octets + b"%%EOF") >= 1
    except DataError as error:
        assert error.code.startswith("paper.")


def test_a_busy_decoder_is_told_as_such(monkeypatch):
    def busy(octets):
        raise DataError("image.busy", "too many")

    monkeypatch.setattr(papers, "paper_png", busy)
    assert code_of(jpeg()) == "image.busy"
