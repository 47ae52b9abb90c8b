"""Every verdict of the doctor, each reached by a scenario on the emulator; no secret in any."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from semtui.clock import VirtualClock
from semtui.config import BAUD_RATES, PortSettings, Settings
from semtui.credentials import save_credentials
from semtui.doctor.checks import PASSIVE, CheckKey, Finding, FindingLevel
from semtui.doctor.patient import read_credentials
from semtui.doctor.ports import port_findings
from semtui.doctor.run import OTHER_RATES, DoctorRun, Patient
from semtui.doctor.verdict import Cause, Verdict, verdict_of
from semtui.emulator.bench import Emulator, build
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID, EmulatorOptions
from semtui.emulator.port import EmulatedPort
from semtui.errors import PortError, PortReason
from semtui.lines import ResetPin
from semtui.model import Credentials
from semtui.radio.port import Port
from semtui.radio.port_opening import PortOpener

OURS = Credentials(DEFAULT_ROUTE_B_ID, DEFAULT_PASSWORD)
OTHER_ID = "FFEEDDCCBBAA99887766554433221100"
OTHER_PASSWORD = "ZQ7K4M9XW2PT"
SECRETS = (
    DEFAULT_ROUTE_B_ID,
    DEFAULT_ROUTE_B_ID[-8:],
    DEFAULT_PASSWORD,
    OTHER_ID,
    OTHER_ID[-8:],
    OTHER_PASSWORD,
)
WELL_FORMED = Finding(CheckKey.CREDENTIALS, FindingLevel.OK, "well formed")


class DeafPort:
    """A port on which nothing answers."""

    name = "/dev/ttyUSB0"

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    def read(self, timeout: float) -> bytes:
        self._clock.advance(timeout)
        return b""

    def write(self, data: bytes) -> None: ...

    def wake(self) -> None: ...

    def close(self) -> None: ...


def free_port() -> Iterator[Finding]:
    """The checks of a port with which all is well."""
    for key in PASSIVE:
        yield Finding(key, FindingLevel.OK, "well")


@dataclass
class Case:
    """A patient on the emulator, and what the doctor says of it."""

    options: EmulatorOptions = field(default_factory=EmulatorOptions)
    credentials: Credentials | None = OURS
    credentials_finding: Finding = WELL_FORMED
    look: Callable[[], Iterator[Finding]] = free_port
    url: str = "/dev/ttyUSB0"
    answers_at: int | None = 115200
    opener: Callable[[int], PortOpener] | None = None
    arrange: Callable[[Emulator], None] = lambda _emulator: None
    reset_line: Callable[[], AbstractContextManager[ResetPin]] | None = None

    def __post_init__(self) -> None:
        self.clock = VirtualClock()
        self.emulator = build(self.options, self.clock)
        self.arrange(self.emulator)
        self.port = EmulatedPort(self.emulator)
        self.tried: list[int] = []
        self.out = io.StringIO()
        self.talk = io.StringIO()

    def open_at(self, baud: int) -> PortOpener:
        def open_port() -> Port:
            self.tried.append(baud)
            return self.port.reopen() if baud == self.answers_at else DeafPort(self.clock)

        return open_port

    def run(self, *, as_json: bool = False) -> DoctorRun:
        patient = Patient(
            settings=Settings(port=PortSettings(url=self.url)),
            credentials=self.credentials,
            credentials_finding=self.credentials_finding,
            look=self.look,
            opener=self.opener or self.open_at,
            has_speed=True,
            clock=self.clock,
            reset_line=self.reset_line,
        )
        return DoctorRun(patient, self.out, self.talk, as_json=as_json)

    def examine(self, *, as_json: bool = False) -> Verdict:
        verdict = self.run(as_json=as_json).examine()
        assert verdict is not None
        said = self.out.getvalue() + self.talk.getvalue() + repr(verdict)
        for secret in SECRETS:
            assert secret.lower() not in said.lower()
        assert verdict.next_step
        return verdict

    @property
    def lines(self) -> list[str]:
        return self.out.getvalue().splitlines()

    def sign(self, name: str) -> str:
        """What stands at the head of the line of a check."""
        (line,) = [
            line for line in self.lines if line[6:].startswith(f"{name} ") or line[6:] == name
        ]
        return line.split()[0]

    @property
    def failed(self) -> list[str]:
        return [line[6:20].strip() for line in self.lines if line.startswith("FAIL")]


def test_all_is_well_and_the_session_is_ended() -> None:
    case = Case()
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.WELL, 0)
    assert [line.split()[0] for line in case.lines[: len(CheckKey)]] == ["ok"] * len(CheckKey)
    assert case.emulator.meter.authenticator.joins == 1
    assert case.emulator.meter.authenticator.living() is None
    assert "Its pairing id is ours." in case.out.getvalue()


@pytest.mark.parametrize("module", ["bp35a1", "rl7023-ips", "bp35c2", "rl7023-dss"])
def test_the_dialect_and_the_display_are_told_and_never_written(module: str) -> None:
    case = Case(EmulatorOptions(module=module))
    assert case.examine().cause is Cause.WELL
    dual = module in ("bp35c2", "rl7023-dss")
    assert ("Dual stack" if dual else "Single stack") in case.out.getvalue()
    binary = not module.startswith("rl7023")
    assert ("Binary; read as it is" in case.out.getvalue()) is binary


def test_no_port_is_set() -> None:
    case = Case(url="", look=lambda: port_findings(""))
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.PORT, 2)
    assert case.failed == ["port"]
    assert case.sign("permission") == case.sign("answer") == "--"


def test_a_port_that_is_not_there() -> None:
    case = Case(look=lambda: port_findings("/dev/ttyUSB987"))
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.PORT, 3)
    assert "Plug the module in" in verdict.next_step


@pytest.mark.parametrize("key", PASSIVE)
def test_the_first_failure_of_the_port_ends_the_checks(key: CheckKey) -> None:
    def look() -> Iterator[Finding]:
        for finding in free_port():
            bad = finding.key is key
            yield Finding(key, FindingLevel.FAIL, "bad", "mend it") if bad else finding

    case = Case(look=look)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code, verdict.next_step) == (Cause.PORT, 3, "mend it")
    assert len(case.failed) == 1
    assert case.tried == []


def test_a_port_that_cannot_be_opened() -> None:
    def opener(_baud: int) -> PortOpener:
        def refuse() -> Port:
            raise PortError(PortReason.BUSY, "in use", "held by cu", "end it")

        return refuse

    case = Case(opener=opener)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code, verdict.next_step) == (Cause.PORT, 3, "end it")
    assert case.failed == ["open"]


def test_a_silent_module_is_asked_at_every_speed() -> None:
    case = Case(answers_at=None)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.MODULE, 4)
    assert case.tried == [115200, 9600, 57600, 38400, 19200, 2400, 4800]
    assert case.failed == ["module"]
    assert "trying 9600 baud" in case.talk.getvalue()
    assert case.clock.monotonic() < 120


def test_every_speed_that_can_be_set_is_tried() -> None:
    assert sorted(OTHER_RATES) == sorted(BAUD_RATES)


def test_a_join_that_broke_off_early_is_not_the_password() -> None:
    def lose_the_second_message(emulator: Emulator) -> None:
        paa = emulator.meter.authenticator
        paa._continue = lambda _address, _message: None  # type: ignore[method-assign]

    case = Case(EmulatorOptions(lqi=0x90), arrange=lose_the_second_message)
    verdict = case.examine()
    assert verdict.cause is Cause.RADIO
    assert case.failed == ["join"]
    assert "after 1 PANA messages" in case.out.getvalue()


def test_a_module_at_another_speed() -> None:
    case = Case(answers_at=9600)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.MODULE, 4)
    assert case.tried == [115200, 9600]
    assert case.failed == ["baud"]
    assert case.sign("module") == "ok"
    assert "baud = 9600" in verdict.next_step
    assert case.sign("scan") == "--"


def test_a_module_with_the_wrong_firmware() -> None:
    case = Case(EmulatorOptions(module="bp35c0-j11"))
    verdict = case.examine()
    assert verdict.cause is Cause.MODULE
    assert case.failed == ["module"]
    assert "J11" in case.out.getvalue()
    assert case.tried == [115200]


def test_missing_credentials_come_after_what_the_module_is(tmp_path: Path) -> None:
    credentials, finding = read_credentials(tmp_path / "credentials.toml")
    case = Case(credentials=credentials, credentials_finding=finding)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.CREDENTIALS, 2)
    assert case.failed == ["id, password"]
    assert case.sign("module") == "ok"
    assert "semtui setup" in verdict.next_step
    assert case.emulator.meter.authenticator.joins == 0


def test_credentials_that_others_can_read(tmp_path: Path) -> None:
    path = tmp_path / "credentials.toml"
    save_credentials(path, OURS)
    path.chmod(0o644)
    credentials, finding = read_credentials(path)
    case = Case(credentials=credentials, credentials_finding=finding)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.CREDENTIALS, 2)
    assert "chmod 600" in verdict.next_step


def test_good_credentials_are_read_and_not_shown(tmp_path: Path) -> None:
    path = tmp_path / "credentials.toml"
    save_credentials(path, OURS)
    credentials, finding = read_credentials(path)
    assert credentials == OURS
    assert finding.level is FindingLevel.OK
    assert Case(credentials_finding=finding).examine().cause is Cause.WELL


@pytest.mark.parametrize(
    "options",
    [EmulatorOptions(route_b_id=OTHER_ID), EmulatorOptions(in_reach=False)],
    ids=["wrong id", "out of reach"],
)
def test_no_pan_is_the_radio_with_odds_for_the_id(options: EmulatorOptions) -> None:
    case = Case(options)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.RADIO, 4)
    assert case.failed == ["scan"]
    assert "route-B id" in verdict.odds
    assert "password plays no part" in verdict.odds


def test_a_refused_join_on_a_good_signal_is_the_password() -> None:
    case = Case(EmulatorOptions(password=OTHER_PASSWORD, lqi=0x90))
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.CREDENTIALS, 4)
    assert case.failed == ["join"]
    assert "9 in 10" in verdict.odds
    assert case.emulator.meter.authenticator.living() is None


ANY_LQI = (0x20, 0x35, 0x50, 0x60, 0x70, 0x90)


def losing_after(count: int, repeats: int = 0) -> Callable[[Emulator], None]:
    """The meter's PANA messages get lost from one on; the last that came is repeated."""

    def arrange(emulator: Emulator) -> None:
        paa = emulator.meter.authenticator
        send, sent = paa._send, [0]

        def lose(address: str, payload: bytes) -> None:
            first = payload[4:6] == b"\xc0\x00"
            sent[0] = 1 if first else sent[0] + 1
            if sent[0] > count:
                return
            send(address, payload)
            if sent[0] == count:
                for again in range(repeats):
                    emulator.schedule.after(2.0 + 4.0 * again, lambda: send(address, payload))

        paa._send = lose

    return arrange


@pytest.mark.parametrize("lqi", ANY_LQI, ids=hex)
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_join_that_falls_silent_is_never_the_password(count: int, lqi: int) -> None:
    case = Case(EmulatorOptions(lqi=lqi), arrange=losing_after(count))
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.RADIO, 4)
    assert case.failed == ["join"]
    said = case.out.getvalue()
    assert f"after {count} PANA messages" in said
    assert "silence" in said
    assert "refuse" not in verdict.title
    assert "letter" not in said
    assert "password is not its own" not in said


@pytest.mark.parametrize("lqi", ANY_LQI, ids=hex)
def test_a_message_that_the_meter_repeats_into_the_silence_does_not_end_it(lqi: int) -> None:
    case = Case(EmulatorOptions(lqi=lqi), arrange=losing_after(3, repeats=15))
    run = case.run()
    verdict = run.examine()
    assert verdict is not None
    assert verdict.cause is Cause.RADIO
    pana = run.evidence.pana
    assert pana is not None
    assert len(pana.messages) == 3
    assert pana.fell_silent


@pytest.mark.parametrize("lqi", [0x30, *ANY_LQI[1:]], ids=hex)
def test_a_plain_no_is_the_password_where_the_radio_is_fair_or_good(lqi: int) -> None:
    case = Case(EmulatorOptions(password=OTHER_PASSWORD, lqi=lqi))
    run = case.run()
    verdict = run.examine()
    assert verdict is not None
    assert verdict.cause is Cause.CREDENTIALS
    assert "The meter refused the join" in case.out.getvalue()
    pana = run.evidence.pana
    assert pana is not None
    assert pana.refused
    assert pana.heard is not None
    assert pana.finished is not None
    assert pana.finished - pana.heard < 3.0


def test_a_no_that_gets_lost_is_a_silence() -> None:
    options = EmulatorOptions(password=OTHER_PASSWORD, lqi=0x90)
    verdict = Case(options, arrange=losing_after(2)).examine()
    assert verdict.cause is Cause.RADIO


@pytest.mark.parametrize(
    ("lqi", "cause"),
    [(0x35, Cause.RADIO), (0x5F, Cause.RADIO), (0x60, Cause.CREDENTIALS)],
    ids=lambda value: hex(value) if isinstance(value, int) else value.value,
)
def test_an_end_without_a_plain_no_is_the_password_only_on_a_good_signal(
    lqi: int, cause: Cause
) -> None:
    run = Case(EmulatorOptions(password=OTHER_PASSWORD, lqi=lqi)).run()
    run.examine()
    fault = run.evidence.fault
    assert fault is not None
    assert fault.pana is not None
    run.evidence.fault = replace(fault, pana=replace(fault.pana, refused=False))
    verdict = verdict_of(run.findings, run.evidence)
    assert verdict is not None
    assert verdict.cause is cause


def test_a_refused_join_on_a_weak_signal_is_not_the_password() -> None:
    case = Case(EmulatorOptions(password=OTHER_PASSWORD, lqi=0x2F))
    verdict = case.examine()
    assert verdict.cause is Cause.RADIO
    assert "weak" in case.out.getvalue()
    assert case.sign("scan") == "warn"


def ignoring(emulator: Emulator) -> None:
    emulator.meter.faults.ignore_joins = True


def test_an_unanswered_join_on_a_weak_signal_is_the_radio() -> None:
    case = Case(EmulatorOptions(lqi=0x20), arrange=ignoring)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.RADIO, 4)
    assert case.failed == ["join"]


@pytest.mark.parametrize(
    ("options", "arrange"),
    [
        (EmulatorOptions(password=OTHER_PASSWORD, lqi=0x90), lambda _emulator: None),
        (EmulatorOptions(lqi=0x90), ignoring),
        (EmulatorOptions(lqi=0x90), losing_after(3)),
    ],
    ids=["refused", "unanswered", "silent"],
)
def test_a_radio_of_unknown_quality_is_ruled_out_before_the_password(
    options: EmulatorOptions, arrange: Callable[[Emulator], None]
) -> None:
    run = Case(options, arrange=arrange).run()
    run.examine()
    evidence = run.evidence
    fault = evidence.fault
    assert fault is not None
    assert fault.pan is not None
    evidence.fault = replace(fault, pan=replace(fault.pan, lqi=None), live_lqi=None)
    verdict = verdict_of(run.findings, evidence)
    assert verdict is not None
    assert verdict.cause is Cause.RADIO
    assert "no scan says how well" in verdict.title
    assert "heard well" not in verdict.title


def test_a_meter_that_another_controller_holds() -> None:
    case = Case(EmulatorOptions(occupied=True, lqi=0x90))
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.METER, 4)
    assert "another controller" in verdict.title
    assert "not the password" in verdict.odds


def deaf(emulator: Emulator) -> None:
    emulator.meter.faults.deaf = True


@pytest.mark.parametrize(
    ("lqi", "cause"), [(0x90, Cause.METER), (0x20, Cause.RADIO)], ids=["good", "weak"]
)
def test_a_meter_that_is_deaf_after_the_join(lqi: int, cause: Cause) -> None:
    case = Case(EmulatorOptions(lqi=lqi), arrange=deaf)
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (cause, 4)
    assert case.failed == ["answer"]
    assert case.sign("join") == "ok"
    assert "Id and password are right" in verdict.odds
    assert case.emulator.meter.authenticator.living() is None


def test_a_weak_radio_over_which_all_goes_well_is_warned_of() -> None:
    verdict = Case(EmulatorOptions(lqi=0x20)).examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.WELL, 0)
    assert "weak" in verdict.title
    assert "antenna" in verdict.next_step


@pytest.mark.parametrize("password", [DEFAULT_PASSWORD, OTHER_PASSWORD])
def test_programs_get_an_object_a_line(password: str) -> None:
    case = Case(EmulatorOptions(password=password, lqi=0x90))
    verdict = case.examine(as_json=True)
    *checks, last = [json.loads(line) for line in case.lines]
    assert [check["check"] for check in checks] == [key.value for key in CheckKey]
    assert {check["level"] for check in checks} <= {"ok", "fail", "skipped"}
    assert last["verdict"] == verdict.cause.value
    assert last["exit"] == verdict.exit_code
    assert case.talk.getvalue() == ""


def test_an_interrupted_run_ends_the_session_that_it_began() -> None:
    class Talk(io.StringIO):
        def write(self, text: str) -> int:
            if "Waiting for the first answer" in text:
                assert case.emulator.meter.authenticator.living() is not None
                run.request_stop()
            return super().write(text)

    case = Case(arrange=deaf)
    case.talk = Talk()
    run = case.run()
    assert run.examine() is None
    assert "Waiting" in case.talk.getvalue()
    assert case.emulator.meter.authenticator.living() is None
    assert "verdict" not in case.out.getvalue()


def test_a_module_without_send_time_is_no_meter_that_is_held() -> None:
    case = Case(arrange=lambda emulator: emulator.when_at_work(emulator.module.transmitter.limit))
    verdict = case.examine()
    assert (verdict.cause, verdict.exit_code) == (Cause.MODULE, 4)
    assert "send time" in verdict.title
    assert "wait an hour" in verdict.next_step
