"""What must hold whatever the module says and however time passes."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from semtui.model import LinkState
from semtui.radio.effects import Effect, Heard, OpenPort, Write
from semtui.radio.procedures import PROCEDURES
from semtui.radio.states import TRANSITIONS, Signal
from tests.radio.bench import METER, NOON, OWN, PASSWORD, ROUTE_B_ID, Bench, beacon, bench

LINES = st.sampled_from(
    [
        "OK",
        "OK 00",
        "OK 01",
        "FAIL ER04",
        "FAIL ER06",
        "FAIL ER10",
        "EVER 1.2.10",
        f"EINFO {OWN} 001D12900003C890 21 FFFF FFFE",
        f"EINFO {OWN} 001D12900003C890 21 FFFF 0",
        "\r\n".join(beacon()),
        f"EVENT 20 {OWN}",
        f"EVENT 22 {OWN}",
        METER,
        *(f"EVENT {number} {METER}" for number in ("24", "25", "26", "27", "28", "29", "02")),
        f"EVENT 32 {OWN}",
        f"EVENT 33 {OWN}",
        f"EVENT 21 {METER} 00",
        f"EVENT 21 {METER} 01",
        "ESREG 0",
        f"SKSENDTO 1 {METER} 0E1A 1 000E",
        f"ERXUDP {METER} {OWN} 02CC 02CC 001C6400036E8CF5 0 0022 SM{ROUTE_B_ID}",
        f"ERXUDP {METER} {OWN} 0E1A 0E1A 001C6400036E8CF5 1 0002 1081",
        f"SKSETRBID {ROUTE_B_ID}",
        "\xff\x00garbage",
    ]
)
STEPS = st.lists(
    st.one_of(
        LINES,
        st.floats(0.0, 100.0),
        st.sampled_from(["answer", "send", "lost", "rescan", "rejoin", "retry", "silent", "stop"]),
    ),
    max_size=60,
)
GOOD_ANSWERS = {
    "SKVER": ["EVER 1.2.10", "OK"],
    "SKINFO": [f"EINFO {OWN} 001D12900003C890 21 FFFF FFFE", "OK"],
    "ROPT": ["OK 01"],
    "SKLL64": [METER],
    "SKSCAN": ["OK", "\r\n".join(beacon()), f"EVENT 22 {OWN}"],
    "SKJOIN": ["OK", f"EVENT 25 {METER}"],
    "SKSENDTO": [f"EVENT 21 {METER} 00", "OK"],
    "SKTERM": ["FAIL ER10"],
}


TIMEOUTS = {"SKVER": 1.5, "ROPT": 2.0, "SKSENDTO": 10.0, "SKTERM": 15.0}
SHORT_METER = "FE80:..:8CF5"


class Watched(Bench):
    """A bench that checks the laws at every step, by what is written and heard alone."""

    def __init__(self) -> None:
        super().__init__(bench().link)
        self.in_flight_until = 0.0
        self.renewing = False
        self.limited = False
        self.last = ""

    def check(self) -> None:
        while asked := self.link.take_effects():
            for effect in asked:
                self.see(effect)
        if self.link.state in PROCEDURES:
            assert self.link.next_deadline() is not None

    def see(self, effect: Effect) -> None:
        match effect:
            case OpenPort():
                self.in_flight_until = 0.0
                self.renewing = self.limited = False
                self.link.port_opened("/dev/ttyTEST", self.now)
            case Write() if effect.data.startswith((b"SK", b"ROPT")):
                self.written_command(effect)
            case Heard():
                self.heard(effect.shown)

    def written_command(self, write: Write) -> None:
        assert ROUTE_B_ID not in write.shown
        assert PASSWORD not in write.shown
        self.last = write.shown.split(" ")[0]
        assert self.now >= self.in_flight_until, f"{self.last} before the last one was answered"
        self.in_flight_until = self.now + TIMEOUTS.get(self.last, 3.0)
        if self.last == "SKSENDTO":
            assert not self.renewing
            assert not self.limited

    def heard(self, shown: str) -> None:
        assert ROUTE_B_ID not in shown
        if shown.startswith(("OK", "FAIL")) or shown == SHORT_METER:
            self.in_flight_until = 0.0
        if shown.startswith(f"EVENT 29 {SHORT_METER}"):
            self.renewing = True
        elif shown.startswith(f"EVENT 25 {SHORT_METER}"):
            self.renewing = False
        elif shown.startswith("EVENT 32"):
            self.limited = True
        elif shown.startswith(("EVENT 33", "ESREG 0")):
            self.limited = False


@settings(max_examples=300, deadline=None)
@given(steps=STEPS)
def test_the_laws_hold_for_any_module_and_any_clock(steps: list[str | float]) -> None:
    it = Watched()
    it.link.start(0.0)
    it.check()
    for step in steps:
        if isinstance(step, float):
            it.now += step
            it.link.tick(it.now)
        elif step == "answer":
            lines = GOOD_ANSWERS.get(it.last, ["OK"])
            it.link.receive("".join(f"{line}\r\n" for line in lines).encode(), it.now, NOON)
        elif step == "send":
            if it.link.can_send:
                it.link.send(b"\x10\x81", it.now)
        elif step == "lost":
            it.link.port_lost("gone", "", "", it.now)
        elif step == "rescan":
            it.link.rescan(it.now)
        elif step == "rejoin":
            it.link.rejoin(it.now)
        elif step == "retry":
            it.link.retry_now(it.now)
        elif step == "silent":
            it.link.meter_silent(5, it.now)
        elif step == "stop":
            it.link.stop(it.now)
        else:
            it.link.receive((step + "\r\n").encode("latin-1"), it.now, NOON)
        it.check()
    it.link.stop(it.now)
    it.check()
    it.now += it.link.policy.terminate_seconds
    it.link.tick(it.now)
    it.check()
    assert it.link.state is LinkState.CLOSED
    it.now += 3600
    it.link.tick(it.now)
    it.check()
    assert it.link.state is LinkState.CLOSED, "a link that was stopped stays so"


@settings(max_examples=200, deadline=None)
@given(noise=st.lists(st.one_of(LINES, st.floats(0, 400)), max_size=25))
def test_a_module_that_behaves_again_is_always_found_again(noise: list[str | float]) -> None:
    """After any disturbance, good answers alone lead back to READY, without a key pressed."""
    it = Watched()
    it.link.start(0.0)
    it.check()
    for step in noise:
        if isinstance(step, float):
            it.now += step
            it.link.tick(it.now)
        else:
            it.link.receive((step + "\r\n").encode("latin-1"), it.now, NOON)
        it.check()
    it.link.receive(f"\r\nEVENT 33 {OWN}\r\n".encode(), it.now, NOON)
    answered = 0
    for _turn in range(400):
        if it.link.state is LinkState.READY:
            break
        it.check()
        writes = it.last
        it.last = ""
        if writes:
            answered += 1
            lines = GOOD_ANSWERS.get(writes, ["OK"])
            it.link.receive("".join(f"{line}\r\n" for line in lines).encode(), it.now, NOON)
        else:
            it.now = max(it.link.next_deadline() or it.now + 1, it.now)
            it.link.tick(it.now)
        it.check()
    assert it.link.state is LinkState.READY, it.link.state


def test_the_table_leads_everywhere_and_every_state_can_be_stopped() -> None:
    assert set(TRANSITIONS) == set(LinkState)
    reached = {target for row in TRANSITIONS.values() for target in row.values()}
    assert reached == set(LinkState)
    for state, row in TRANSITIONS.items():
        if state is not LinkState.TERMINATING:
            assert row[Signal.STOP] is LinkState.TERMINATING, state
