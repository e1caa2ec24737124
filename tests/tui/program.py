"""The sample screens as a program: `python -m tests.tui.program SCREEN LOG [SECONDS TO LOCK]`."""

import asyncio
import sys
from pathlib import Path

from tui.terminal import refuse_without_terminal


def main() -> int:
    refuse_without_terminal()
    # As in the real program: importing `tui` before Textual, and Textual only when it is needed.
    from tests.tui.sample import sample_app

    name, log, *seconds = sys.argv[1:]
    app = sample_app(name, Path(log))

    async def save_drafts() -> None:
        await asyncio.sleep(0)
        Path(log).with_suffix(".saved").write_text("saved")

    app.call_before_closing(save_drafts)
    if seconds:
        app.call_later(app.idle_lock.start, float(seconds[0]))
    return app.run_full_screen()


if __name__ == "__main__":
    sys.exit(main())
