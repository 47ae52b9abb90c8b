"""The history: samples, roll-ups, the meter's half hours and events in one SQLite file."""
