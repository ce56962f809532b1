# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Waiting together: pieces of work that do not depend on each other are carried out side by side."""

from __future__ import annotations

import threading
import typing as t

T = t.TypeVar("T")


def side_by_side(work: t.Sequence[t.Callable[[], T]], at_once: int) -> list[T]:
    """The results of all the work, in its order, whatever the order in which it ended.

    At the first failure nothing more is begun, what is under way is waited for, and the failure that comes first in
    the order of the work is raised, so that the same trouble always gives the same message: work begins in its order,
    so whatever comes before a piece that failed has been begun, too.

    What interrupts this thread, such as Ctrl-C or the time limit of a task, does not wait for what is under way, and
    neither does the end of the process.

    :param at_once: how many pieces of work may be under way at once; 1 does one after the other, in this thread.
    """
    if at_once <= 1 or len(work) <= 1:
        return [piece() for piece in work]
    waiting = iter(enumerate(work))
    taking = threading.Lock()
    results: dict[int, T] = {}
    failures: dict[int, BaseException] = {}
    ended = threading.Event()

    def carry_out() -> None:
        while True:
            with taking:
                number, piece = (None, None) if ended.is_set() else next(waiting, (None, None))
            if number is None or piece is None:
                return
            try:
                results[number] = piece()
            except BaseException as error:
                failures[number] = error
                ended.set()

    # Not those of concurrent.futures: the process would not end before they do.
    threads = [threading.Thread(target=carry_out, daemon=True) for _each in range(min(at_once, len(work)))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            # A signal that comes right before the wait begins is noticed only when a wait ends.
            while thread.is_alive():
                thread.join(0.5)
    finally:
        ended.set()
    if failures:
        raise failures[min(failures)]
    return [results[number] for number in range(len(work))]
