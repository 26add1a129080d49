"""Words of the page on which staff say who they are, and of the header."""

from __future__ import annotations

STAFF_TEXTS: dict[str, tuple[str, str]] = {
    "nav.staff": ("職員：{name}", "Staff: {name}"),
    "nav.staff.none": ("職員の名前を選ぶ", "Choose your name"),
    "staff.h1": ("職員の名前を選んでください", "Choose your name"),
    "staff.h1.type": ("職員の名前を入れてください", "Enter your name"),
    "staff.lead": (
        "確認を行った人と記録を作成した人として、この名前が記録に残ります。",
        "This name goes into the records: who made the check, and who made the record.",
    ),
    "staff.not_proved": (
        "名前は言ったとおりに残ります。本人であることは、まだ確かめていません（ログイン機能ができるまで）。",
        "The name is kept as it was said. That it is really you is not checked yet (until there is a sign-in).",
    ),
    "staff.life": (
        "この画面では12時間おぼえています。交代するときは、選び直してください。",
        "This browser remembers it for 12 hours. When you change places, choose again.",
    ),
    "staff.name": ("職員の名前", "Your name"),
    "staff.list": ("職員", "Staff"),
    "staff.list.help": ("一覧は house.yaml の staff で決めます。", "The list stands in house.yaml under staff."),
    "staff.choose": ("職員の名前を選んでください。", "Choose a name."),
    "staff.choose.empty": ("選んでください", "Choose"),
    "staff.now": ("いまの職員：{name}", "Staff now: {name}"),
    "staff.go": ("この名前ではじめる", "Go on with this name"),
    "staff.leave": ("名前を消す", "Remove the name"),
}
