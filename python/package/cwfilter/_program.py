"""The script `cwfilter`: the program, in this process."""

from __future__ import annotations

import signal
import sys

from ._cwfilter import run_program


def main() -> None:
    # Python notes Ctrl-C and goes on; the program ends. A signal that is ignored, as by nohup, stays ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, signal.SIG_DFL)
    sys.stdout.flush()
    sys.exit(run_program(["cwfilter", *sys.argv[1:]]))
