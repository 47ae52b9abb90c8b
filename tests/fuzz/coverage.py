"""One target under atheris, which follows coverage: python -m tests.fuzz.coverage TARGET [FLAGS].

atheris is no dependency: it has wheels for few machines. The flags are
libFuzzer's, for example -max_total_time=60.
"""

from __future__ import annotations

import importlib
import sys

from tests.fuzz.targets import TARGETS


def main() -> int:
    """Run the target named first; ends with atheris's own exit code."""
    try:
        atheris = importlib.import_module("atheris")
    except ModuleNotFoundError:
        sys.exit("atheris is not installed here; python -m tests.fuzz needs nothing but the tests.")
    by_name = {target.name: target for target in TARGETS}
    target = by_name.get(sys.argv[1]) if len(sys.argv) > 1 else None
    if target is None:
        sys.exit(f"Name one of: {', '.join(by_name)}.")

    def one_input(data: bytes) -> None:
        try:
            target.run(data)
        except target.declared:
            return

    atheris.instrument_all()
    atheris.Setup([sys.argv[0], *sys.argv[2:]], one_input)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
