"""What a meter has told, for the tests of its screen: a small one, and one of today."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from semtui.echonet.history import encode_day_history, encode_span_history
from semtui.echonet.maps import encode_map
from semtui.model import MeterFacts, PropertyValue, Update
from tests.screens.stage import Stage

GET = (0x80, 0x8A, 0x8D, 0x97, 0x9F, 0xC0, 0xE0, 0xE1, 0xE2, 0xE5, 0xE7, 0xE8, 0xEA)
FACTS = MeterFacts(
    maker="000016",
    maker_name="Toshiba",
    serial="F24G366505",
    release="F",
    fault=False,
    coefficient=1,
    coefficient_assumed=True,
    unit_kwh=Decimal("0.1"),
    digits=6,
    get_map=GET,
    set_map=(0xE5,),
    inf_map=(0x80,),
    clock_offset=240.0,
)
VALUES = {
    0xE7: "0000032C",
    0xE8: "007B7FFE",
    0xE0: "0002CF95",
    0xE1: "01",
    0xE2: encode_day_history(1, [100 + slot for slot in range(48)]).hex(),
    0x8A: "000016",
    0x8D: "463234473336363530350000",
    0x97: "0C22",
    0xC0: "2A" * 16,
}


def value(stage: Stage, epc: int, edt: str | None, ago: float = 3.0, **how: bool) -> PropertyValue:
    raw = None if edt is None else bytes.fromhex(edt)
    at = stage.scenes.at - timedelta(seconds=ago)
    return PropertyValue(epc, raw, at, stage.scenes.now - ago, round_trip=0.45, **how)


def script(stage: Stage, facts: MeterFacts = FACTS) -> list[Update]:
    came = [value(stage, epc, edt) for epc, edt in VALUES.items()]
    refused = value(stage, 0x80, None, 6000.0, refused=True)
    silent = value(stage, 0xEA, None, 400.0)
    return [*stage.scenes.ready(), facts, *came, refused, silent]


SECOND = replace(
    FACTS,
    maker="000052",
    maker_name="Osaki Electric",
    release="R",
    coefficient_assumed=False,
    digits=8,
    unit_kwh=Decimal("0.001"),
    get_map=(
        *(0x80, 0x81, 0x82, 0x88, 0x8A, 0x8D, 0x97, 0x98, 0x9D, 0x9E, 0x9F, 0xC0, 0xD0, 0xD3),
        *(0xD7, 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xE5, 0xE7, 0xE8, 0xEA, 0xEB, 0xEC, 0xED, 0xEE),
        0xEF,
    ),
    set_map=(0x81, 0xE5, 0xED, 0xEF),
    inf_map=(0x80, 0x81, 0x88),
    clock_offset=0.0,
)


def second_generation(stage: Stage) -> list[Update]:
    """A meter of the second generation that was read a while ago, and tells its power still."""
    noon = datetime(2026, 11, 21, 12, 30)
    told = {
        0x80: "30",
        0x81: "61",
        0x82: "00005200",
        0x88: "42",
        0x8A: "000052",
        0x8D: "463234473336363530350000",
        0x97: "0C22",
        0x98: "07EA0B15",
        0x9D: encode_map(SECOND.inf_map).hex(),
        0x9E: encode_map(SECOND.set_map).hex(),
        0x9F: encode_map(SECOND.get_map).hex(),
        0xD0: "07EA0B150C220000BC614E000003E7",
        0xD3: "00000001",
        0xD7: "08",
        0xE0: "00BC614F",
        0xE1: "03",
        0xE2: encode_day_history(1, [12_000_000 + 415 * k for k in range(46)] + [None] * 2).hex(),
        0xE3: "000003E7",
        0xE5: "01",
        0xEA: "07EA0B150C1E0000BC5C10",
        0xEB: "07EA0B150C1E00000003E7",
        0xEC: encode_span_history(noon, [(12_344_336, 999), (12_343_921, 999)]).hex(),
        0xED: "07EA0B150C1E02",
        0xEF: "FFFFFFFFFFFF01",
    }
    came = [value(stage, epc, edt, 700.0) for epc, edt in told.items()]
    now = [value(stage, 0xE7, "0000032C"), value(stage, 0xE8, "007B002D")]
    refused = value(stage, 0xE4, None, 60.0, refused=True)
    return [*stage.scenes.ready(), SECOND, *came, refused, *now]
