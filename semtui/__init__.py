"""semtui: a terminal dashboard for Japanese smart meters over Wi-SUN Route B."""

__version__ = "0.1.0"
