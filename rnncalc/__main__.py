"""The program's way in: ``python -m rnncalc``, and what the ``rnncalc`` command calls."""

from __future__ import annotations

import gc
import sys

from rnncalc import __version__


def main() -> None:
    """Run the program. Most of a short run is imports: an interrupt may well come during them."""
    # Start-up makes thousands of objects and no garbage; collecting as often as usual takes 5 of
    # its 60 ms.
    gc.set_threshold(100_000)
    try:
        if sys.argv[1:] == ["--version"] and sys.stdout is not None:
            # Scripts ask for it in passing. What can't be written, the command line tells of.
            try:
                print(f"rnncalc {__version__}", flush=True)
                return
            except OSError:
                pass
        import signal

        # An interrupt raises wherever Python is, and something there may catch it; this ends it.
        if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
        from rnncalc.postponed import postpone

        # Click and NumPy import these for what nothing here asks for: a tenth of a short run.
        for name in ("inspect", "ctypes", "pickle"):
            postpone(name)
        from rnncalc.cli.main import main as command_line
        from rnncalc.signals import SIGNALS

        SIGNALS.catch()
        command_line()
    except KeyboardInterrupt as interrupt:
        sys.exit(128 + (interrupt.args or [2])[0])
    finally:
        gc.freeze()  # else Python looks for garbage in all of it, just before all of it goes


if __name__ == "__main__":
    main()
