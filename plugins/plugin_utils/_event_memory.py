# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the event source remembers of its installations, in a file that survives restarts.

The file is replaced in one go after each event. It contains neither secrets nor a history, so that
it does not grow.
"""

from __future__ import annotations

import dataclasses
import fcntl
import json
import os
import tempfile
import threading
import typing as t

from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.module_utils._model import remembered
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.remembered import Entries

_FORMAT = 1


@dataclasses.dataclass(frozen=True)
class Remembered:
    """What is remembered of an installation: its address, the start of the watch, the number of its
    events, its entries.
    """

    address: str
    begun: str
    number: int = 0
    entries: Entries = dataclasses.field(default_factory=dict)


class Memory(t.Protocol):
    """Remembers installations by their names."""

    def get(self, name: str) -> Remembered | None:
        """What is remembered."""

    def keep(self, installations: t.Mapping[str, Remembered]) -> None:
        """Remember this. What is remembered of others stays."""


class NoMemory:
    """Remembers nothing longer than the process lasts."""

    def get(self, name: str) -> Remembered | None:
        return None

    def keep(self, installations: t.Mapping[str, Remembered]) -> None:
        pass


class StateFile:
    """A file that remembers. It belongs to one source, as long as that runs."""

    def __init__(self, path: str, names: t.Collection[str]) -> None:
        """
        :param names: the installations that are watched. Others are forgotten.
        :raises BadInput: where the file cannot be used.
        """
        self._path = os.path.realpath(path)
        self._turn = threading.Lock()
        try:
            self._lock = os.open(f"{self._path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise _unusable(path, error) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._lock)
            raise BadInput(f"state_file {path} is used by another event source. Name another file.") from None
        try:
            self._known = {name: found for name, found in _read(self._path, path).items() if name in names}
            self._write()
        except BadInput:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise _unusable(path, error) from None

    def close(self) -> None:
        """Leave the file to others."""
        os.close(self._lock)

    def get(self, name: str) -> Remembered | None:
        """What is remembered of an installation."""
        return self._known.get(name)

    def keep(self, installations: t.Mapping[str, Remembered]) -> None:
        """Remember installations.

        :raises OSError: where the file cannot be written. It is as it was then.
        """
        with self._turn:
            self._known.update(installations)
            self._write()

    def _write(self) -> None:
        content = {"format": _FORMAT, "installations": {name: dataclasses.asdict(one) for name, one in self._known.items()}}
        text = json.dumps(content, ensure_ascii=True, separators=(",", ":"))
        handle, temporary = tempfile.mkstemp(dir=os.path.dirname(self._path), prefix=f".{os.path.basename(self._path)}.")
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(text)
                file.flush()
                os.fsync(file.fileno())
            os.replace(temporary, self._path)
        except BaseException:
            os.unlink(temporary)
            raise


def _is_whole(one: Remembered) -> bool:
    """Whether this source can have written the value: somebody may have changed the file."""
    number = one.number
    are_texts = isinstance(one.address, str) and isinstance(one.begun, str)
    return are_texts and isinstance(number, int) and not isinstance(number, bool) and remembered.is_whole(one.entries)


def _unusable(path: str, error: OSError) -> BadInput:
    return BadInput(f"state_file {path} cannot be used: {(error.strerror or '').lower()}. Name a file in a folder that can be written.")


def _read(path: str, named: str) -> dict[str, Remembered]:
    """What the file has; nothing where there is none.

    :raises BadInput: for a file of something else.
    """
    try:
        with open(path, encoding="utf-8") as file:
            text = file.read()
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError:
        text = ""
    try:
        content = json.loads(text)
        if content["format"] != _FORMAT:
            raise ValueError("another format")
        found = {name: Remembered(**one) for name, one in content["installations"].items()}
        if not all(map(_is_whole, found.values())):
            raise ValueError("something else than was written")
        return found
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise BadInput(
            f"state_file {named} was not written by this event source. Name another file; or remove it, and everything counts as seen "
            "for the first time."
        ) from None
