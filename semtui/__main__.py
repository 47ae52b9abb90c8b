"""`python -m semtui` is the same as `semtui`."""

import sys

from semtui.cli import main

sys.exit(main())
