"""`python -m kerasgen` is the command `kerasgen`."""

from kerasgen.cli import main

main()
