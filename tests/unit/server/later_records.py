"""Records of a real counter that were finished later, and their bundles: made once for several tests."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from honnin.core.clock import japan_day, system_clock
from honnin.flows.attachments import Brought
from honnin.law.acts import Handover
from honnin.records.bundle import open_bundle
from honnin.records.content import SALT
from honnin.records.kakunin_entry import Staff
from honnin.records.later import Attached, MailDelivered, MailReturned, MailSent, PaperCame, SupplementCame, Wrote
from honnin.records.ledger.event import decode_event
from tests.unit.records.bundles import make
from tests.unit.server.counter import open_counter
from tests.unit.server.test_entry_pages import AGENT, ANSWERS, COMPANY, DECLARED, to_result

BY = Staff("s-2", "見本 次郎")
NO_PHOTO = {"print": "yes", "address": "as_card"}


@dataclass
class Exported:
    """A record's bundle after each act: `octets` by the number of amendments."""

    record_id: str
    octets: dict[int, bytes] = field(default_factory=dict)

    @property
    def last(self) -> bytes:
        return self.octets[max(self.octets)]


@dataclass
class Counter:
    browser: object
    key: str

    def export(self, record_id: str) -> bytes:
        return self.browser.services.desk.export(record_id, staff="見本 次郎")

    def add(self, record_id: str, act, **more):
        return self.browser.services.completing.add(record_id, act, by=BY, **more)

    def sale(self) -> str:
        """A My Number Card without a photo: the law wants mail too. Kept unfinished."""
        visit, _ = to_result(self.browser, "mynumber-no-photo", "real-estate-sale")
        page = self.browser.post(f"/visits/{visit}/result", **NO_PHOTO, **{"as": "unfinished"})
        if page.url.path.endswith("/declare"):
            self.browser.post(f"/visits/{visit}/declare", **DECLARED)
        return visit

    def company(self) -> str:
        visit, _ = to_result(self.browser, "mynumber-plain", "real-estate-sale", actor="corporation")
        self.browser.post(f"/visits/{visit}/result", **ANSWERS)
        self.browser.post(f"/visits/{visit}/declare", **{**DECLARED, "occupation": "宅地建物の売買"}, **{"as": "unfinished"})
        return visit

    def pair(self) -> tuple[str, str]:
        """(the acting person's own record, the customer's, in which the first is not named yet)."""
        own, _ = to_result(self.browser, "residence-plain", "real-estate-sale", actor="agents_own")
        self.browser.post(f"/visits/{own}/result", **ANSWERS)
        self.browser.post(
            f"/visits/{own}/declare", **DECLARED, **AGENT,
            **{"F22.name": "MIHON ALEX", "F22.address": "見本県架空市1番", "as": "unfinished"},
        )  # fmt: skip
        visit, _ = to_result(self.browser, "mynumber-plain", "real-estate-sale", actor="agent_for_customer")
        self.browser.post(f"/visits/{visit}/result", **ANSWERS)
        self.browser.post(f"/visits/{visit}/declare", **DECLARED, **AGENT, **{"as": "unfinished"})
        return own, visit


def open_house(folder: Path):
    """(a counter in that folder, what closes it)."""
    browser, close = open_counter(folder)
    return Counter(browser, browser.services.store._sealer._signer.key.vkey), close


def today():
    return japan_day(system_clock())


def finished_later(house: Counter) -> Exported:
    """Words, a paper that was sent in, and a supplement, with their copies."""
    record = Exported(house.sale())
    record.octets[0] = house.export(record.record_id)
    desk, day = house.browser.services.desk, today()
    desk.amend_words(record.record_id, "電話で在宅の時間を聞いた", staff="見本 次郎")
    acts = [
        (PaperCame(day, "CERTIFICATES", Handover.SENT_COPY, "架空市長 123", valid=True, address_current=True), ()),
        (SupplementCame(day, "電気料金の領収証書", Handover.SENT_COPY, "見本電力 1", issued_on=day), ("ATT_SENT_DOCUMENT", "ATT_SUPPLEMENT")),
    ]
    for number, (act, codes) in enumerate(acts, 2):
        brought = [Brought(code, b"%PDF-1.4 fictional", "application/pdf") for code in codes]
        house.add(record.record_id, act, brought=brought)
        record.octets[number] = house.export(record.record_id)
    return record


def finished_by_mail(house: Counter) -> Exported:
    """Items written, mail sent, come back, sent again and delivered."""
    record, day = Exported(house.sale()), today()
    acts = (Wrote(day, (("F28", "顧客番号 7"),)), MailSent(day, number="123-45"), MailReturned(day), MailSent(day, number="2"), MailDelivered(day, number="2"))
    for number, act in enumerate(acts, 1):
        house.add(record.record_id, act)
        record.octets[number] = house.export(record.record_id)
    return record


def attached_later(house: Counter) -> Exported:
    """A copy to an unfinished record, mail, and a copy to the finished one."""
    record, day = Exported(house.sale()), today()
    scan = Brought("ATT_COPIES", b"%PDF-1.4 fictional", "application/pdf")
    papers = Attached(day, (("ATT_COPIES", "application/pdf"),))
    house.add(record.record_id, papers, brought=[scan])
    house.add(record.record_id, MailSent(day))
    house.add(record.record_id, papers, brought=[scan])
    record.octets[3] = house.export(record.record_id)
    return record


def company_finished(house: Counter) -> Exported:
    """The company by its register, brought later."""
    record, day = Exported(house.company()), today()
    items = tuple((each, value) for each, value in COMPANY.items() if not each.startswith("paper"))
    house.add(record.record_id, Wrote(day, items))
    register = PaperCame(day, "CORP_REGISTRY", Handover.PRESENTED, "見本法務局 123", valid=True, other=True)
    house.add(record.record_id, register)
    record.octets[2] = house.export(record.record_id)
    return record


def sealed_again(octets: bytes, change=None, **more):
    """The bundle as a house would have made it that seals something else: `change(number, parts)` alters the parts."""
    bundle = open_bundle(octets)
    events = [decode_event(each.event) for each in bundle.contents]
    parts = []
    for number, sealed in enumerate(bundle.contents):
        own = dict(sealed.content.parts)
        if change is not None:
            change(number, own)
        parts.append({**own, SALT: bytes(32)})
    details = [{"act": each.detail["act"]} if "act" in each.detail else {} for each in events[1:]]
    values = {
        "amendments": parts[1:], "details": details, "days": [each.at for each in events[1:]], "at": events[0].at,
        "record_id": bundle.record_id, "timestamp": False, **more,
    }  # fmt: skip
    return replace(make(parts[0], **values), trust=bundle.trust)
