"""``python -m web.cli`` is ``hilfefluss``."""

from web.cli import main

main()
