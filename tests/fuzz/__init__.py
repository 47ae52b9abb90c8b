"""Any bytes give values or the one declared error: targets, inputs, and a run that counts.

    python -m tests.fuzz --seconds 60

`python -m tests.fuzz.coverage TARGET` runs one target under atheris, which
follows coverage, where that is installed.
"""
