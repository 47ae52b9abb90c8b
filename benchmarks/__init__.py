"""Measurements of what semtui costs: `python -m benchmarks [NAME...]` prints a table.

Each module that has a `measure` is one measurement. Nothing here passes or
fails: the aims stand beside the figures. Run it alone on the machine.
"""
