# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A task that is gone through before the first one, with an answer that is already there.

Much of what a first request takes is done once in a process: patterns are compiled, caches filled, the certificates of authorities read,
and Python gets to know its own code.
Ansible carries each task out in a copy of its process, where every request is the first one; what is done before the copy is made
is done for all of them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import typing as t

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import session, settings, trust
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.engine import read_engine
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import connection_spec
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Params, Result, Run, Task, perform
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.shell import masked
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.spec import ArgumentSpec
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire import duration

try:
    import requests.utils
except ImportError:
    # Then there is nothing to rehearse.
    pass

# Python adapts code to its use while it runs; after some rounds little is left to adapt.
ROUNDS = 4
_BODY = b'{"IsRunning": true, "StatusMessage": "Running", "Interval": "00:15:00"}'
_ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s" % (len(_BODY), _BODY)
# ansible-core 2.22 masks for the rest of the play what a validator has seen as a password.
# So it is a text that no play has.
_OPTIONS: dict[str, t.Any] = {"url": "http://address.invalid", "username": "nobody", "password": "rehearsed-5d2f8c1e9b47"}


def rehearse() -> None:
    """Go through a task that asks for the engine, some times. Nothing leaves this process, and nothing stays open."""
    if session.REQUESTS_IMPORT_ERROR is not None:
        return
    validator = ArgumentSpecValidator(**TASK.spec.merge(connection_spec()).as_kwargs())
    for _round in range(ROUNDS):
        validator.validate(_OPTIONS)
        # No secrets: newer releases of Ansible would keep them, and mask the word wherever it occurs in the play.
        masked(perform(TASK, _Rehearsal(_OPTIONS, environ={})), ())
    # Compiles what a task would compile that is given an interval.
    duration.parse_declared("P1D")
    _read_authorities()


def _read_authorities() -> None:
    """Read the certificates that tasks trust which name no others. Where they cannot be read, the first task that needs them says so."""
    if "SSLKEYLOGFILE" in os.environ:
        return
    with session.Session(settings.from_params(_OPTIONS)) as one:
        verify = one._proxies_and_authorities()["verify"]
    path = verify if isinstance(verify, str) else requests.utils.DEFAULT_CA_BUNDLE_PATH
    with contextlib.suppress(OSError):
        # Nothing that would be waited for, such as a pipe.
        if os.path.isdir(path):
            trust.context(None, path)
        elif os.path.isfile(path):
            trust.context(path, None)


def _ask(params: Params, run: Run) -> Result:
    return {"engine": read_engine(run.reading).as_result()}


TASK = Task("rehearsal", ArgumentSpec({}), _ask)


class _Rehearsal(Run):
    """A run whose session leads to an answer instead of a server."""

    @property
    def session(self) -> session.Session:
        if self._session is None:
            self._session = _Session(self.check_connection_options())
        return self._session


class _Session(session.Session):
    """A session whose connections end in this process, whatever the environment says of proxies."""

    def __init__(self, chosen: settings.Settings) -> None:
        super().__init__(chosen)
        self._other_ends: list[socket.socket] = []
        pool = self._adapter.poolmanager.pool_classes_by_scheme["http"]
        connection = type("Connection", (pool.ConnectionCls,), {"_new_conn": self._connected})
        self._adapter.poolmanager.pool_classes_by_scheme = {"http": type("Pool", (pool,), {"ConnectionCls": connection})}

    def _connected(self, *_unused: t.Any) -> socket.socket:
        """A connection on whose other end the answer has been given."""
        ours, theirs = socket.socketpair()
        self._other_ends.append(theirs)
        theirs.sendall(_ANSWER)
        return ours

    def _proxies_and_authorities(self) -> dict[str, t.Any]:
        return {**super()._proxies_and_authorities(), "proxies": {}}

    def close(self) -> None:
        super().close()
        for each in self._other_ends:
            each.close()
