"""A compositor that sends the changed cells of a line, and not those before them.

Textual 8 repaints a changed span from the left edge of its widget on. Over
SSH, with boards as wide as the screen, that is three to four times the bytes.
The classes here are Textual's own, which pyproject.toml holds to one major
version; the byte count of the tests notices when they no longer fit.
"""

from __future__ import annotations

from rich.console import Console
from textual._compositor import ChopsUpdate, Compositor


class SpanUpdate(ChopsUpdate):
    """Writes each span where it begins."""

    def render_segments(self, console: Console) -> str:
        """The terminal's bytes: a cursor move and the cells of each piece of a span."""
        out: list[str] = []
        for y, x1, x2 in self.spans:
            for end, (x, strip) in zip(self.chop_ends[y], self.chops[y].items(), strict=False):
                if strip is None or x >= x2 or end <= x1:
                    continue
                first, last = max(x, x1), min(end, x2)
                out.append(f"\x1b[{y + 1};{first + 1}H")
                out.append(strip.crop(first - x, last - x).render(console))
        return "".join(out)


class SpanCompositor(Compositor):
    """Textual's compositor with `SpanUpdate` for partial updates."""

    def render_partial_update(self) -> ChopsUpdate | None:
        update = super().render_partial_update()
        if update is None:
            return None
        return SpanUpdate(update.chops, update.spans, update.chop_ends)
