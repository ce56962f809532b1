# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Decides whether the server may have acted on a failed request, and so whether to repeat it.

A request is repeated after a passing failure, unless it writes and the server may have acted on it.
The error of such a request has ``uncertain: true``, so what is certain and what is repeated cannot
differ. :mod:`retries` repeats.

=====================================  ================  =====================  ===================
what happened                          may have acted    a read is repeated     a write is repeated
=====================================  ================  =====================  ===================
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
=====================================  ================  =====================  ===================

:mod:`errors` has the first column as a tree of types.
"""

from __future__ import annotations

import email.utils
import time

# Statuses of passing failures.
PASSING = (429, 502, 503, 504)
# Statuses of something in front of the server, which may have passed the request on: 408 and 499
# say that it stopped waiting, 302 and 303 may lead to the result, 304 is no response to a request
# without conditions.
_IN_DOUBT = (300, 302, 303, 304, 305, 306, 408, 499)


def may_have_acted(status: int, retry_after: str | None) -> bool:
    """Whether a server with this unsuccessful status may have acted, at least in part.

    :param retry_after: the value of the header Retry-After.
    """
    if status == 503:
        # A pause means that the server took nothing. Without one a gateway may have lost the
        # response.
        return seconds_to_wait(retry_after) is None
    return status < 200 or status in _IN_DOUBT or (status >= 500 and status != 501)


def seconds_to_wait(retry_after: str | None) -> float | None:
    """The seconds of a Retry-After header, which is a number or a date.

    None where it is absent or unreadable.
    """
    if retry_after is None:
        return None
    value = retry_after.strip()
    if value.isascii() and value.isdigit():
        return float(value[:9])
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
