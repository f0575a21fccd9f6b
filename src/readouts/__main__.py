"""`python -m readouts` is the command `readouts`."""

from readouts.cli import main

main()
