"""Words for the findings about Decisions, later acts and completeness of an evidence bundle."""

from __future__ import annotations

from honnin.facts import Audience, Outcome

Words = tuple[str, str]  # Japanese, English
FindingWords = dict[str, tuple[Outcome, Words, Audience | None]]

_PASSED, _FAILED = Outcome.PASSED, Outcome.FAILED
_IMPOSSIBLE, _NOT_DONE = Outcome.IMPOSSIBLE, Outcome.NOT_DONE
_ANYONE, _HOUSE = Audience.ANYONE, Audience.THIS_TERMINAL


def _failed(ja: str, en: str) -> tuple[Outcome, Words, Audience | None]:
    return _FAILED, (ja, en), None


LATER_FINDINGS: dict[str, FindingWords] = {
    "decision": {
        "ok": (_PASSED, ("同じ判定になりました", "It came out the same"), _ANYONE),
        "none": (_NOT_DONE, ("法令判定がありません", "There is no decision in it"), None),
        "not_remade": (_NOT_DONE, ("作り直していません", "It was not made again"), None),
        "cannot_remake": (_IMPOSSIBLE, ("作り直せません", "It cannot be made again"), None),
        "worded": (
            _PASSED,
            ("同じ判定になりました（説明の文だけが、当時のソフトと違います）",
             "The same was decided (only its sentences are worded otherwise than then)"),
            _ANYONE,
        ),
        "other_rules": (
            _IMPOSSIBLE,
            ("別の版の法令データで作られました。同じ版のソフトで確かめてください",
             "Made with another version of the law's data. Verify with that version"),
            None,
        ),
        "other_engine": (
            _IMPOSSIBLE,
            ("当日の法令データで、今のソフトは違う判定をしました。当時の版のソフトで確かめてください",
             "By the rules of the day this program decides otherwise. Verify with the version of that day"),
            None,
        ),
        "linked": (
            _IMPOSSIBLE,
            ("もう一方の方の判定は、その方の記録にあります。その記録の束を --against で指定してください",
             "The other person's decision is in a record of their own. Name its bundle with --against"),
            None,
        ),
        "unreadable": _failed("読めません", "It cannot be read"),
        "differs": _failed("違う判定になりました", "It came out otherwise"),
    },
    "rules": {
        "ok": (_PASSED, ("このソフトの今の法令データです", "They are those of this program today"), _ANYONE),
        "published": (
            _PASSED,
            ("このソフトの以前の版の法令データです", "They are those of an earlier version of this program"),
            _ANYONE,
        ),
        "carried": (
            _IMPOSSIBLE,
            ("束の中の法令データで作り直しました。それが当日の法令のとおりかは、このソフトでは確かめられません",
             "They are in the bundle; whether they say what the law said that day, this program cannot tell"),
            None,
        ),
        "absent": (
            _IMPOSSIBLE, ("束にもこのソフトにもありません", "They are neither in the bundle nor in this program"), None,
        ),
        "none": (_NOT_DONE, ("法令判定がありません", "There is no decision"), None),
        "wrong": _failed("記録が示す法令データと違います", "They are not those that the record names"),
    },
    "record": {
        "ok": (_PASSED, ("判定と同じことが記録されています", "It says the same"), _ANYONE),
        "none": (_NOT_DONE, ("比べる記録がありません", "There is nothing to compare"), None),
        "unreadable": _failed("確認記録を読めません", "The record cannot be read"),
        "other_record": _failed("別の番号の確認記録です", "It is the record of another number"),
        "differs": _failed("判定と違うことが記録されています", "It says otherwise"),
        "alone": _failed("判定のない確認記録が追記されています", "A record was added that nothing decided"),
        "other_day": _failed("記録の日が台帳の日と違います", "Its day is not that of the entry in the ledger"),
        "attachment": _failed(
            "添付したとある資料がないか、変わっています",
            "Something that it calls attached is not there or differs",
        ),
    },
    "later": {
        "ok": (
            _PASSED,
            ("前に行ったことは変わらず、一つずつ加わっています", "Each adds one act; nothing done before is changed"),
            _HOUSE,
        ),
        "words": (_PASSED, ("文または項目の追記です", "Words or items were added"), _HOUSE),
        "none": (_NOT_DONE, ("ありません", "There is none"), None),
        "unreadable": _failed("読めません", "It cannot be read"),
        "other_act": _failed("台帳の記載と違う行為です", "It is another act than the ledger's entry says"),
        "rewritten": _failed(
            "前に行ったことが書き換えられています",
            "What was done before was changed, or more than one act added",
        ),
        "other_question": _failed(
            "前と違う取引・相手についての判定です",
            "The decision is about another question than before",
        ),
        "other_day": _failed("判定の日が台帳の日と違います", "The day of the decision is not that of the entry"),
    },
    "complete": {
        "ok": (
            _PASSED,
            ("この束が作られた時点で、発行者の台帳にある追記がすべてそろっています。その後の追記は分かりません",
             "When the bundle was made, the issuer's ledger had no other amendment. What came later is not known"),
            _HOUSE,
        ),
        "none": (
            _NOT_DONE,
            ("古い形式の束のため、最後の追記が抜けていても分かりません。新しい束を受け取ってください",
             "In this older format the last amendments could be missing unseen. Ask for a new bundle"),
            None,
        ),
        "no_checkpoint": (_IMPOSSIBLE, ("署名された台帳がありません", "There is no signed ledger to look in"), None),
        "other_record": _failed("別の記録についての記載です", "The entry is about something else"),
        "wrong": _failed("台帳に含まれていません", "The entry is not in the ledger that was signed"),
        "other_place": _failed("台帳の順序と合いません", "It does not fit the order of the ledger"),
        "left_out": _failed(
            "追記が抜けています。発行者から新しい束を受け取ってください",
            "Amendments were left out. Ask the issuer for a new bundle",
        ),
        "contradicts": _failed("発行者の記載と数が合いません", "There are others than the issuer stated"),
    },
    "against": {
        "nothing_more": (
            _PASSED, ("同じ台帳で、ほかの追記はありません", "The same ledger, and no other amendment"), _ANYONE,
        ),
        "same_ledger": (_PASSED, ("同じ台帳です", "It is the same ledger"), _ANYONE),
        "linked_same": (
            _PASSED,
            ("もう一方の方の判定は、その方の記録のとおりです", "The other person's decision is that of their record"),
            _ANYONE,
        ),
        "no_proof": (
            _IMPOSSIBLE,
            ("大きさの違う台帳の控えです。束だけでは比べられないので、発行者に照合を依頼してください",
             "It is of a ledger of another size, which the bundle alone cannot show. Ask the issuer to compare them"),
            None,
        ),
        "other_ledger": (_IMPOSSIBLE, ("別の台帳のものです", "It is of another ledger"), None),
        "not_compared": (
            _IMPOSSIBLE, ("この束の証明が正しくないため比べられません", "The bundle's own proofs are wrong"), None,
        ),
        "not_good": (
            _IMPOSSIBLE, ("比べる相手の束が正しくありません", "What it was compared with does not stand itself"), None,
        ),
        "left_out": _failed(
            "この束からは追記が抜けています", "Amendments are missing here that the ledger already had"
        ),
        "newer": _failed(
            "この束の後に追記がありました。新しい束を使ってください",
            "There are later amendments. Use the newer bundle",
        ),
        "fork": _failed(
            "同じ名前の台帳が二つあります。発行者が台帳を作り直した証拠になります",
            "There are two ledgers of one name: proof that the issuer made one anew",
        ),
        "linked_differs": _failed(
            "もう一方の方の判定が、その方の記録と違います",
            "The other person's decision is not that of their record",
        ),
    },
}  # fmt: skip

# Later acts by their codes (records.later), "" for words and items that were added.
LATER: dict[str, Words] = {
    "mail_sent": ("取引関係文書を送った（引受番号があれば郵便事業者に照会できる）",
                  "mail was sent (where it has a number, the postal service can be asked)"),
    "mail_delivered": ("取引関係文書が到達した", "the mail arrived"),
    "mail_returned": ("取引関係文書が返送された", "the mail came back"),
    "handed_over": ("職員が届けた", "staff delivered in person"),
    "paper": ("ほかの書類の提示または送付を受けた", "another document was presented or sent in"),
    "supplement": ("補完書類を受けた", "a supplementary document came"),
    "expiry_seen": ("券面の有効期限を見た", "the expiry was read on the document"),
    "wrote": ("記録の事項を記入した", "items of the record were written"),
    "other": ("もう一方の方を別の記録で確認した", "the other person was verified in a record of their own"),
    "attached": ("書類の写しを添付した", "copies of papers were attached"),
    "": ("追記した", "words or values were added"),
}  # fmt: skip
ATTACHED: Words = (
    "添付された資料（封印後は変わっていないが、原本どおりであることは職員の確認による）",
    "Attached (unchanged since it was sealed; that it is a true copy rests on staff)",
)
OF_OTHER: Words = ("もう一方の方", "the other person")
