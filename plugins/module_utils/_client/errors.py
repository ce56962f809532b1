# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Every way in which talking to an installation can fail, each as a type of its own.

The classes carry what a program needs (``kind``, ``code``, ``http_status``, ``method``, ``attempts``,
``correlation``) and one message for a person. They hold no secret: messages are built from curated words and
from what the server said about the request, never from the text of a library's exception, which may quote URLs
and headers.

The tree. Behind a type stands whether the server can have acted on a request that failed so: ``never``, because it was not sent;
``perhaps``, because it was sent; or as the ``status`` of its answer says (:mod:`certainty`). An instance says the same in ``uncertain``
where the request writes. ``+`` marks what may pass: it is tried again, where the server cannot have acted.

::

    ErpSyncError
    |
    |   nothing was sent
    |-- BadInput                        never
    |-- MissingLibrary                  never
    |-- WriteInCheckMode                never
    |
    |   while connecting, in CONNECT, or in the TLS handshake
    |-- ConnectionRefused           +   never
    |-- UnknownHost                 +   never
    |-- ProxyFailed                     never, a 407 as well
    |   `-- ProxyUnreachable        +   never
    |-- TlsFailed                       never
    |   `-- TlsBroken               +   never in the handshake, perhaps behind it
    |
    |   after the first byte of the request
    |-- ConnectionLost              +   perhaps
    |-- TimedOut                    +   perhaps
    |   `-- ConnectTimedOut         +   never: no connection in time
    |-- CutOff                      +   perhaps
    |-- TooLarge                        perhaps
    |
    |   an answer
    |-- NotJson                         perhaps
    |   `-- NotXml                      perhaps
    |-- UnexpectedAnswer                perhaps
    |   `-- NotTakenOver                it has acted, perhaps on a part
    |-- ErrorAnswer                     status, and the type of the server's exception
    |-- Unauthorized                    never: refused before it was done
    |-- Forbidden                       never
    |-- NotFound                        never
    |   `-- NotInVersion                never sent
    |-- WrongHost                       never
    |-- Throttled                   +   never
    |-- Unavailable                 +   status
    |-- Redirected                      status
    |-- UnexpectedStatus                perhaps
    |
    |   requests that were answered well, and an end that was not
    |-- WaitTimedOut, SyncFailed, TestFailed, NotSwitched
"""

from __future__ import annotations

import typing as t

# Closes the message of a writing request whose fate is not known.
UNCERTAIN = " It is not known whether the server carried it out; run the task again to find out and to finish."


class ErpSyncError(Exception):
    """A failure that ends a task with a message instead of a traceback."""

    kind: t.ClassVar[str] = "error"
    passing: t.ClassVar[bool] = False
    """Whether the same request may fare better a little later."""

    def __init__(
        self,
        message: str,
        *,
        code: str | None = None,
        http_status: int | None = None,
        method: str | None = None,
        attempts: int = 0,
        correlation: str | None = None,
        uncertain: bool = False,
        details: t.Mapping[str, t.Any] | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.http_status = http_status
        self.method = method
        self.attempts = attempts
        self.correlation = correlation
        # True when a writing request may or may not have been carried out.
        self.uncertain = uncertain
        # Further keys for the task's result, for example what was done before the failure.
        self.details: dict[str, t.Any] = dict(details or {})

    def doubt(self) -> None:
        """Note that a writing request may have been carried out all the same, where it is not noted yet."""
        if not self.uncertain:
            self.uncertain = True
            self.message += UNCERTAIN

    def failure(self) -> dict[str, t.Any]:
        """The machine-readable part of the result: the value of its ``failure`` key."""
        return {
            "kind": self.kind,
            "code": self.code,
            "http_status": self.http_status,
            "method": self.method,
            "attempts": self.attempts,
            "correlation": self.correlation,
            "uncertain": self.uncertain,
        }


class BadInput(ErpSyncError):
    """An option or a document that cannot be used; nothing has been sent."""

    kind = "bad_input"


class MissingLibrary(ErpSyncError):
    """A Python library that this task needs is not installed."""

    kind = "missing_library"

    def __init__(self, library: str, import_error: str | None) -> None:
        super().__init__(f"The Python library {library} is missing.")
        self.library = library
        self.import_error = import_error


class ConnectionRefused(ErpSyncError):
    """Nobody listens at the address, or the network says no."""

    kind = "connection_refused"
    passing = True


class UnknownHost(ErpSyncError):
    """The name of the host cannot be resolved."""

    kind = "unknown_host"
    passing = True


class ConnectionLost(ErpSyncError):
    """The connection was reset or closed before an answer came."""

    kind = "connection_lost"
    passing = True


class TimedOut(ErpSyncError):
    """No connection, or no whole answer, within the time allowed."""

    kind = "timeout"
    passing = True


class ConnectTimedOut(TimedOut):
    """No connection in time: the request was never sent."""


class TlsFailed(ErpSyncError):
    """No trusted TLS connection: certificate, host name, protocol version or client certificate."""

    kind = "tls"


class TlsBroken(TlsFailed):
    """The other side ended the TLS handshake, or TLS broke later: an alert, a bad record, plain text."""

    passing = True


class ProxyFailed(ErpSyncError):
    """The proxy refuses, or is none."""

    kind = "proxy"


class ProxyUnreachable(ProxyFailed):
    """The proxy cannot be reached, or it cannot reach the server."""

    passing = True


class CutOff(ErpSyncError):
    """The answer ended before it was complete."""

    kind = "cut_off"
    passing = True


class TooLarge(ErpSyncError):
    """The answer is larger than anything this collection asks for."""

    kind = "too_large"


class NotJson(ErpSyncError):
    """An answer that is not JSON: an HTML page, half a document, another encoding."""

    kind = "not_json"


class NotXml(NotJson):
    """The same over SOAP: an answer that is not XML as a SOAP service writes it."""

    kind = "not_xml"


class UnexpectedAnswer(ErpSyncError):
    """Valid JSON or XML of another shape than the method answers with."""

    kind = "unexpected_answer"


class NotTakenOver(UnexpectedAnswer):
    """The server accepted a change, and its answer shows something else than what was sent."""


class UnexpectedStatus(ErpSyncError):
    """A status without a meaning here: 101, or 304 where nobody asked whether something has changed."""

    kind = "unexpected_status"


class ErrorAnswer(ErpSyncError):
    """The server carried the call out to an error of its own: 400, 500, or a 200 that carries an error object."""

    kind = "server_error"


class Unauthorized(ErpSyncError):
    """401: the credentials are missing, wrong or expired."""

    kind = "unauthorized"


class Forbidden(ErpSyncError):
    """403: signed in, but not allowed."""

    kind = "forbidden"


class NotFound(ErpSyncError):
    """404, or another sign that the server does not know the address or the method."""

    kind = "not_found"


class NotInVersion(NotFound):
    """A method that the chosen version of the web services does not have; nothing was sent."""

    kind = "not_in_version"


class WrongHost(ErpSyncError):
    """421: the tenant lives at another address."""

    kind = "wrong_host"


class Throttled(ErpSyncError):
    """429: too many calls."""

    kind = "throttled"
    passing = True


class Unavailable(ErpSyncError):
    """502, 503, 504: the server, or something in front of it, is not available."""

    kind = "unavailable"
    passing = True


class Redirected(ErpSyncError):
    """A redirect, which a web service does not send; following it could hand credentials to another host."""

    kind = "redirected"


class WaitTimedOut(ErpSyncError):
    """The server accepted a change and did not report it as done in time."""

    kind = "wait_timeout"


class SyncFailed(ErpSyncError):
    """The synchronisation ran and says that it did not succeed."""

    kind = "sync_failed"


class TestFailed(ErpSyncError):
    """A connector or an ERP system does not work with what is declared; nothing was saved."""

    # Not a test of this project, whatever pytest makes of the name.
    __test__ = False
    kind = "test_failed"


class NotSwitched(ErpSyncError):
    """A connection could not be activated or deactivated; the server's reasons are in the details."""

    kind = "not_switched"


class Conflict(ErpSyncError):
    """Somebody else changed the installation while this run was under way."""

    kind = "conflict"


class WriteInCheckMode(ErpSyncError):
    """A writing method was asked for in check mode: a mistake in this collection, stopped before anything was sent."""

    kind = "write_in_check_mode"


# What a server's own answer about one object can be; the connection as such works, so other objects can still be read.
APPLICATION_ERRORS: tuple[type[ErpSyncError], ...] = (ErrorAnswer, NotFound, Forbidden, UnexpectedAnswer)
