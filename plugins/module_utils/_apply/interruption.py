# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Signals that end a run, held back until nothing is left half-done.

Which of them reach a task, and what they do there, differs between releases of ansible-core: some raise
KeyboardInterrupt, some end the process at once.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import typing as t

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextlib.contextmanager
def held_back() -> t.Iterator[None]:
    """Within, a signal that would end the process raises KeyboardInterrupt or SystemExit. Afterwards it arrives as it would have.

    Only the first one raises, since ansible-playbook sends its tasks SIGTERM right after Ctrl-C; and each further Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        # Signals arrive in the main thread, and only there may it be said what they do.
        yield
        return
    arrived: list[int] = []
    is_over = False

    def interrupt(number: int, _frame: t.Any) -> None:
        arrived.append(number)
        if is_over or (len(arrived) > 1 and number != signal.SIGINT):
            return
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    # What is ignored, as SIGHUP under nohup, stays ignored; None is a handler that Python could not put back.
    before = {number: signal.getsignal(number) for number in _ENDING if signal.getsignal(number) not in (signal.SIG_IGN, None)}
    try:
        for number in before:
            signal.signal(number, interrupt)
        yield
    finally:
        is_over = True
        for number, handler in before.items():
            signal.signal(number, handler)
        if arrived:
            signal.raise_signal(arrived[0])
