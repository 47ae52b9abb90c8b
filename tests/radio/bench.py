"""A link on a bench: the test plays the module, line by line."""

from __future__ import annotations

import random
from datetime import UTC, datetime

from semtui.model import Credentials, LinkState, Pan
from semtui.radio.effects import Effect, OpenPort, Write
from semtui.radio.link import Link
from semtui.radio.policy import LinkPolicy

ROUTE_B_ID = "00112233445566778899AABBCCDDEEFF"
NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
PASSWORD = "0123456789AB"
CREDENTIALS = Credentials(ROUTE_B_ID, PASSWORD)
METER = "FE80:0000:0000:0000:021C:6400:036E:8CF5"
MAC = "001C6400036E8CF5"
OWN = "FE80:0000:0000:0000:021D:1290:0003:C890"
OWN_MAC = "001D12900003C890"
PAN = Pan(channel=57, pan_id=0x8CF5, mac=MAC, lqi=0x9B, pairing_id="CCDDEEFF")


class Bench:
    """Feeds a link with lines and time, and keeps what it asks for."""

    def __init__(self, link: Link) -> None:
        self.link = link
        self.now = 0.0
        self.effects: list[Effect] = []
        self._unread = 0

    def collect(self) -> None:
        """Take in what the link asks for; opens the port when that is wanted."""
        while asked := self.link.take_effects():
            self.effects += asked
            for effect in asked:
                if isinstance(effect, OpenPort):
                    self.link.port_opened("/dev/ttyTEST", self.now)

    def written(self) -> list[str]:
        """The commands that were written since the last call, as they may be shown."""
        self.collect()
        new = [effect for effect in self.effects[self._unread :] if isinstance(effect, Write)]
        self._unread = len(self.effects)
        return [effect.shown for effect in new if effect.shown]

    def says(self, *lines: str) -> list[str]:
        """The module prints lines; returns what is written after."""
        self.link.receive(
            "".join(line + "\r\n" for line in lines).encode("latin-1"), self.now, NOON
        )
        return self.written()

    def passes(self, seconds: float) -> list[str]:
        """Time passes, with every deadline on the way; returns what is written after."""
        self.collect()
        end = self.now + seconds
        while True:
            deadline = self.link.next_deadline()
            if deadline is None or deadline > end:
                break
            self.now = max(deadline, self.now)
            self.link.tick(self.now)
            self.collect()
        self.now = end
        self.link.tick(self.now)
        return self.written()

    def waits(self) -> list[str]:
        """Time passes until the link writes something; returns that."""
        for _step in range(20):
            written = self.written()
            deadline = self.link.next_deadline()
            if written or deadline is None:
                return written
            self.now = max(deadline, self.now)
            self.link.tick(self.now)
        raise AssertionError("the link waits without writing anything")

    def of(self, kind: type) -> list[Effect]:
        """Everything of a kind that was asked for so far."""
        self.collect()
        return [effect for effect in self.effects if isinstance(effect, kind)]

    # The usual way, as far as a test wants it

    def identify(self, *, dual: bool = False, display: str | None = "01") -> list[str]:
        """Answer the probe; returns what is written then."""
        self.link.start(self.now)
        self.passes(0.1)
        self.says("EVER 1.5.2" if dual else "EVER 1.2.10", "OK")
        self.says(f"EINFO {OWN} {OWN_MAC} 21 FFFF {'0' if dual else 'FFFE'}", "OK")
        self.says("EAPPVER rev26e", "OK")
        return self.says("FAIL ER04" if display is None else f"OK {display}")

    def configure(self, *, dual: bool = False) -> list[str]:
        """Answer the set-up; returns what is written then."""
        self.says("FAIL ER10")
        for _command in range(5 if dual else 4):
            self.says("OK")
        return self.says("ESREG 0", "OK")

    def scan(self) -> list[str]:
        """Answer a scan that finds the meter; returns what is written then."""
        self.says("OK", f"EVENT 20 {OWN}", *beacon())
        return self.says(f"EVENT 22 {OWN}")

    def join(self) -> None:
        """Answer from SKSREG S2 on up to EVENT 25."""
        self.says("OK")
        self.says("OK")
        self.says("OK", f"EVENT 25 {METER}")
        assert self.link.state is LinkState.READY

    def ready(self) -> Bench:
        """All of it."""
        self.identify()
        self.configure()
        self.scan()
        self.says(METER)
        self.join()
        self.written()
        return self


def bench(
    policy: LinkPolicy | None = None,
    *,
    cached: tuple[Pan, str] | None = None,
    reset_wired: bool = False,
) -> Bench:
    """Return a bench with a new link on it."""
    link = Link(
        CREDENTIALS,
        policy or LinkPolicy(),
        cached=cached,
        reset_wired=reset_wired,
        random_source=random.Random(1),
    )
    return Bench(link)


def beacon(
    pan_id: str = "8CF5", mac: str = MAC, lqi: str = "9B", pair: str = "CCDDEEFF"
) -> list[str]:
    """The lines of an EPANDESC."""
    return [
        "EPANDESC",
        "  Channel:39",
        "  Channel Page:09",
        f"  Pan ID:{pan_id}",
        f"  Addr:{mac}",
        f"  LQI:{lqi}",
        f"  PairID:{pair}",
    ]
