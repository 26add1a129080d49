"""`honnin records complete`, `honnin records unfinished`: what is left of a record, and finishing it later."""

from __future__ import annotations

import mimetypes
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Self

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.days import typed_day
from honnin.cli.report import errors, print_json, print_nothing_found
from honnin.cli.show import default_language
from honnin.core.clock import japan_day, system_clock
from honnin.core.errors import CallerError

if TYPE_CHECKING:
    from honnin.flows.attachments import Brought
    from honnin.flows.completing import Completing, Standing
    from honnin.records.later import Later

EXIT_LAW = 3  # the law is not satisfied (README)
MAX_FILE = 10 << 20

_data_option = click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
_demo_option = click.option("--demo", is_flag=True, help="The records of the demo (simulated cards).")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_HOW = {"presented": "presented", "original": "sent_original", "copy": "sent_copy"}


class _Room:
    """The house's records, opened and closed; `by` named as the house's list has them."""

    def __init__(self, data: str | None, *, demo: bool) -> None:
        from honnin.adapters.house_file import load_house  # noqa: PLC0415  # --help must be quick
        from honnin.cli.record_room import DATABASE, completing_of, open_record_room  # noqa: PLC0415
        from honnin.law.rules import load_rules  # noqa: PLC0415

        house = data_folder(data)
        folder = house / "demo" if demo else house
        if not (folder / DATABASE).exists():
            raise CallerError("records.none", "there are no records in this data folder", folder.name)
        self.settings = load_house(house)
        if self.settings.speaks_of_rules:
            self.settings.must_fit(load_rules())
        self.room = open_record_room(folder)
        self.completing: Completing = completing_of(self.room, self.settings)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.room.close()


@click.command("complete")
@click.argument("record_id")
@click.option("--by", default="", help="Who does it: the name of a member of staff. Needed to add something.")
@click.option("--mail-sent", metavar="DAY", help="取引関係文書 was mailed on that day.")
@click.option(
    "--mail-kind", type=click.Choice(["no_forward", "restricted", "addressee_only"]), default="no_forward",
    show_default=True,
)  # fmt: skip
@click.option(
    "--mail-to", type=click.Choice(["document", "supplement", "business"]), default="document", show_default=True
)
@click.option("--delivered", metavar="DAY", help="It was delivered on that day.")
@click.option("--returned", metavar="DAY", help="It came back on that day.")
@click.option("--handed-over", metavar="DAY", help="Staff handed it over at the address.")
@click.option("--paper", metavar="KIND", help="A further document came: CERTIFICATES, NOPHOTO_UNIQUE, CORP_REGISTRY, …")
@click.option("--supplement", metavar="WORDS", help="A document with the present address came (補完書類).")
@click.option("--how", type=click.Choice(sorted(_HOW)), help="How the document came.")
@click.option("--on", "came_on", metavar="DAY", help="The day on which a document that was sent in came (else today).")
@click.option("--number", default="", help="Tracking number of the mail; issuer and number of a document.")
@click.option("--issued", metavar="DAY", help="Date of issue of a document.")
@click.option("--until", metavar="DAY", help="Expiry of a document.")
@click.option("--valid/--not-valid", "valid", default=None, help="What you saw of a further document.")
@click.option("--address/--no-address", "current", default=None, help="Whether it shows the present address.")
@click.option("--of-other", is_flag=True, help="It is the other person's (agent and customer).")
@click.option("--additional", is_flag=True, help="It is the additional one (規則14条).")
@click.option("--expiry-seen", metavar="DAY", help="The expiry that is printed on the document that was read.")
@click.option("--write", multiple=True, metavar="ITEM=TEXT", help="An item of the record, such as F25.name=…")
@click.option("--other", "other", metavar="RECORD", help="The other person was verified in that record.")
@click.option("--attach", multiple=True, metavar="CODE=FILE", help="A copy: ATT_COPIES=scan.pdf, also alone.")
@_data_option
@_demo_option
@_json_option
@click.pass_context
def complete_command(
    context: click.Context, /, record_id: str, by: str, data: str | None, attach: Sequence[str], *, demo: bool,
    as_json: bool, **given: object,
) -> None:  # fmt: skip
    """Say what is left of a record; with one act, add it and let the law decide again. What was there stays.

    記録の残りを示します。1つ加えると、法令の判定をやり直します。元の内容は残ります。

    Exit code 3 while something is left.
    """
    with errors(as_json=as_json), _Room(data, demo=demo) as room:
        brought = [_brought(each) for each in attach]
        act = _act(given, brought)
        if act is None:
            standing = room.completing.standing(record_id)
        else:
            from honnin.flows.staff import member_of  # noqa: PLC0415
            from honnin.records.kakunin_entry import Staff  # noqa: PLC0415

            member = member_of(room.settings.staff, by)
            person = Staff(id=member.id or member.name, name=member.name)
            standing = room.completing.add(record_id, act, by=person, brought=brought)
    _show(standing, as_json=as_json)
    if not standing.finished:
        context.exit(EXIT_LAW)


@click.command("unfinished")
@click.option("--after", default="", help="Only records older than this one.")
@_data_option
@_demo_option
@_json_option
def unfinished_command(after: str, data: str | None, *, demo: bool, as_json: bool) -> None:
    """Records that a law was asked for and that are not finished, the latest 200 of them; with what is left.

    法令の確認が終わっていない記録と、残りを示します。
    """
    with errors(as_json=as_json), _Room(data, demo=demo) as room:
        found = room.completing.unfinished(after=after)
    if as_json:
        print_json({"records": [_item(each) for each in found]})
        return
    for each in found:
        _show(each, as_json=False)
    if not found:
        print_nothing_found()


def _act(given: dict[str, object], brought: Sequence[Brought]) -> Later | None:
    from honnin.law.acts import Handover, Mailing, MailKind  # noqa: PLC0415
    from honnin.records import later  # noqa: PLC0415

    def text(name: str) -> str:
        value = given[name]
        return value if isinstance(value, str) else ""

    def flag(name: str) -> bool | None:
        value = given[name]
        return value if isinstance(value, bool) else None

    def day(typed: str) -> date:
        return typed_day(typed, "later.day")

    today = japan_day(system_clock())
    number, how = text("number"), Handover(_HOW.get(text("how"), "presented"))
    made: list[later.Later] = []
    if text("mail_sent"):
        kind, to = MailKind(text("mail_kind")), Mailing(text("mail_to"))
        made.append(later.MailSent(day(text("mail_sent")), kind, to, number))
    if text("delivered"):
        made.append(later.MailDelivered(day(text("delivered")), number))
    if text("returned"):
        made.append(later.MailReturned(day(text("returned")), number))
    if text("handed_over"):
        made.append(later.HandedOver(day(text("handed_over"))))
    on = day(text("came_on")) if text("came_on") else today
    issued = day(text("issued")) if text("issued") else None
    if (text("paper") or text("supplement")) and not text("how"):
        raise click.UsageError("--how is needed: presented, original or copy")
    if text("paper"):
        words = number if issued is None else f"{number}　発行日 {issued.isoformat()}"
        made.append(later.PaperCame(
            on, _kind(text("paper")), how, words, valid=flag("valid"), address_current=flag("current"),
            other=given["of_other"] is True, additional=given["additional"] is True,
        ))  # fmt: skip
    if text("supplement"):
        until = day(text("until")) if text("until") else None
        made.append(later.SupplementCame(on, text("supplement"), how, number, issued, until))
    if text("expiry_seen"):
        made.append(later.ExpirySeen(today, day(text("expiry_seen"))))
    if text("other"):
        made.append(later.OtherVerified(today, text("other")))
    items = given["write"]
    if isinstance(items, Sequence) and items:
        pairs = [str(each).partition("=") for each in items]
        made.append(later.Wrote(today, tuple((name, value) for name, _, value in pairs)))
    if brought and not made:
        made.append(later.Attached(on, tuple((each.code, each.media_type) for each in brought)))
    if len(made) > 1:
        raise click.UsageError("one act at a time")
    return made[0] if made else None


def _kind(code: str) -> str:
    from honnin.law.rules import load_rules  # noqa: PLC0415

    if code not in load_rules().documents:
        raise CallerError("later.form", "there is no such kind of document", code[:40])
    return code


def _brought(typed: str) -> Brought:
    from honnin.adapters.papers import read_paper  # noqa: PLC0415
    from honnin.flows.attachments import Brought  # noqa: PLC0415
    from honnin.flows.papers import PAPERS, brought_paper  # noqa: PLC0415

    code, _, name = typed.partition("=")
    path = Path(name)
    try:
        with path.open("rb") as file:
            octets = file.read(MAX_FILE + 1)
    except OSError:
        raise CallerError("later.form", "the file cannot be read", path.name) from None
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    if code in PAPERS and media_type in {"application/pdf", "image/jpeg", "image/png"}:
        return brought_paper(code, octets, read_paper)  # as on the page: harmless or refused
    return Brought(code, octets, media_type)


def _item(standing: Standing) -> dict[str, object]:
    record = standing.record
    return {
        "record_id": record.record_id, "on": record.on.isoformat(), "law": record.law, "state": str(record.state),
        "simulated": record.simulated, "methods": [each.id for each in record.methods],
        "left": [{"about": each.about, "code": each.code, "ja": each.ja, "en": each.en} for each in standing.left],
    }  # fmt: skip


def _show(standing: Standing, *, as_json: bool) -> None:
    if as_json:
        print_json(_item(standing))
        return
    record = standing.record
    state = "完了 / finished" if standing.finished else "未完了 / unfinished"
    simulated = "  模擬 / simulated" if record.simulated else ""
    click.echo(f"{record.record_id}  {record.on}  {record.law}  {state}{simulated}")
    for each in standing.left:
        click.echo(f"  - {each.ja if default_language() == 'ja' else each.en}")
