# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What a run gets once: tickets, access tokens, addresses of tenants.

All threads of a run share a value, and so do all tasks that share memory. While one gets it, the
others wait, and take the value or the failure.
"""

from __future__ import annotations

import copy
import json
import threading
import time
import typing as t

from . import errors

# A failure with a longer text is not shared.
_LONGEST_FAILURE = 1800
# Failures that lie with the task, its machine or its environment.
_OWN = (errors.BadInput, errors.MissingLibrary, errors.ProxyFailed, errors.TlsFailed)


class Kept(t.NamedTuple):
    """A value that is shared. ``repr()`` hides it."""

    value: str
    until: float | None
    """When it ends, by the monotonic clock, which all processes share. None where nobody knows."""

    def __repr__(self) -> str:
        return f"Kept(until={self.until!r})"


class Fresh(t.NamedTuple):
    """A value that was just got. ``repr()`` hides it."""

    value: str
    lasts: float | None
    """Seconds from now. None where nobody knows."""

    def __repr__(self) -> str:
        return f"Fresh(lasts={self.lasts!r})"


class Held(t.NamedTuple):
    """A value to use. ``repr()`` hides it."""

    value: str
    fresh: bool
    """Whether it was got just now, so that nobody can have ended it."""

    def __repr__(self) -> str:
        return f"Held(fresh={self.fresh!r})"


class SharedMemory(t.Protocol):
    """Memory that several tasks share."""

    def get(self, name: t.Sequence[str]) -> Kept | None:
        """The value of a name. None without one."""

    def put(self, name: t.Sequence[str], kept: Kept) -> None:
        """Store a value in place of the previous one."""

    def turn(self, name: t.Sequence[str]) -> t.ContextManager[None]:
        """Waits until no other process is in the turn for this name, and keeps others waiting."""


class RunMemory:
    """What one run has got, with the memory that it shares with other tasks."""

    def __init__(
        self,
        shared: SharedMemory | None = None,
        *,
        issued: list[str] | None = None,
        clock: t.Callable[[], float] = time.monotonic,
        now: t.Callable[[], float] = time.time,
        circumstances: t.Sequence[str] = (),
    ) -> None:
        """
        :param shared: None where nothing is shared with other tasks.
        :param issued: collects the secrets that servers issue, for masking.
        :param clock: the monotonic clock.
        :param now: seconds since 1970.
        :param circumstances: what a failure depends on beside the server, such as a time limit.
        """
        self.shared = shared
        self.issued: list[str] = [] if issued is None else issued
        self.clock = clock
        self.now = now
        self.circumstances = tuple(circumstances)

    def once(self, name: t.Sequence[str], get: t.Callable[[], Fresh], *, secret: bool) -> Once:
        """A value that is got once.

        :param name: for those who share it. It may contain secrets.
        :param get: asks a server for it.
        :param secret: whether it has to be masked.
        """
        return Once(self, name, get, secret)


class Once:
    """A value that is got on first use, and again after it has ended or was refused."""

    def __init__(self, memory: RunMemory, name: t.Sequence[str], get: t.Callable[[], Fresh], secret: bool) -> None:
        self._memory = memory
        self._name = tuple(name)
        self._get = get
        self._secret = secret
        self._kept: Kept | None = None
        self._refused: set[str] = set()
        self._lock = threading.Lock()
        self._attempts = 0
        self._failed: errors.ErpSyncError | None = None

    renewable = True
    """Whether a value that was refused can be replaced."""

    def is_known(self) -> bool:
        """Whether it need not be got."""
        shared = self._memory.shared
        return self._usable(self._kept) or (shared is not None and self._usable(shared.get(self._name)))

    def held(self) -> Held:
        """The value.

        Only a failure that may pass is followed by another attempt in this run: servers count
        refused ones, and lock the user out.

        :raises errors.ErpSyncError: where it cannot be got.
        """
        attempts, asked = self._attempts, self._memory.clock()
        # Parallel requests wait for the one that gets it, and meet its failure.
        with self._lock:
            if self._usable(self._kept):
                return Held(t.cast(Kept, self._kept).value, False)
            if self._failed is not None and (attempts != self._attempts or not _may_pass(self._failed)):
                raise copy.copy(self._failed)
            try:
                held = self._from_others_or_new(asked)
            except errors.ErpSyncError as error:
                self._failed = error
                raise copy.copy(error) from None
            finally:
                self._attempts += 1
            self._failed = None
            return held

    def forget(self, value: str) -> bool:
        """Drop a value that a server refused, unless it has been replaced already.

        :returns: True: it can be got again.
        """
        with self._lock:
            self._refused.add(value)
        return True

    def _usable(self, kept: Kept | None) -> bool:
        return kept is not None and kept.value not in self._refused and (kept.until is None or kept.until > self._memory.clock())

    def _from_others_or_new(self, asked: float) -> Held:
        shared = self._memory.shared
        if shared is None:
            return self._new()
        if self._take(shared.get(self._name)):
            return Held(t.cast(Kept, self._kept).value, False)
        with shared.turn(self._name):
            if self._take(shared.get(self._name)):
                return Held(t.cast(Kept, self._kept).value, False)
            _raise_failure(shared.get(self._failures), asked)
            try:
                held = self._new()
            except errors.ErpSyncError as error:
                failure = _failure(error, self._memory.clock())
                if failure is not None:
                    shared.put(self._failures, failure)
                raise
            shared.put(self._name, t.cast(Kept, self._kept))
            return held

    @property
    def _failures(self) -> tuple[str, ...]:
        return ("failure", *self._memory.circumstances, *self._name)

    def _take(self, kept: Kept | None) -> bool:
        """Take over what another task has got."""
        if not self._usable(kept):
            return False
        self._keep(t.cast(Kept, kept))
        return True

    def _keep(self, kept: Kept) -> None:
        self._kept = kept
        self._refused.discard(kept.value)
        if self._secret and kept.value not in self._memory.issued:
            self._memory.issued.append(kept.value)

    def _new(self) -> Held:
        fresh = self._get()
        self._keep(Kept(fresh.value, None if fresh.lasts is None else self._memory.clock() + fresh.lasts))
        return Held(fresh.value, True)


def _may_pass(error: errors.ErpSyncError) -> bool:
    """Whether another try in this run may succeed. Not for a tenant that does not run: the first
    try has waited already.
    """
    return error.passing and not isinstance(error, errors.TenantNotRunning)


def _failure(error: errors.ErpSyncError, now: float) -> Kept | None:
    """A failure as text, with the moment when it ended. None for one that is not shared."""
    if isinstance(error, _OWN) or error.__class__ is errors.ErpSyncError:
        return None
    told = {"type": type(error).__name__, "message": error.message, **error.failure()}
    text = json.dumps(told)
    return Kept(text, now) if len(text) <= _LONGEST_FAILURE else None


def _raise_failure(kept: Kept | None, asked: float) -> None:
    """Raise a refusal, and any other failure of an attempt that this task waited for.

    Servers count refusals, and lock the user out: one is enough for all tasks of a run.

    :param asked: when this task asked.
    """
    if kept is None or kept.until is None:
        return
    told: dict[str, t.Any] = json.loads(kept.value)
    kind: type[errors.ErpSyncError] = getattr(errors, told.pop("type"))
    if kept.until <= asked and not issubclass(kind, errors.Unauthorized):
        return
    del told["kind"]
    raise kind(told.pop("message"), **told)
