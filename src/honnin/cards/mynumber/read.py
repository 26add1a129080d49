"""Reading a My Number Card: one dialogue for every way in (mynumber-card.md §3, §5, §6, §10; design §4, §5).

1. Look, without a secret: the applications, the tries of each secret that will be needed, what may be read freely.
   A reader that cannot carry extended length fails here, where nothing has been spent.
2. The lock guard: a blocked secret, or one with its last try left and nobody who agreed to that, ends the dialogue.
3. One application after the other: VERIFY, files, the challenge to the card's key or the document to sign.
4. Leave, so that no status stays behind; also when something went wrong.

Nothing is judged here. What holds the individual number, or a digest of it, is marked to live in memory only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from honnin.apdu import Answers, Command, Dialogue, Response
from honnin.cards.mynumber import commands
from honnin.cards.mynumber.applications import (
    AUTHENTICATION_KEY,
    CARD_KEYS,
    CARD_MANAGER,
    HOJO_FILES,
    JPKI,
    JPKI_FILES,
    KENMEN_FILES,
    NUMBER_FILES,
    SECRETS,
    SIGNING_KEY,
    Application,
    CardFile,
    SecretReference,
)
from honnin.cards.mynumber.digest_info import DIGEST_INFO
from honnin.cards.mynumber.download import Download
from honnin.cards.mynumber.keys import NumberA, NumberB
from honnin.cards.mynumber.plan import Plan, ToSign
from honnin.cards.mynumber.tries import PRINTED, check_tries, left_of, refused_secret
from honnin.core.errors import CardError, DataError
from honnin.crypto import digest
from honnin.facts import Access, DocumentKind, Proof, Reading, Refusal

__all__ = ["Progress", "read_mynumber"]

Progress = Callable[[str, int, int], None]  # step name, n, of m
MAX_ROUNDS = 12  # visits to one application
_PRESENT = 0x8F  # EF 0008 [single: MC]
_NO_KEY_HERE = frozenset({0x6A86, 0x6985, 0x6B00, 0x6982})


def read_mynumber(plan: Plan, *, now: datetime, progress: Progress | None = None) -> Dialogue[Reading]:
    """Read a card that has just been reset. `now` is aware.

    Progress steps, in order: "connect", "access", "read" (n of m applications), "issuer", "chip".
    Files: `KENMEN.EF0002` and so on; proofs `mynumber.face.chip`, `mynumber.text.chip` (octets challenge, response),
    `mynumber.auth`, `mynumber.sign` (octets document, signature; facts hash).
    Raises CardError: `card.not_mynumber`, `card.pin.wrong`, `.blocked`, `.last_try`, `.tries_unknown`,
    `card.number.…` for printed numbers (all with `tries_left`), `card.certificate.absent`; LinkError; CallerError.
    """
    reader = _Reader(plan, now, progress or _silent)
    try:
        return (yield from reader.run())
    except (CardError, DataError):
        yield (commands.leave(CARD_MANAGER),)
        raise


def _silent(step: str, n: int, m: int) -> None:
    del step, n, m


@dataclass(slots=True)
class _Asked:
    """One proof that is asked of the card: how, what for the Reading, and how it went."""

    kind: str
    digest_info: bytes
    octets: dict[str, bytes]
    answer_name: str
    facts: dict[str, str]
    key: int  # EF of the key
    own_key: bool = False  # the application's own, which needs no secret
    by_default: bool = False  # addressed by P2 00 [single: MC]; when that is refused, by its file
    proof: Proof | None = None
    refusal: Refusal | None = None

    @property
    def settled(self) -> bool:
        return self.proof is not None or self.refusal is not None

    def steps(self) -> list[Command]:
        if self.by_default:
            return [commands.sign(self.digest_info, 0x00, self.kind)]
        return [commands.select_ef(self.key), commands.sign(self.digest_info, 0x80, self.kind)]

    def take(self, answer: Response) -> None:
        """The answer to the last command of `steps`."""
        if answer.ok and answer.data:
            self.proof = Proof(self.kind, {**self.octets, self.answer_name: answer.data}, self.facts)
        elif self.by_default and answer.sw in _NO_KEY_HERE:
            self.by_default = False
        else:
            self.refusal = Refusal(self.kind, answer.sw, "card.proof.refused")


@dataclass(slots=True)
class _Part:
    """What is to be done in one application."""

    application: Application
    secrets: tuple[SecretReference, ...]
    free: list[Download]
    guarded: list[Download]
    asked: list[_Asked]

    @property
    def settled(self) -> bool:
        return all(each.settled for each in self.downloads) and all(each.settled for each in self.asked)

    @property
    def downloads(self) -> list[Download]:
        return [*self.free, *self.guarded]


@dataclass(slots=True)
class _Reader:
    plan: Plan
    now: datetime
    progress: Progress
    extended: bool = False
    exchanges: int = 0
    tries: dict[str, int] = field(default_factory=dict)

    def run(self) -> Dialogue[Reading]:
        self.extended = bool(self.plan.reader_extended)
        parts = _parts(self.plan)
        self.progress("connect", 1, 1)
        yield from self._look(parts)
        check_tries(self.plan, self.tries)
        _check_certificates(self.plan, parts)
        self.progress("access", 1, 1)
        for number, part in enumerate(parts):
            self.progress("read", number, len(parts))
            yield from self._visit(part, last=part is parts[-1])
        self.progress("read", len(parts), len(parts))
        self.progress("issuer", 1, 1)
        self.progress("chip", 1, 1)
        return self._reading(parts)

    # --- 1. Look ----------------------------------------------------------------------------------------------------

    def _look(self, parts: list[_Part]) -> Dialogue[None]:
        batch = _Batch()
        for part in parts:
            batch.add(commands.select_application(part.application))
            batch.downloads(part.free, extended=self.extended)
            for secret in part.secrets:
                batch.add(commands.select_ef(secret.fid))
                batch.add(commands.ask_tries(), self._keep_tries(secret))
        complete = yield from self._send(batch)
        if not complete:
            raise CardError("card.not_mynumber", "the card lacks an application of My Number Cards", sw=batch.last_sw)
        if any(each.cautious for part in parts for each in part.free):
            self.extended = False

    def _keep_tries(self, secret: SecretReference) -> Callable[[Response], None]:
        def keep(answer: Response) -> None:
            left = left_of(answer.sw)
            if left is not None:
                self.tries[secret.name] = left

        return keep

    # --- 3. One application -----------------------------------------------------------------------------------------

    def _visit(self, part: _Part, *, last: bool) -> Dialogue[None]:
        inside = False
        for number in range(MAX_ROUNDS):
            batch = _Batch()
            if not inside:
                self._open(batch, part, again=number > 0)
            batch.downloads(part.downloads, extended=self.extended)
            for asked in part.asked:
                if not asked.settled:
                    *before, command = asked.steps()
                    for each in before:
                        batch.add(each)
                    batch.add(command, asked.take)
            if last:
                batch.add(commands.leave(CARD_MANAGER))
            complete = yield from self._send(batch)
            if not complete:
                raise self._refused(batch, part)
            inside = not last
            for download in part.downloads:
                download.end_round()
            if part.settled:
                return

    def _open(self, batch: _Batch, part: _Part, *, again: bool) -> None:
        """Select and verify. `again`: everything else was settled after the application had been left already."""
        batch.add(commands.select_application(part.application))
        if again and all(each.settled for each in part.downloads) and all(each.own_key for each in part.asked):
            return  # only the card's own key is still to be asked, and that needs no secret
        for secret in part.secrets:
            batch.add(commands.select_ef(secret.fid))
            if again:
                batch.add(commands.ask_tries())
            if secret.name in PRINTED and self.plan.printed is not None:
                command = commands.verify_printed(self.plan.printed.digits)
            else:
                command = commands.verify_pin(secret, last_try=secret.name in self.plan.last_try)
            batch.add(command, secret=secret)

    def _refused(self, batch: _Batch, part: _Part) -> CardError:
        if batch.secret is not None:
            return refused_secret(batch.secret.name, batch.last_sw)
        return CardError("card.file.refused", "the card refused a step", part.application.name, sw=batch.last_sw)

    def _send(self, batch: _Batch) -> Dialogue[bool]:
        """Whether all commands were answered and accepted."""
        answers = yield tuple(batch.commands)
        self.exchanges += len(answers)
        return batch.take(answers)

    # --- The result -------------------------------------------------------------------------------------------------

    def _reading(self, parts: list[_Part]) -> Reading:
        downloads = [each for part in parts for each in part.downloads]
        asked = [each for part in parts for each in part.asked]
        files = {each.file.name: each.data for each in downloads if each.complete}
        refusals = [each.refusal for each in downloads if each.refusal is not None]
        refusals += [each.refusal for each in asked if each.refusal is not None]
        return Reading(
            document=DocumentKind.MYNUMBER,
            read_at_utc=self.now,
            access=self._access(),
            files=files,
            proofs=tuple(each.proof for each in asked if each.proof is not None),
            refusals=tuple(refusals),
            exchanges=self.exchanges,
            memory_only=frozenset(files) & NUMBER_FILES,
        )

    def _access(self) -> Access:
        plan = self.plan
        facts = {f"tries.{name}": str(left) for name, left in self.tries.items()}
        facts["opened"] = " ".join(plan.secrets)
        if isinstance(plan.printed, NumberB):
            facts["expiry_year"] = plan.printed.expiry_year
        if plan.purpose is not None:
            facts["purpose"] = plan.purpose.value
        if plan.printed is not None:
            return Access("printed_key", "reference_b" if isinstance(plan.printed, NumberB) else "number_a", facts)
        return Access("pin", plan.secrets[0], facts) if plan.secrets else Access("none", "", facts)


Taker = Callable[[Response], None]


class _Batch:
    """Commands with what is to be done with each answer."""

    def __init__(self) -> None:
        self._items: list[tuple[Command, Taker | None, SecretReference | None]] = []
        self.secret: SecretReference | None = None  # the one that was refused
        self.last_sw = 0

    @property
    def commands(self) -> list[Command]:
        return [command for command, _, _ in self._items]

    def add(self, command: Command, taker: Taker | None = None, *, secret: SecretReference | None = None) -> None:
        self._items.append((command, taker, secret))

    def downloads(self, downloads: list[Download], *, extended: bool) -> None:
        for download in downloads:
            for command, offset in download.plan(extended=extended):
                self.add(command, _taker(download, offset))

    def take(self, answers: Answers) -> bool:
        """Whether all were answered and accepted."""
        for (command, taker, secret), answer in zip(self._items, answers, strict=False):
            if taker is not None:
                taker(answer)
            self.last_sw = answer.sw
            if answer.sw not in command.accept:
                self.secret = secret
                return False
        return len(answers) == len(self._items)


def _taker(download: Download, offset: int | None) -> Taker:
    return lambda answer: download.take(offset, answer)


# --- What a plan means --------------------------------------------------------------------------------------------


def _parts(plan: Plan) -> list[_Part]:
    opened = {name: SECRETS[name] for name in plan.secrets}
    parts: list[_Part] = []
    if plan.printed is not None:
        fids = [0x0002, 0x0005] if isinstance(plan.printed, NumberA) else [0x0002]
        parts.append(_card_data_part(plan, KENMEN_FILES, fids, opened, "mynumber.face.chip"))
    if plan.printed is not None or plan.text_pin:
        fids = [0x0003, 0x0007]
        if plan.text_pin or isinstance(plan.printed, NumberB):
            fids.insert(0, 0x0002)
        if plan.purpose is not None and (plan.text_pin or isinstance(plan.printed, NumberA)):
            fids.insert(0, 0x0001)
        parts.append(_card_data_part(plan, HOJO_FILES, fids, opened, "mynumber.text.chip"))
    if plan.authenticate is not None or plan.sign is not None or plan.authentication_certificate:
        parts.append(_jpki_part(plan, opened))
    return parts


def _card_data_part(
    plan: Plan, files: dict[int, CardFile], fids: list[int], opened: dict[str, SecretReference], kind: str
) -> _Part:  # fmt: skip
    application = files[0x0004].application
    asked = []
    if plan.chip_challenge:
        asked.append(
            _Asked(
                kind, DIGEST_INFO["sha256"] + digest("sha256", plan.chip_challenge),
                {"challenge": plan.chip_challenge}, "response", {"hash": "sha256"}, CARD_KEYS[application.name],
                own_key=True, by_default=True,
            )
        )  # fmt: skip
    return _Part(
        application,
        tuple(each for each in opened.values() if each.application is application),
        [Download(files[0x0004])],
        [Download(files[fid]) for fid in fids],
        asked,
    )


def _jpki_part(plan: Plan, opened: dict[str, SecretReference]) -> _Part:
    free = [Download(JPKI_FILES[0x0006]), Download(JPKI_FILES[0x0008])]
    if plan.authenticate is not None or plan.authentication_certificate:
        free.append(Download(JPKI_FILES[0x000A]))
    asked = []
    if plan.authenticate is not None:
        asked.append(_to_sign("mynumber.auth", plan.authenticate, AUTHENTICATION_KEY))
    if plan.sign is not None:
        asked.append(_to_sign("mynumber.sign", plan.sign, SIGNING_KEY))
    return _Part(
        JPKI,
        tuple(each for each in opened.values() if each.application is JPKI),
        free,
        [Download(JPKI_FILES[0x0001])] if plan.sign is not None else [],
        asked,
    )


def _to_sign(kind: str, request: ToSign, key: int) -> _Asked:
    return _Asked(
        kind, request.digest_info, {"document": request.document}, "signature", {"hash": request.hash_name}, key
    )  # fmt: skip


def _check_certificates(plan: Plan, parts: list[_Part]) -> None:
    """EF 0008 says which certificates are there; without one no password is asked for. An unreadable one says nothing.

    Children under 15 normally have no certificate for signing (§4.1).
    """
    listed = next(
        (each.data for part in parts for each in part.free if each.file is JPKI_FILES[0x0008] and each.complete), b""
    )
    for wanted, at in ((plan.sign, 0), (plan.authenticate, 1)):
        if wanted is not None and len(listed) > at and listed[at] != _PRESENT:
            which = ("signing", "user_authentication")[at]
            raise CardError("card.certificate.absent", "the card does not have this certificate", which)
