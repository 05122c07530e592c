#!/usr/bin/env python
"""Django's command line, with both source roots on the path."""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent

# platform/ is a source root, not a package: as a package it would shadow the standard library's `platform`.
sys.path[:0] = [str(ROOT), str(ROOT / "platform")]


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "balai.config.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
