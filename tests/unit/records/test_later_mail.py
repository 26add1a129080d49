"""Mail that is sent after the visit goes to the address that was verified, without anybody having to say so."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from honnin.law.acts import AddressAnswer, AddressAnswered, Mailing
from honnin.records.later import MailSent, apply
from tests.unit.law.readings import NOW, all_good

LATER = NOW + timedelta(days=2)


@pytest.mark.parametrize(("answer", "stated", "to"), [
    (AddressAnswer.CURRENT, None, Mailing.DOCUMENT),
    (AddressAnswer.MOVED, None, Mailing.SUPPLEMENT),
    (AddressAnswer.MOVED, Mailing.DOCUMENT, Mailing.DOCUMENT),  # whoever says so: it will not count
    (AddressAnswer.CURRENT, Mailing.BUSINESS, Mailing.BUSINESS),
])  # fmt: skip
def test_mail_goes_to_the_verified_address_unless_somebody_says_otherwise(answer, stated, to):
    acts = all_good(address=AddressAnswered(answer, NOW, "staff-01"))
    sent, _ = apply(acts, acts, MailSent(date(2026, 11, 26), to=stated), at=LATER, by="staff-01", since=date(2026, 11, 25))
    assert sent.mail[-1].to is to
