"""Reading a passport chip: the inspection procedure of passport.md §1 (Doc 9303-11 §4.2), one dialogue.

1. Look: EF.CardAccess. The batch ends there when the file exists; otherwise it goes on to BAC by itself.
2. Access: PACE, or BAC, or none where the chip asks for none. An offered PACE that fails is never answered with BAC
unless
   the plan says so, and then the Reading says so too.
3. EF.SOD, whose list decides what is read and what is expected of the chip. (After PACE with CAM: EF.CardSecurity
before.) 4. EF.DG14, then Chip Authentication. 5. The other files under the new keys. 6. Active Authentication, last,
since a chip that
   does not like it ends the session.

Nothing is judged here: a chip that hides a listed file, refuses a proof or has not the key that it shows gives a
Reading with refusals, and honnin.checks lowers the verdict.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from honnin.apdu import ANY, Answers, Batch, Command, Dialogue, Response
from honnin.apdu.secure_messaging import Channel
from honnin.cards.passport import active_authentication
from honnin.cards.passport.bac import GET_CHALLENGE, open_bac
from honnin.cards.passport.capabilities import Capabilities, parse_atr, parse_atr_info
from honnin.cards.passport.chip_authentication import (
    ChipAuthentication,
    choose_chip_authentication,
    in_parts,
    prepare,
)
from honnin.cards.passport.files import (
    ATR_INFO,
    CARD_ACCESS,
    CARD_SECURITY,
    COM,
    DATA_GROUPS,
    FILES,
    SELECT_APPLICATION,
    SELECT_MASTER_FILE,
    SOD,
    Download,
    Step,
    read_by_sfi,
    select_file,
)
from honnin.cards.passport.keys import CanKey, MrzKey
from honnin.cards.passport.pace import (
    REFERENCE_CAN,
    REFERENCE_MRZ,
    WEAK_PARAMETERS,
    PaceResult,
    choose_pace,
    open_pace,
)
from honnin.cards.passport.plan import Plan
from honnin.cards.passport.session import Session, Tail, bounded
from honnin.cards.passport.sod_list import listed_groups
from honnin.core.clock import Random
from honnin.core.errors import CardError, HonninError
from honnin.facts import Access, DocumentKind, Proof, Reading, Refusal
from honnin.trust.security_infos import PaceInfo, parse_security_infos

__all__ = ["Progress", "read_passport"]

Progress = Callable[[str, int, int], None]  # step name, n, of m
_DATA = frozenset({0x9000, 0x6282})
_NOT_DATA = ANY - _DATA


def read_passport(
    key: MrzKey | CanKey, plan: Plan, *, now: datetime, random: Random, progress: Progress | None = None
) -> Dialogue[Reading]:
    """Read a passport that has just been reset. `now` is aware; `random(n)` gives n octets.

    Progress steps, in order: "connect", "access", "read" (n of m files), "issuer", "chip".
    Raises CardError (`card.access.refused`, `.blocked`, `.not_offered`, `card.pace.wrong_key`, `card.bac.wrong_key`,
    `card.not_passport`, `card.file.missing`, `card.file.too_long`, `card.sm.…`, `card.chip.stalled`, …),
    LinkError, DataError, CallerError.
    """
    reader = _Reader(key, plan, now, random, progress or _silent)
    return (yield from bounded(reader.run(), reader.count))


def _silent(step: str, n: int, m: int) -> None:
    del step, n, m


@dataclass(slots=True)
class _Reader:
    key: MrzKey | CanKey
    plan: Plan
    now: datetime
    random: Random
    progress: Progress
    exchanges: int = 0
    files: dict[str, bytes] = field(default_factory=dict)
    refusals: list[Refusal] = field(default_factory=list)
    proofs: list[Proof] = field(default_factory=list)
    access: Access = field(default_factory=lambda: Access("none"))
    session: Session = field(default_factory=lambda: Session(Capabilities(), extended=False))
    cam_done: bool = False

    def count(self, exchanges: int) -> None:
        self.exchanges += exchanges

    def run(self) -> Dialogue[Reading]:
        try:
            self.progress("connect", 1, 1)
            offered = yield from self._look()
            self.progress("access", 1, 1)
            yield from self._open(offered)
            yield from self._read()
            self.progress("issuer", 1, 1)
            self.progress("chip", 1, 1)
            return self._reading()
        finally:
            self.session.close()

    # --- 1. Look ----------------------------------------------------------------------------------------------------

    def _look(self) -> Dialogue[_Offer]:
        capabilities = parse_atr(self.plan.atr)
        self.session.capabilities = capabilities
        ask_atr_info = bool(self.plan.reader_extended) and capabilities.in_atr_info
        first = read_by_sfi(CARD_ACCESS, 0, 256, _NOT_DATA)
        info = (read_by_sfi(ATR_INFO, 0, 256, ANY),) if ask_atr_info else ()
        plain = _bac_opening() if isinstance(self.key, MrzKey) else ()
        answers = yield (first, *info, *plain)
        facts: dict[str, str] = {}
        if answers[0].sw not in _DATA:
            facts["card_access_sw"] = f"{answers[0].sw:04x}"
            if info and len(answers) > 1:
                self._learn(answers[1])
            return _Offer(None, facts, answers[1 + len(info) :], ask_atr_info=False)

        download = Download(CARD_ACCESS, must=True)
        download.take(Step(first, 0, 256), answers[0])
        self.session.current = CARD_ACCESS
        yield from self.session.download([download])
        if download.refusal is not None:
            self.refusals.append(download.refusal)
            return _Offer(None, facts, None, ask_atr_info)
        self.files[CARD_ACCESS.name] = download.data
        try:
            chosen = choose_pace(parse_security_infos(download.data).pace)
        except HonninError:
            self.refusals.append(Refusal(CARD_ACCESS.name, 0x9000, "card.file.malformed"))
            chosen = None
        return _Offer(chosen, facts, None, ask_atr_info)

    def _learn(self, answer: Response) -> None:
        """EF.ATR/INFO, or that there is none."""
        content = answer.data if answer.sw in _DATA else b""
        self.session.capabilities = parse_atr_info(content, self.session.capabilities)
        self.session.extended = self.session.capabilities.usable(reader=self.plan.reader_extended)

    # --- 2. Access --------------------------------------------------------------------------------------------------

    def _open(self, offer: _Offer) -> Dialogue[None]:
        self.session.extended = self.session.capabilities.usable(reader=self.plan.reader_extended)
        if offer.pace is None:
            yield from self._open_bac(offer, offer.answers, {})
            return
        try:
            yield from self._open_pace(offer.pace, offer)
        except CardError as error:
            allowed = self.plan.allow_bac_after_pace and isinstance(self.key, MrzKey)
            if not allowed or error.sw is None or error.code in ("card.pace.wrong_key", "card.access.blocked"):
                raise
            self.refusals.append(Refusal("pace", error.sw, error.code))
            yield from self._open_bac(offer, None, {"refused_sw": f"{error.sw:04x}"})

    def _open_pace(self, info: PaceInfo, offer: _Offer) -> Dialogue[None]:
        before = (read_by_sfi(ATR_INFO, 0, 256, ANY),) if offer.ask_atr_info else ()
        result, answers = yield from open_pace(info, *self._password(info), self.random, before)
        if answers:
            self._learn(answers[0])
        session = self.session
        session.channel = result.channel
        session.current = None
        session.reopen = lambda: self._pace_again(info)
        facts = {
            "oid": info.oid,
            "mapping": info.mapping,
            "agreement": info.agreement,
            "parameter_id": str(info.parameter_id),
            "cipher": info.cipher.value,
        }
        if info.parameter_id in WEAK_PARAMETERS:
            facts["weak"] = "yes"
        self.access = Access("pace", self._key_name(), {**facts, **offer.facts})
        if info.mapping == "CAM":
            yield from self._keep_mapping(info, result)

    def _password(self, info: PaceInfo) -> tuple[bytes, int]:
        reference = REFERENCE_MRZ if isinstance(self.key, MrzKey) else REFERENCE_CAN
        return self.key.password(info.cipher), reference

    def _keep_mapping(self, info: PaceInfo, result: PaceResult) -> Dialogue[None]:
        """After CAM: EF.CardSecurity, still in the master file. Proof `passport.pace_cam` for the checks."""
        download = Download(CARD_SECURITY)
        yield from self.session.download([download])
        self._keep(download)
        if result.mapping_public is None or result.ca_ic is None:
            self.refusals.append(Refusal("pace_cam", None, "card.pace.no_chip_data"))
            return
        self.proofs.append(
            Proof(
                "passport.pace_cam",
                {"mapping_public": result.mapping_public, "ca_ic": result.ca_ic},
                {"parameter_id": str(info.parameter_id)},
            )
        )
        self.cam_done = download.complete

    def _pace_again(self, info: PaceInfo) -> Dialogue[Channel]:
        """A fresh PACE after the session was lost: back to the master file, and into the application again."""
        leave = (Command(0x00, 0xA4, 0x00, 0x0C, SELECT_MASTER_FILE.data, accept=ANY, note="application"),)
        result, _ = yield from open_pace(info, *self._password(info), self.random, leave)
        protected = result.channel.protect((SELECT_APPLICATION,))
        (answer,) = result.channel.unprotect((SELECT_APPLICATION,), (yield protected))
        if not answer.ok:
            raise CardError("card.not_passport", "the chip has no passport application", sw=answer.sw)
        return result.channel

    def _open_bac(self, offer: _Offer, answers: Answers | None, facts: Mapping[str, str]) -> Dialogue[None]:
        """BAC, or no access control. `answers` are those of `_bac_opening` when it has been sent already."""
        key = self.key
        if not isinstance(key, MrzKey):
            raise CardError("card.access.not_offered", "the chip cannot be opened with the card access number")
        if answers is None:
            info = (read_by_sfi(ATR_INFO, 0, 256, ANY),) if offer.ask_atr_info else ()
            sent = yield (*info, *_bac_opening())
            if info:
                self._learn(sent[0])
            answers = sent[len(info) :]
        if not answers or not answers[0].ok:
            sw = answers[0].sw if answers else None
            code = "card.access.refused" if sw in (0x6982, 0x6985) else "card.not_passport"
            raise CardError(code, "the passport application cannot be selected", sw=sw)
        self.session.current = None
        open_chip = len(answers) > 1 and answers[1].sw in _DATA
        if not open_chip and (len(answers) < 3 or not answers[2].ok):
            # No challenge: a chip without access control may lack EF.COM too.
            probe = (yield (read_by_sfi(SOD, 0, 6, ANY),))[0]
            open_chip = probe.sw in _DATA
            if not open_chip:
                raise CardError("card.access.refused", "the chip gave no challenge", sw=answers[-1].sw)
        if open_chip:
            self.access = Access("none", "", {**offer.facts, **facts})
            return
        self.session.channel = yield from open_bac(key, self.random, answers[2])
        self.session.reopen = lambda: self._bac_again(key)
        self.access = Access("bac", self._key_name(), {**offer.facts, **facts, "cipher": "3des"})

    def _bac_again(self, key: MrzKey) -> Dialogue[Channel]:
        answers = yield (SELECT_APPLICATION, GET_CHALLENGE)
        return (yield from open_bac(key, self.random, answers[-1]))

    def _key_name(self) -> str:
        return "mrz" if isinstance(self.key, MrzKey) else "can"

    # --- 3 to 6. Files and proofs -----------------------------------------------------------------------------------

    def _read(self) -> Dialogue[None]:
        session = self.session
        sod = Download(SOD, must=True)
        select = (SELECT_APPLICATION,) if self.access.method == "pace" else ()
        self.progress("read", 0, 1)
        yield from session.download([sod], before=select)
        if not sod.complete:
            refusal = sod.refusal
            raise CardError(
                refusal.why if refusal else "card.file.missing",
                "the chip does not give its signed list",
                SOD.name,
                sw=refusal.sw if refusal else None,
            )
        self._keep(sod)
        listed = self._listed(sod.data)
        wanted = [name for name, file in FILES.items() if self._is_wanted(name, file.fid & 0xFF, listed)]
        total = 1 + len(wanted)
        self.progress("read", 1, total)
        done = 1

        if "EF.DG14" in wanted and self.plan.chip_authentication and not self.cam_done:
            wanted.remove("EF.DG14")
            dg14 = Download(DATA_GROUPS[14])
            yield from session.download([dg14])
            self._keep(dg14)
            done += 1
            self.progress("read", done, total)
            self._prepare_chip_authentication(dg14)

        downloads = [Download(FILES[name]) for name in wanted]
        tail = None
        if self.plan.aa_challenge is not None and 15 in listed:
            tail = Tail(
                "active_authentication",
                active_authentication.command(self.plan.aa_challenge, extended=session.extended),
            )
        before: Batch = ()
        if session.pending is not None and not downloads:
            before = (select_file(DATA_GROUPS[14]),)  # something harmless for the new keys to be proved with
        yield from session.download(
            downloads, before=before, tail=tail, done=lambda n: self.progress("read", done + n, total)
        )
        for download in downloads:
            self._keep(download)
        if tail is not None:
            self._keep_active_authentication(tail)
        self.proofs += session.proofs
        self.refusals += map(self._blame_reader, session.refusals)

    def _listed(self, sod: bytes) -> frozenset[int]:
        try:
            return listed_groups(sod)
        except HonninError as error:
            self.refusals.append(Refusal(SOD.name, 0x9000, error.code))
            return frozenset()

    def _is_wanted(self, name: str, number: int, listed: frozenset[int]) -> bool:
        if name == COM.name:
            return name in self.plan.files
        return number in listed and (number in (14, 15) or name in self.plan.files)

    def _keep(self, download: Download) -> None:
        if download.refusal is not None:
            self.refusals.append(download.refusal)
        elif download.complete:
            self.files[download.file.name] = download.data

    def _prepare_chip_authentication(self, dg14: Download) -> None:
        if not dg14.complete:
            return
        try:
            infos = parse_security_infos(dg14.data)
            choice = choose_chip_authentication(infos)
            if choice is not None:
                self._begin_chip_authentication(choice)
            elif infos.chip_authentication:
                self.refusals.append(Refusal("chip_authentication", None, "card.ca.unusable"))
        except HonninError as error:
            self.refusals.append(Refusal("chip_authentication", None, error.code))

    def _begin_chip_authentication(self, choice: ChipAuthentication) -> None:
        agreement = prepare(choice, self.random)
        if self.plan.reader_extended is False and any(each.needs_extended for each in agreement.batch):
            # A long key without extended length: in parts, if the chip says that it can put them together.
            if not self.session.capabilities.chaining:
                self.refusals.append(Refusal("chip_authentication", None, "card.ca.needs_reader"))
                return
            agreement = in_parts(agreement)
        self.session.pending = agreement

    def _keep_active_authentication(self, tail: Tail) -> None:
        if tail.refusal is not None:
            self.refusals.append(self._blame_reader(tail.refusal))
        elif tail.answer is not None and self.plan.aa_challenge is not None:
            self.proofs.append(active_authentication.evidence(self.plan.aa_challenge, tail.answer))

    def _blame_reader(self, refusal: Refusal) -> Refusal:
        """A step that needed extended length: the reader's limit is known here, the chip's only by its own word."""
        if refusal.why.endswith(".needs_extended") and self.plan.reader_extended is False:
            return replace(refusal, why=refusal.why.replace(".needs_extended", ".needs_reader"))
        return refusal

    def _reading(self) -> Reading:
        expected = {}
        if isinstance(self.key, MrzKey):
            expected["mrz_information"] = self.key.information.reveal()
        return Reading(
            document=DocumentKind.PASSPORT,
            read_at_utc=self.now,
            access=self.access,
            files=self.files,
            proofs=tuple(self.proofs),
            refusals=tuple(self.refusals),
            expected=expected,
            exchanges=self.exchanges,
        )


@dataclass(frozen=True, slots=True)
class _Offer:
    """What looking found: a usable PACE or none; facts; answers of the BAC opening if they were sent already."""

    pace: PaceInfo | None
    facts: Mapping[str, str]
    answers: Answers | None
    ask_atr_info: bool


def _bac_opening() -> tuple[Command, ...]:
    """SELECT, a read that succeeds only without access control (it ends the batch then), GET CHALLENGE."""
    return (SELECT_APPLICATION, read_by_sfi(COM, 0, 256, _NOT_DATA), GET_CHALLENGE)
