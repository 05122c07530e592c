"""`python -I platform/balai/launcher run|test`: started by bin/run and bin/test with the machine's Python."""

import sys
from pathlib import Path

# Only platform/: the directory of this file must not stay on the path, where its modules would be top-level names.
sys.path[0] = str(Path(__file__).resolve().parents[2])

from balai.launcher.cli import main  # noqa: E402  (the path has to be right first)

sys.exit(main(sys.argv[1:]))
