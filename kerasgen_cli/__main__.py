"""`python -m kerasgen_cli` is the command `kerasgen`."""

from kerasgen_cli import main

main()
