# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The rule that decides whether the server may have acted on a request, and with that, whether the request is sent again.

A request is repeated where what went wrong may pass, unless it writes and the server may have acted on it. Of such a request a
failure says ``uncertain: true``; so what is certain and what is repeated cannot differ.

=====================================  ================  =====================  =======================
what happened                          may have acted    a read is repeated     a write is repeated
=====================================  ================  =====================  =======================
no connection, no way through the      no: never sent    yes                    yes
proxy, connection lost in TLS
TLS refused, proxy refuses             no: never sent    no                     no
connection lost, no whole answer       yes               yes                    no
429                                    no: a refusal     yes                    yes
503 with a readable Retry-After        no: it says so    yes                    yes
502, 504, 503 otherwise                yes               yes                    no
101, 300, 302 to 304, 408, 499,        yes               no                     no
other 5xx
301, 307, 308, 501, other 4xx          no                no                     no
=====================================  ================  =====================  =======================

:mod:`errors` has the first column as a tree of types.
"""

from __future__ import annotations

import email.utils
import time

# Statuses of what may be better at the next try.
PASSING = (429, 502, 503, 504)
# A request that was handed on or forgotten by something in front of the server: 408 and 499 say that somebody stopped waiting,
# 302 and 303 may lead to the result of what was done, 304 is no answer to a request without conditions.
_IN_DOUBT = (300, 302, 303, 304, 305, 306, 408, 499)


def may_have_acted(status: int, retry_after: str | None) -> bool:
    """Whether a server that answers with this status, which is no success, may have carried the request out, at least in part.

    :param retry_after: the header of this name.
    """
    if status == 503:
        # With a pause the server itself says that it took nothing; without one, a gateway may have lost the answer.
        return seconds_to_wait(retry_after) is None
    return status < 200 or status in _IN_DOUBT or (status >= 500 and status != 501)


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Seconds to wait by a Retry-After header: a number, or a date. None where it is absent or unreadable."""
    if retry_after is None:
        return None
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
