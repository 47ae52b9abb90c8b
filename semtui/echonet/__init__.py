"""ECHONET Lite as a low-voltage smart meter speaks it: frames, properties, conversations.

Nothing here does I/O or reads a clock; times come in as arguments.
"""
