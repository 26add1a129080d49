"""Each string in both languages, each in use, none missing; colours by token only."""

from __future__ import annotations

import re
import string
from pathlib import Path

import pytest

from honnin.adapters.house_file import LAWS
from honnin.core.errors import HonninError
from honnin.facts import DocumentKind
from honnin.flows.keys import TypedKeyError
from honnin.flows.ledger_check_ports import HoldAct
from honnin.flows.messages import MESSAGES, message_for
from honnin.flows.visit import STEPS, CardState, Stage
from honnin.flows.ways import PINS_OF, Way
from honnin.records.ledger.event import Kind
from honnin.records.visit_record import Completion
from honnin.server import catalogue, frame, view
from honnin.server.catalogue import TEXTS, text
from honnin.server.frame import TRAY_SECRETS
from honnin.server.key_page import NAMED
from honnin.server.law_view import FLAGS, KINDS, WHO
from honnin.server.pages.finish import ACTS as FINISH_ACTS
from honnin.server.pages.finish import FIELDS as FINISH_FIELDS
from honnin.server.pages.records import DONE
from honnin.server.record_list import _COLUMNS
from honnin.server.record_view import _DETAILS, SEARCHED_AS

HERE = Path(frame.__file__).parent
SOURCES = [
    path
    for pattern in ("templates/*.html", "pages/*.py", "*.py")
    for path in HERE.glob(pattern)
    if not path.name.startswith("catalogue")
]
ALL = "\n".join(path.read_text("utf-8") for path in SOURCES)
CARD_WAYS = [each for each in Way if each is not Way.PASSPORT]
PINS = sorted({name for names in PINS_OF.values() for name in names})
FIELDS = ("birth6", "year", "code", "card")
# Keys put together in a template or a page: their beginnings, and what may follow.
MADE = {
    "place.": list(CardState), "home.open.at.": [each for each in Stage if each != "saved"],
    "completion.": list(Completion), "group.": [name for name, _ in view._GROUPS],
    "": [label for items in view.ITEMS.values() for _, label in items], "item.image.": view.PICTURES.values(),
    "reading.": [*STEPS, *(f"{each}.done" for each in STEPS)], "reading.state.": ["completed", "editing", "ahead"],
    "steps.": ["case", "card", "key", "confirm", "save"], "document.": [*DocumentKind, "none"],
    "done.method.": list(DocumentKind),
    "result.": ["save", "lookup", "face", "print", "yes", "no", "unsure"], "result.todo.": ["face", "print", "face.go", "print.go"],
    "record.answer.": ["face", "print"], "help.steps.": "1234", "unreadable.": "123456",
    "help.keys.": ["enter", "ctrl", "f2", "esc"],
    "help.": ["passed", "failed", "impossible", "not_done", "signed_text", "signed_image", "unsigned_chip", "unchecked"],
    "display.": ["size", "contrast", "auto", "keys"], "display.size.": ["100", "125", "150"],
    "group.issuer.": ["mynumber", "mynumber_licence", "licence", "residence"], "secret.": NAMED, "key.": [*FIELDS, *(f"{each}.help" for each in FIELDS)],
    "key.h1.": [*CARD_WAYS, "blocked", "unknown"], "key.lead.": CARD_WAYS, "key.way.": list(Way),
    "key.will_read.": [*CARD_WAYS, "list"], "key.will_not_read.": [*CARD_WAYS, "list"], "key.pin.": ["show.label", "hide.label", "shown", "hidden", *PINS, *(f"{each}.help" for each in ("text", "signing", "licence", "number_a"))],
    "key.digits.": ["show.label", "hide.label", "shown", "hidden"], "key.forgotten.": [*(each for each in Way if not each.endswith("no_pin"))],
    "key.blocked.": ["mynumber", "licence"], "key.last.": ["mynumber", "licence"],
    "drawing.": ["reference_b", "text_pin", "signature", "mynumber_licence", "no_pin", "nothing", "not_printed", "licence", "residence", "number_a", "number"], "tray.": [*TRAY_SECRETS, "back"],
    "unreadable.forgotten.": "1234", "result.lookup.": ["valid", "lapsed"],
    "case.actor.": WHO, "case.kind.": KINDS, "case.representative.": ["yes", "no"], "case.cash.": ["yes", "no"],
    "case.other.": ["agents_own", "agent_for_customer", "corporation"], "case.flag.": FLAGS, "number.": ["done.kept", "until.saved"], "case.way.": ["mynumber.number", "other.number", "mynumber", "licence", "residence", "passport"],
    "declare.": ["purpose", "occupation", "occupation.organisation", "foreign_pep", "alias", "alias_name", "alias_reason", "pep_reason", "yes", "no", "h1"],
    "result.address.": ["kind", "number", "issued", "until"], "result.photo_printed.": ["yes", "no"],
    "entry.": ["h1", "missing", "date.wrong", "date.help", "percent.help", "percent.wrong", "glyphs.wrong"],
    "finish.act.": FINISH_ACTS, "finish.mail_kind.": ["no_forward", "restricted", "addressee_only"],
    "finish.mail_to.": ["document", "supplement", "business"], "finish.how.": ["presented", "sent_original", "sent_copy"],
    "finish.whose.": ["own", "other", "additional"], "finish.valid.": ["yes", "no"], "finish.current.": ["yes", "no"],
    "finish.": [*(name for fields in FINISH_FIELDS.values() for name, _ in fields), "go"],
    "attach.": [f"{each}.missing" for each in ("code", "file", "on", "clean")],
    "access.": ["none", "bac", "pace", "pin", "printed_key", "files"],
    "verdict.other.": ["customer", "acting"],
    "left.": ["method", "other", "item"],
    "records.tab.": ["search", "refresh", "due", "unfinished"], "record.done.": sorted(DONE), "history.": list(Kind),
    "history.detail.": _DETAILS, "history.as.": SEARCHED_AS, "hold.act.": list(HoldAct), "law.name.": [*LAWS, "bangou", "none"],
    "audit.state.": ["agrees", "accepted", "broken", "unknown"], "date.": ["year", "month", "day"],
    "records.": [each.removeprefix("records.") for each in _COLUMNS if each.startswith("records.")],
    "display.contrast.": "01", "display.auto.": "01", "display.keys.": "01",
}  # fmt: skip


def _used() -> set[str]:
    literal = set(re.findall(r"""\bt\(\s*["']([a-z0-9_.]+)["']\s*[,)]""", ALL))
    literal |= set(re.findall(r"""\btext\(\s*\w+,\s*["']([a-z0-9_.]+)["']""", ALL))
    literal |= set(re.findall(r""""(error\.[a-z0-9]+\.h1|error\.h1|done\.h1(?:\.unfinished)?)\"""", ALL))
    literal |= set(re.findall(r""""(line\.no_source|note\.[a-z_0-9]+\.[a-z_0-9]+|item\.\w+\.(?:issued|changed))\"""", ALL))
    literal |= set(re.findall(r"""t\("([a-z._]+)" if [^}]+?\}\}""", ALL))
    return literal | {f"{begin}{end}" for begin, ends in MADE.items() for end in ends}


def test_every_key_in_use_is_there():
    assert _used() - set(TEXTS) == set()


def test_no_key_is_left_over():
    assert set(TEXTS) - _used() == set()


@pytest.mark.parametrize("key", sorted(TEXTS))
def test_a_key_has_both_languages_with_the_same_places_to_fill(key):
    japanese, english = TEXTS[key]
    assert japanese.strip()
    assert english.strip()
    places = [{name for _, name, _, _ in string.Formatter().parse(each) if name} for each in (japanese, english)]
    assert places[0] == places[1]


def test_english_texts_are_english_but_for_the_name_and_the_switch():
    odd = {key for key, (_, english) in TEXTS.items() if re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", english)}
    papers = {"key.pin.text", "key.pin.signing"}  # what stands in the holder's papers
    assert odd == {"product", "nav.language", *papers}


def test_the_words_that_must_never_be_said_are_not():
    for japanese, english in [*TEXTS.values(), *((each.ja, each.en) for each in MESSAGES.values())]:
        assert not re.search("合法|適法|完璧|保証|本人確認OK|不明なエラー|てしまいました|！", japanese)
        assert "!" not in english
        assert not re.search(r"\b(legal|lawful|guarantee)", english)


def test_a_missing_key_is_no_empty_string():
    with pytest.raises(KeyError):
        text("ja", "no.such.key")


CODES = [
    "visit.not_found", "visit.too_many", "visit.stage", "visit.cancelled", "visit.answers", "visit.incomplete",
    "visit.internal", "key.missing", "key.several", "key.length", "key.kana", "key.twelve_digits",
    "key.pin.missing", "key.pin.digits", "key.pin.password", "statement.visit", "key.number_b.missing", "key.number_b.birth6", "key.number_b.year",
    "key.number_b.code", "key.card.missing", "key.card.form", "visit.way", "key.field_missing", "key.number", "key.date", "key.can", "request.host", "request.cross_site",
    "request.too_large", "request.too_many", "request.not_found", "request.csrf", "store.not_found", "store.open",
    "store.newer", "store.damaged", "server.failed", "serve.port", "serve.host", "serve.data",
]  # fmt: skip


@pytest.mark.parametrize("code", CODES)
def test_each_error_of_the_counter_says_what_to_do_next_in_both_languages(code):
    message = message_for(HonninError(code, "x"))
    assert message.ja
    assert message.en
    assert message.next_ja
    assert message.next_en


def test_every_code_that_the_counter_raises_has_a_sentence():
    folder = HERE.parent
    files = [*(folder / "server").rglob("*.py"), folder / "flows/visits.py", folder / "flows/open_visits.py",
             *folder.glob("flows/visit_*.py"), folder / "flows/keys.py", folder / "flows/ways.py", folder / "flows/statement.py",
             folder / "flows/record_keeping.py", folder / "adapters/plain_visits.py", folder / "adapters/house_file.py",
             folder / "cli/serve.py"]
    found = set(re.findall(r'Error\(\s*(?:\d+,\s*)?"([a-z_]+\.[a-z_.]+)"', "\n".join(f.read_text("utf-8") for f in files)))
    assert len(found) > 20
    unknown = {code for code in found if code not in MESSAGES and code.rpartition(".")[0] not in MESSAGES}
    assert unknown == set()


COLOUR = re.compile(
    r"#[0-9a-fA-F]{3,8}\b|\b(?:rgba?|hsla?|oklch|lab|color-mix)\(|:\s*[^;{]*\b(?:black|white|red|green|blue|yellow|orange|gr[ae]y|navy)\b(?![-\w])"
)


@pytest.mark.parametrize("path", sorted([*(HERE / "static").glob("*.css"), *HERE.glob("templates/*.html")]), ids=lambda p: p.name)
def test_no_colour_literal_outside_the_token_file(path):
    plain = re.sub(r"/\*.*?\*/|var\([^)]*\)|href=\"#[^\"]*\"", "", path.read_text("utf-8"), flags=re.DOTALL)
    assert COLOUR.findall(plain) == []


def test_the_colour_test_would_find_one():
    for bad in ("a{color:#fff}", "a{color: rgb(1,2,3)}", "a{border: 1px solid red}", "a{background:white}"):
        assert COLOUR.search(bad)


def test_every_token_in_use_exists():
    tokens = (HERE / "static/vendor/tokens.css").read_text("utf-8")
    own = "".join(path.read_text("utf-8") for path in (HERE / "static").glob("*.css"))
    defined = set(re.findall(r"(--[\w-]+):", tokens + own))
    assert set(re.findall(r"var\((--[\w-]+)", own)) - defined == set()


def test_the_token_file_has_its_licence_beside_it():
    assert "MIT License" in (HERE / "static/vendor/LICENSE-tokens.txt").read_text("utf-8")


def test_no_static_file_asks_another_host():
    for path in (HERE / "static").rglob("*"):
        if path.suffix in {".css", ".js", ".svg"}:
            plain = path.read_text("utf-8").replace("http://www.w3.org/2000/svg", "")
            assert not re.search(r"https?://|@import|url\(", plain), path.name


def test_a_typed_key_error_names_its_field():
    assert TypedKeyError("key.can", "x", "can").field == "can"


def test_languages_are_the_two():
    assert catalogue.LANGUAGES == ("ja", "en")
