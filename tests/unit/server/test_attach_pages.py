"""Scans of papers are attached on a page, by name, and come out again as nothing that a browser runs."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner
from PIL import Image

from honnin.cli.main import main
from honnin.core.clock import japan_day, system_clock
from honnin.flows.attachments import Brought
from honnin.law.acts import Handover
from honnin.records.kakunin import State
from honnin.records.later import Attached, PaperCame
from honnin.server.security import MAX_FILES, MAX_UPLOAD
from tests.hostile.test_papers import SECRET, exif, jpeg, packed, pdf
from tests.unit.server.test_entry_pages import ANSWERS, DECLARED, finish, kept, to_result
from tests.unit.server.test_finish_pages import BY, add, sound, without_photo
from tests.unit.server.test_later_bundles import judged
from tests.unit.server.test_law_pages import browser

__all__ = ["browser"]

TODAY = japan_day(system_clock())
PHOTO = jpeg(exif=exif(6))


@pytest.fixture
def sale(browser):
    return without_photo(browser, "real-estate-sale")


def attach(browser, record, *files, **fields):
    sent = {"csrf": browser.token, "code": "ATT_SENT_DOCUMENT", "clean": "1", **fields}
    named = [("file", (name, octets, kind)) for name, octets, kind in files]
    answer = browser.http.post(f"/records/{record}/attach", data=sent, files=named or [("file", ("", b"", ""))])
    browser._learn(answer)
    return answer


def test_a_scan_is_attached_by_name_and_is_in_record_pdf_history_and_bundle(browser, sale):
    page = browser.get(f"/records/{sale}/attach")
    assert 'enctype="multipart/form-data"' in page.text
    done = attach(browser, sale, ("見本 太郎.jpg", PHOTO, "image/jpeg"), ("x", pdf(), "text/html"), parts="1")
    assert done.url.path == f"/records/{sale}", done.text[:3000]
    assert 'data-done="attach"' in done.text
    record, parts = kept(browser, sale)
    brought = [each for each in record.attachments if each.provenance == "brought"]
    assert [(each.code, each.media_type) for each in brought] == [("ATT_SENT_DOCUMENT", "image/jpeg"), ("ATT_SENT_DOCUMENT", "application/pdf")]
    assert SECRET not in parts[brought[0].part]
    assert [hashlib.sha256(parts[each.part]).hexdigest() for each in brought] == [each.sha256 for each in brought]
    (later,) = record.of("product.later")
    assert f"{TODAY.year}年{TODAY.month}月{TODAY.day}日に受けた" in later.value
    assert later.by == "模擬職員 花子（demo-1）"
    shown = browser.get(f"/records/{sale}").text
    assert "見本 太郎.jpg" not in shown
    assert shown.count("data-attachment=") == len(record.attachments)
    assert later.value in shown
    assert browser.get(f"/records/{sale}/pdf").status_code == 200
    with zipfile.ZipFile(io.BytesIO(browser.post(f"/records/{sale}/export").content)) as bundle:
        inside = b"".join(bundle.read(name) for name in bundle.namelist())
    assert all(parts[each.part] in inside for each in brought)
    assert sound(browser) == ()


def test_a_missing_copy_is_named_first_and_no_longer_missing_when_it_is_there(browser, sale):
    add(browser, sale, PaperCame(TODAY, "CERTIFICATES", Handover.SENT_COPY, "架空市長 123", valid=True, address_current=True))
    before = {each.code for each in browser.services.completing.standing(sale).left}
    wanted = [each for each in before if each.startswith("ATT_")]
    page = browser.get(f"/records/{sale}/attach").text
    assert page.count("（この記録に必要）") == len(wanted)
    for code in wanted:
        attach(browser, sale, ("a.pdf", pdf(), ""), code=code, parts="")
    assert not {each.code for each in browser.services.completing.standing(sale).left} & set(wanted)


def test_a_finished_record_takes_a_copy_and_stays_as_the_law_found_it(browser):
    visit, _ = to_result(browser, "mynumber-plain", "real-estate-sale")
    finish(browser, visit, ANSWERS, **DECLARED)
    before, old = kept(browser, visit)
    assert before.state is State.FINISHED
    assert attach(browser, visit, ("a.jpg", PHOTO, "image/jpeg"), code="ATT_COPIES").url.path == f"/records/{visit}"
    after, parts = kept(browser, visit)
    assert (after.state, after.methods, after.on, after.made_at) == (before.state, before.methods, before.on, before.made_at)
    assert parts["decision.json"] == old["decision.json"]
    assert len(after.attachments) == len(before.attachments) + 1
    attach(browser, visit, ("b.jpg", PHOTO, "image/jpeg"), code="ATT_COPIES")
    again, parts = kept(browser, visit)
    assert len({each.part for each in again.attachments}) == len(before.attachments) + 2
    assert {each.part for each in again.attachments} <= set(parts)
    assert sound(browser) == ()


@pytest.mark.parametrize("days", [0, 3])
@pytest.mark.parametrize("finished", [True, False])
def test_a_bundle_with_a_copy_verifies_on_its_own(browser, sale, finished, days):
    record = sale
    if finished:
        record, _ = to_result(browser, "mynumber-plain", "real-estate-sale")
        finish(browser, record, ANSWERS, **DECLARED)
    completing = replace(browser.services.completing, clock=lambda: system_clock() + timedelta(days=days))
    for octets in (b"%PDF-1.4 one", b"%PDF-1.4 two"):
        brought = [Brought("ATT_COPIES", octets, "application/pdf")]
        completing.add(record, Attached(TODAY, (("ATT_COPIES", "application/pdf"),)), by=BY, brought=brought)
    desk = browser.services.desk
    verified = judged(desk.export(record, staff=BY.name), browser.services.store._sealer._signer.key)
    found = {each.id: (each.reason, each.outcome.value) for each in verified.verdict.findings}
    assert (found["bundle.later"][0], found["bundle.decision"][0], found["bundle.record"][0]) == ("ok", "ok", "ok"), found
    assert [each.code for each in verified.verdict.later] == ["attached", "attached"]


def test_what_comes_out_is_a_png_or_a_download_of_plain_octets(browser, sale):
    attach(browser, sale, ("a.jpg", PHOTO, "image/jpeg"), ("b.pdf", pdf(), "application/pdf"))
    record, _ = kept(browser, sale)
    numbers = [n for n, each in enumerate(record.attachments, 1) if each.provenance == "brought"]
    seen = browser.get(f"/records/{sale}/attachment/{numbers[0]}")
    assert seen.headers["content-type"] == "image/png"
    assert Image.open(io.BytesIO(seen.content)).size == (40, 60)  # the right side up
    assert browser.get(f"/records/{sale}/attachment/{numbers[1]}").status_code == 404  # nothing of ours draws a PDF
    for number, octets in zip(numbers, (None, pdf()), strict=True):
        answer = browser.get(f"/records/{sale}/attachment/{number}/file")
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]
        assert octets is None or answer.content == octets
    for number in (0, 99, len(record.attachments) + 1):
        assert browser.get(f"/records/{sale}/attachment/{number}/file").status_code in {404, 422}


def test_what_the_chip_gave_is_listed_and_no_download(browser):
    visit, _ = to_result(browser, "residence-plain", "real-estate-sale")
    finish(browser, visit, ANSWERS, **DECLARED, **{"as": "unfinished"})
    page = browser.get(f"/records/{visit}").text
    assert 'data-attachment="1"' in page
    assert "/attachment/1/file" not in page
    for path in ("", "/file"):
        assert browser.get(f"/records/{visit}/attachment/1{path}").status_code == 404


def test_each_look_and_each_download_is_entered_and_nothing_is_shown_to_nobody(browser, sale):
    attach(browser, sale, ("a.jpg", PHOTO, ""))
    number = len(kept(browser, sale)[0].attachments)
    views = lambda: sum(each.kind == "viewed" for each in browser.services.desk.history(sale))  # noqa: E731
    before = views()
    browser.get(f"/records/{sale}/attachment/{number}")
    browser.get(f"/records/{sale}/attachment/{number}/file")
    browser.get(f"/records/{sale}/attach")
    assert views() == before + 3
    browser.post("/staff/leave")
    for path in (f"attachment/{number}", f"attachment/{number}/file", "attach"):
        assert browser.get(f"/records/{sale}/{path}").url.path == "/staff"
    assert attach(browser, sale, ("b.jpg", PHOTO, "")).url.path == "/staff"
    assert len(kept(browser, sale)[0].attachments) == number


@pytest.mark.parametrize(
    ("octets", "code"),
    [
        (b"<html><script>alert(1)</script>", "paper.type"), (b"", "file"), (pdf(packed(b"<< /S /JavaScript >>")), "paper.active"),
        (pdf(tail=b"<< /Encrypt 1 0 R >> %%EOF"), "paper.encrypted"), (PHOTO[:200], "paper.damaged"),
    ],
)  # fmt: skip
def test_what_is_no_harmless_paper_is_told_and_not_kept(browser, sale, octets, code):
    answer = attach(browser, sale, ("scan.jpg", octets, "image/jpeg"), on="20261101")
    assert answer.status_code == 422
    assert (f'id="{code}-error"' if code == "file" else code) in answer.text
    assert 'value="20261101"' in answer.text
    assert "alert(1)" not in answer.text
    assert not [each for each in kept(browser, sale)[0].attachments if each.provenance == "brought"]


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [({"clean": "0"}, "clean"), ({"code": "ATT_FACE_IMAGE"}, "code"), ({"code": ""}, "code"), ({"on": "soon"}, "on")],
)
def test_what_is_missing_is_told_at_its_field(browser, sale, fields, wrong):
    answer = attach(browser, sale, ("a.jpg", PHOTO, ""), **fields)
    assert answer.status_code == 422
    assert f'id="{wrong}-error"' in answer.text


def test_a_day_to_come_is_refused(browser, sale):
    answer = attach(browser, sale, ("a.jpg", PHOTO, ""), on="20991231")
    assert "later.day" in answer.text
    assert not [each for each in kept(browser, sale)[0].attachments if each.provenance == "brought"]


def test_somebody_who_was_quicker_is_told(browser, sale):
    attach(browser, sale, ("a.jpg", PHOTO, ""), parts="1")
    answer = attach(browser, sale, ("b.jpg", PHOTO, ""), parts="1")
    assert "store.conflict" in answer.text
    assert len([each for each in kept(browser, sale)[0].attachments if each.provenance == "brought"]) == 1


def test_too_much_is_refused_before_it_is_read(browser, sale):
    many = [(f"{n}.jpg", PHOTO, "") for n in range(MAX_FILES + 1)]
    assert attach(browser, sale, *many).status_code == 422
    big = attach(browser, sale, ("a.jpg", bytes(MAX_UPLOAD + 1), ""))
    assert big.status_code == 413
    elsewhere = browser.http.post(f"/records/{sale}/append", data={"csrf": browser.token}, files={"file": ("a", bytes(70_000))})
    assert elsewhere.status_code == 413
    small = browser.http.post(f"/records/{sale}/append", data={"csrf": browser.token}, files={"file": ("a", b"x")})
    assert small.status_code == 415
    assert browser.post(f"/records/{sale}/attach", code="ATT_COPIES").status_code == 415


def test_no_scan_without_its_token(browser, sale):
    answer = browser.http.post(f"/records/{sale}/attach", data={"code": "ATT_COPIES"}, files={"file": ("a", PHOTO)})
    assert answer.status_code == 403
    broken = browser.http.post(
        f"/records/{sale}/attach", content=b"--x\r\n\r\nno", headers={"content-type": "multipart/form-data; boundary=x"}
    )
    assert broken.status_code in {403, 422}


def test_a_record_takes_so_many_octets_and_no_more(browser, sale, monkeypatch):
    monkeypatch.setattr("honnin.flows.completing.MAX_ATTACHED", 100_000)
    answer = attach(browser, sale, ("a.pdf", pdf(b"5 0 obj (" + b"x" * 100_000 + b")\nendobj\n"), ""))
    assert "attachment.total" in answer.text


def test_nothing_is_attached_to_a_record_of_the_number_act_or_without_a_law(browser):
    from tests.unit.server.counter import kept_passport

    plain = kept_passport(browser)
    assert attach(browser, plain, ("a.jpg", PHOTO, "")).status_code == 400
    assert f"/records/{plain}/attach" not in browser.get(f"/records/{plain}").text
    visit, _ = to_result(browser, "passport-japanese-style", "my-number", purpose="withholding_tax")
    browser.post(f"/visits/{visit}/result", face="yes", print="yes", **{"as": "unfinished"})
    assert "attachment.number_law" in browser.get(f"/records/{visit}/attach").text
    assert "attachment.number_law" in attach(browser, visit, ("a.jpg", PHOTO, "")).text
    assert f"/records/{visit}/attach" not in browser.get(f"/records/{visit}").text


def test_the_command_attaches_by_the_same_rules(browser, sale, tmp_path):
    data = str(browser.folder)
    good, bad = tmp_path / "good.pdf", tmp_path / "bad.pdf"
    good.write_bytes(pdf())
    bad.write_bytes(pdf(packed(b"<< /S /JavaScript >>")))
    run = CliRunner().invoke
    refused = run(main, ["records", "complete", sale, "--by", BY.name, "--attach", f"ATT_COPIES={bad}", "--data", data, "--json"])
    assert json.loads(refused.stdout)["error"]["code"] == "paper.active"
    done = run(main, ["records", "complete", sale, "--by", BY.name, "--attach", f"ATT_COPIES={good}", "--data", data, "--json"])
    assert json.loads(done.stdout)["record_id"] == sale
    record, _ = kept(browser, sale)
    assert [each.code for each in record.attachments if each.provenance == "brought"] == ["ATT_COPIES"]
    assert "書類の写し（PDF）を添付" in record.of("product.later")[0].value


def test_a_server_that_takes_no_scans_attaches_none(browser, sale):
    browser.app.state.services = replace(browser.services, paper=None)
    assert attach(browser, sale, ("a.jpg", PHOTO, "")).status_code == 200
    assert not [each for each in kept(browser, sale)[0].attachments if each.provenance == "brought"]
