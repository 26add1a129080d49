"""The sentences of the engine itself, Japanese and English. Those of conditions and evidence stand in law/data."""

from __future__ import annotations

import re

from honnin.law.case import Case
from honnin.law.judging import Block
from honnin.law.model import Law, Method, Rules, Words
from honnin.law.parties import of_company

_ACTORS = {
    "subject": Words("本人", "the customer in person"),
    "agent_for_customer": Words("代理人・担当者", "an agent for the customer"),
    "agents_own": Words("代理人自身の確認", "the check of the agent's own identity"),
}
_ONLY_SUBJECT = Words("本人だけが使える方法です", "Only the customer in person may use this method")
_METHODS_OF = {
    ("subject",): _ONLY_SUBJECT,
    ("subject", "agents_own"): _ONLY_SUBJECT,
    ("agents_own",): Words("担当者自身を確かめる方法です", "This method verifies the acting person"),
    ("agent_for_customer",): Words("法人そのものを確かめる方法です", "This method verifies the company itself"),
}
_CHANNELS = {
    "in_person": Words("対面", "in person"), "remote": Words("オンライン", "remote"), "mail": Words("郵送", "by mail")
}  # fmt: skip
_KINDS = {
    "resident": Words("日本に住む個人", "a resident"),
    "outside_juki": Words("住民基本台帳法の適用を受けない人", "a person outside the resident register"),
    "emigrant": Words("国外転出者", "an emigrant"),
    "short_stay": Words("短期滞在の外国人", "a short-stay foreigner"),
    "corporation": Words("法人", "a corporation"),
    "public_body": Words("国・地方公共団体・上場会社など", "a public body or listed company"),
    "unincorporated": Words("人格のない社団・財団", "an unincorporated association"),
}
_UNSTATED = {
    "channel": (Words("対面かオンラインか郵送かが分かりません", "in person, remote or by mail: not stated"),
                Words("対面・オンライン・郵送のどれかを選んでください。", "Choose: in person, remote or by mail.")),
    "actor": (Words("手続きをする人が本人か代理人かが分かりません", "it is not stated who acts"),
              Words("手続きをする人が本人か代理人かを選んでください。", "Choose who acts: the customer or an agent.")),
    "customer_kind": (Words("顧客の種類が分かりません", "the kind of customer is not stated"),
                      Words("顧客が個人か法人か、日本に住んでいるかを選んでください。",
                            "Choose the kind of customer: person or company, living in Japan or not.")),
    "document": (Words("本人確認書類が決まっていません", "no document is stated"),
                 Words("使える書類を出してもらってください。", "Ask for one of the documents that count.")),
    "ordinary_method": (Words("通常の確認方法がまだ満たされていません", "no ordinary method is satisfied yet"),
                        Words("まず通常の確認を終えてください。", "Finish the ordinary one first.")),
}  # fmt: skip
_ADDITIONAL = (
    Words("ハイリスク取引のため、別の書類の提示・送付が要る", "high risk: an additional document is needed"),
    Words("別の本人確認書類（又は現在の住所のある補完書類）を出すか送ってもらってください。"
          "公的個人認証やスマートフォンの場合は本人確認書類に限ります。",
          "Ask for another identity document (or a proof of the current address), presented or sent. "
          "After a signature or a phone record it must be an identity document."),
)  # fmt: skip
_ADDITIONAL_OF_COMPANY = Words(
    "法人の別の書類（登記事項証明書・印鑑登録証明書・官公庁の書類のうち使っていないもの、又は現在の所在地のある補完書類）を"
    "出すか送ってもらってください。",
    "Ask for another document of the company (certificate of the register, of the seal or another official one that "
    "was not used yet, or a proof of the current seat), presented or sent.",
)


def of_block(block: Block, method: Method, rules: Rules) -> Words:
    """Why a method is closed."""
    first = block.args[0] if block.args else ""
    if block.code == "date_not_yet":
        return Words(f"{first}から使える方法です。", f"This method starts on {first}.")
    if block.code == "date_over":
        return Words(f"{first}で終わった方法です。", f"This method ended on {first}.")
    if block.code == "legacy_off":
        return Words(
            "従来型の方法は、事業者の設定で使わないことになっています。別の方法を使ってください。",
            "Legacy methods are switched off in this house's settings. Use another method.",
        )
    if block.code == "not_confirmable":
        return Words(
            "条文を確認できていないため使えません。別の方法を使ってください。",
            "It cannot be used: the text of the law has not been confirmed. Use another method.",
        )
    if block.code == "not_confirmed":
        points = "、".join(f"{code} {rules.points[code].ja}" for code in block.args)
        points_en = "; ".join(f"{code} {rules.points[code].en}" for code in block.args)
        return Words(
            f"弁護士に確認できるまで使えません（{points}）。", f"Closed until a lawyer has confirmed: {points_en}."
        )
    if block.code == "actor":
        who = _ACTORS[first]
        of = _METHODS_OF.get(method.actors, Words("この場合には使えない方法です", "Not for this case"))
        return Words(f"{of.ja}（今回：{who.ja}）。", f"{of.en} (here: {who.en}).")
    if block.code == "channel":
        way = _CHANNELS[first]
        return Words(f"{way.ja}では使えない方法です。", f"This method cannot be used {way.en}.")
    if block.code == "customer_kind":
        kind = _KINDS[first]
        return Words(f"{kind.ja}には使えない方法です。", f"This method is not for {kind.en}.")
    if block.code == "standing":
        words = rules.conditions[first].words
        return Words(
            f"この方法に要る資格が、事業者の設定にありません（{words.ja}）。",
            f"The house's settings do not show the standing that this method needs ({words.en}).",
        )
    if block.code == "document":
        return Words("この書類では使えない方法です。", "This method does not take these documents.")
    return Words("ハイリスク取引ではありません。", "It is no high-risk transaction.")


def _is_duty(code: str, law: Law) -> bool:
    return law.high_risk is not None and code == law.high_risk.method


def of_missing(code: str, law: Law, rules: Rules) -> Words:
    """What one missing code means."""
    if code in rules.evidence:
        words = rules.evidence[code].words
        return Words(f"まだないもの：{words.ja}", f"still missing: {words.en}")
    if code in _UNSTATED:
        return _UNSTATED[code][0]
    if _is_duty(code, law):
        return _ADDITIONAL[0]
    words = rules.conditions[code].words
    return Words(f"まだ確かめられていないこと：{_bare(words.ja)}", f"not met, or not known yet: {_bare(words.en)}")


def of_group(group: tuple[str, ...], law: Law, rules: Rules) -> Words:
    """What one missing thing means, or several of which one is enough."""
    if len(group) == 1:
        return of_missing(group[0], law, rules)
    names = [rules.evidence[code].words if code in rules.evidence else of_missing(code, law, rules) for code in group]
    return Words(
        f"まだないもの（どれか1つ）：{' / '.join(each.ja for each in names)}",
        f"still missing (one of them): {' / '.join(each.en for each in names)}",
    )


def ask(code: str, law: Law, rules: Rules, case: Case) -> Words:
    """What to say or do next about it."""
    if code in rules.evidence:
        return rules.evidence[code].ask
    if code in _UNSTATED:
        return _UNSTATED[code][1]
    if _is_duty(code, law):
        return _ADDITIONAL_OF_COMPANY if of_company(case) else _ADDITIONAL[1]
    condition = rules.conditions[code]
    ja, en = _bare(condition.words.ja), _bare(condition.words.en)
    return condition.ask or Words(f"次を確かめてください：{ja}。", f"Make sure of this: {en}.")


def _bare(text: str) -> str:
    """Without the full stop, for use inside a sentence."""
    return text.rstrip("。.")


def documents_to_ask(rules: Rules, day_kinds: tuple[str, ...]) -> Words:
    """The sentence that asks for one of these documents."""
    names = [rules.documents[each].words for each in day_kinds[:6]]
    if len(names) == 1:
        return Words(f"{names[0].ja}を出してもらってください。", f"Ask for: {names[0].en}.")
    more = "など" if len(day_kinds) > 6 else ""
    return Words(
        f"次のどれかを出してもらってください：{'、'.join(each.ja for each in names)}{more}。",
        f"Ask for one of: {', '.join(each.en for each in names)}{' or others' if more else ''}.",
    )


def alternatives(words: list[Words]) -> Words:
    """Several ways of which one is enough."""
    if len(words) == 1:
        return words[0]
    return Words(
        "どれか1つ：" + " / ".join(each.ja for each in words), "One of: " + " / ".join(each.en for each in words)
    )


def almost(letter: str | None, title: Words, count: int) -> Words:
    """How far a method is from being satisfied."""
    sign, sign_en = (f"（{letter}）", f" ({letter})") if letter else ("", "")
    return Words(
        f"「{title.ja}」{sign}の方法まで、あと{count}つです。",
        f"{count} more {'thing' if count == 1 else 'things'} to do for “{title.en}”{sign_en}.",
    )


def closed_because(title: Words, why: Words) -> Words:
    """Why the method that was begun cannot be used."""
    return Words(f"「{title.ja}」は使えません。{why.ja}", f"“{title.en}” cannot be used. {why.en}")


def another_document(letter: str | None, title: Words) -> Words:
    """The method that is open with another document than those that were brought."""
    sign, sign_en = (f"（{letter}）", f" ({letter})") if letter else ("", "")
    return Words(
        f"今ある書類で使える方法がありません。別の書類があれば、「{title.ja}」{sign}の方法を使えます。",
        f"No method takes what was brought. With another document “{title.en}”{sign_en} can be used.",
    )


def _asked_of_lawyer(points: tuple[str, ...], rules: Rules) -> Words:
    """Those points with their questions."""
    return Words(
        "、".join(f"{code} {rules.points[code].ja}" for code in points),
        "; ".join(f"{code} {rules.points[code].en}" for code in points),
    )


def when_confirmed(titles: list[Words], points: tuple[str, ...], rules: Rules) -> Words:
    """What a lawyer's answer would open, and which answer."""
    names, names_en = "、".join(f"「{each.ja}」" for each in titles), ", ".join(f"“{each.en}”" for each in titles)
    asked = _asked_of_lawyer(points, rules)
    return Words(
        f"{names}は、次の点を弁護士に確かめて事業者の設定に入れるまで使えません：{asked.ja}。責任者に知らせてください。",
        f"{names_en}: not before a lawyer has confirmed the following and the house's settings say so: {asked.en}. "
        "Tell the person in charge.",
    )


def unfinished_until_confirmed(points: tuple[str, ...], rules: Rules) -> Words:
    """What keeps every method of the case from being finished; it does not say why it matters here (犯収法8条4項)."""
    asked = _asked_of_lawyer(points, rules)
    return Words(
        f"次の点を弁護士に確かめて事業者の設定に入れるまで、この取引の確認を終えられません：{asked.ja}。"
        "責任者に知らせてください。",
        "The verification cannot be finished before a lawyer has confirmed the following and the house's settings say "
        f"so: {asked.en}. Tell the person in charge.",
    )


def when_switched_on(titles: list[Words]) -> Words:
    """What the house's own setting keeps off."""
    names, names_en = "、".join(f"「{each.ja}」" for each in titles), ", ".join(f"“{each.en}”" for each in titles)
    return Words(
        f"{names}は、事業者の設定で止めています。使うかどうかは責任者に確かめてください。",
        f"{names_en}: switched off in the house's settings. Ask the person in charge.",
    )


def accepted(document: Words) -> Words:
    """The notice about a signature that the house accepts not to verify."""
    return Words(
        f"発行者の署名を検証していない書類です（{document.ja}）。事業者の設定で受け入れ、そのことを記録に残します。",
        f"The issuer's signature was not verified ({document.en}); the house accepts that by its own setting, and the "
        "record says so.",
    )


def point_open(code: str, rules: Rules) -> Words:
    """The notice about a lawyer point that is open but blocks nothing."""
    return Words(
        f"弁護士への確認が済んでいない点があります（{code} {rules.points[code].ja}）。",
        f"A point is not yet confirmed by a lawyer ({code} {rules.points[code].en}).",
    )


_ONE = r"[0-9]+条(?:の[0-9]+)?(?:[0-9]+項)?(?:[0-9]+号)?"
_NUMBERS = rf"(?<!施行)(?<!犯収)(?:携帯)?規則{_ONE}(?:・(?:{_ONE}|[0-9]+項|[0-9]+号))*"
_IN_BRACKETS = re.compile(rf" ?[（(]{_NUMBERS}[）)]")
_IN_TEXT = re.compile(_NUMBERS)


def without_numbers(text: str) -> str:
    """The text without article numbers of the 規則, for days whose text was not read in full (law.md L2, L7)."""
    return _IN_TEXT.sub("規則", _IN_BRACKETS.sub("", text))


RECORD_UNCONFIRMED = Words(
    "2027年4月1日以後の記録事項と添付資料は条文を確認できていません。分かるものはすべて記録してください（L2）。",
    "Record items and attachments from 2027-04-01 have not been seen in the text; record all that is known (L2).",
)
NOT_A_DOCUMENT = Words(
    "マイナ免許証は本人確認書類ではありません。同じカードをマイナンバーカードとして読み取ってください。",
    "A licence in the My Number Card is no identity document; read the same card as a My Number Card.",
)
NOT_NEEDED = Words(
    "この取引は、法律上の確認が要らないものです。それでも確かめるときは、次のとおりにしてください。",
    "The law does not ask for verification here. If you verify all the same, go on like this.",
)
ACTING_PERSON_ONLY = Words(
    "国・地方公共団体・上場会社など、人格のない社団・財団には、団体そのものを確かめる方法がありません。"
    "取引に来た人自身を確かめてください。",
    "A public body, a listed company or an unincorporated association is not verified itself: verify the person who "
    "acts for it.",
)
SOMEBODY_ACTS = Words(
    "法人や団体の手続きでは、来店した人を「代理人・担当者」として選んでください。法人とその人の両方を確かめます。",
    "For a company or association choose that somebody acts for it: both it and that person are verified.",
)
NOTHING_OPEN = Words(
    "この条件で今使える方法がありません。書類や手続きの形（対面・オンライン・郵送）を変えられるか確かめてください。",
    "No method is open for this case today. See whether another document or another channel is possible.",
)
