"""Secure messaging, the terminal's side (passport.md §7; Doc 9303-11 §9.8), with triple DES and with AES.

The send counter of the k-th exchange is known before the first answer is there, so a whole batch is protected ahead
and its answers are opened afterwards. The counter then advances by the answers that really came: a batch that the
driver stopped half-way leaves both sides in step.

There is no going on after an error. A wrong MAC, a status word without its MAC, a missing or contradicting DO 99, wrong
padding, anything that is not exactly `[87|85] 99 8E`: the keys are dropped and every later use of the channel fails.
"""

from __future__ import annotations

from dataclasses import replace

from honnin.apdu.command import Command, Response
from honnin.apdu.dialogue import Answers, Batch, Dialogue, T
from honnin.core.errors import CallerError, CardError, HonninError
from honnin.core.tlv import Tlv, TlvError, encode, parse_all
from honnin.crypto import Cipher, decrypt_cbc, encrypt_cbc, encrypt_ecb, equal, mac8_padded, pad, unpad

__all__ = ["Channel", "SecureMessagingError", "exchange", "max_plain", "secured"]

_MAC_OBJECT = 10  # 8E 08 and the MAC
_STATUS_OBJECT = 4  # 99 02 and the status word
SHORT_RESPONSE = 256


class SecureMessagingError(CardError):
    """The channel broke; its keys are gone. `answered` holds the answers of the batch that were right before it.

    Codes: `card.sm.aborted` (the chip answered without protection, `sw` says what), `card.sm.mac`,
    `card.sm.malformed`, `card.sm.status`, `card.sm.padding`, `card.sm.closed` (used after an error).
    """

    def __init__(self, code: str, message: str, *, sw: int | None = None, answered: Answers = ()) -> None:
        super().__init__(code, message, sw=sw)
        self.answered = answered


class Channel:
    """Session keys and send counter of one secure messaging session."""

    __slots__ = ("_counter", "_enc", "_mac", "cipher")

    def __init__(self, cipher: Cipher, ks_enc: bytes, ks_mac: bytes, ssc: int = 0) -> None:
        """Keys of `cipher.key_length` octets; `ssc` is the counter before the first command (0 after PACE and CA)."""
        if len(ks_enc) != cipher.key_length or len(ks_mac) != cipher.key_length:
            raise CallerError("apdu.sm.keys", "session keys have a wrong length")
        self.cipher = cipher
        self._enc: bytes | None = ks_enc
        self._mac: bytes | None = ks_mac
        self._counter = ssc

    def __repr__(self) -> str:
        return f"Channel({self.cipher.value}, {'open' if self.alive else 'closed'})"

    @property
    def alive(self) -> bool:
        """Whether the keys are still there."""
        return self._enc is not None

    @property
    def counter(self) -> int:
        """The send counter after the last answer."""
        return self._counter

    def close(self) -> None:
        """Drop the keys."""
        self._enc = self._mac = None

    def protect(self, batch: Batch) -> Batch:
        """The protected form of each command, counters in order. Does not change the channel.

        Raises SecureMessagingError `card.sm.closed`; CallerError for a command with a PIN slot, since the secret of a
        slot is known to the edge alone and the keys to this side alone.
        """
        return tuple(self._protect(command, self._counter + 2 * index + 1) for index, command in enumerate(batch))

    def unprotect(self, batch: Batch, answers: Answers) -> Answers:
        """Check and open the answers to `batch` in order; the counter advances by them.

        Raises SecureMessagingError (keys dropped) at the first bad one, with those before it in `answered`.
        """
        if len(answers) > len(batch):
            self.close()
            raise SecureMessagingError("card.sm.malformed", "more answers than commands")
        opened: list[Response] = []
        for answer in answers:
            try:
                opened.append(self._unprotect(answer, self._counter + 2))
            except SecureMessagingError as error:
                self.close()
                error.answered = tuple(opened)
                raise
            self._counter += 2
        return tuple(opened)

    def _keys(self) -> tuple[bytes, bytes]:
        if self._enc is None or self._mac is None:
            raise SecureMessagingError("card.sm.closed", "secure messaging has ended")
        return self._enc, self._mac

    def _ssc(self, counter: int) -> bytes:
        length = self.cipher.block_length
        return (counter % (1 << 8 * length)).to_bytes(length, "big")

    def _iv(self, enc: bytes, ssc: bytes) -> bytes:
        return bytes(8) if self.cipher is Cipher.TDES else encrypt_ecb(self.cipher, enc, ssc)

    def _protect(self, command: Command, counter: int) -> Command:
        enc, mac = self._keys()
        if command.slot is not None:
            raise CallerError("apdu.sm.slot", "a typed secret cannot travel in secure messaging")
        ssc = self._ssc(counter)
        header = bytes([command.cla | 0x0C, command.ins, command.p1, command.p2])
        body = b""
        if command.data:
            padded = pad(command.data, self.cipher.block_length)
            cryptogram = encrypt_cbc(self.cipher, enc, self._iv(enc, ssc), padded)
            body = encode(0x85, cryptogram) if command.ins & 1 else encode(0x87, b"\x01" + cryptogram)
        if command.le is not None:
            short = command.le <= 256
            body += encode(0x97, (command.le & (0xFF if short else 0xFFFF)).to_bytes(1 if short else 2, "big"))
        body += encode(0x8E, mac8_padded(self.cipher, mac, ssc + pad(header, self.cipher.block_length) + body))
        extended = command.needs_extended or len(body) > 255
        return replace(command, cla=header[0], data=body, le=65536 if extended else 256, extended=extended)

    def _unprotect(self, answer: Response, counter: int) -> Response:
        enc, mac = self._keys()
        if not answer.data:
            raise SecureMessagingError("card.sm.aborted", "the chip ended secure messaging", sw=answer.sw)
        objects = _objects(answer)
        status, code = objects[-2], objects[-1]
        ssc = self._ssc(counter)
        if not equal(code.value, mac8_padded(self.cipher, mac, ssc + b"".join(each.raw for each in objects[:-1]))):
            raise SecureMessagingError("card.sm.mac", "an answer of the chip is not genuine", sw=answer.sw)
        if int.from_bytes(status.value, "big") != answer.sw:
            raise SecureMessagingError("card.sm.status", "the status word was changed on the way", sw=answer.sw)
        if len(objects) == 2:
            return Response(b"", answer.sw)
        data = objects[0]
        cryptogram = data.value
        if data.tag == 0x87:
            if cryptogram[:1] != b"\x01":
                raise SecureMessagingError("card.sm.padding", "an answer has an unknown padding", sw=answer.sw)
            cryptogram = cryptogram[1:]
        try:
            return Response(unpad(decrypt_cbc(self.cipher, enc, self._iv(enc, ssc), cryptogram)), answer.sw)
        except HonninError as error:
            raise SecureMessagingError("card.sm.padding", "an answer has wrong padding", sw=answer.sw) from error


def _objects(answer: Response) -> tuple[Tlv, ...]:
    """Exactly `[87|85] 99 02 8E 08`, in this order."""
    try:
        objects = parse_all(answer.data, count=4)
    except TlvError as error:
        raise SecureMessagingError("card.sm.malformed", "an answer is malformed", sw=answer.sw) from error
    tags = [each.tag for each in objects]
    if (
        tags not in ([0x99, 0x8E], [0x87, 0x99, 0x8E], [0x85, 0x99, 0x8E])
        or len(objects[-2].value) != 2
        or len(objects[-1].value) != 8
    ):
        raise SecureMessagingError("card.sm.malformed", "an answer is malformed", sw=answer.sw)
    return objects


def max_plain(cipher: Cipher, max_response: int = SHORT_RESPONSE) -> int:
    """Most plain octets that fit a protected answer of `max_response` octets of data (without the outer SW).

    256 → 231 with triple DES, 223 with AES (passport.md §2.2). 0 when nothing fits.
    """
    for header in (3, 4, 5):  # tag, length octets (81, 82, 83), and the padding indicator
        room = max_response - _STATUS_OBJECT - _MAC_OBJECT - header - 1
        cryptogram = room // cipher.block_length * cipher.block_length
        if cryptogram + 1 < 1 << 8 * (header - 2):
            break
    return max(cryptogram - 1, 0)


def exchange(channel: Channel | None, batch: Batch) -> Dialogue[Answers]:
    """One batch through `channel`, or in plain without one."""
    if channel is None:
        return (yield batch)
    return channel.unprotect(batch, (yield channel.protect(batch)))


def secured(inner: Dialogue[T], channel: Channel) -> Dialogue[T]:
    """Run a dialogue that knows nothing of secure messaging inside a channel.

    Whatever is thrown in (a lost card), and an answer that is not right, reaches the inner dialogue after the keys are
    dropped; closing closes it too.
    """
    try:
        batch = next(inner)
        while True:
            try:
                answers = yield channel.protect(batch)
                answers = channel.unprotect(batch, answers)
            except GeneratorExit:
                raise
            except HonninError as error:
                channel.close()
                batch = inner.throw(error)
            else:
                batch = inner.send(answers)
    except StopIteration as stop:
        result: T = stop.value
        return result
    finally:
        inner.close()
