"""Error codes → sentences for the person in front and what to do next, Japanese and English. One table for all."""

from __future__ import annotations

from honnin.core.errors import HonninError
from honnin.flows.message import Message
from honnin.flows.messages_api import API_MESSAGES
from honnin.flows.messages_bundle import BUNDLE_MESSAGES
from honnin.flows.messages_cards import CARD_MESSAGES
from honnin.flows.messages_checks import CHECK_MESSAGES
from honnin.flows.messages_counter import COUNTER_MESSAGES
from honnin.flows.messages_crl import CRL_MESSAGES
from honnin.flows.messages_entry import ENTRY_MESSAGES
from honnin.flows.messages_jobs import JOB_MESSAGES
from honnin.flows.messages_kakunin import KAKUNIN_MESSAGES
from honnin.flows.messages_law import LAW_MESSAGES
from honnin.flows.messages_ledger import LEDGER_MESSAGES
from honnin.flows.messages_licence import LICENCE_MESSAGES
from honnin.flows.messages_mynumber import MYNUMBER_MESSAGES
from honnin.flows.messages_number import NUMBER_MESSAGES
from honnin.flows.messages_pages import PAGE_MESSAGES
from honnin.flows.messages_papers import PAPER_MESSAGES
from honnin.flows.messages_read import READ_MESSAGES
from honnin.flows.messages_records import RECORD_MESSAGES
from honnin.flows.messages_residence import RESIDENCE_MESSAGES
from honnin.flows.messages_staff import STAFF_MESSAGES
from honnin.flows.messages_store import STORE_MESSAGES
from honnin.flows.messages_trust import TRUST_MESSAGES
from honnin.flows.messages_vault import VAULT_MESSAGES

__all__ = ["MESSAGES", "Message", "message_for"]

# By code; a code that is not here is looked up by its parents ("link.timeout" → "link").
MESSAGES: dict[str, Message] = {
    **CARD_MESSAGES,  # readers, links, cards, keys, what a chip sent
    **LICENCE_MESSAGES,  # driver's licences
    **MYNUMBER_MESSAGES,  # PINs, printed numbers, My Number Cards
    **NUMBER_MESSAGES,  # individual numbers: visits, API, commands
    **RESIDENCE_MESSAGES,  # residence cards
    **LEDGER_MESSAGES,  # the ledger, time-stamps, evidence bundles
    **READ_MESSAGES,  # recognising what lies there, asking about revocation
    **CHECK_MESSAGES,  # verifying what was read before
    **KAKUNIN_MESSAGES,  # records of verification, their attachments, retention, PDF
    **ENTRY_MESSAGES,  # finishing a record later
    **PAPER_MESSAGES,  # scans that are attached
    **TRUST_MESSAGES,  # anchors, master lists, revocation lists
    **VAULT_MESSAGES,  # sealed records, keys, tokens, recovery sheets, individual numbers
    **LAW_MESSAGES,  # cases and rules of law
    **CRL_MESSAGES,  # revocation lists of millions, re-check
    **COUNTER_MESSAGES,  # visits, typed keys, requests, store, server
    **RECORD_MESSAGES,  # amendments, holds, deletion, audit
    **PAGE_MESSAGES,  # ways into a card that sign, or read its licence part
    **BUNDLE_MESSAGES,  # proofs that leave the house
    **JOB_MESSAGES,  # jobs, re-checks, simulators
    **STAFF_MESSAGES,  # who is at the counter
    **API_MESSAGES,  # the JSON API
    **STORE_MESSAGES,  # sealing, backup, restore
    "store": Message(
        "保存や読み出しができませんでした。", "It could not be kept or found.",
        "空き容量と保存先の権限を確かめて、もう一度試してください。",
        "Check the free space and the permissions of the folder, then try again.",
    ),
    "store.file": Message(
        "ファイルに保存できませんでした。", "The file could not be written.",
        "保存先のフォルダーと空き容量を確かめてください。", "Check the folder and the free space.",
    ),
    "usage": Message(
        "コマンドの書き方がちがいます。", "The command is not written as it should be.",
        "コマンドの後に「--help」を付けると、使い方が出ます。", "Add --help to the command to see how it is written.",
    ),
    "bench": Message(
        "測定できませんでした。", "It could not be measured.",
        "「honnin serve」が起動するか確かめてください。", "Check that “honnin serve” starts.",
    ),
}  # fmt: skip

_FALLBACK = Message(
    "うまく動きませんでした。", "Something failed.", "もう一度試してください。", "Try again."
)


def message_for(error: HonninError) -> Message:
    """The sentence for an error, found by its code or by the longest known parent of the code."""
    own = f"{error.code}.{error.detail}"  # of a secret that is named in the detail: other offices reset other PINs
    if own in MESSAGES:
        return MESSAGES[own]
    code = error.code
    while code:
        if code in MESSAGES:
            return MESSAGES[code]
        code = code.rpartition(".")[0]
    return Message(_FALLBACK.ja, f"{_FALLBACK.en} ({error.message})", _FALLBACK.next_ja, _FALLBACK.next_en)
