"""The report that is sent to others: what it tells, and what it must never tell."""

from __future__ import annotations

from datetime import timedelta

import pytest

from semtui.debug_report import debug_report
from semtui.echonet.told import ROUTE_B_ID
from semtui.emulator.measurements import Measurements
from semtui.emulator.options import DEFAULT_PASSWORD, DEFAULT_ROUTE_B_ID
from semtui.model import LinkSnapshot, MeterFacts, Notice, PropertyValue, ReadProperties
from semtui.view import View
from tests.simulation import Simulation

EVERYTHING = tuple(range(0x80, 0x100))


@pytest.fixture(scope="module")
def session() -> Simulation:
    """An hour with a meter that serves its route-B id, asked for all there could be."""
    it = Simulation()
    served = Measurements.get

    def get(self: Measurements, epc: int) -> bytes | None:
        return bytes.fromhex(DEFAULT_ROUTE_B_ID) if epc == ROUTE_B_ID else served(self, epc)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Measurements, "get", get)
        it.at(30, lambda: it.engine.submit(ReadProperties(EVERYTHING)))

        def until(update: object) -> bool:
            return isinstance(update, PropertyValue) and update.stamp > 900

        it.run(until=until)
    return it


@pytest.fixture(scope="module")
def view(session: Simulation) -> View:
    view = View(session.settings)
    for update in session.updates:
        view.apply(update)
    return view


def report(session: Simulation, view: View) -> str:
    return debug_report(view, session.clock.now(), session.clock.monotonic())


def test_everything_was_read_or_refused(view: View) -> None:
    """So that the search for secrets below has something to find."""
    came = view.properties
    assert set(came) == set(EVERYTHING) - {ROUTE_B_ID}
    assert came[0x8D].raw is not None
    assert came[0xE2].raw is not None
    assert came[0x83].refused


def test_it_tells_versions_link_counts_and_properties(session: Simulation, view: View) -> None:
    text = report(session, view)
    assert text.isascii()
    for fact in (
        "semtui 0.",
        "python 3.",
        "textual ",
        "module BP35A1 1.2.10 rev26e",
        "stack single",
        "lost 0",
        "maker 000016 Toshiba",
        "E1 G--",
        " 01  unit of energies",
        "83 ---",
        "refused  unique identification",
        "... 194 B  history 1, normal direction",
        "8D G--",
        "<12 B hidden>  serial number",
    ):
        assert fact in text, fact


def test_no_secret_is_in_it(session: Simulation, view: View) -> None:
    text = report(session, view)
    (facts,) = session.of(MeterFacts)[-1:]
    link = session.of(LinkSnapshot)[-2]
    assert link.module is not None
    assert link.pan is not None
    assert facts.serial
    secrets = (
        DEFAULT_ROUTE_B_ID,
        DEFAULT_ROUTE_B_ID[-8:],
        DEFAULT_PASSWORD,
        facts.serial,
        facts.serial.encode().hex().upper(),
        link.module.mac,
        link.module.address,
        link.pan.mac,
        f"{link.pan.pan_id:04X}",
        link.meter_address or "never empty",
    )
    for secret in secrets:
        assert secret not in text
        assert secret.lower() not in text.lower()


def test_nothing_known_is_a_report_too(session: Simulation) -> None:
    empty = View(session.settings)
    text = report(session, empty)
    assert "[link]\n-\n" in text
    assert "[last notices]\n-\n" in text


def test_a_title_in_another_script_stays_plain(session: Simulation) -> None:
    view = View(session.settings)
    at = session.clock.now() + timedelta(seconds=1)
    view.note(Notice(at, session.of(Notice)[0].level, "日本"))
    assert "??" in report(session, view)


def test_the_id_reaches_no_update(session: Simulation) -> None:
    raw = bytes.fromhex(DEFAULT_ROUTE_B_ID)
    assert not any(value.raw and raw in value.raw for value in session.of(PropertyValue))
