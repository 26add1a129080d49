"""Records that were sealed unfinished, finished later: mail, papers, items, the other person's record."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from click.testing import CliRunner

from honnin.cli.main import main
from honnin.core.clock import japan_day, system_clock
from honnin.core.errors import CallerError, StoreError
from honnin.flows.attachments import Brought
from honnin.flows.record_audit import audit_records
from honnin.flows.remaining import left_of_parts
from honnin.law.acts import Handover
from honnin.records.kakunin import State
from honnin.records.kakunin_entry import Staff
from honnin.records.later import HandedOver, MailDelivered, MailSent, PaperCame, SupplementCame, Wrote
from tests.unit.server.test_entry_pages import AGENT, ANSWERS, COMPANY, DECLARED, kept, to_result
from tests.unit.server.test_law_pages import browser

__all__ = ["browser"]

BY = Staff("s-2", "見本 次郎")
NO_PHOTO = {"print": "yes", "address": "as_card"}
TODAY = japan_day(system_clock())


@pytest.fixture
def sale(browser):
    """A My Number Card without a photo: the law wants mail too."""
    return without_photo(browser, "real-estate-sale")


def without_photo(browser, transaction):
    visit, page = to_result(browser, "mynumber-no-photo", transaction)
    assert 'name="face"' not in page
    page = browser.post(f"/visits/{visit}/result", **NO_PHOTO, **{"as": "unfinished"})
    if page.url.path.endswith("/declare"):
        page = browser.post(f"/visits/{visit}/declare", **DECLARED)
    assert page.url.path == f"/visits/{visit}/done", re.sub("<[^>]+>", " ", page.text)[:3000]
    assert "途中の記録として保存しました" in page.text
    assert "転送不要" in page.text
    return visit


def add(browser, visit, act, **more):
    return browser.services.completing.add(visit, act, by=BY, **more)


def row(browser, visit):
    return browser.services.store.summary(visit)


def sound(browser):
    store = browser.services.store
    return audit_records(store._store, "house", store._sealer._signer.key, wrapper=store._wrapper)


def test_mail_that_was_sent_finishes_the_record(browser, sale):
    assert row(browser, sale).methods == ()
    now = add(browser, sale, MailSent(TODAY, number="123-45-67890-1"))
    assert now.left == ()
    assert now.record.state is State.FINISHED
    assert [each.id for each in now.record.methods] == ["hs.f2f_present_plus_mail"]
    assert [each.letter for each in now.record.methods] == ["ロ"]
    assert "123-45-67890-1" in now.record.first("F06")
    assert row(browser, sale).methods == ("hs.f2f_present_plus_mail",)
    assert row(browser, sale).retention_years == 7
    assert row(browser, sale).parts == 2
    record, parts = kept(browser, sale)
    assert record == now.record
    assert left_of_parts(parts) == ()
    assert browser.get(f"/records/{sale}/pdf").content.startswith(b"%PDF-")
    assert sound(browser) == ()


def test_what_was_sealed_first_stays_as_it_was(browser, sale):
    from honnin.flows.sealing import open_part

    before, parts = kept(browser, sale)
    add(browser, sale, MailSent(TODAY))
    store = browser.services.store
    first = open_part(store._store, store._wrapper, tenant="house", record_id=sale)
    assert first.parts["kiroku.json"] == parts["kiroku.json"]
    assert first.parts["acts.json"] == parts["acts.json"]
    record, _ = kept(browser, sale)
    assert record.made_at == before.made_at
    assert record.first("F01") == before.first("F01")
    assert record.first("F02") == before.first("F02")
    assert record.operator_id == before.operator_id
    assert record.of("product.later")[0].by == BY.shown
    kinds = [each.kind for each in store._store.events_of("house", sale)]
    assert kinds == ["sealed", "amended"]


def test_mail_that_came_back_leaves_the_record_unfinished_and_says_so(browser):
    visit = without_photo(browser, "real-estate-sale")
    add(browser, visit, MailSent(TODAY))  # under this law sending is enough, until it is known that it came back
    with pytest.raises(CallerError, match=r"later\.finished"):
        add(browser, visit, MailSent(TODAY))
    page = browser.post(f"/records/{visit}/finish", act="mail_returned", parts="2")
    assert "郵便が返送されました" in page.text, re.sub("<[^>]+>", " ", page.text)[:3000]
    standing = browser.services.completing.standing(visit)
    assert not standing.finished
    assert standing.left[0].code == "mail_returned"
    assert standing.record.of("F06.returned")
    assert row(browser, visit).methods == ()
    assert add(browser, visit, MailSent(TODAY, number="2")).finished


def test_under_the_mobile_phone_law_a_returned_letter_counts_for_nothing(browser):
    visit, _ = to_result(browser, "mynumber-plain", "mobile-contract", actor="agents_own")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    written = {
        "K3b.name": "見本　花子", "K3b.address": "見本県架空市2番", "K3b.birth": "1950-05-05", "paper.kind": "CERTIFICATES",
        "paper.number": "架空市 123", "paper.issued": f"{TODAY:%Y%m%d}", "paper.address": "yes",
    }  # fmt: skip
    browser.post(f"/visits/{visit}/declare", **written)
    left = browser.services.completing.standing(visit).left
    assert any(each.about == "other" and "転送不要" in each.ja for each in left)


def test_somebody_who_was_quicker_is_not_overwritten(browser, sale):
    add(browser, sale, Wrote(TODAY, (("F28", "顧客番号 7"),)), expected=1)
    with pytest.raises(StoreError, match=r"store\.conflict"):
        add(browser, sale, MailSent(TODAY), expected=1)
    assert not browser.services.completing.standing(sale).finished


@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), TODAY - timedelta(days=1)])
def test_a_day_to_come_or_before_the_visit_is_refused(browser, sale, day):
    with pytest.raises(CallerError, match=r"later\.day"):
        add(browser, sale, MailSent(day))
    assert row(browser, sale).parts == 1


def test_a_letter_that_was_never_sent_does_not_arrive(browser, sale):
    with pytest.raises(CallerError, match=r"later\.mail"):
        add(browser, sale, MailDelivered(TODAY))


def test_a_second_document_presented_at_the_counter_finishes_it(browser, sale):
    paper = PaperCame(TODAY, "CERTIFICATES", Handover.PRESENTED, "架空市長 123　発行日 2026-11-01", valid=True, address_current=True)
    now = add(browser, sale, paper)
    assert now.left == ()
    assert [each.id for each in now.record.methods] == ["hs.f2f_two_documents"]
    assert len(now.record.of("F03")) == 2
    assert now.record.of("F03")[1].at.time().second >= 0
    assert any("住民票の写し" in each.value for each in now.record.of("F18"))


def test_a_document_that_was_sent_in_wants_its_copy(browser, sale):
    paper = PaperCame(TODAY, "CERTIFICATES", Handover.SENT_COPY, "架空市長 123", valid=True, address_current=True)
    now = add(browser, sale, paper)
    assert [each.code for each in now.left if each.about == "item"] == [] or not now.finished
    again = add(
        browser, sale, SupplementCame(TODAY, "電気料金の領収証書", Handover.SENT_COPY, "見本電力 1", issued_on=TODAY),
        brought=[Brought("ATT_SENT_DOCUMENT", b"%PDF-1.4 fictional", "application/pdf"), Brought("ATT_SUPPLEMENT", b"%PDF-1.4 fictional", "application/pdf")],
    )  # fmt: skip
    assert again.left == (), [each.ja for each in again.left]
    record, parts = kept(browser, sale)
    assert {each.part for each in record.attachments} <= set(parts)
    assert "F04" in {each.id for each in record.items}


def test_handing_it_over_at_the_address_stands_for_mail(browser, sale):
    now = add(browser, sale, HandedOver(TODAY))
    assert now.finished
    assert now.record.of("F13")


def test_a_company_is_finished_by_its_register_later(browser):
    visit, _ = to_result(browser, "mynumber-plain", "real-estate-sale", actor="corporation")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    browser.post(f"/visits/{visit}/declare", **{**DECLARED, "occupation": "宅地建物の売買"}, **{"as": "unfinished"})
    standing = browser.services.completing.standing(visit)
    assert {"F25.name", "F24.how", "F21.address"} <= {each.id for each in standing.asked}
    items = tuple((each, value) for each, value in COMPANY.items() if not each.startswith("paper"))
    now = add(browser, visit, Wrote(TODAY, items))
    assert {each.about for each in now.left} == {"other"}
    assert now.record.of("F15.beneficial_owner")
    register = PaperCame(TODAY, "CORP_REGISTRY", Handover.PRESENTED, "見本法務局 123", valid=True, other=True)
    now = add(browser, visit, register)
    assert now.left == ()
    assert now.finished
    assert row(browser, visit).methods == ("hs.f2f_photo_document", "hs.corp_present")


def test_a_company_that_is_looked_up_later_is_finished_with_the_print_of_it(browser):
    visit, _ = to_result(browser, "mynumber-plain", "mobile-contract", actor="corporation")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    written = {"K3b.name": "架空商事株式会社", "K3b.address": "見本県架空市2番"}
    browser.post(f"/visits/{visit}/declare", **written, **{"as": "unfinished"})
    assert "CORP_REGISTRY_DATA" in browser.get(f"/records/{visit}/finish").text
    looked = PaperCame(TODAY, "CORP_REGISTRY_DATA", Handover.PRESENTED, "照会 1234", valid=True, other=True)
    now = add(browser, visit, looked)
    assert [each.code for each in now.left] == ["ATT_REGISTRY_DATA"]
    assert now.record.of("K3a.received")
    now = add(browser, visit, looked, brought=[Brought("ATT_REGISTRY_DATA", b"%PDF-1.4 fictional", "application/pdf")])
    assert now.finished
    assert row(browser, visit).methods == ("kt.f2f_present", "kt.corp_registry_online")


def test_two_people_with_cards_are_verified_in_two_records(browser):
    own, _ = to_result(browser, "residence-plain", "real-estate-sale", actor="agents_own")
    browser.post(f"/visits/{own}/result", **ANSWERS)
    browser.post(
        f"/visits/{own}/declare", **DECLARED, **AGENT,
        **{"F22.name": "MIHON ALEX", "F22.address": "見本県架空市1番", "as": "unfinished"},
    )
    visit, _ = to_result(browser, "mynumber-plain", "real-estate-sale", actor="agent_for_customer")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    browser.post(f"/visits/{visit}/declare", **DECLARED, **AGENT, **{"as": "unfinished"})
    page = browser.post(f"/records/{visit}/finish", act="other", record=own, parts="1")
    assert "記録が完了しました" in page.text, re.sub("<[^>]+>", " ", page.text)[:3000]
    record, parts = kept(browser, visit)
    assert left_of_parts(parts) == ()
    assert record.first("F21.name") == "見本　太郎"
    assert record.first("F22.name") == "MIHON ALEX"
    assert record.first("F22.grounds") == AGENT["F22.grounds"]
    assert record.first("product.other_party") == own
    assert len(record.of("F03")) == 2


@pytest.mark.parametrize("wrong", ["same", "none", "actor"])
def test_a_record_that_does_not_verify_the_other_person_is_refused(browser, wrong):
    visit, _ = to_result(browser, "mynumber-plain", "real-estate-sale", actor="agent_for_customer")
    browser.post(f"/visits/{visit}/result", **ANSWERS)
    browser.post(f"/visits/{visit}/declare", **DECLARED, **{"as": "unfinished"})
    other = {"same": visit, "none": "01JZZZZZZZZZZZZZZZZZZZZZZZ"}.get(wrong) or without_photo(browser, "real-estate-sale")
    page = browser.post(f"/records/{visit}/finish", act="other", record=other, parts="1")
    assert page.status_code == 422
    assert "もう一方の方を確認できません" in page.text
    assert row(browser, visit).parts == 1


# --- page and command -----------------------------------------------------------------------------------------------


def test_the_page_of_a_record_says_what_is_left_and_leads_there(browser, sale):
    page = browser.get(f"/records/{sale}")
    assert f'href="/records/{sale}/finish"' in page.text
    page = browser.get(f"/records/{sale}/finish")
    assert "転送不要" in page.text
    assert 'value="mail_delivered"' not in page.text
    page = browser.post(f"/records/{sale}/finish", act="mail_sent", mail_kind="no_forward", mail_to="document", parts="1", number="引受 1")
    assert "記録が完了しました" in page.text
    assert "data-left" not in browser.get(f"/records/{sale}").text
    found = browser.services.store.find(__import__("honnin.flows.ports", fromlist=["VisitQuery"]).VisitQuery(visit_id=sale))
    assert found[0].completion == "checked"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "したことを選んでください"),
        ({"act": "nonsense"}, "したことを選んでください"),
        ({"act": "mail_sent", "mail_kind": "no_forward"}, "送り先：入っていません"),
        ({"act": "mail_sent", "mail_kind": "pigeon", "mail_to": "document"}, "選べない値"),
        ({"act": "handed_over", "on": "20991301"}, "日付になっていません"),
        ({"act": "handed_over", "on": "20991201"}, "その日付は使えません"),
        ({"act": "mail_returned"}, "したことを選んでください"),
    ],
)  # fmt: skip
def test_what_cannot_be_added_is_told_and_nothing_changes(browser, sale, form, said):
    page = browser.post(f"/records/{sale}/finish", parts="1", **form)
    assert page.status_code == 422 or form == {"act": "mail_returned"}
    assert said in page.text, re.sub("<[^>]+>", " ", page.text)[:2000]
    assert row(browser, sale).parts == 1


def test_an_act_on_a_page_that_is_too_old_is_not_added(browser, sale):
    add(browser, sale, Wrote(TODAY, (("F28", "顧客番号 7"),)))
    page = browser.post(f"/records/{sale}/finish", act="handed_over", parts="1")
    assert "ほかの人が先にこの記録を変えました" in page.text
    assert row(browser, sale).parts == 2


def test_the_command_lists_what_is_left_and_finishes(browser, sale):
    folder = str(browser.folder)
    listed = CliRunner().invoke(main, ["records", "unfinished", "--json", "--data", folder])
    assert [each["record_id"] for each in json.loads(listed.output)["records"]] == [sale]
    left = CliRunner().invoke(main, ["records", "complete", sale, "--json", "--data", folder])
    assert left.exit_code == 3
    assert "転送不要" in json.loads(left.output)["left"][0]["ja"]
    nobody = CliRunner().invoke(main, ["records", "complete", sale, "--mail-sent", TODAY.isoformat(), "--data", folder])
    assert nobody.exit_code == 2
    done = CliRunner().invoke(
        main, ["records", "complete", sale, "--mail-sent", TODAY.isoformat(), "--number", "引受 1", "--by", "見本 次郎", "--json", "--data", folder],
    )  # fmt: skip
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["state"] == "finished"
    assert browser.services.completing.standing(sale).finished


def test_an_individual_number_cannot_be_written_later(browser, sale):
    from honnin.core.errors import DataError
    from tests.unit.law.readings import CARDS

    number = CARDS["mynumber-plain"].secrets["reference_a"]
    with pytest.raises(DataError, match=r"kakunin\.individual_number"):
        add(browser, sale, Wrote(TODAY, (("F25.name", f"番号 {number}"),)))
    with pytest.raises(DataError, match=r"kakunin\.entry"):
        add(browser, sale, Wrote(TODAY, (("F01", "somebody else"),)))
    assert row(browser, sale).parts == 1
