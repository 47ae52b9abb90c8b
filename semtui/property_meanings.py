"""What each property of the meter means, in a sentence or two."""

from __future__ import annotations

from semtui.i18n import _

MEANINGS: dict[int, str] = {
    0x80: _("Whether the meter is switched on. A meter that answers says that it is."),
    0x81: _("Where it is installed: one byte for kind and number of the room, or 16 for a place."),
    0x82: _(
        "The release of the rules that it follows. Up to Q it is of the first generation; R "
        "brought one-minute energies."
    ),
    0x83: _("A number that no other device has. Meters keep it at their node profile, if at all."),
    0x88: _(
        "Whether the meter has found a fault in itself. While it has one it announces no half "
        "hours."
    ),
    0x89: _("Which fault it is, by the maker's own numbers."),
    0x8A: _("Who made the meter, by the number the ECHONET Consortium gave."),
    0x8B: _("In which of its maker's plants it was made."),
    0x8C: _("The maker's name of the product."),
    0x8D: _(
        "The meter's serial number. Another one than before means that the meter was exchanged."
    ),
    0x8E: _("When it was made."),
    0x97: _("The meter's clock, in whole minutes of Japanese time. It is read, and never set."),
    0x98: _("The meter's date. Its days of history are counted back from here."),
    0x9D: _(
        "What it promises to announce by itself when it changes. Half hours come although "
        "they are not listed."
    ),
    0x9E: _("What could be set. Nothing is, but for the selectors of its history."),
    0x9F: _("What can be read. This table is made from it."),
    0xC0: _(
        "The route-B id in binary: half of your credentials. It is never asked for, and never "
        "shown."
    ),
    0xD0: _("Both registers as they stood at the last full minute."),
    0xD3: _("The factor of all energies. Most meters have none, which counts as 1."),
    0xD7: _("How many digits the registers have before they start again at 0."),
    0xE0: _("All that was ever taken from the grid, as the register stands now."),
    0xE1: _("What one count of a register is worth. Without it no energy can be told in kWh."),
    0xE2: _("The register at each half hour of one day, the day that E5 says, from 00:00 on."),
    0xE3: _("All that was ever fed into the grid, as the register stands now."),
    0xE4: _("The same as E2 for what was fed into the grid."),
    0xE5: _(
        "The day that E2 and E4 tell, in days back from the meter's date. All controllers share it."
    ),
    0xE7: _("The power now; below zero while the house feeds into the grid. Not for billing."),
    0xE8: _(
        "The current in each phase, to a tenth of an ampere. A two-wire supply has no T phase."
    ),
    0xEA: _("The register at the last half hour, as taken from the grid. The meter announces it."),
    0xEB: _("The register at the last half hour, as fed into the grid. The meter announces it."),
    0xEC: _(
        "Both registers at up to 12 half hours, the newest first, from the moment that ED says."
    ),
    0xED: _("From when, and how far, EC goes back."),
    0xEE: _("Both registers at up to 10 minutes, the newest first, from the moment that EF says."),
    0xEF: _("From when, and how far, EE goes back."),
}
"""By the code, on the meter's own class."""
