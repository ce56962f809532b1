# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Repeats a request, but never a write on which the server may have acted.

:mod:`certainty` decides what may be repeated. The pause doubles with each attempt and has a random
part, so that many hosts do not call again at the same moment. ``Retry-After`` overrides it.
"""

from __future__ import annotations

import typing as t

from . import certainty, errors
from .exchange import Request, Response

# A longer Retry-After is not waited for: the task reports it instead.
LONGEST_PAUSE = 120.0
FIRST_PAUSE = 0.5


class Retries(t.NamedTuple):
    """How a session repeats requests."""

    most: int
    """Repeats after the first attempt."""
    sleep: t.Callable[[float], None]
    jitter: t.Callable[[], float]
    """A random number from 0 to 1."""

    def send(self, request: Request, send_once: t.Callable[[Request, int], Response]) -> Response:
        """The response to a request, after as many attempts as are allowed and safe.

        :param send_once: sends the request; the second argument is the number of the attempt, from
            1.
        :raises errors.ErpSyncError: where no attempt brought a complete response.
        """
        attempts = 0
        while True:
            attempts += 1
            is_last = attempts > self.most
            try:
                response = send_once(request, attempts)
            except errors.ErpSyncError as error:
                if is_last or error.uncertain or not error.passing:
                    raise
                self.sleep(self._pause(attempts, None))
                continue
            if is_last or response.status not in certainty.PASSING:
                return response
            retry_after = response.headers.get("retry-after")
            if request.writes and certainty.may_have_acted(response.status, retry_after):
                return response
            pause = self._pause(attempts, certainty.seconds_to_wait(retry_after))
            if pause > LONGEST_PAUSE:
                return response
            self.sleep(pause)

    def _pause(self, attempts: int, told: float | None) -> float:
        if told is not None:
            return told
        return float(min(30.0, FIRST_PAUSE * 2 ** (attempts - 1)) * (0.5 + self.jitter() / 2))
