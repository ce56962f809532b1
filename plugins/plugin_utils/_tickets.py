# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Tickets that the tasks of a run share, so that a user signs in once and not in each task.

Ansible forks a process for each task. The memory here is made before that, so all of them share it.
It is in no file, no other process can open it, and it ends with the run.
"""

from __future__ import annotations

import hmac
import json
import mmap
import os
import typing as t

# A slot: the hash of the identity, the length of the ticket, the ticket, and a seal over all three.
_SLOT = 1024
_NAME = _SEAL = 32
_LENGTH = 2
LONGEST = _SLOT - _NAME - _LENGTH - _SEAL
"""Bytes of the longest ticket that fits. SuperOffice's have 60 to 200."""
# Slots that a ticket may be in, before it overwrites another.
_TRIES = 8


class SharedTickets:
    """A ticket for each identity, for this process and all that it forks.

    There is no lock, which a killed task would keep. Two tasks that write to one slot at the same
    time may spoil it. Then the seal is wrong, and the slot counts as empty.
    """

    def __init__(self, slots: int = 1024) -> None:
        self._slots = slots
        # A keyed hash, so that the memory does not help to guess passwords.
        self._key = os.urandom(32)
        self._memory: mmap.mmap | None = None
        try:
            self._memory = mmap.mmap(-1, slots * _SLOT)
        except OSError:
            # Without shared memory each task signs in.
            pass

    def get(self, identity: t.Sequence[str]) -> str | None:
        """The ticket of an identity. None without one."""
        name = self._name(identity)
        for place in self._places(name):
            slot = self._read(place)
            if slot is not None and slot[:_NAME] == name:
                length = int.from_bytes(slot[_NAME : _NAME + _LENGTH], "big")
                return slot[_NAME + _LENGTH : _NAME + _LENGTH + length].decode("utf-8", "surrogatepass")
        return None

    def put(self, identity: t.Sequence[str], ticket: str) -> None:
        """Store a ticket in place of the identity's previous one.

        A ticket that is too long is not stored.
        """
        name = self._name(identity)
        value = ticket.encode("utf-8", "surrogatepass")
        if self._memory is None or len(value) > LONGEST:
            return
        content = name + len(value).to_bytes(_LENGTH, "big") + value.ljust(LONGEST, b"\0")
        places = self._places(name)
        owners = [None if slot is None else slot[:_NAME] for slot in map(self._read, places)]
        place = next((place for wanted in (name, None) for place, owner in zip(places, owners) if owner == wanted), places[0])
        self._memory[place : place + _SLOT] = content + self._digest(content)

    def clear(self) -> None:
        """Forget all tickets."""
        if self._memory is not None:
            self._memory[:] = bytes(len(self._memory))

    def _name(self, identity: t.Sequence[str]) -> bytes:
        """The hash of an identity, which may contain a password."""
        return self._digest(json.dumps(list(identity)).encode("ascii"))

    def _digest(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")

    def _places(self, name: bytes) -> list[int]:
        first = int.from_bytes(name[:4], "big")
        return [(first + further) % self._slots * _SLOT for further in range(min(_TRIES, self._slots))]

    def _read(self, place: int) -> bytes | None:
        """The content of a slot. None where its seal is wrong."""
        if self._memory is None:
            return None
        slot = self._memory[place : place + _SLOT]
        content, seal = slot[:-_SEAL], slot[-_SEAL:]
        return content if seal == self._digest(content) else None
