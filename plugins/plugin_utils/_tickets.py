# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shares tickets between the tasks of a run, so that a user signs in once and not in each task.

Each task is a process, forked from the one that runs the play. They share this memory, which is
created before the first fork. It is in no file, no other process can open it, and it ends with the
run.
"""

from __future__ import annotations

import hmac
import json
import mmap
import os
import typing as t

# A slot: the owner of the ticket, the ticket's length, the ticket, and a digest of all three.
_SLOT = 1024
_NAME = _SEAL = 32
_LENGTH = 2
LONGEST = _SLOT - _NAME - _LENGTH - _SEAL
"""Bytes of the longest ticket that fits. SuperOffice's have some 60 to 200."""
# Slots that are tried before a ticket takes another owner's.
_TRIES = 8


class SharedTickets:
    """A ticket for each identity, shared with all forked processes.

    There is no lock, because a killed task could keep it. Two tasks that write to a slot at once
    may spoil it; then its digest does not match, and the slot counts as empty.
    """

    def __init__(self, slots: int = 1024) -> None:
        self._slots = slots
        # With this key even somebody who has the memory cannot test guessed passwords.
        self._key = os.urandom(32)
        self._memory: mmap.mmap | None = None
        try:
            self._memory = mmap.mmap(-1, slots * _SLOT)
        except OSError:
            # Without shared memory each task signs in.
            pass

    def get(self, identity: t.Sequence[str]) -> str | None:
        """The ticket of an identity; None where there is none."""
        name = self._name(identity)
        for place in self._places(name):
            slot = self._read(place)
            if slot is not None and slot[:_NAME] == name:
                length = int.from_bytes(slot[_NAME : _NAME + _LENGTH], "big")
                return slot[_NAME + _LENGTH : _NAME + _LENGTH + length].decode("utf-8", "surrogatepass")
        return None

    def put(self, identity: t.Sequence[str], ticket: str) -> None:
        """Store the ticket of an identity in place of its earlier one; skip too long tickets."""
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
        """Clear all slots."""
        if self._memory is not None:
            self._memory[:] = bytes(len(self._memory))

    def _name(self, identity: t.Sequence[str]) -> bytes:
        """The digest that names a slot's owner; it does not reveal the identity or its password."""
        return self._digest(json.dumps(list(identity)).encode("ascii"))

    def _digest(self, content: bytes) -> bytes:
        return hmac.digest(self._key, content, "sha256")

    def _places(self, name: bytes) -> list[int]:
        first = int.from_bytes(name[:4], "big")
        return [(first + further) % self._slots * _SLOT for further in range(min(_TRIES, self._slots))]

    def _read(self, place: int) -> bytes | None:
        """The content of a slot; None where its digest does not match."""
        if self._memory is None:
            return None
        slot = self._memory[place : place + _SLOT]
        content, seal = slot[:-_SEAL], slot[-_SEAL:]
        return content if seal == self._digest(content) else None
