"""The link as a frozen value, for everybody who is not the link."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from semtui.model import LinkSnapshot, LinkState

if TYPE_CHECKING:
    from semtui.radio.link import Link


def snapshot_of(link: Link, at: datetime) -> LinkSnapshot:
    """Return the whole truth about `link`; `at` is the wall clock."""
    waiting = link.state in (LinkState.BACKOFF, LinkState.FAILED)
    fault = link.backoff.fault if waiting else None
    session = link.session
    return LinkSnapshot(
        state=link.state,
        since=link.since,
        at=at,
        reason=fault.reason if fault else None,
        title=fault.title if fault else "",
        detail=fault.detail if fault else "",
        hint=fault.hint if fault else "",
        attempt=link.backoff.failures,
        retry_at=link.backoff.retry_at,
        retry_with=fault.retry.words if fault else "",
        steps=link.steps.all(),
        module=link.module,
        pan=link.pan,
        from_cache=link.from_cache,
        meter_address=link.meter_address,
        pana=session.exchange,
        session_since=session.since,
        lifetime=session.lifetime,
        reauth_at=session.renewal_due,
        arib_limited=link.limit.holds,
        live_lqi=session.quality,
        session_held=session.may_be_held,
    )
