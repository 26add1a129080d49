"""The printed record: right characters, no markup from data, the mark of the simulator on every page."""

from __future__ import annotations

import io
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from honnin.adapters import pdf
from honnin.adapters.font_coverage import covered
from honnin.core.errors import DataError, StoreError
from honnin.records.kakunin import Item
from tests.unit.records.made import record

FILES = Path(pdf.__file__).parent / "pdf_files"
RENDERER = pdf.PdfRenderer()
NAMES = "髙﨑𠮷𩸽葛󠄁祇󠄀𡈽﨑邉邊"


def with_name(name):
    made = record()
    return replace(made, items=tuple(replace(each, value=name) if each.id == "F21.name" else each for each in made.items))


def pages(made):
    return [Image.open(io.BytesIO(each)).convert("L") for each in RENDERER.pages(made, ppi=60)]


def test_a_record_becomes_a_pdf_for_archives_and_always_the_same_one():
    octets = RENDERER.pdf(record())
    assert octets.startswith(b"%PDF-1.7")
    assert b"pdfaid" in octets
    assert RENDERER.pdf(record()) == octets
    assert pdf.PdfRenderer().pdf(record()) == octets


def test_the_packaged_font_has_the_characters_of_names():
    glyphs = covered(FILES / pdf.FONT)
    assert {ord(each) for each in NAMES} <= glyphs
    kanji = set()
    for plane in (b"", b"\x8f"):
        for row in range(1, 95):
            for cell in range(1, 95):
                try:
                    text = (plane + bytes([row + 0xA0, cell + 0xA0])).decode("euc_jis_2004")
                except UnicodeDecodeError:
                    continue
                kanji |= {ord(each) for each in text if 0x4E00 <= ord(each) <= 0x9FFF}
    assert kanji <= glyphs  # every ideograph of JIS X 0213 in its main block


def test_a_character_that_no_font_has_is_printed_as_its_code_point():
    assert pdf._text("\U0003134a", covered(FILES / pdf.FONT)) == "〔U+3134A〕"
    assert RENDERER.pdf(with_name("\U0003134a"))


@pytest.mark.parametrize("each", ["\u202e", "\u2066", "\x00", "\x1b", "\u200f", "\ufeff", "\u2028"])
def test_nothing_that_turns_text_round_is_printed(each):
    assert each not in pdf._text(f"A{each}B", covered(FILES / pdf.FONT))


ATTACKS = [
    '#panic("run")', '#read("/etc/passwd")', '#import "@preview/x:0.1.0": *', "#set page(fill: black)", "*太字* _斜_ $x^2$ `raw`",
    "<label> @ref", "\\u{41} \\", "= 見出し", "- a\n+ b", '"], more: "', "#sys.inputs", "//x", "/* x", "https://example.invalid",
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS)
def test_no_text_of_a_card_is_markup(attack):
    """Drawn as it stands: a page with the same text whose first sign is another differs in that sign alone."""
    drawn, plain = pages(with_name(f"見{attack}"))[0], pages(with_name(f"本{attack}"))[0]
    assert drawn.size == plain.size
    box = Image.composite(drawn, plain, Image.new("L", drawn.size, 0)).getbbox()
    assert box is not None
    changed = [n for n, (a, b) in enumerate(zip(drawn.tobytes(), plain.tobytes(), strict=True)) if abs(a - b) > 40]
    rows = {n // drawn.size[0] for n in changed}
    assert changed
    assert max(rows) - min(rows) < 16  # one line of text


def test_values_reach_the_template_as_strings_only():
    values = pdf._values(with_name("#x"), (), covered(FILES / pdf.FONT))

    def kinds(value):
        if isinstance(value, dict):
            return set().union(*map(kinds, value.values()))
        if isinstance(value, list):
            return set().union(set(), *map(kinds, value))
        return {type(value)}

    assert kinds(values) == {str, bool}


def reds(image):
    return sum(1 for r, g, b in zip(*(each.tobytes() for each in image.split()), strict=True) if r > g + 8 and r > b + 8)


def test_the_simulator_is_named_on_every_page():
    long = replace(record(), items=(*record().items, *(Item("F24", f"見本の職業 {n}") for n in range(120))))
    marked = [Image.open(io.BytesIO(each)).convert("RGB") for each in RENDERER.pages(long, ppi=50)]
    plain = [Image.open(io.BytesIO(each)).convert("RGB") for each in RENDERER.pages(replace(long, simulated=False), ppi=50)]
    assert len(marked) > 3
    assert all(reds(each) > 500 for each in marked)
    assert all(reds(each) == 0 for each in plain)


def test_a_missing_font_has_a_code_of_its_own(tmp_path, monkeypatch):
    monkeypatch.setattr(pdf, "FONT", "gone.otf")
    with pytest.raises(StoreError, match=r"pdf\.font_missing"):
        pdf.PdfRenderer().pdf(record())
    monkeypatch.undo()
    with pytest.raises(StoreError, match=r"pdf\.font_missing"):
        pdf.PdfRenderer(tmp_path / "no such folder").pdf(record())


def test_a_folder_of_further_fonts_may_hold_anything(tmp_path):
    (tmp_path / "broken.otf").write_bytes(b"OTTO" + bytes(100))
    (tmp_path / "notes.txt").write_text("no font")
    shutil.copy(FILES / pdf.FONT, tmp_path / "again.otf")
    assert pdf.PdfRenderer(tmp_path).pdf(record()).startswith(b"%PDF")


@pytest.mark.parametrize("octets", [b"", b"OTTO", b"OTTO\x00\x01" + bytes(30), b"ttcf" + bytes(20)])
def test_a_file_that_is_no_font_is_refused(tmp_path, octets):
    file = tmp_path / "x.otf"
    file.write_bytes(octets)
    with pytest.raises(DataError, match=r"font\.malformed"):
        covered(file)


PART = "attachment/ATT_CHIP_policy/full_name_as_the_chip_has_it.png"


def with_picture():
    made = record()
    items = (replace(each, value="", attachment=PART) if each.id == "F21.name" else each for each in made.items)
    return replace(made, items=tuple(items))


def drawing(width=480, height=80, colour=0):
    out = io.BytesIO()
    image = Image.new("L", (width, height), 255)
    image.paste(colour, (10, 10, width - 10, height - 10))
    image.save(out, "PNG")
    return out.getvalue()


def dark(pictures):
    """Dark points on the first page."""
    page = Image.open(io.BytesIO(RENDERER.pages(with_picture(), (), pictures, ppi=60)[0])).convert("L")
    return sum(1 for each in page.tobytes() if each < 60)


def test_a_name_that_is_a_picture_is_printed_as_that_picture():
    plain = dark({})
    assert dark({PART: drawing()}) > plain + 2000
    assert abs(dark({"attachment/other.png": drawing()}) - plain) < 20
    octets = RENDERER.pdf(with_picture(), (), {PART: drawing()})
    assert octets.startswith(b"%PDF-1.7")
    assert b"/Subtype /Image" in octets or b"/Subtype/Image" in octets


@pytest.mark.parametrize("octets", [b"", b"GIF89a", drawing()[:8] + bytes(16), drawing() + bytes(pdf.MAX_PICTURE)])
def test_what_is_no_picture_of_ours_is_left_to_the_attachment(octets):
    assert dark({PART: octets}) == dark({})


def test_a_picture_of_any_shape_stays_on_the_page():
    for shape in ((4000, 20), (20, 900)):
        assert RENDERER.pdf(with_picture(), (), {PART: drawing(*shape)})
        assert len(RENDERER.pages(with_picture(), (), {PART: drawing(*shape)}, ppi=40)) == len(RENDERER.pages(with_picture(), ppi=40))


FRONT = "attachment/ATT_CHIP_policy/front_image.tif"


def test_a_whole_front_is_large_enough_to_be_read_and_stands_once():
    glyphs = frozenset(range(0x20000))
    drawn = pdf._pictures({FRONT: drawing(856, 540), PART: drawing(856, 540)}, glyphs)
    assert drawn[pdf._text(FRONT, glyphs)]["width"] > 85
    assert drawn[pdf._text(PART, glyphs)]["width"] < 20
    made = record()
    items = tuple(replace(each, attachment=FRONT) if each.id.startswith("F21.") else each for each in made.items)
    values = pdf._values(replace(made, items=items), (), glyphs)
    rows = next(each["rows"] for each in values["sections"] if each["title"] == "記録事項")
    assert [each["picture"] for each in rows].count(pdf._text(FRONT, glyphs)) == 1


def test_a_house_without_a_name_is_not_called_by_our_id():
    nameless = replace(record(), tenant_name="house", tenant_id="house")
    assert "house.yaml" in pdf.house_name(nameless)
    assert pdf.house_name(replace(nameless, tenant_name="見本司法書士事務所")) == "見本司法書士事務所"


def test_no_row_has_an_empty_name_and_a_missing_character_is_explained():
    values = pdf._values(with_name("見本　〓子"), (), frozenset(range(0x20000)))
    rows = [row for section in values["sections"] for row in section["rows"]]
    assert all(row["name"] for row in rows)
    assert next(row for row in rows if "〓" in row["value"])["more"].endswith("〓は文字コードにない字です（券面の印字のとおり）")
    assert not any("〓" in row["more"] for row in rows if "〓" not in row["value"])


def test_a_row_stays_on_one_page_and_a_very_long_one_may_go_on():
    assert len(RENDERER.pages(with_name("見" * 6000), ppi=40)) > 2
    assert RENDERER.pdf(with_name("見" * 400))
