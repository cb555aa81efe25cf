"""`python -m kerasgen` is the command `kerasgen`."""

from kerasgen_cli import main

main()
