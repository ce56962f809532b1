# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The pace of requests that the tasks of a run share, so that rate_limit holds for all of them.

Ansible forks a process for each task. The memory here is made before that, so all of them share it.
It ends with the run.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import mmap
import os
import struct
import tempfile
import typing as t

_NAME = 16
_MOMENT = struct.Struct("d")
_SLOT = _NAME + _MOMENT.size


class SharedPace:
    """When the next request to each installation may start, for this process and all that it forks.

    The lock is an operating system's lock on a file without a name, so that a killed task releases
    it. It works between processes only; a session has its own lock for its threads.
    """

    def __init__(self, slots: int = 1024) -> None:
        self._size = slots * _SLOT
        self._memory: mmap.mmap | None = None
        # Without shared memory each task keeps its own pace.
        self._own: dict[bytes, float] = {}
        with contextlib.suppress(OSError):
            self._file = file_without_name()
            self._memory = mmap.mmap(-1, self._size)

    def turn(self, installation: str, now: float, interval: float) -> float:
        """The moment when the next request may start.

        :param installation: its address.
        :param now: by the monotonic clock, which all processes share.
        :param interval: seconds to the request after it.
        """
        name = hashlib.blake2b(installation.lower().encode("utf-8", "surrogatepass"), digest_size=_NAME).digest()
        if self._memory is None:
            start = max(now, self._own.get(name, now))
            self._own[name] = start + interval
            return start
        with self._locked():
            place = self._place(name)
            slot = self._memory[place : place + _SLOT]
            start = max(now, _MOMENT.unpack(slot[_NAME:])[0]) if slot[:_NAME] == name else now
            self._memory[place : place + _SLOT] = name + _MOMENT.pack(start + interval)
        return start

    def clear(self) -> None:
        """Forget all installations."""
        self._own.clear()
        if self._memory is not None:
            self._memory[:] = bytes(self._size)

    @contextlib.contextmanager
    def _locked(self) -> t.Iterator[None]:
        # Without locks two requests may sometimes start at the same moment.
        with contextlib.suppress(OSError):
            fcntl.lockf(self._file, fcntl.LOCK_EX)
        try:
            yield
        finally:
            with contextlib.suppress(OSError):
                fcntl.lockf(self._file, fcntl.LOCK_UN)

    def _place(self, name: bytes) -> int:
        """The slot of an installation, else an empty one, else that of another installation."""
        memory = t.cast(mmap.mmap, self._memory)
        empty = None
        for place in range(0, self._size, _SLOT):
            owner = memory[place : place + _NAME]
            if owner == name:
                return place
            if not any(owner):
                # Slots are filled in order.
                empty = place
                break
        return int.from_bytes(name, "big") % (self._size // _SLOT) * _SLOT if empty is None else empty


def file_without_name() -> int:
    """A file that no other process can open, in memory where possible."""
    if hasattr(os, "memfd_create"):
        return os.memfd_create("superoffice.erpsync")
    with tempfile.TemporaryFile() as file:
        return os.dup(file.fileno())
