# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The errors: one type for each kind of failure.

An error has attributes for programs and one message for people. It has no secrets: messages quote
the server, but never the exception of a library, which may contain URLs and headers.

The tree says whether the server can have acted on the request: ``never``, ``perhaps``, or by the
``status`` of its response (:mod:`certainty`). A writing request has the same in ``uncertain``.
``+`` marks passing failures: they are repeated where the server cannot have acted.

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
    |-- SignInFailed                    never: it came before the request
    |-- TenantNotRunning                never sent
    |   `-- TenantNotRunningYet     +   never sent
    |-- Forbidden                       never
    |   `-- AgentRefused                never
    |-- NotFound                        never
    |   |-- AddressTooLong              never sent, or never
    |   `-- NotInVersion                never sent
    |-- WrongHost                       never
    |-- Throttled                   +   never
    |-- Unavailable                 +   status
    |-- Redirected                      status
    |-- UnexpectedStatus                perhaps
    |
    |   requests that were answered well, and an end that was not
    |-- WaitTimedOut, SyncFailed, TestFailed, NotSwitched, Unhealthy
"""

from __future__ import annotations

import typing as t

# The last sentence of a message about a writing request whose outcome is unknown.
UNCERTAIN = " It is not known whether the server carried it out; run the task again to find out and to finish."


class ErpSyncError(Exception):
    """A failure that ends a task with a message."""

    kind: t.ClassVar[str] = "error"
    passing: t.ClassVar[bool] = False
    """Whether the same request may succeed a little later."""

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
        # Whether the server may have acted on a writing request.
        self.uncertain = uncertain
        # Further keys of the task's result, for example the steps before the failure.
        self.details: dict[str, t.Any] = dict(details or {})

    def doubt(self) -> None:
        """Mark the outcome of a writing request as uncertain."""
        if not self.uncertain:
            self.uncertain = True
            self.message += UNCERTAIN

    def failure(self) -> dict[str, t.Any]:
        """The value of ``failure`` in the result."""
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
    """An invalid option or document. Nothing was sent."""

    kind = "bad_input"


class MissingLibrary(ErpSyncError):
    """A Python library is not installed."""

    kind = "missing_library"

    def __init__(self, library: str, import_error: str | None) -> None:
        super().__init__(f"The Python library {library} is missing.")
        self.library = library
        self.import_error = import_error

    def __reduce__(self) -> tuple[t.Any, ...]:
        # Each thread that waited raises a copy.
        return type(self), (self.library, self.import_error)


class ConnectionRefused(ErpSyncError):
    """The address refuses connections, or the network has no route."""

    kind = "connection_refused"
    passing = True


class UnknownHost(ErpSyncError):
    """The host name cannot be resolved."""

    kind = "unknown_host"
    passing = True


class ConnectionLost(ErpSyncError):
    """The connection was reset or closed before the response."""

    kind = "connection_lost"
    passing = True


class TimedOut(ErpSyncError):
    """No connection, or no complete response, in time."""

    kind = "timeout"
    passing = True


class ConnectTimedOut(TimedOut):
    """No connection in time. The request was not sent."""


class TlsFailed(ErpSyncError):
    """No trusted TLS connection: certificate, host name, protocol version or client certificate."""

    kind = "tls"


class TlsBroken(TlsFailed):
    """The other side ended the TLS handshake, or TLS broke later."""

    passing = True


class ProxyFailed(ErpSyncError):
    """The proxy refuses the request, or is not a proxy."""

    kind = "proxy"


class ProxyUnreachable(ProxyFailed):
    """The proxy, or the server behind it, cannot be reached."""

    passing = True


class CutOff(ErpSyncError):
    """The response ended before it was complete."""

    kind = "cut_off"
    passing = True


class TooLarge(ErpSyncError):
    """The response is larger than any of SuperOffice's."""

    kind = "too_large"


class NotJson(ErpSyncError):
    """A response that is not JSON: an HTML page, half a document, another encoding."""

    kind = "not_json"


class NotXml(NotJson):
    """Over SOAP, a response that is not a SOAP service's XML."""

    kind = "not_xml"


class UnexpectedAnswer(ErpSyncError):
    """Valid JSON or XML that does not fit the method."""

    kind = "unexpected_answer"


class NotTakenOver(UnexpectedAnswer):
    """The server accepted a change, but its response shows other values."""


class UnexpectedStatus(ErpSyncError):
    """A status without a meaning here, such as 101, or 304 for a request without conditions."""

    kind = "unexpected_status"


class ErrorAnswer(ErpSyncError):
    """The server reports an error: 400, 500, or 200 with an error object."""

    kind = "server_error"


class Unauthorized(ErpSyncError):
    """401: the credentials are missing, wrong or expired."""

    kind = "unauthorized"


class SignInFailed(ErpSyncError):
    """The sign-in host answered with an error, or with something that cannot be used or trusted."""

    kind = "sign_in_failed"


class TenantNotRunning(ErpSyncError):
    """The tenant of SuperOffice Online is in maintenance, suspended or deleted.

    Nothing was sent to it.
    """

    kind = "tenant_not_running"


class TenantNotRunningYet(TenantNotRunning):
    """The tenant will run again without a person's doing."""

    passing = True
    pause: float | None = None
    """Seconds after which the sign-in host asks to come again. None where it does not say."""


class Forbidden(ErpSyncError):
    """403: the user is signed in and lacks a right."""

    kind = "forbidden"


class AgentRefused(Forbidden):
    """The application has no access to the ErpSync agent at SuperOffice Online."""

    kind = "agent_refused"


class NotFound(ErpSyncError):
    """The server does not know the address or the method, for example 404."""

    kind = "not_found"


class AddressTooLong(NotFound):
    """A query is too long for an address, and the server does not take it in a body."""


class NotInVersion(NotFound):
    """A method that the version of the web services does not have. Nothing was sent."""

    kind = "not_in_version"


class WrongHost(ErpSyncError):
    """421: the tenant has another address."""

    kind = "wrong_host"


class Throttled(ErpSyncError):
    """429: too many calls."""

    kind = "throttled"
    passing = True


class Unavailable(ErpSyncError):
    """502, 503 or 504: the server, or something in front of it, is not available."""

    kind = "unavailable"
    passing = True


class Redirected(ErpSyncError):
    """A redirect. Following it could send credentials to another host."""

    kind = "redirected"


class WaitTimedOut(ErpSyncError):
    """The server accepted a change, which did not take effect in time."""

    kind = "wait_timeout"


class SyncFailed(ErpSyncError):
    """The synchronisation ran and failed."""

    kind = "sync_failed"


class TestFailed(ErpSyncError):
    """A connector or an ERP system does not accept what is declared. Nothing was saved."""

    # pytest takes the name for a test.
    __test__ = False
    kind = "test_failed"


class NotSwitched(ErpSyncError):
    """A connection could not be activated or deactivated. The details have the server's reasons."""

    kind = "not_switched"


class Unhealthy(ErpSyncError):
    """The checks found what is to fail the task. The details have the findings."""

    kind = "unhealthy"


class Conflict(ErpSyncError):
    """Somebody else changed the installation during this run."""

    kind = "conflict"


class WriteInCheckMode(ErpSyncError):
    """A writing method was called in check mode, which is a bug of this collection.

    Nothing was sent.
    """

    kind = "write_in_check_mode"


# Errors about one object. Other objects can still be read.
APPLICATION_ERRORS: tuple[type[ErpSyncError], ...] = (ErrorAnswer, NotFound, Forbidden, UnexpectedAnswer)
