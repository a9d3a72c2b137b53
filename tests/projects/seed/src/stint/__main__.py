"""`python -m stint` is the same as `stint`."""

import sys

from stint.cli import main

sys.exit(main())
