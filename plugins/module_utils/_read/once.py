# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads each value once, also if several threads ask for it."""

from __future__ import annotations

import threading
import typing as t

from .._client import errors

K = t.TypeVar("K")
V = t.TypeVar("V")


class ReadOnce(t.Generic[K, V]):
    """Values by key, read on first use. A failure is a value as well."""

    def __init__(self, read: t.Callable[[K], V]) -> None:
        self._read = read
        self._found: dict[K, V | errors.ErpSyncError] = {}
        self._reading: dict[K, threading.Lock] = {}
        self._lock = threading.Lock()

    def get(self, key: K) -> V:
        """The value of a key.

        :raises errors.ErpSyncError: each time, if it could not be read. Threads that waited for it
            would otherwise wait for a silent server one after the other.
        """
        with self._lock:
            reading = self._reading.setdefault(key, threading.Lock())
        with reading:
            if key not in self._found:
                try:
                    self._found[key] = self._read(key)
                except errors.ErpSyncError as error:
                    self._found[key] = error
        found = self._found[key]
        if isinstance(found, errors.ErpSyncError):
            raise found
        return found
