"""The byte stream to a Wi-SUN module: what the engine needs of any port."""

from __future__ import annotations

from typing import Protocol


class Port(Protocol):
    """An open byte stream to a module. All but `wake` belong to one thread."""

    @property
    def name(self) -> str:
        """What to call it in sentences: a device path or a URL."""
        ...

    def read(self, timeout: float) -> bytes:
        """Return what has come, waiting at most `timeout` seconds (the port may wait less).

        Empty when nothing came or `wake` was called. Raises `PortError` when
        the port has gone.
        """
        ...

    def write(self, data: bytes) -> None:
        """Write all of `data`; raises `PortError` when the port has gone."""
        ...

    def wake(self) -> None:
        """End a `read` that is waiting in another thread."""
        ...

    def close(self) -> None:
        """Close it; never raises, and may be called twice."""
        ...


class PortOpener(Protocol):
    """Opens the configured port; raises `PortError` with a reason."""

    def __call__(self) -> Port: ...
