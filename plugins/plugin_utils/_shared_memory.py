# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Memory that the tasks of a run share: one signs in once and not in each task.

It keeps tickets, access tokens and addresses of tenants. Ansible forks a process for each task. The
memory here is made before that, so all of them share it. It is in no file, no other process can
open it, and it ends with the run.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import hmac
import json
import math
import mmap
import os
import struct
import time
import typing as t

from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Kept

from ._pace import file_without_name

# A slot: the hash of the name, the length of the value, its end, the value, and a seal over all of
# these.
_SLOT = 2176
_NAME = _SEAL = 32
_HEAD = struct.Struct(">Hd")
LONGEST = _SLOT - _NAME - _HEAD.size - _SEAL
"""Bytes of the longest value that fits. SuperOffice's access tokens have 400 to 900."""
# The slots in which a value may stand. If all are taken, it overwrites another.
_TRIES = 8
# Seconds between two tries where the system takes waiting threads of two processes for a deadlock.
_PAUSE = 0.05
_FOR_EVER = math.inf


class SharedMemory:
    """A value for each name, for this process and all that it forks.

    Reading and writing need no lock, which a killed task would keep. Two tasks that write to one
    slot at the same time may spoil it. Then the seal is wrong, and the slot counts as empty.

    The lock of a turn is an operating system's lock on a file without a name, so that a killed task
    releases it. It works between processes only; a run has its own locks for its threads.
    """

    def __init__(self, slots: int = 4096) -> None:
        self._slots = slots
        # A keyed hash, so that the memory does not help to guess passwords.
        self._key = os.urandom(32)
        self._memory: mmap.mmap | None = None
        # Without shared memory each task signs in.
        with contextlib.suppress(OSError):
            self._file = file_without_name()
            self._memory = mmap.mmap(-1, slots * _SLOT)

    def get(self, name: t.Sequence[str]) -> Kept | None:
        """The value of a name, which may have ended. None without one."""
        hashed = self._hash(name)
        for place in self._places(hashed):
            slot = self._read(place)
            if slot is not None and slot[:_NAME] == hashed:
                length, until = _HEAD.unpack_from(slot, _NAME)
                begin = _NAME + _HEAD.size
                return Kept(slot[begin : begin + length].decode("utf-8", "surrogatepass"), None if until == _FOR_EVER else until)
        return None

    def put(self, name: t.Sequence[str], kept: Kept) -> None:
        """Store a value in place of the previous one. A value that is too long is not stored."""
        hashed = self._hash(name)
        value = kept.value.encode("utf-8", "surrogatepass")
        if self._memory is None or len(value) > LONGEST:
            return
        head = _HEAD.pack(len(value), _FOR_EVER if kept.until is None else kept.until)
        content = hashed + head + value.ljust(LONGEST, b"\0")
        places = self._places(hashed)
        owners = [None if slot is None else slot[:_NAME] for slot in map(self._read, places)]
        place = next((place for wanted in (hashed, None) for place, owner in zip(places, owners) if owner == wanted), places[0])
        self._memory[place : place + _SLOT] = content + self._digest(content)

    @contextlib.contextmanager
    def turn(self, name: t.Sequence[str]) -> t.Iterator[None]:
        """Waits until no other process is in the turn for this name, and keeps others waiting."""
        # Names that share a byte wait for each other; nothing worse.
        byte = int.from_bytes(self._hash(name)[:4], "big")
        locked = self._memory is not None and self._lock(byte)
        try:
            yield
        finally:
            if locked:
                with contextlib.suppress(OSError):
                    fcntl.lockf(self._file, fcntl.LOCK_UN, 1, byte)

    def clear(self) -> None:
        """Forget all values."""
        if self._memory is not None:
            self._memory[:] = bytes(len(self._memory))

    def _lock(self, byte: int) -> bool:
        """Whether the lock could be had. Without locks two tasks may both sign in."""
        while True:
            try:
                fcntl.lockf(self._file, fcntl.LOCK_EX, 1, byte)
            except OSError as error:
                if error.errno != errno.EDEADLK:
                    return False
                # Two threads of one process may wait for two threads of another, each of which goes
                # on.
                time.sleep(_PAUSE)
            else:
                return True

    def _hash(self, name: t.Sequence[str]) -> bytes:
        """The hash of a name, which may contain a password."""
        return self._digest(json.dumps(list(name)).encode("ascii"))

    def _digest(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")

    def _places(self, hashed: bytes) -> list[int]:
        first = int.from_bytes(hashed[:4], "big")
        return [(first + further) % self._slots * _SLOT for further in range(min(_TRIES, self._slots))]

    def _read(self, place: int) -> bytes | None:
        """The content of a slot. None where its seal is wrong."""
        if self._memory is None:
            return None
        slot = self._memory[place : place + _SLOT]
        content, seal = slot[:-_SEAL], slot[-_SEAL:]
        return content if seal == self._digest(content) else None
