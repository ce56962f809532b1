# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Signing in over SOAP: a ticket that is there, or one that SoPrincipal issues."""

from __future__ import annotations

from xml.etree.ElementTree import Element

from .. import errors
from ..access import Access, Signed
from ..answers import failure, is_trouble
from ..exchange import Request, Response
from ..once import Fresh, RunMemory
from ..sign_in import WAYS
from . import encode, outcome, schema
from .document import child, words


def with_ticket(access: Access, memory: RunMemory) -> Access:
    """The same way to the installation, with a ticket, for which one signs in at the first call.

    :param memory: what a run gets once.
    """
    settings = access.session.settings
    if WAYS[settings.identity.way].gives_ticket:
        return access
    # Another password is another identity.
    credentials = (value or "" for value in settings.identity)
    name = ("ticket", settings.place, str(settings.services_version), *credentials)
    ticket = memory.once(name, Principal(access).sign_in, secret=True)
    return Access(access.session, access.place, ticket, access.headers)


class Principal:
    """The service that exchanges a user name and password, or an access token, for a ticket."""

    def __init__(self, access: Access) -> None:
        self.access = access
        settings = access.session.settings
        self._version = settings.services_version
        self._identity = settings.identity

    def sign_in(self) -> Fresh:
        """A new ticket from the server. Each use prolongs it, so nobody knows how long it lasts."""
        return Fresh(self.access.call(self._once), None)

    @property
    def has_access_token(self) -> bool:
        """Whether an access token, and no ticket, signs the user in."""
        return self._identity.access_token is not None or self._identity.refresh_token is not None

    def with_access_token(self, signed: Signed) -> tuple[Element | None, str | None]:
        """The principal of an access token, and the ticket that the server issues with it."""
        request, response, answer = self._authenticated("AuthenticateWithAccessToken", {"AccessToken": signed.credential}, signed)
        return child(answer, "Response"), _ticket(request, response, answer)

    def with_ticket(self, signed: Signed) -> tuple[Element | None, str | None]:
        """The principal of a ticket, which may stand in place of a user name.

        Whether it may at SuperOffice Online is not documented: None and None where it may not.
        """
        try:
            _request, _response, answer = self._authenticated(
                "AuthenticateUsernamePassword", {"UserName": signed.credential, "Password": ""}, signed
            )
        except errors.Unauthorized:
            return None, None
        return child(answer, "Response"), words(child(child(answer, "Credentials"), "Ticket"))

    def _once(self, signed: Signed) -> str:
        arguments: dict[str, str | None]
        if signed.credential:
            name, arguments = "AuthenticateWithAccessToken", {"AccessToken": signed.credential}
        else:
            name, arguments = "AuthenticateUsernamePassword", {"UserName": self._identity.username, "Password": self._identity.password}
        return _ticket(*self._authenticated(name, arguments, signed))

    def _authenticated(self, name: str, arguments: dict[str, str | None], signed: Signed) -> tuple[Request, Response, Element]:
        """The answer to an operation that signs in.

        :raises errors.Unauthorized: where the server does not let the user in.
        """
        operation = schema.OPERATIONS[name]
        body = encode.Encoder(self._version).operation(operation, arguments)
        content = encode.envelope(self._version, body, None, self._identity.client_secret, signed=False)
        request = encode.soap_request(operation, self._version, content, name, writes=False)
        response = self.access.session.send(request, signed.to)
        try:
            answer = outcome.read(request, response, "AuthenticateResponse", self._version)
        except errors.ErrorAnswer as error:
            if error.http_status != 200 or is_trouble(error.code):
                raise
            # Of any type, an exception of signing in refuses the user.
            raise _not_let_in(request, response, error.message.partition("the server refused: ")[2], error.code) from None
        if (words(child(answer, "AuthenticationSucceeded")) or "").lower() not in ("true", "1"):
            raise _not_let_in(request, response, "", None)
        return request, response, answer


def _ticket(request: Request, response: Response, answer: Element) -> str:
    ticket = words(child(child(answer, "Credentials"), "Ticket"))
    if ticket is None:
        raise outcome.unexpected(request, response, "the server accepts the user, but gives no ticket.")
    return ticket


def _not_let_in(request: Request, response: Response, said: str, code: str | None) -> errors.ErpSyncError:
    because = f" The server says: {said}" if said else ""
    sentence = f"the server does not accept the credentials. Check the user name and password, or the access token.{because}"
    error = failure(errors.Unauthorized, request, response, sentence)
    error.code = code
    return error
