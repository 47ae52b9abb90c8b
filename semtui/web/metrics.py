"""Prometheus metrics, through the official client library."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector

from semtui.model import LinkState, Reading
from semtui.web.live import Live

BUCKETS = (0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 60.0)
"""Seconds of a round trip: a good answer takes a third of one, a bad one up to a minute."""


class Metrics:
    """Text for a Prometheus server; a value that is not known has no line."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self, live: Live) -> None:
        self._registry = CollectorRegistry()
        self._registry.register(_Newest(live))
        self._round_trip = Histogram(
            "semtui_round_trip_seconds",
            "Time from a request to its answer",
            buckets=BUCKETS,
            registry=self._registry,
        )
        live.observe = self._observe

    def text(self) -> bytes:
        """Return all metrics as they are now."""
        return generate_latest(self._registry)

    def _observe(self, reading: Reading) -> None:
        if reading.round_trip is not None:
            self._round_trip.observe(reading.round_trip)


class _Newest(Collector):
    """Reads the newest values when it is asked."""

    def __init__(self, live: Live) -> None:
        self._live = live

    def collect(self) -> Iterator[Metric]:
        yield from self._power()
        yield from self._energy()
        yield from self._link()

    def _power(self) -> Iterator[Metric]:
        good = self._live.newest.good
        age = self._live.age()
        if good is not None and age is not None:
            yield GaugeMetricFamily(
                "semtui_reading_age_seconds", "Age of the last power reading", value=age
            )
        if good is None or good.watts is None or not self._live.is_fresh():
            return
        yield GaugeMetricFamily(
            "semtui_power_watts", "Power now; negative while exporting", value=good.watts
        )
        currents = GaugeMetricFamily("semtui_current_amperes", "Current now", labels=["phase"])
        for phase, ampere in (("R", good.r_ampere), ("T", good.t_ampere)):
            if ampere is not None:
                currents.add_metric([phase], float(ampere))
        if currents.samples:
            yield currents

    def _energy(self) -> Iterator[Metric]:
        energy = self._live.newest.energy
        if energy is None:
            return
        for name, what, kwh in (
            ("import", "from the grid", energy.normal_kwh),
            ("export", "to the grid", energy.reverse_kwh),
        ):
            if kwh is not None:
                yield CounterMetricFamily(
                    f"semtui_{name}_kwh", f"The meter's register of energy {what}", value=float(kwh)
                )

    def _link(self) -> Iterator[Metric]:
        newest = self._live.newest
        state = GaugeMetricFamily(
            "semtui_link_state", "1 for the state in which the link is", labels=["state"]
        )
        for each in LinkState:
            state.add_metric(
                [each.value], float(newest.link is not None and newest.link.state is each)
            )
        yield state
        counts = newest.counts
        for name, what, value in (
            ("requests", "Requests sent to the meter", counts.sent),
            ("answers", "Requests that were answered", counts.answered),
            ("timeouts", "Requests without an answer in time", counts.lost),
            ("unsent", "Requests that the module could not send", counts.not_sent),
            ("joins", "Sessions begun with the meter", counts.joins),
            ("reconnects", "Sessions begun after the first", max(0, counts.joins - 1)),
            ("scans", "Sweeps over the channels", counts.scans),
        ):
            yield CounterMetricFamily(f"semtui_{name}", what, value=value)
        yield GaugeMetricFamily(
            "semtui_air_seconds", "Seconds on the air within the last hour", counts.air_seconds
        )
