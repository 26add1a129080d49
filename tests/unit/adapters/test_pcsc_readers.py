"""The Readers port over PC/SC with a service that is played: every error path, several readers, the watchdog."""

from __future__ import annotations

import threading
import time

import pytest

from honnin.adapters.pcsc import PcscReaders, choose_binding
from honnin.adapters.pcsc import constants as c
from honnin.adapters.pcsc import link as link_module
from honnin.adapters.pcsc import readers as readers_module
from honnin.adapters.pcsc.binding import PcscStatusError
from honnin.adapters.pcsc.status import connect_error, service_error, transmit_error
from honnin.core.errors import CallerError, LinkError
from tests.unit.adapters.fake_pcsc import ATR, FakeBinding, FakeReader

SELECT = bytes.fromhex("00a4040c07a0000002471001")
READ_EXTENDED = bytes.fromhex("00b09c00000000")
READ_SHORT = bytes.fromhex("00b09c0000")


@pytest.fixture(autouse=True)
def short_waits(monkeypatch):
    monkeypatch.setattr(link_module, "BUSY_PAUSE_S", 0.001)
    monkeypatch.setattr(link_module, "NOTICE_MS", 20)
    monkeypatch.setattr(readers_module, "TURN_TIMEOUT_S", 0.05)
    monkeypatch.setattr(readers_module, "SERVICE_TIMEOUT_S", 1.0)


def code_of(function, *arguments, **named):
    with pytest.raises(LinkError) as caught:
        function(*arguments, **named)
    return caught.value.code


def run(readers, work, name="A", timeout_s=2.0):
    return readers.run(name, work, timeout_s=timeout_s)


def test_readers_are_listed_with_card_and_atr():
    binding = FakeBinding(**{"Reader 1": FakeReader(), "Virtual PCD 00 00": FakeReader(present=False)})
    first, second = PcscReaders(binding).list()
    assert (first.name, first.kind, first.simulated, first.card_present, first.atr) == ("Reader 1", "pcsc", False, True, ATR)
    assert (second.name, second.simulated, second.card_present, second.atr) == ("Virtual PCD 00 00", True, False, b"")
    assert binding.contexts == []


def test_no_reader_is_an_empty_list_and_an_error_when_one_is_asked_for():
    readers = PcscReaders(FakeBinding())
    assert tuple(readers.list()) == ()
    assert code_of(run, readers, lambda link: None) == "reader.none"


def test_an_unknown_name_beside_a_reader_is_not_found():
    assert code_of(run, PcscReaders(FakeBinding(B=FakeReader())), lambda link: None) == "reader.not_found"


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (c.E_NO_SERVICE, "reader.no_service"),
        (c.E_SERVICE_STOPPED, "reader.no_service"),
        (c.W_SECURITY_VIOLATION, "reader.not_allowed"),
        (c.E_NO_MEMORY, "reader.service_failed"),
    ],
)
def test_a_service_that_says_no_is_named(status, code):
    binding = FakeBinding(A=FakeReader())
    binding.service = status
    readers = PcscReaders(binding)
    assert code_of(readers.list) == code
    assert code_of(run, readers, lambda link: None) == code
    assert code_of(readers.wait_change, (), timeout_s=0.1) == code


def test_windows_without_a_service_is_windows_without_a_reader():
    assert service_error(PcscStatusError("x", c.E_NO_SERVICE), platform="win32").code == "reader.none"


def test_a_service_started_again_is_found_again():
    binding = FakeBinding(A=FakeReader())
    readers = PcscReaders(binding)
    binding.service = c.E_NO_SERVICE
    assert code_of(readers.list) == "reader.no_service"
    binding.service = None
    assert len(readers.list()) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (c.E_NO_SMARTCARD, "reader.no_card"),
        (c.W_REMOVED_CARD, "reader.no_card"),
        (c.W_UNRESPONSIVE_CARD, "reader.card_mute"),
        (c.W_UNPOWERED_CARD, "reader.card_mute"),
        (c.E_PROTO_MISMATCH, "reader.card_mute"),
        (c.E_READER_UNAVAILABLE, "reader.not_found"),
        (c.E_NO_SERVICE, "reader.no_service"),
        (c.E_SHARING_VIOLATION, "reader.busy"),
    ],
)
def test_a_failed_connection_is_named(status, code):
    readers = PcscReaders(FakeBinding(A=FakeReader(fail={"connect": status})))
    assert code_of(run, readers, lambda link: None) == code


@pytest.mark.parametrize(
    ("status", "code"),
    [
        (c.W_REMOVED_CARD, "link.card_removed"),
        (c.W_RESET_CARD, "link.card_removed"),
        (c.E_READER_UNAVAILABLE, "link.reader_gone"),
        (c.E_INVALID_HANDLE, "link.service_stopped"),
        (c.E_SERVICE_STOPPED, "link.service_stopped"),
        (c.E_TIMEOUT, "link.timeout"),
        (c.F_COMM_ERROR, "link.broken"),
        (0x80100099, "link.broken"),
    ],
)
def test_a_failed_exchange_is_named(status, code):
    assert transmit_error(PcscStatusError("x", status)).code == code


def test_statuses_are_unsigned_whatever_the_binding_returns():
    assert connect_error(PcscStatusError("x", c.E_NO_SMARTCARD - (1 << 32))).code == "reader.no_card"


def test_the_answer_of_the_card_comes_back_and_the_card_is_reset():
    reader = FakeReader(chip=lambda command: command[:4] + b"\x90\x00")
    binding = FakeBinding(A=reader)
    assert run(PcscReaders(binding), lambda link: link.transceive(SELECT)) == SELECT[:4] + b"\x90\x00"
    assert reader.log == [("connect", c.SHARE_EXCLUSIVE), ("disconnect", c.RESET_CARD)]
    assert binding.contexts == []
    assert binding.handles == {}


class OwnError(Exception):
    pass


def test_the_card_is_reset_after_an_error_too():
    reader = FakeReader()

    def work(link):
        raise OwnError

    with pytest.raises(OwnError):
        run(PcscReaders(FakeBinding(A=reader)), work)
    assert reader.log[-1] == ("disconnect", c.RESET_CARD)


def test_a_reset_that_fails_hides_neither_result_nor_error():
    reader = FakeReader(fail={"disconnect": c.W_REMOVED_CARD})
    assert run(PcscReaders(FakeBinding(A=reader)), lambda link: 7) == 7


def test_a_link_is_closed_after_the_work():
    links = []
    run(PcscReaders(FakeBinding(A=FakeReader())), links.append)
    assert code_of(links[0].transceive, SELECT) == "link.closed"


def test_a_card_lifted_between_two_exchanges_ends_the_link():
    binding = FakeBinding(A=FakeReader())
    codes = []

    def work(link):
        link.transceive(SELECT)
        binding.change("A", present=False)
        for _ in range(2):
            codes.append(code_of(link.transceive, SELECT))
        binding.change("A", present=True)
        link.transceive(SELECT)

    assert code_of(run, PcscReaders(binding), work) == "link.card_removed"
    assert codes == ["link.card_removed"] * 2


def test_a_driver_that_says_communication_error_for_a_lifted_card_is_seen_through():
    binding = FakeBinding(A=FakeReader(fail={"transmit": c.E_NOT_TRANSACTED}))

    def work(link):
        binding.change("A", present=False)
        link.transceive(READ_EXTENDED)

    assert code_of(run, PcscReaders(binding), work) == "link.card_removed"


def test_a_removal_noticed_only_after_the_failure_is_still_a_removal(monkeypatch):
    monkeypatch.setattr(link_module, "NOTICE_MS", 2000)
    binding = FakeBinding(A=FakeReader(fail={"transmit": c.F_COMM_ERROR}))

    def work(link):
        threading.Timer(0.05, lambda: binding.change("A", present=False)).start()
        link.transceive(READ_EXTENDED)

    assert code_of(run, PcscReaders(binding), work) == "link.card_removed"


@pytest.mark.parametrize("status", [c.W_REMOVED_CARD, c.E_INVALID_HANDLE, c.F_COMM_ERROR, c.E_READER_UNAVAILABLE])
def test_an_unplugged_reader_is_told_from_a_lifted_card(status):
    binding = FakeBinding(A=FakeReader(fail={"transmit": status}), B=FakeReader())

    def work(link):
        binding.change("A", unplugged=True)
        link.transceive(SELECT)

    assert code_of(run, PcscReaders(binding), work) == "link.reader_gone"


def test_a_service_that_stops_during_an_exchange_is_named():
    binding = FakeBinding(A=FakeReader(fail={"transmit": c.F_COMM_ERROR}))

    def status_change(*arguments):
        raise PcscStatusError("status_change", c.E_NO_SERVICE)

    binding.status_change = status_change
    assert code_of(run, PcscReaders(binding), lambda link: link.transceive(SELECT)) == "link.service_stopped"


def refuse_extended(command):
    if len(command) >= 7 and command[4] == 0:
        raise PcscStatusError("transmit", c.E_NOT_TRANSACTED)
    return b"\x90\x00"


def test_a_reader_that_refuses_extended_length_says_so_and_goes_on_with_short():
    def work(link):
        assert code_of(link.transceive, READ_EXTENDED) == "link.no_extended"
        return link.transceive(READ_SHORT)

    assert run(PcscReaders(FakeBinding(A=FakeReader(chip=refuse_extended))), work) == b"\x90\x00"


def test_a_failed_short_exchange_is_no_matter_of_length():
    reader = FakeReader(fail={"transmit": c.E_NOT_TRANSACTED})
    assert code_of(run, PcscReaders(FakeBinding(A=reader)), lambda link: link.transceive(READ_SHORT)) == "link.broken"


def test_extended_length_that_worked_before_is_not_refused_by_the_reader():
    reader = FakeReader()

    def work(link):
        link.transceive(READ_EXTENDED)
        reader.fail["transmit"] = c.E_NOT_TRANSACTED
        link.transceive(READ_EXTENDED)

    assert code_of(run, PcscReaders(FakeBinding(A=reader)), work) == "link.broken"


@pytest.mark.parametrize(("size", "extended"), [(0, False), (261, False), (65544, True)])
def test_the_driver_is_asked_for_its_longest_apdu(size, extended):
    control = {c.FEATURE_REQUEST: bytes.fromhex("06044233000612044233001242")}
    control[0x42330012] = bytes.fromhex("0a04") + size.to_bytes(4, "little") + b"\x01\x09cut off"
    readers = PcscReaders(FakeBinding(A=FakeReader(control=control)))
    assert run(readers, lambda link: link.extended_length) is extended


def test_a_driver_that_does_not_tell_leaves_it_open():
    assert run(PcscReaders(FakeBinding(A=FakeReader())), lambda link: link.extended_length) is None


def test_an_answer_without_status_word_ends_the_link():
    reader = FakeReader(chip=lambda command: b"\x90")
    assert code_of(run, PcscReaders(FakeBinding(A=reader)), lambda link: link.transceive(SELECT)) == "link.broken"


def test_an_empty_answer_of_a_driver_without_a_card_is_a_removal():
    binding = FakeBinding(A=FakeReader(chip=lambda command: binding.change("A", present=False) or b""))
    assert code_of(run, PcscReaders(binding), lambda link: link.transceive(READ_EXTENDED)) == "link.card_removed"


@pytest.mark.parametrize("command", [b"", b"\0\0\0", bytes(c.MAX_SEND + 1)])
def test_octets_that_are_no_apdu_never_reach_the_reader(command):
    sent = []
    reader = FakeReader(chip=lambda octets: sent.append(octets) or b"\x90\x00")
    with pytest.raises(CallerError) as caught:
        run(PcscReaders(FakeBinding(A=reader)), lambda link: link.transceive(command))
    assert caught.value.code == "apdu.command.length"
    assert sent == []


def test_the_longest_apdus_fit():
    reader = FakeReader(chip=lambda command: bytes(65536) + b"\x90\x00")
    assert len(run(PcscReaders(FakeBinding(A=reader)), lambda link: link.transceive(bytes(65544)))) == 65538


def test_a_card_in_passing_use_is_waited_for():
    reader = FakeReader(connect_failures=[c.E_SHARING_VIOLATION] * 3)
    assert run(PcscReaders(FakeBinding(A=reader)), lambda link: 1) == 1
    assert [entry for entry in reader.log if entry[0] == "connect"] == [("connect", c.SHARE_EXCLUSIVE)] * 4


def test_a_card_that_another_program_shares_is_used_in_a_transaction():
    reader = FakeReader(connect_failures=[c.E_SHARING_VIOLATION] * link_module.BUSY_TRIES)
    assert run(PcscReaders(FakeBinding(A=reader)), lambda link: 1) == 1
    assert reader.log[-3:] == [("connect", c.SHARE_SHARED), ("begin",), ("disconnect", c.RESET_CARD)]


def test_a_transaction_that_fails_leaves_the_other_programs_card_alone():
    reader = FakeReader(connect_failures=[c.E_SHARING_VIOLATION] * link_module.BUSY_TRIES, fail={"begin": c.W_REMOVED_CARD})
    assert code_of(run, PcscReaders(FakeBinding(A=reader)), lambda link: 1) == "reader.no_card"
    assert reader.log[-1] == ("disconnect", c.LEAVE_CARD)


def test_work_on_a_reader_that_is_at_work_is_refused_and_other_readers_go_on():
    readers = PcscReaders(FakeBinding(A=FakeReader(), B=FakeReader()))
    inside, leave = threading.Event(), threading.Event()

    def long_work(link):
        inside.set()
        return leave.wait(5)

    thread = threading.Thread(target=lambda: run(readers, long_work, timeout_s=5))
    thread.start()
    assert inside.wait(2)
    assert code_of(run, readers, lambda link: 1) == "reader.busy"
    assert run(readers, lambda link: 2, name="B") == 2
    leave.set()
    thread.join(2)
    assert run(readers, lambda link: 3) == 3


# --- the watchdog ------------------------------------------------------------------------------------------------


class Hanging:
    """A chip that hangs in its first exchange until it is let go."""

    def __init__(self):
        self.go = threading.Event()
        self.exchanges = 0

    def __call__(self, command):
        self.exchanges += 1
        if self.exchanges == 1:
            self.go.wait(10)
        return b"\x90\x00"


def wait_until(condition, seconds=2.0):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.005)


def test_a_hanging_exchange_ends_the_callers_wait_and_nothing_else():
    chip = Hanging()
    reader = FakeReader(chip=chip)
    binding = FakeBinding(A=reader, B=FakeReader())
    readers = PcscReaders(binding)
    seen = []

    def work(link):
        link.transceive(SELECT)
        try:
            link.transceive(SELECT)
        except LinkError as error:
            seen.append(error.code)
            raise

    begun = time.monotonic()
    assert code_of(run, readers, work, timeout_s=0.1) == "link.timeout"
    assert time.monotonic() - begun < 1
    assert [info.problem for info in readers.list()] == ["reader.stuck", None]
    assert run(readers, lambda link: 2, name="B") == 2
    assert ("disconnect", c.RESET_CARD) not in reader.log
    chip.go.set()
    wait_until(lambda: ("disconnect", c.RESET_CARD) in reader.log)
    assert seen == ["link.timeout"]
    assert chip.exchanges == 1  # nothing more went to the card after the time was over
    wait_until(lambda: readers.list()[0].problem is None)
    assert run(readers, lambda link: 3) == 3


def test_one_exchange_that_hangs_ends_the_wait_before_the_whole_time_is_over(monkeypatch):
    monkeypatch.setattr(readers_module, "EXCHANGE_TIMEOUT_S", 0.1)
    chip = Hanging()
    begun = time.monotonic()
    readers = PcscReaders(FakeBinding(A=FakeReader(chip=chip)))
    assert code_of(run, readers, lambda link: link.transceive(SELECT), timeout_s=30) == "link.timeout"
    assert time.monotonic() - begun < 2
    chip.go.set()


def test_slow_work_between_exchanges_is_no_hanging_exchange(monkeypatch):
    monkeypatch.setattr(readers_module, "EXCHANGE_TIMEOUT_S", 0.1)

    def work(link):
        for _ in range(3):
            link.transceive(SELECT)
            time.sleep(0.2)
        return 1

    assert run(PcscReaders(FakeBinding(A=FakeReader())), work) == 1


def test_a_stuck_reader_gets_a_new_worker_while_the_old_one_hangs():
    chip = Hanging()
    readers = PcscReaders(FakeBinding(A=FakeReader(chip=chip)))
    assert code_of(run, readers, lambda link: link.transceive(SELECT), timeout_s=0.05) == "link.timeout"
    assert run(readers, lambda link: link.transceive(SELECT)) == b"\x90\x00"
    chip.go.set()


def test_a_reader_kept_by_the_stuck_exchange_is_stuck_not_busy():
    chip = Hanging()
    reader = FakeReader(chip=chip)
    readers = PcscReaders(FakeBinding(A=reader))
    assert code_of(run, readers, lambda link: link.transceive(SELECT), timeout_s=0.05) == "link.timeout"
    reader.fail["connect"] = c.E_SHARING_VIOLATION
    assert code_of(run, readers, lambda link: 1) == "reader.stuck"
    chip.go.set()


def test_the_number_of_workers_left_behind_is_bounded():
    go = threading.Event()
    reader = FakeReader(chip=lambda command: go.wait(10) and b"\x90\x00")
    readers = PcscReaders(FakeBinding(A=reader))
    for _ in range(readers_module.MAX_STUCK):
        assert code_of(run, readers, lambda link: link.transceive(SELECT), timeout_s=0.02) == "link.timeout"
    before = threading.active_count()
    assert code_of(run, readers, lambda link: link.transceive(SELECT), timeout_s=0.02) == "reader.stuck"
    assert threading.active_count() == before
    go.set()


def test_a_connection_that_comes_too_late_sends_nothing():
    reader = FakeReader()
    binding = FakeBinding(A=reader)
    go = threading.Event()
    plain_connect = binding.connect

    def slow_connect(*arguments):
        go.wait(5)
        return plain_connect(*arguments)

    binding.connect = slow_connect
    called = []
    assert code_of(run, PcscReaders(binding), called.append, timeout_s=0.05) == "link.timeout"
    go.set()
    wait_until(lambda: ("disconnect", c.RESET_CARD) in reader.log)
    assert called == []


def test_a_service_that_hangs_ends_the_wait_and_is_cancelled(monkeypatch):
    monkeypatch.setattr(readers_module, "SERVICE_TIMEOUT_S", 0.05)
    binding = FakeBinding(A=FakeReader())
    binding.hang = threading.Event()
    readers = PcscReaders(binding)
    for _ in range(readers_module.MAX_STUCK + 1):
        assert code_of(readers.list) == "reader.service_failed"
    assert len(binding.cancelled) == readers_module.MAX_STUCK
    binding.hang.set()
    wait_until(lambda: binding.contexts == [])
    assert len(readers.list()) == 1


# --- changes -----------------------------------------------------------------------------------------------------


def test_a_card_put_down_ends_the_wait_at_once():
    binding = FakeBinding(A=FakeReader(present=False))
    readers = PcscReaders(binding)
    known = readers.list()
    threading.Timer(0.05, lambda: binding.change("A", present=True)).start()
    begun = time.monotonic()
    assert [info.card_present for info in readers.wait_change(known, timeout_s=5)] == [True]
    assert time.monotonic() - begun < 1


def test_nothing_new_ends_with_the_time_given():
    readers = PcscReaders(FakeBinding(A=FakeReader()))
    known = readers.list()
    begun = time.monotonic()
    assert readers.wait_change(known, timeout_s=0.1) == known
    assert 0.09 < time.monotonic() - begun < 1


def test_what_is_known_wrongly_is_corrected_at_once():
    assert len(PcscReaders(FakeBinding(A=FakeReader())).wait_change((), timeout_s=5)) == 1


def test_a_system_without_the_notification_reader_is_polled():
    binding = FakeBinding(A=FakeReader(present=False))
    binding.pnp = False
    readers = PcscReaders(binding)
    threading.Timer(0.05, lambda: binding.change("A", present=True)).start()
    assert readers.wait_change(readers.list(), timeout_s=3)[0].card_present


def test_a_mute_card_is_a_problem_in_the_list():
    assert PcscReaders(FakeBinding(A=FakeReader(mute=True))).list()[0].problem == "reader.card_mute"


def test_the_binding_can_be_forced_and_a_wrong_name_is_refused(monkeypatch):
    monkeypatch.setenv("HONNIN_PCSC", "telepathy")
    with pytest.raises(CallerError) as caught:
        choose_binding()
    assert caught.value.code == "reader.binding_unknown"


def test_a_machine_without_any_library_says_so(monkeypatch):
    from honnin.adapters.pcsc import by_ctypes, by_pyscard

    def nothing():
        raise OSError("no such library")

    monkeypatch.delenv("HONNIN_PCSC", raising=False)
    monkeypatch.setattr(by_ctypes, "load", nothing)
    monkeypatch.setattr(by_pyscard, "load", nothing)
    assert code_of(choose_binding) == "reader.no_library"
    assert code_of(PcscReaders().list) == "reader.no_library"


def test_pyscard_is_preferred_and_ctypes_takes_over_without_it(monkeypatch):
    from honnin.adapters.pcsc import by_ctypes, by_pyscard

    monkeypatch.delenv("HONNIN_PCSC", raising=False)
    monkeypatch.setattr(by_pyscard, "load", lambda: FakeBinding())
    monkeypatch.setattr(by_ctypes, "load", lambda: "by ctypes")
    monkeypatch.setattr("sys.platform", "linux")
    assert choose_binding().name == "fake"

    def nothing():
        raise ImportError("smartcard")

    monkeypatch.setattr(by_pyscard, "load", nothing)
    assert choose_binding() == "by ctypes"
