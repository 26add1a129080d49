"""`honnin trust`: what this house believes in, and how it came to it (design §9; passport.md §11)."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, get_args

import click

from honnin.cli.data_folder import data_folder
from honnin.cli.groups import WholeGroup
from honnin.cli.report import EXIT_FAILED, errors, iso_utc, print_json
from honnin.core.clock import system_clock
from honnin.trust.algorithms import key_facts
from honnin.trust.anchors import Environment

if TYPE_CHECKING:
    from honnin.adapters.trust_folder import TrustFolder
    from honnin.flows.trust_import import ImportPlan, TrustEntry
    from honnin.trust.certificate import Certificate
    from honnin.trust.crl import RevocationList

_MAX_FILE = 64 << 20

_data_option = click.option(
    "--data", type=click.Path(file_okay=False), help="The data folder (default: HONNIN_DATA, else the usual place)."
)
_json_option = click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
_file_argument = click.argument("file", type=click.Path(dir_okay=False))


@click.group("trust", cls=WholeGroup)
def command() -> None:
    """Trust anchors and revocation lists.

    信頼の基点と失効リスト。

    An anchor is a country's signing certificate that you decided to trust. Compare its SHA-256 fingerprint with one
    from another source before you rely on it.
    """


@command.command("list")
@_data_option
@_json_option
def list_command(data: str | None, *, as_json: bool) -> None:
    """Show every anchor and revocation list with environment and origin.

    信頼の基点と失効リストを、環境と由来つきで示します。
    """
    with errors(as_json=as_json):
        store = _store(data)
        entries = store.entries()
        crls = store.crls()
    if as_json:
        print_json({"anchors": [_entry_item(each) for each in entries], "crls": [_crl_item(each) for each in crls]})
        return
    for entry in entries:
        certificate = entry.anchor.certificate
        click.echo(
            f"{_title(certificate)}  {certificate.not_after:%Y-%m-%d}  {entry.anchor.environment}  {entry.basis}  "
            f"{_plain(entry.anchor.origin)}\n    {certificate.fingerprint}"
        )
    for crl in crls:
        click.echo(f"CRL {crl.issuer.text}  {crl.this_update:%Y-%m-%d} – {_date(crl.next_update)}  {crl.count}")
    if not entries:
        click.echo("信頼する証明書はまだありません。\nNo anchors yet: honnin trust import FILE", err=True)


@command.command("import")
@_file_argument
@click.option(
    "--environment",
    type=click.Choice(get_args(Environment)),
    default="production",
    show_default=True,
    help="What the anchors may vouch for. Everything that rests on a test or simulator anchor says so.",
)
@click.option("--origin", help="Where the file came from, in your words (default: its name).")
@click.option("--pin", "pins", multiple=True, metavar="SHA256", help="Fingerprint that must be there. Repeatable.")
@click.option("--dry-run", is_flag=True, help="Show what would be done.")
@click.option("--licence", is_flag=True,
              help="These are certificates of those who sign driver's licences, and of nothing else.")
@click.option("--timestamp", is_flag=True,
              help="These are authorities of a time-stamping service, and of nothing else.")
@_data_option
@_json_option
def import_command(
    file: str,
    environment: Environment,
    origin: str | None,
    pins: tuple[str, ...],
    data: str | None,
    *,
    dry_run: bool,
    licence: bool,
    timestamp: bool,
    as_json: bool,
) -> None:
    """Import certificates (.cer .crt .der .pem) or a master list (.ml).

    証明書かマスターリストを取り込みます。

    A self-signed certificate is trusted because you name the file, or with --pin only when the fingerprint is that. A
    link certificate needs a trusted key that signed it. A master list needs its signer's country certificate pinned
    with --pin, or links from a trusted key that lead to it. Exit code 1 when a certificate was refused.
    """
    from honnin.flows.trust_import import carry_out, plan_import  # noqa: PLC0415  # keep --help quick
    from honnin.trust.kinds import LICENCE, PASSPORT, TIMESTAMP  # noqa: PLC0415

    if licence and timestamp:
        raise click.UsageError("--licence and --timestamp exclude each other")
    with errors(as_json=as_json):
        store = _store(data)
        plan = plan_import(
            _read(file),
            store,
            environment=environment,
            origin=origin or Path(file).name,
            pins=pins,
            now=system_clock(),
            label=LICENCE if licence else TIMESTAMP if timestamp else PASSPORT,
        )
        if not as_json:
            _show_plan(plan)
        if not dry_run:
            carry_out(plan, store)
            if plan.new:
                _recheck_soon(data, "new-anchor")
    if as_json:
        print_json(_plan_item(plan, dry_run=dry_run))
    if plan.refused or plan.refusal:
        raise SystemExit(EXIT_FAILED)


@command.command("crl")
@_file_argument
@_data_option
@_json_option
def crl_command(file: str, data: str | None, *, as_json: bool) -> None:
    """Import a revocation list (DER or PEM) that a trusted key of its country signed.

    失効リストを取り込みます。

    A list of more than 5 MiB is read once and kept as an index, so that millions of entries do no harm.
    """
    from honnin.adapters.crl_index_file import LARGE, open_list  # noqa: PLC0415  # keep --help quick
    from honnin.flows.trust_import import import_crl, import_large_crl  # noqa: PLC0415

    with errors(as_json=as_json):
        store = _store(data)
        with open_list(Path(file)) as (source, length):
            if length > LARGE:
                done = import_large_crl(source, store, now=system_clock())
            else:
                done = import_crl(_read(file), store, now=system_clock())
        _recheck_soon(data, "new-list")
    if as_json:
        print_json({"crl": _crl_item(done.crl), "state": done.result.outcome, "replaced": len(done.replaced)})
        return
    click.echo(f"✔ {done.crl.issuer.text}  {_date(done.crl.this_update)} – {_date(done.crl.next_update)}")
    click.echo(f"  {done.crl.count}件 / entries")
    if not done.result.ok:
        click.echo(
            f"期限が切れているか、まだ始まっていません。新しいものを入れてください。\n"
            f"Out of its time ({done.result.outcome}): get a newer one.",
            err=True,
        )


def _recheck_soon(data: str | None, why: str) -> None:
    from honnin.cli.job_room import recheck_soon  # noqa: PLC0415

    recheck_soon(data_folder(data), why)


def _store(data: str | None) -> TrustFolder:
    from honnin.adapters.trust_folder import TrustFolder  # noqa: PLC0415  # keep --help quick

    return TrustFolder(data_folder(data))


def _read(file: str) -> bytes:
    from honnin.core.errors import CallerError  # noqa: PLC0415

    try:
        with Path(file).open("rb") as stream:
            content = stream.read(_MAX_FILE + 1)
    except OSError as error:
        raise CallerError("trust.file.unreadable", "the file cannot be read", str(error)) from error
    if not content or len(content) > _MAX_FILE:
        raise CallerError("trust.file.unreadable", "the file is empty or too large")
    return content


def _show_plan(plan: ImportPlan) -> None:
    listed = plan.master_list
    if listed is not None:
        click.echo(f"マスターリスト / master list  {_date(listed.signed_at)}  {len(listed.certificates)}")
        click.echo(f"  CSCA {_title(listed.signer_csca)}\n    {listed.signer_csca.fingerprint}")
        for link in plan.route:
            click.echo(f"  link {_title(link)}")
    for entry in plan.new:
        certificate = entry.anchor.certificate
        click.echo(f"+ {_title(certificate)}  {_date(certificate.not_after)}  {entry.basis}")
        click.echo(f"    {certificate.fingerprint}")
    for each in plan.refused:
        click.echo(f"✘ {_title(each.certificate)}  {each.reason}", err=True)
    for certificate in plan.gone:
        click.echo(f"? {_title(certificate)}  前のリストにだけある / only in an earlier list", err=True)
    for warning in plan.warnings:
        click.echo(f"! {_WARNINGS.get(warning, warning)}", err=True)
    click.echo(f"新規 {len(plan.new)}・既存 {len(plan.known)}・拒否 {len(plan.refused)} / new, known, refused")


_WARNINGS = {
    "list_old": "1年より古いリストです。 / The list is more than a year old.",
    "list_older_than_known": "前に取り込んだものより古いリストです。 / Older than the list imported before.",
    "list_undated": "署名の日付がありません。 / The list does not say when it was signed.",
    "list_unreadable_entries": "読めない証明書があり、取り込めません。 / Some entries cannot be read and are left out.",
}


def _plan_item(plan: ImportPlan, *, dry_run: bool) -> dict[str, object]:
    item: dict[str, object] = {
        "imported": not dry_run and plan.refusal is None,
        "new": [_entry_item(each) for each in plan.new],
        "known": [each.fingerprint for each in plan.known],
        "refused": [{**_certificate_item(each.certificate), "reason": each.reason} for each in plan.refused],
        "refusal": plan.refusal,
        "warnings": list(plan.warnings),
    }
    listed = plan.master_list
    if listed is not None:
        item["master_list"] = {
            "signed_at": iso_utc(listed.signed_at),
            "certificates": len(listed.certificates),
            "unreadable": [{"position": at, "code": code} for at, code in listed.unreadable],
            "csca": _certificate_item(listed.signer_csca),
            "links": [each.fingerprint for each in plan.route],
            "gone": [each.fingerprint for each in plan.gone],
        }
    return item


def _entry_item(entry: TrustEntry) -> dict[str, object]:
    return {
        **_certificate_item(entry.anchor.certificate),
        "environment": entry.anchor.environment,
        "origin": entry.anchor.origin,
        "kind": entry.anchor.kind,
        "basis": entry.basis,
        "imported_at": iso_utc(entry.imported_at),
        "list_date": iso_utc(entry.list_date),
    }


def _certificate_item(certificate: Certificate) -> dict[str, object]:
    return {
        "sha256": certificate.fingerprint,
        "country": certificate.subject.country,
        "subject": certificate.subject.text,
        "serial": f"{certificate.serial:x}",
        "key": key_facts(certificate.public_key),
        "not_before": iso_utc(certificate.not_before),
        "not_after": iso_utc(certificate.not_after),
        "link": certificate.aki is not None and certificate.aki != certificate.ski,
    }


def _crl_item(crl: RevocationList) -> dict[str, object]:
    return {
        "issuer": crl.issuer.text,
        "country": crl.issuer.country,
        "number": crl.number,
        "this_update": iso_utc(crl.this_update),
        "next_update": iso_utc(crl.next_update),
        "entries": crl.count,
    }


def _title(certificate: Certificate) -> str:
    names = certificate.subject.values("CN") or certificate.subject.values("O") or (certificate.subject.text,)
    kind = " link" if certificate.aki is not None and certificate.aki != certificate.ski else ""
    country = _plain(certificate.subject.country or "??")
    return f"{country}  {_plain(names[0])}  0x{certificate.serial:x}{kind}  {key_facts(certificate.public_key)}"


def _plain(text: str) -> str:
    """Without control characters, which could rewrite the terminal."""
    return "".join(each if each.isprintable() else "\ufffd" for each in text)


def _date(time: datetime | None) -> str:
    return "?" if time is None else f"{time:%Y-%m-%d}"
