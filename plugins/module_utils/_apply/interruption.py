# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Holds back signals that end the process until connections are active again.

Releases of ansible-core differ in which signals reach a task, and whether these raise
KeyboardInterrupt or end the process at once.
"""

from __future__ import annotations

import contextlib
import signal
import threading
import typing as t

_ENDING = tuple(getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))


@contextlib.contextmanager
def held_back() -> t.Iterator[None]:
    """Within, ending signals raise an exception; the first is sent again afterwards.

    Only the first signal and each further Ctrl-C raise: ansible-playbook sends its tasks SIGTERM
    right after Ctrl-C.
    """
    if threading.current_thread() is not threading.main_thread():
        # Python delivers signals to the main thread, and lets only that thread set handlers.
        yield
        return
    arrived: list[int] = []
    is_over = False

    def interrupt(number: int, _frame: t.Any) -> None:
        arrived.append(number)
        if is_over or (len(arrived) > 1 and number != signal.SIGINT):
            return
        raise KeyboardInterrupt if number == signal.SIGINT else SystemExit(128 + number)

    # An ignored signal, such as SIGHUP under nohup, stays ignored. Python could not put back a
    # handler that is None.
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
