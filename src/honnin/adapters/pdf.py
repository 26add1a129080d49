"""確認記録 as PDF (PDF/A-2b) and as pictures of its pages, by typst with a packaged template and font.

No network, no system state: the font is the packaged Noto Sans JP (SIL OFL 1.1), and fonts of a folder that the house
names for rarer characters (IPAmj Mincho has those of the family registers). What no font has is printed as its code
point, 〔U+2A6B2〕, never left out. Values travel as data and are drawn as strings: no text of a card is typst markup.
A name or an address that the chip has as a picture is printed as that picture, the typed text beside it.
"""

from __future__ import annotations

import importlib.resources
import json
import re
import threading
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from honnin.adapters.font_coverage import covered
from honnin.core.errors import DataError, StoreError
from honnin.facts.glyphs import GETA
from honnin.records.kakunin import Amendment, AttachmentRef, Item, Kakunin, State, history
from honnin.records.kakunin_fields import FIELDS, HUSHED_NOTICES, attachment_name, base_of, label
from honnin.records.kakunin_make import DOCUMENT_NAMES

__all__ = ["PdfRenderer"]

FONT = "NotoSansJP-Regular.otf"
MAX_PICTURES = 16
MAX_PICTURE = 200_000  # octets of one PNG
_WIDEST_MM, _HIGHEST_MM = 100.0, 12.0
_FRONT, _FRONT_HIGHEST_MM = "front_image", 62.0  # a whole card, of which name and address are to be read
_PNG = b"\x89PNG\r\n\x1a\n"
_FAMILY = "Noto Sans JP"
_SUFFIXES = frozenset({".otf", ".ttf", ".ttc"})
_MAX_FONTS = 32
# Families that a house may add, best first: names before texts.
_EXTRA_FAMILIES = ("IPAmjMincho", "IPAexGothic", "IPAexMincho", "Noto Sans CJK JP", "Noto Serif CJK JP")
_NO_CHARACTER = "〓は文字コードにない字です（券面の印字のとおり）"
_LONG_RUN = re.compile(r"[!-~]{28,}")
_TITLES = {
    "hanshu": ("確認記録", "犯罪による収益の移転防止に関する法律 第6条"),
    "keitai": ("本人確認記録", "携帯電話不正利用防止法 第4条"),
    "keitai_rental": ("貸与時本人確認記録", "携帯電話不正利用防止法 第10条"),
    "bangou": ("番号確認・身元確認の記録", "番号法 第16条（実務上の記録）"),
}
_PROVENANCE = {
    "signed_text": "ICチップ・署名つき", "signed_image": "ICチップ・署名つき画像",
    "unsigned_chip": "ICチップ・署名なし", "staff": "担当者の記入", "typed": "手入力", "ocr": "文字認識",
}  # fmt: skip


class PdfRenderer:
    """Renders records. Safe to use from several threads; the first use loads typst and the fonts (0.1 s).

    `font_folder`: further fonts of the house (.otf, .ttf, .ttc); None: only the packaged one.
    """

    def __init__(self, font_folder: Path | None = None) -> None:
        self._folder = font_folder
        self._turn = threading.Lock()
        self._compiler: Any = None
        self._covered: frozenset[int] = frozenset()
        self._families = [_FAMILY]

    def pdf(
        self, record: Kakunin, amendments: Sequence[Amendment] = (), pictures: Mapping[str, bytes] | None = None
    ) -> bytes:
        """The PDF; the same record, pictures and fonts give the same octets.

        `pictures`: PNG octets by name of the attachment (`flows.kakunin_pictures`), already decoded and written anew by
        us; one over MAX_PICTURE octets is left to the attachment. Raises StoreError `pdf.font_missing` (the packaged
        font is gone), `pdf.engine_missing`, `pdf.failed`.
        """
        return self._render(record, amendments, pictures or {}, "pdf")[0]

    def pages(
        self,
        record: Kakunin,
        amendments: Sequence[Amendment] = (),
        pictures: Mapping[str, bytes] | None = None,
        *,
        ppi: int = 110,
    ) -> list[bytes]:
        """Each page as PNG octets. Raises as `pdf`."""
        return self._render(record, amendments, pictures or {}, "png", ppi=min(max(ppi, 36), 300))

    def _render(
        self,
        record: Kakunin,
        amendments: Sequence[Amendment],
        pictures: Mapping[str, bytes],
        form: str,
        *,
        ppi: int = 110,
    ) -> list[bytes]:
        with self._turn:
            if self._compiler is None:
                self._start()
            values = {
                "fonts": self._families,
                "pictures": _pictures(pictures, self._covered),
                **_values(record, amendments, self._covered),
            }
            try:
                made = self._compiler.compile(
                    format=form,
                    ppi=float(ppi),
                    sys_inputs={"record": json.dumps(values, ensure_ascii=False)},
                    pdf_standards="a-2b" if form == "pdf" else [],
                    timestamp=int(record.made_at.timestamp()),
                )
            except Exception as error:  # noqa: BLE001  # typst raises kinds of its own
                raise StoreError("pdf.failed", "the record could not be made into a PDF", str(error)[:500]) from None
        if isinstance(made, bytes):
            return [made]
        if isinstance(made, list) and made and all(isinstance(each, bytes) for each in made):
            return made
        raise StoreError("pdf.failed", "the record could not be made into a PDF", "nothing came out")

    def _start(self) -> None:
        folder = Path(str(importlib.resources.files("honnin.adapters") / "pdf_files"))
        font, template = folder / FONT, folder / "kakunin.typ"
        if not font.is_file():
            raise StoreError("pdf.font_missing", "the font of this program is missing", FONT)
        try:
            import typst  # noqa: PLC0415  # 80 MB of code that only this needs
        except ImportError:
            raise StoreError("pdf.engine_missing", "the program that makes PDFs is not installed", "typst") from None
        extra = _fonts_in(self._folder)
        glyphs = set(covered(font))
        for each in extra:
            try:
                glyphs |= covered(each)
            except DataError:
                continue  # what cannot be read draws nothing
        paths = [str(folder), *dict.fromkeys(str(each.parent) for each in extra)]
        try:
            fonts = typst.Fonts(
                include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(each) for each in paths]
            )
            families = set(fonts.families())
            self._compiler = typst.Compiler(template, root=folder, font_paths=fonts)
        except Exception as error:  # noqa: BLE001  # typst raises kinds of its own
            raise StoreError("pdf.failed", "the record could not be made into a PDF", str(error)[:500]) from None
        self._families = [_FAMILY, *(each for each in _EXTRA_FAMILIES if each in families and each != _FAMILY)]
        self._covered = frozenset(glyphs)


def _fonts_in(folder: Path | None) -> list[Path]:
    if folder is None:
        return []
    try:
        return sorted(each for each in folder.iterdir() if each.suffix.lower() in _SUFFIXES)[:_MAX_FONTS]
    except OSError:
        raise StoreError("pdf.font_missing", "the folder of fonts cannot be read", folder.name) from None


# --- what is printed --------------------------------------------------------------------------------------------------


def _values(record: Kakunin, amendments: Sequence[Amendment], glyphs: frozenset[int]) -> dict[str, Any]:
    """The JSON that the template draws: every text cleaned, nothing but strings, lists and the two flags."""
    title, statute = _TITLES.get(record.law, ("確認記録", record.law))
    warnings = []
    if record.simulated:
        warnings.append("模擬または試験用のカードの記録です。実際の本人確認には使えません。")
    if record.state is State.UNFINISHED:
        warnings.append("未完了の記録です。法令の定める本人確認は終わっていません。")
    values = {
        "title": title,
        "subtitle": statute,
        "house": house_name(record),
        "number": f"記録番号 {record.record_id}",
        "simulated": record.simulated,
        "unfinished": record.state is State.UNFINISHED,
        "warnings": warnings,
        "head": _head(record),
        "sections": [each for each in _sections(record, amendments) if each["rows"]],
    }
    return {name: _clean(value, glyphs) for name, value in values.items()}


def house_name(record: Kakunin) -> str:
    """The name of the business; a house that has given none is not called by an id of this program."""
    named = record.tenant_name and record.tenant_name != record.tenant_id
    return record.tenant_name if named else "名前の設定なし（house.yaml の name）"


def _row(name: str, value: str, more: str = "") -> dict[str, str]:
    return {"name": name, "value": value or "―", "more": more, "picture": ""}


def _pictures(pictures: Mapping[str, bytes], glyphs: frozenset[int]) -> dict[str, dict[str, Any]]:
    """Octets and width in millimetres by name, as the template has names."""
    drawn = {}
    for name, octets in list(pictures.items())[:MAX_PICTURES]:
        if not octets.startswith(_PNG) or len(octets) > MAX_PICTURE:
            continue
        width, height = (int.from_bytes(octets[at : at + 4], "big") for at in (16, 20))
        if width and height:
            highest = _FRONT_HIGHEST_MM if _FRONT in name else _HIGHEST_MM
            millimetres = min(_WIDEST_MM, highest * width / height)
            drawn[_text(name, glyphs)] = {"octets": list(octets), "width": millimetres}
    return drawn


def _section(title: str, rows: Iterable[dict[str, str]], note: str = "") -> dict[str, Any]:
    return {"title": title, "note": note, "rows": list(rows)}


def _head(record: Kakunin) -> list[dict[str, str]]:
    return [
        _row("記録番号", record.record_id),
        _row("事業者", house_name(record)),
        _row("確認が完了した日", _day(record.on.isoformat())),
        _row("記録を作成した日時", _moment(record.made_at)),
        _row("状態", "完了" if record.state is State.FINISHED else "未完了"),
        _row("確認した書類", DOCUMENT_NAMES.get(record.document, (record.document,))[0]),
    ]


def _sections(record: Kakunin, amendments: Sequence[Amendment]) -> list[dict[str, Any]]:
    legal = [each for each in record.items if not each.id.startswith("product.")]
    product = [each for each in record.items if each.id.startswith("product.")]
    return [
        _section("確認方法", (
            _row(f"{each.article}{'' if each.letter in each.article else each.letter}", each.title,
                 f"法令の版 {each.egov_revision or each.revision}　書類 {each.document or '―'}　{each.id}")
            for each in record.methods
        )),
        _section("記録事項", _each_picture_once(_item_row(each, record.customer_kind) for each in legal)),
        _section("カードの画像の字", (
            _glyph_row(each) for each in record.attachments if each.glyph
        ), "文字コードにない字（〓）を、ICチップにある画像のまま示します。"),
        _section("確認の経過", (_item_row(each, record.customer_kind) for each in product)),
        _section("変更・追加", (
            row for each in amendments for row in _amendment_rows(record, amendments, each)
        ), "前の内容は消さずに残しています（規則20条3項）。"),
        _section("添付資料", (
            _row(attachment_name(each.code)[0], each.part.rpartition("/")[2], f"SHA-256 {each.sha256}")
            for each in record.attachments
        ), "この記録とともに保存しています。"),
        _section("発行者の署名を確認できない書類の取扱い", (
            _row(DOCUMENT_NAMES.get(each.document, (each.document,))[0], each.reason or "理由の記載なし")
            for each in record.accepted_unverifiable
        )),
        _section("注意", (
            _row(str(number), each.ja)
            for number, each in enumerate((each for each in record.notices if each.code not in HUSHED_NOTICES), 1)
        )),
        _section("版", [
            _row("法令の版", record.law_revision), _row("規則データの版", record.rules_version),
            _row("ICチップの確認の版", record.checks_version), _row("ソフトウェアの版", record.software_version),
            _row("根拠とした事実", "、".join(record.evidence)),
        ]),
    ]  # fmt: skip


def _item_row(item: Item, kind: str) -> dict[str, str]:
    spec = FIELDS.get(base_of(item.id))
    clause = "" if spec is None or spec.clause.startswith("law.md") else spec.clause
    value = item.value or (f"添付資料のとおり（{item.attachment.rpartition('/')[2]}）" if item.attachment else "")
    if item.at is not None:
        shown = _day(item.at.date().isoformat()) if item.day_only else _moment(item.at)
        value = f"{shown}　{value}".strip()
    missing = _NO_CHARACTER if GETA in item.value else ""
    more = "　".join(each for each in (item.by, _PROVENANCE.get(item.provenance, ""), clause, missing) if each)
    return {**_row(label(item.id, kind)[0], value, more), "picture": item.attachment}


def _glyph_row(picture: AttachmentRef) -> dict[str, str]:
    name, file = f"カードの画像の字 {picture.glyph}", picture.part.rpartition("/")[2]
    return {**_row(name, file, _PROVENANCE.get(picture.provenance, "")), "picture": picture.part}


def _each_picture_once(rows: Iterable[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The front of an old residence card is name, address and birth date in one picture: drawn with the first."""
    drawn: set[str] = set()
    for row in rows:
        yield {**row, "picture": ""} if row["picture"] in drawn else row
        drawn.add(row["picture"])


def _amendment_rows(
    record: Kakunin, amendments: Sequence[Amendment], amendment: Amendment
) -> Iterable[dict[str, str]]:
    for item in amendment.items:
        earlier = history(record, amendments[: amendment.number - 1], item.id)
        before = earlier[-1].value if earlier else "なし"
        more = f"{_moment(amendment.at)}　{amendment.by}　{amendment.reason}　前：{before}"
        yield _row(label(item.id, record.customer_kind)[0], item.value, more)


def _moment(moment: datetime) -> str:
    return f"{moment.year}年{moment.month}月{moment.day}日 {moment:%H:%M:%S} (+09:00)"


def _day(iso: str) -> str:
    year, month, day = iso.split("-")
    return f"{int(year)}年{int(month)}月{int(day)}日"


def _clean(value: Any, glyphs: frozenset[int]) -> Any:
    if isinstance(value, str):
        return _text(value, glyphs)
    if isinstance(value, list):
        return [_clean(each, glyphs) for each in value]
    if isinstance(value, Mapping):
        return {name: _clean(each, glyphs) for name, each in value.items()}
    return value


def _text(value: str, glyphs: frozenset[int]) -> str:
    """Only what can be drawn, in the order in which it stands: no control and no direction characters (a text could
    read otherwise than it is), a code point for what no font has, a place to break in long runs.
    """
    out = []
    for each in value:
        kind = unicodedata.category(each)
        if each in "\n\t":
            out.append(" ")
        elif kind in {"Cc", "Cf", "Cs", "Zl", "Zp"}:
            out.append(f"〔U+{ord(each):04X}〕")
        elif ord(each) in glyphs:
            out.append(each)
        else:
            out.append(f"〔U+{ord(each):04X}〕")
    return _LONG_RUN.sub(lambda run: "\u200b".join(re.findall(".{1,14}", run.group())), "".join(out))
