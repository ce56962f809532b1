# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Signing in over SOAP: a given ticket, or one that SoPrincipal issues for the credentials."""

from __future__ import annotations

import copy
import threading

from .. import errors
from ..answers import failure, is_trouble
from ..exchange import Request, Response
from ..session import Session
from ..settings import Settings
from ..sign_in import Tickets
from . import encode, outcome, schema
from .document import child, words


class Principal:
    """The user who calls. The ticket is fetched on first use and kept for the whole run."""

    def __init__(self, session: Session, settings: Settings, issued: list[str], tickets: Tickets | None = None) -> None:
        """
        :param issued: collects the tickets that the server issues, for masking.
        :param tickets: shared with other tasks.
        """
        self._session = session
        self._version = settings.services_version
        self._identity = settings.identity
        self._issued = issued
        self._tickets = tickets
        # Another password is another identity.
        credentials = (value or "" for value in self._identity)
        self._shared_as = (settings.url, str(self._version), *credentials)
        self._ticket = self._identity.ticket
        if self._ticket is None and tickets is not None:
            self._ticket = tickets.get(self._shared_as)
            if self._ticket is not None:
                issued.append(self._ticket)
        self._lock = threading.Lock()
        self._attempts = 0
        self._failed: errors.ErpSyncError | None = None

    @property
    def is_signed_in(self) -> bool:
        """Whether there is a ticket, which may have expired."""
        return self._ticket is not None

    @property
    def can_sign_in(self) -> bool:
        """Whether an expired ticket can be replaced; a given one cannot."""
        return self._identity.ticket is None

    def ticket(self) -> str:
        """The ticket of this run.

        :raises errors.ErpSyncError: where the server refuses the user.
        """
        attempts = self._attempts
        # Parallel requests wait for the one that signs in.
        with self._lock:
            if self._ticket is None:
                self._ticket = self._one_ticket(attempts)
            return self._ticket

    def _one_ticket(self, attempts: int) -> str:
        """A new ticket, or the error of the attempt that this thread waited for.

        A refused password is not tried again: servers count such attempts, and lock the user out.

        :param attempts: the number of attempts when this thread asked.
        """
        if self._failed is not None and (attempts != self._attempts or isinstance(self._failed, errors.Unauthorized)):
            raise copy.copy(self._failed)
        try:
            ticket = self.sign_in()
        except errors.ErpSyncError as error:
            self._failed = error
            raise copy.copy(error) from None
        finally:
            self._attempts += 1
        self._failed = None
        return ticket

    def forget(self, ticket: str) -> None:
        """Drop a ticket that the server no longer accepts, unless it has been replaced already."""
        with self._lock:
            if self._ticket == ticket:
                self._ticket = None

    def sign_in(self) -> str:
        """A new ticket from the server."""
        arguments: dict[str, str | None]
        if self._identity.access_token is not None:
            name, arguments = "AuthenticateWithAccessToken", {"AccessToken": self._identity.access_token}
        else:
            name, arguments = "AuthenticateUsernamePassword", {"UserName": self._identity.username, "Password": self._identity.password}
        operation = schema.OPERATIONS[name]
        body = encode.Encoder(self._version).operation(operation, arguments)
        content = encode.envelope(self._version, body, None, self._identity.client_secret, signed=False)
        request = encode.soap_request(operation, self._version, content, name, writes=False)
        response = self._session.send(request)
        try:
            answer = outcome.read(request, response, "AuthenticateResponse", self._version)
        except errors.ErrorAnswer as error:
            if error.http_status != 200 or is_trouble(error.code):
                raise
            # Of any type, an exception of signing in refuses the user.
            raise _not_let_in(request, response, error.message.partition("the server refused: ")[2], error.code) from None
        if (words(child(answer, "AuthenticationSucceeded")) or "").lower() not in ("true", "1"):
            raise _not_let_in(request, response, "", None)
        ticket = words(child(child(answer, "Credentials"), "Ticket"))
        if ticket is None:
            raise outcome.unexpected(request, response, "the server accepts the user, but gives no ticket.")
        self._issued.append(ticket)
        if self._tickets is not None:
            self._tickets.put(self._shared_as, ticket)
        return ticket


def _not_let_in(request: Request, response: Response, said: str, code: str | None) -> errors.ErpSyncError:
    because = f" The server says: {said}" if said else ""
    sentence = f"the server does not accept the credentials. Check the user name and password, or the access token.{because}"
    error = failure(errors.Unauthorized, request, response, sentence)
    error.code = code
    return error
