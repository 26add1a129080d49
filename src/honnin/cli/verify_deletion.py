"""`honnin verify` of the proof of a deletion."""

from __future__ import annotations

import json

import click

from honnin.cli.report import print_json
from honnin.cli.show import default_language
from honnin.facts import Outcome, Report
from honnin.facts.codec import report_to_dict
from honnin.facts.words import OUTCOMES
from honnin.flows.verify import load_ledger_key
from honnin.records.deletion_proof import TITLES, DeletionProof, verify_proof
from honnin.records.retention import certificate_text, certificate_to_json


def verify_deletion_and_print(
    proof: DeletionProof, *, ledger_key: str | None, lang: str | None, as_json: bool
) -> bool:
    """Verify and print; returns whether anything failed. Raises CallerError `verify.ledger_key`."""
    findings = verify_proof(proof, None if ledger_key is None else load_ledger_key(ledger_key))
    failed = any(each.outcome is Outcome.FAILED for each in findings)
    if as_json:
        print_json({
            "kind": "deletion", "record_id": proof.certificate.record_id, "tenant": proof.certificate.tenant_id,
            "ledger_key": proof.key, "ledger_key_known": ledger_key is not None,
            "certificate": json.loads(certificate_to_json(proof.certificate)),
            "findings": report_to_dict(Report("deletion", None, findings, (), ""))["findings"],
        })  # fmt: skip
        return failed
    which = 0 if (lang or default_language()) == "ja" else 1
    for each in findings:
        reason = each.reason_ja if which == 0 else each.reason_en
        click.echo(f"  {OUTCOMES[each.outcome][which]}  {TITLES[each.id][which]}  {reason}  [{each.id}]")
    text = certificate_text(proof.certificate)[which]
    click.echo("\n" + "".join(each if each.isprintable() or each == "\n" else "?" for each in text))
    return failed
