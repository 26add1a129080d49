"""Words for the findings about an evidence bundle, and for what it proves to whom."""

from __future__ import annotations

from honnin.facts import Audience, Outcome
from honnin.records.bundle_words_later import LATER_FINDINGS, FindingWords, Words

_PASSED, _FAILED = Outcome.PASSED, Outcome.FAILED
_IMPOSSIBLE, _NOT_DONE = Outcome.IMPOSSIBLE, Outcome.NOT_DONE
_ANYONE, _HOUSE = Audience.ANYONE, Audience.THIS_TERMINAL

# Finding id below "bundle." -> its name.
TITLES: dict[str, Words] = {
    "event": ("台帳への記載", "Entry in the ledger"),
    "checkpoint": ("台帳の署名", "Signature of the ledger"),
    "inclusion": ("台帳に含まれること", "Inclusion in the ledger"),
    "commitment": ("封印した内容との一致", "Same content as sealed"),
    "timestamp": ("タイムスタンプ", "Time-stamp"),
    "report": ("確認結果の再現", "Report made again"),
    "unmade": ("再現できない項目", "What cannot be made again"),
    "decision": ("法令判定の再現", "Decisions made again"),
    "rules": ("判定に使った法令データ", "Rules of the decisions"),
    "record": ("確認記録と判定の一致", "The record says what was decided"),
    "later": ("封印の後の行為", "What was done later"),
    "complete": ("追記がそろっていること", "No amendment left out"),
    "against": ("ほかの束・控えとの比較", "Compared with what you brought"),
    "acts": ("職員の確認の記録", "What staff confirmed"),
    "evidence": ("判定の根拠", "What the decision rests on"),
}

# id -> reason -> outcome, words, to whom it is proved when it passed.
FINDING_WORDS: dict[str, FindingWords] = {
    **LATER_FINDINGS,
    "event": {
        "ok": (_PASSED, ("この記録の記載です", "The entry is of this record"), _ANYONE),
        "unreadable": (_FAILED, ("記載を読めません", "The entry cannot be read"), None),
        "wrong_kind": (_FAILED, ("封印・追記の記載ではありません", "The entry is not of a sealing or amendment"), None),
        "other_record": (_FAILED, ("別の記録の記載です", "The entry is of another record"), None),
        "wrong_order": (_FAILED, ("追記の順序が台帳と合いません", "The order of amendments is not the ledger's"), None),
        "part_missing": (
            _FAILED, (
                "途中の追記が欠けているか、入れ替わっています", "An amendment between is missing or has changed places"
            ), None,
        ),
    },
    "checkpoint": {
        "ok": (_PASSED, ("ご指定の鍵で署名されています", "Signed with the key that you named"), _ANYONE),
        "own_key": (
            _IMPOSSIBLE,
            ("署名は束の中の鍵と合いますが、その鍵が発行者のものか確かめられません。発行者から鍵を入手してください",
             "The signature fits the key in the bundle, but whose key that is cannot be told. Get the issuer's key"),
            None,
        ),
        "other_key": (_FAILED, ("ご指定の鍵では署名されていません", "Not signed with the key that you named"), None),
        "wrong": (_FAILED, ("署名が正しくありません", "The signature is wrong"), None),
        "other_ledger": (_FAILED, ("別の台帳の署名です", "The signature is of another ledger"), None),
    },
    "inclusion": {
        "ok": (_PASSED, ("署名された台帳に含まれています", "It is in the ledger that was signed"), _ANYONE),
        "no_checkpoint": (_IMPOSSIBLE, ("署名された台帳がありません", "There is no signed ledger to look in"), None),
        "wrong": (_FAILED, ("台帳に含まれていません", "It is not in the ledger that was signed"), None),
    },
    "commitment": {
        "ok": (_PASSED, ("封印の後、変わっていません", "Unchanged since it was sealed"), _ANYONE),
        "no_event": (_IMPOSSIBLE, ("比べる記載がありません", "There is no entry to compare with"), None),
        "wrong": (_FAILED, ("封印した内容と違います", "It is not what was sealed"), None),
    },
    "timestamp": {
        "ok": (_PASSED, ("この時刻より前に存在しました", "It existed before that time"), _ANYONE),
        "none": (_NOT_DONE, ("ありません。日時は事業者の申告だけです", "None. The time is the house's word"), None),
        "no_anchor": (
            _IMPOSSIBLE, ("時刻認証局の証明書がありません", "The authority's certificate is not at hand"), None,
        ),
        "not_real": (_IMPOSSIBLE, ("模擬の時刻認証局です", "It is of a simulated authority"), None),
        "before_event": (_FAILED, ("記載の日時より前の時刻です", "Its time is before that of the entry"), None),
        "wrong": (_FAILED, ("正しくありません", "It is wrong"), None),
    },
    "report": {
        "ok": (_PASSED, ("同じ結果になりました", "It came out the same"), _ANYONE),
        "partly": (
            _PASSED,
            ("確かめられる項目はすべて同じ結果になりました。残りは「再現できない項目」です",
             "All that can be made again came out the same; the rest is named beside it"),
            _ANYONE,
        ),
        "none": (_NOT_DONE, ("読み取った記録がありません", "There is no reading in it"), None),
        "not_remade": (_NOT_DONE, ("作り直していません", "It was not made again"), None),
        "cannot_remake": (_IMPOSSIBLE, ("作り直せません", "It cannot be made again"), None),
        "other_rules": (
            _IMPOSSIBLE,
            ("別の版の点検で作られました。同じ版のソフトで確かめてください",
             "Made by another version of the checks. Verify with that version"),
            None,
        ),
        "unreadable": (_FAILED, ("読めません", "It cannot be read"), None),
        "differs": (_FAILED, ("違う結果になりました", "It came out otherwise"), None),
    },
    "unmade": {
        "some": (
            _IMPOSSIBLE,
            ("保存できない項目、または束にない失効リストによるため、当日の結果は事業者の記録を信じるほかありません",
             "They rest on what may not be kept, or on a revocation list that is not here: on the house's word"),
            None,
        ),
    },
    "acts": {
        "ok": (_PASSED, ("職員の名前と時刻つきで残っています", "Kept with names and times"), _HOUSE),
        "none": (_NOT_DONE, ("ありません", "There is none in it"), None),
        "unreadable": (_FAILED, ("読めません", "It cannot be read"), None),
    },
    "evidence": {
        "ok": (_PASSED, ("すべて読み取り結果と職員の確認から導けます", "It follows from report and acts"), _ANYONE),
        "stated": (
            _PASSED, ("読み取り結果と職員の確認、事業者の申告によります", "Report and acts, and what the house states"),
            _HOUSE,
        ),
        "none": (_NOT_DONE, ("たどる材料がありません", "There is nothing to derive it from"), None),
        "unreadable": (_FAILED, ("読めません", "It cannot be read"), None),
        "unsupported": (
            _FAILED, ("読み取り結果からも職員の確認からも導けません", "Some of it follows from nothing here"), None,
        ),
        "other_engine": (
            _IMPOSSIBLE,
            ("今のソフトでは導けません。当時の版のソフトで確かめてください",
             "Some of it does not follow by this program. Verify with the version of that day"),
            None,
        ),
    },
}  # fmt: skip

# The three lists.
HEADINGS: dict[Audience, Words] = {
    Audience.ANYONE: ("第三者に証明できること", "What can be proved to anybody"),
    Audience.ISSUER_DATA_ONLY: (
        "発行者のデータであることだけを証明できること（本物のチップで読んだことは証明できない）",
        "What is proved to be the issuer's data, but not to have come from the genuine chip",
    ),
    Audience.THIS_TERMINAL: (
        "端末・職員・事業者を信じるほかないこと", "What rests on the word of the terminal, the staff or the house",
    ),
}  # fmt: skip

ACTS: dict[str, Words] = {
    "presented": ("書類の提示を受けた", "The document was presented"),
    "photo_printed": ("券面に顔写真があった", "The document has a printed photo"),
    "chip_displayed": ("チップの内容を画面に表示して見た", "What the chip holds was displayed and looked at"),
    "face_match": ("本人の顔と写真を見比べた", "Face and photo were compared"),
    "print_match": ("券面とチップの内容を見比べた", "The printed document and the chip were compared"),
    "address": ("住所が現在のものか尋ねた", "Whether the address is current was asked"),
    "expiry_seen": ("券面の有効期限を見た", "The expiry was read on the document"),
    "number_lookup": ("番号の有効性を照会した", "The number was looked up"),
    "face_live": ("その場で顔を撮影した", "The face was captured live"),
    "document_live": ("その場で書類を撮影した", "The document was captured live"),
    "supplement": ("補完書類を見た", "A supplementary document was looked at"),
    "others": ("ほかの書類を見た", "Another document was looked at"),
    "mail": ("取引関係文書を送った", "Mail was sent"),
    "staff_delivery": ("職員が届けた", "Staff delivered in person"),
    "declarations": ("申告を受けた", "A declaration was taken"),
}
TIME_IS_THE_HOUSES: Words = (
    "封印の日時は事業者の申告です（第三者のタイムスタンプで裏づけられていません）",
    "The time of sealing is the house's word (no third party's time-stamp confirms it)",
)
# Why a finding cannot be made again (records.remade.Why).
UNMADE: dict[str, Words] = {
    "not_kept": (
        "当日の結果。法令により保存できない項目によるため、再現できません",
        "As found on the day; it rests on what may not be kept",
    ),
    "list_not_here": (
        "当日の結果。束にない失効リストによるため、再現できません",
        "As found on the day; it rests on a revocation list that is not here",
    ),
}
DROPPED: Words = ("読み取った後に保存しなかった項目", "Items read but not kept")
BY_HOUSE_KEY: Words = (
    "台帳の署名鍵が発行者のものであること（鍵を別の経路で入手して確かめてください）",
    "That the ledger's key is the issuer's (get the key another way and compare)",
)
EXISTED_BEFORE: Words = ("記録は次の時刻より前に存在した", "The record existed before")
SIMULATED: Words = (
    "模擬カードまたは試験用の証明書による記録です。本人確認の証拠にはなりません。",
    "Of a simulated card or test certificates. It is no evidence of an identity check.",
)
ANSWERS: dict[str, Words] = {
    "yes": ("はい", "yes"), "no": ("いいえ", "no"), "unsure": ("わからない", "unsure"),
    "current": ("現在の住所", "current"), "moved": ("転居した", "moved"),
}  # fmt: skip
