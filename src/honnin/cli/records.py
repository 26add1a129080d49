"""`honnin records`: find, show, amend, hold, delete and audit the sealed records (design §9)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.days import typed_day
from honnin.cli.groups import WholeGroup
from honnin.cli.record_checks import audited_stamps, rechecks_command
from honnin.cli.records_complete import complete_command, unfinished_command
from honnin.cli.report import EXIT_FAILED, errors, iso_utc, print_done, print_json, print_nothing_found, write_file
from honnin.cli.show import default_language, print_report
from honnin.cli.staff_name import staff_name as _staff
from honnin.core.clock import JAPAN, system_clock
from honnin.core.errors import CallerError

if TYPE_CHECKING:
    from honnin.cli.record_room import RecordRoom
    from honnin.flows.record_keeping import RecordKeeping
    from honnin.flows.record_ports import RecordSummary

T = TypeVar("T")

_data_option = click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
_demo_option = click.option("--demo", is_flag=True, help="The records of the demo (simulated cards).")
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_by_option = click.option(
    "--by", required=True, help="Who does it: name or number of a member of staff (of the list in house.yaml).",
)
_record_argument = click.argument("record_id")


@click.group("records", cls=WholeGroup)
def command() -> None:
    """Sealed records: nothing in them is ever written over, and every look at one is noted.

    封をした記録です。上書きはされません。見たことは台帳に残ります。
    """


command.add_command(complete_command)
command.add_command(unfinished_command)
command.add_command(rechecks_command)


@contextmanager
def record_room_of(data: str | None, *, demo: bool) -> Iterator[tuple[RecordRoom, RecordKeeping]]:
    """The records of a data folder. Raises CallerError `records.none`, and those of record_room."""
    from honnin.cli.record_room import DATABASE, DATABASE_VARIABLE, record_room  # noqa: PLC0415  # --help must be quick

    folder = data_folder(data)
    folder = folder / "demo" if demo else folder
    if not (os.environ.get(DATABASE_VARIABLE) or (folder / DATABASE).exists()):
        raise CallerError("records.none", "there are no records in this data folder", str(Path(folder).name))
    with record_room(folder) as room:
        yield room, room.keeping


@command.command("list")
@click.option("--name", default="", help="The whole name; parts of names find nothing.")
@click.option("--birth", default="", help="Date of birth, 1990-01-02.")
@click.option("--state", type=click.Choice(["sealed", "deleted"]), default=None)
@click.option("--due", is_flag=True, help="Only those whose time of keeping is over.")
@click.option("--limit", type=click.IntRange(1, 1000), default=100)
@_data_option
@_demo_option
@_json_option
def list_command(
    name: str, birth: str, state: str | None, limit: int, data: str | None, *, due: bool, demo: bool, as_json: bool
) -> None:
    """List records, the latest first: number, time, law, method, state. No names of customers.

    記録の一覧です（新しい順、お客様の氏名は出ません）。
    """
    from honnin.flows.record_ports import RecordQuery, RecordState  # noqa: PLC0415

    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, _):
        if due:
            from honnin.flows.retention_jobs import propose_deletions  # noqa: PLC0415
            report = propose_deletions(room.store, room.tenant, at=system_clock())
            rows = [room.store.record(room.tenant, each.record_id) for each in report.proposals[:limit]]
        elif name or birth:
            from honnin.flows.ports import VisitQuery  # noqa: PLC0415

            found = room.visits.find(VisitQuery(name=name, birth_date=birth), limit=limit)
            rows = [room.store.record(room.tenant, each.id) for each in found]
        else:
            rows = list(room.store.records(
                room.tenant, RecordQuery(state=RecordState(state) if state else None), limit=limit
            ))  # fmt: skip
    if as_json:
        print_json({"records": [_item(each) for each in rows]})
        return
    for row in rows:
        until = f"{row.retention_until:%Y-%m-%d}" if row.retention_until else "-"
        held = "  保全 / held" if row.holds else ""
        click.echo(
            f"{row.record_id}  {row.sealed_at_utc.astimezone(JAPAN):%Y-%m-%d %H:%M}  {row.law or '-'}  "
            f"{','.join(row.methods) or '-'}  {row.document}  {row.state}  {until}{held}"
            + ("  模擬 / simulated" if row.simulated else "")
        )
    if not rows:
        print_nothing_found()


@command.command("show")
@_record_argument
@_by_option
@_data_option
@_demo_option
@_json_option
def show_command(record_id: str, by: str, data: str | None, *, demo: bool, as_json: bool) -> None:
    """Show one record. The look is noted in the ledger.

    記録を1つ表示します。見たことは台帳に残ります。
    """
    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, keeping):
        row = keeping.record(record_id)
        visit = room.visits.get(record_id)
        room.visits.note_view(record_id, staff=_staff(data, by, demo=demo))
        history = keeping.history(record_id)
        if as_json:
            from honnin.facts.codec import report_to_dict  # noqa: PLC0415

            print_json({
                **_item(row), "report": report_to_dict(visit.report), "answers": visit.answers, "staff": visit.staff,
                "history": [{"index": each.index, "kind": each.kind, "at": iso_utc(each.at_utc)} for each in history],
            })  # fmt: skip
            return
        print_report(visit.report, language=default_language(), simulated=visit.simulated)
        for each in history:
            click.echo(f"{each.index:>8}  {each.at_utc.astimezone(JAPAN):%Y-%m-%d %H:%M:%S}  {each.kind}")


@command.command("export")
@_record_argument
@click.argument("file", type=click.Path(dir_okay=False))
@_by_option
@_data_option
@_demo_option
@_json_option
def export_command(record_id: str, file: str, by: str, data: str | None, *, demo: bool, as_json: bool) -> None:
    """Write the evidence of one record to FILE, for a third party who verifies it with `honnin verify`.

    記録の証拠一式を FILE に書き出します。第三者が「honnin verify」で検証できます。
    """
    from honnin.cli.anchors import trust_for  # noqa: PLC0415

    house = None if data is None else Path(data)
    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, _):
        desk = room.desk(lambda reading: trust_for(
            (), simulated=reading.simulated, document=reading.document.value, data=house
        ))  # fmt: skip
        octets = desk.export(record_id, staff=_staff(data, by, demo=demo))
        write_file(Path(file), octets)
    print_done({"record_id": record_id, "file": Path(file).name, "octets": len(octets)}, as_json=as_json)


@command.command("amend")
@_record_argument
@click.argument("text")
@_by_option
@_data_option
@_demo_option
@_json_option
def amend_command(record_id: str, text: str, by: str, data: str | None, *, demo: bool, as_json: bool) -> None:
    """Append TEXT to a record. What was there stays.

    記録に TEXT を追記します。元の内容は残ります。
    """
    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, _):
        name = _staff(data, by, demo=demo)
        number = room.amending.add_words(record_id, text, by=name, actor=room.visits.actor(name))
    print_done({"record_id": record_id, "amendment": number}, as_json=as_json)


@command.command("end-contract")
@_record_argument
@click.option("--on", "ended_on", required=True, help="The day on which the contract ended, 2026-11-25.")
@_by_option
@_data_option
@_demo_option
@_json_option
def end_contract_command(
    record_id: str, ended_on: str, by: str, data: str | None, *, demo: bool, as_json: bool
) -> None:
    """The contract ended: the time of keeping begins to run.

    契約の終わりを記録します。保存期間が始まります。
    """
    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, keeping):
        day = typed_day(ended_on, "records.day")
        until = keeping.end_contract(record_id, day, staff=room.visits.actor(_staff(data, by, demo=demo)))
    print_done({"record_id": record_id, "retention_until": until.isoformat() if until else None}, as_json=as_json)


@command.command("hold")
@_record_argument
@click.option("--reason", default="", help="Why it must not be deleted, or why it may be again.")
@click.option("--release", is_flag=True, help="Take one hold away.")
@_by_option
@_data_option
@_demo_option
@_json_option
def hold_command(
    record_id: str, reason: str, by: str, data: str | None, *, release: bool, demo: bool, as_json: bool
) -> None:
    """Keep a record from being deleted, or release it.

    記録を保全します（削除を止めます）。--release で解除します。
    """
    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, keeping):
        if release:
            keeping.release(record_id, reason, staff=room.visits.actor(_staff(data, by, demo=demo)))
        else:
            keeping.hold(record_id, reason, staff=room.visits.actor(_staff(data, by, demo=demo)))
        holds = keeping.record(record_id).holds
    print_done({"record_id": record_id, "holds": holds}, as_json=as_json)


@command.command("delete")
@click.argument("number", metavar="RECORD_ID|REQUEST")
@click.option("--reason", default="", help="Ask to delete record RECORD_ID, with this reason; with --refuse: why not.")
@click.option("--approve", "decision", flag_value="approve", help="Approve REQUEST: a second person.")
@click.option("--refuse", "decision", flag_value="refuse", help="Refuse REQUEST; --reason for a proposal.")
@_by_option
@_data_option
@_demo_option
@_json_option
def delete_command(
    number: str, reason: str, decision: str | None, by: str, data: str | None, *, demo: bool, as_json: bool
) -> None:
    """Delete a record: one person asks (--reason), another one approves. It cannot be undone.

    記録を削除します。1人が理由をつけて申請し、別の1人が承認します。元に戻せません。

    The first step takes the number of the record and prints that of the request; the second one takes the latter.
    """
    from honnin.records.retention import certificate_text, certificate_to_json  # noqa: PLC0415

    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, keeping):
        staff = room.visits.actor(_staff(data, by, demo=demo))
        if decision is None:
            request = keeping.request_deletion(number, reason, staff=staff)
            print_done({"record_id": number, "request": request}, as_json=as_json)
        elif decision == "refuse":
            keeping.refuse_deletion(number, staff=staff, reason=reason)
            print_done({"request": number, "state": "refused"}, as_json=as_json)
        else:
            certificate = keeping.approve_deletion(number, staff=staff)
            if as_json:
                import json  # noqa: PLC0415

                print_json({"certificate": json.loads(certificate_to_json(certificate))})
            else:
                click.echo(certificate_text(certificate)[0 if default_language() == "ja" else 1])


@command.command("certificate")
@_record_argument
@click.argument("file", type=click.Path(dir_okay=False))
@_data_option
@_demo_option
@_json_option
def certificate_command(record_id: str, file: str, data: str | None, *, demo: bool, as_json: bool) -> None:
    """Write the certificate of a deletion to FILE, with its proof: anybody checks it with `honnin verify FILE`.

    削除の証明を FILE に書き出します。「honnin verify FILE」で確かめられます。
    """
    from honnin.flows.record_export import proof_of_deletion  # noqa: PLC0415

    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, keeping):
        octets = proof_of_deletion(room.store, room.signer.key, keeping.certificate(record_id))
        write_file(Path(file), octets)
    print_done({"record_id": record_id, "file": Path(file).name, "octets": len(octets)}, as_json=as_json)


@command.command("audit")
@click.option("--open/--no-open", "opens", default=True, help="Open every content with the keys as well (default).")
@click.option(
    "--checkpoint", "kept", type=click.Path(dir_okay=False), multiple=True,
    help="A checkpoint kept elsewhere (file), or an evidence bundle that holds one: shows a ledger that was put back.",
)
@click.option("--keep", type=click.Path(dir_okay=False), help="Write the newest checkpoint here, if all agrees.")
@_data_option
@_demo_option
@_json_option
@click.pass_context
def audit_command(
    context: click.Context, kept: tuple[str, ...], keep: str | None, data: str | None, *, opens: bool, demo: bool,
    as_json: bool,
) -> None:  # fmt: skip
    """Compare every row with what was sealed and signed, individual numbers as well, and name what does not agree. No
    number is opened. Exit code 1 when anything does not agree.

    すべての行を、封をした内容と台帳に照らして確かめます。
    """
    from honnin.flows.kept_checkpoints import kept_checkpoints  # noqa: PLC0415
    from honnin.flows.messages_ledger import audit_words  # noqa: PLC0415
    from honnin.flows.record_audit import audit_records  # noqa: PLC0415
    from honnin.records.wrapping import Purpose  # noqa: PLC0415

    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, _):
        elsewhere = kept_checkpoints([Path(each) for each in kept], room.signer.key)
        found = audit_records(
            room.store, room.tenant, room.signer.key, wrapper=room.keys.wrapper(Purpose.RECORDS) if opens else None,
            numbers=room.keys.wrapper(Purpose.NUMBERS) if opens else None, witness=room.signer.witness,
            kept_elsewhere=room.mark.kept(elsewhere),
        )  # fmt: skip
        head = room.store.head(room.tenant)  # before the audit itself is entered
        stopped = room.watch.take(found).stopped_at is not None
        stamps = audited_stamps(room, data)
        if keep is not None and not found:
            write_file(Path(keep), head.checkpoint.encode())
    if as_json:
        print_json({
            "agrees": not (found or stamps.wrong), "stopped": stopped, "entries": head.frontier.size,
            "checkpoint": head.checkpoint, "timestamps": stamps.as_json(),
            "findings": [
                {"code": str(each.code), "sequence": each.sequence, "last": each.last, "record_id": each.record_id,
                 "detail": each.detail}
                for each in found
            ],
        })  # fmt: skip
    elif not found:
        size = head.frontier.size
        click.echo(f"✔ 台帳は一致しています（{size}件） / the ledger agrees ({size} entries)")
    else:
        click.echo("✘ 台帳が一致しません / the ledger does not agree", err=True)
        which = 0 if default_language() == "ja" else 1
        for each in found:
            click.echo(f"  {audit_words(each)[which]}  ({each.code})")
    for line in () if as_json else stamps.lines(default_language()):
        click.echo(line)
    if stopped and not as_json:
        click.echo("新しい保存を止めています。直した後に「honnin records resume」で再開します。", err=True)
        click.echo("Saving is stopped. After the repair, go on with “honnin records resume”.", err=True)
    if found or stamps.wrong:
        context.exit(EXIT_FAILED)


@command.command("resume")
@click.option("--reason", required=True, help="What was repaired, or why it cannot be.")
@click.option("--accept", is_flag=True, help="Accept what the audit still finds and nobody can repair.")
@_by_option
@_data_option
@_demo_option
@_json_option
def resume_command(
    reason: str, by: str, data: str | None, *, accept: bool, demo: bool, as_json: bool
) -> None:
    """Let records be kept again after the ledger did not agree. Audits first; your name and reason are written down.

    台帳が一致しなかった後、直してから保存を再開します。
    """
    with errors(as_json=as_json), record_room_of(data, demo=demo) as (room, _):
        actor = room.visits.actor(_staff(data, by, demo=demo))
        state = room.watch.resume(reason, staff=actor, accept=accept)
        room.mark.keep(again=True)
    print_done(
        {"agrees": state.agrees, "stopped": state.stopped_at is not None, "accepted": len(state.accepted)},
        as_json=as_json,
    )


def _item(row: RecordSummary) -> dict[str, object]:
    return {
        "record_id": row.record_id, "sealed_at": iso_utc(row.sealed_at_utc),
        "law": row.law, "methods": list(row.methods),
        "document": row.document, "simulated": row.simulated, "state": str(row.state), "parts": row.parts,
        "retention_years": row.retention_years,
        "contract_ended_on": row.contract_ended_on.isoformat() if row.contract_ended_on else None,
        "retention_until": row.retention_until.isoformat() if row.retention_until else None, "holds": row.holds,
    }  # fmt: skip
