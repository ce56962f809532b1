# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""Waiting together: independent reads that go out side by side."""

from __future__ import annotations

import concurrent.futures
import typing as t

T = t.TypeVar("T")


def side_by_side(work: t.Sequence[t.Callable[[], T]], at_once: int) -> list[T]:
    """The results of all the work, in its order, whatever the order in which it ended.

    At the first failure nothing more is begun, what is under way is waited for, and the failure that comes first in
    the order of the work is raised, so that the same trouble always gives the same message: work begins in its order,
    so whatever comes before a piece that failed has been begun, too.

    What interrupts this thread, such as the time limit of a task, does not wait for what is under way.

    :param at_once: how many pieces of work may be under way at once; 1 does one after the other, in this thread.
    """
    if at_once <= 1 or len(work) <= 1:
        return [piece() for piece in work]
    pool = concurrent.futures.ThreadPoolExecutor(max_workers=min(at_once, len(work)))
    try:
        futures = [pool.submit(piece) for piece in work]
        concurrent.futures.wait(futures, return_when=concurrent.futures.FIRST_EXCEPTION)
        pool.shutdown(cancel_futures=True)
        return [future.result() for future in futures]
    except BaseException:
        pool.shutdown(wait=False, cancel_futures=True)
        raise
