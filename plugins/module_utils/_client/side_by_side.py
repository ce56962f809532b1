# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Carries out independent pieces of work in parallel, with results and errors in their order."""

from __future__ import annotations

import threading
import typing as t

T = t.TypeVar("T")


def side_by_side(work: t.Sequence[t.Callable[[], T]], at_once: int) -> list[T]:
    """The results of all pieces of work, in their order.

    After a failure no further piece begins, and those that have begun are waited for. Of several
    failures the first in the order of the pieces is raised, so that the message is always the same:
    pieces begin in order, so all pieces before a failed one have begun, too.

    An interruption of this thread, such as Ctrl-C or the time limit of a task, waits for no piece;
    nor does the end of the process.

    :param at_once: how many pieces may run at once. 1 runs one after the other in this thread.
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

    # The process would wait for threads of concurrent.futures.
    threads = [threading.Thread(target=carry_out, daemon=True) for _each in range(min(at_once, len(work)))]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            # A signal right before join() is noticed only once join() returns.
            while thread.is_alive():
                thread.join(0.5)
    finally:
        ended.set()
    if failures:
        raise failures[min(failures)]
    return [results[number] for number in range(len(work))]
