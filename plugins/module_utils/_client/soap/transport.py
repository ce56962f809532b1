# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The SOAP transport, for installations without REST: the same methods and the same carriers over the services of one version.

Sources: the vendor's WSDLs and its documentation of the SOAP services. What a version lacks is refused before anything is sent;
:mod:`_agent.listing` and :mod:`_agent.lookups` know other ways for some of it.
"""

from __future__ import annotations

import typing as t

from .. import errors
from ..session import Session
from ..settings import Settings
from . import encode, outcome, schema
from .decode import Decoder, UnexpectedShape
from .document import child
from .principal import Principal, Tickets, soap_request

Json = t.Any


class SoapTransport:
    """Carries agent methods and lists to an installation's SOAP services. Signs in at the first call."""

    def __init__(
        self, session: Session, settings: Settings, issued: list[str] | None = None, tickets: Tickets | None = None
    ) -> None:
        """
        :param issued: where the tickets go that the server gives.
        :param tickets: those that other tasks were given.
        """
        self._session = session
        self._version = settings.services_version
        self._app_token = settings.identity.app_token
        self._principal = Principal(session, settings, [] if issued is None else issued, tickets)
        self._encoder = encode.Encoder(self._version)
        self._decoder = Decoder(self._version)

    def invoke(self, method: str, arguments: t.Mapping[str, Json], *, writes: bool, timeout: float | None = None) -> Json:
        """Call an agent method.

        :param arguments: by the names that the API gives them.
        :param timeout: seconds, where the ordinary time limit does not fit.
        :returns: the decoded answer; None for void methods and for unknown ids.
        :raises errors.ErpSyncError: for each way in which it can fail.
        """
        return self._call(method, arguments, method, writes, timeout)

    def mdo_list(self, name: str, additional: str | None = None) -> Json:
        """The items of an MDO list, such as ``erpconnections``: an array of MDOListItem, without the headings of groups."""
        arguments = {"Name": name, "ForceFlatList": True, "AdditionalInfo": additional or "", "OnlyHistory": False}
        return self._call("GetList", arguments, f"MDO list {name}", False, None)

    def archive(self, name: str, columns: t.Sequence[str], condition: str = "", order: str = "", skip: int = 0) -> Json:
        """There are no archives over SOAP.

        :raises errors.NotInVersion: always.
        """
        raise schema.refusal(f"archive {name}", self._version)

    def _call(self, name: str, arguments: t.Mapping[str, Json], method: str, writes: bool, timeout: float | None) -> Json:
        if schema.missing(name, self._version) is not None:
            raise schema.refusal(name, self._version)
        operation = schema.OPERATIONS[name]
        body = self._encoder.operation(operation, arguments)
        may_be_old = self._principal.is_signed_in and self._principal.can_sign_in
        ticket = self._principal.ticket()
        try:
            return self._exchange(ticket, operation, body, method, writes, timeout)
        except (errors.Unauthorized, errors.Forbidden) as error:
            # An answer that refuses the ticket is certain: the server looks at the ticket before it does anything. 403 may mean the
            # ticket as well; an exception about rights does not.
            if not may_be_old or (isinstance(error, errors.Forbidden) and error.http_status != 403):
                raise
        self._principal.forget(ticket)
        return self._exchange(self._principal.ticket(), operation, body, method, writes, timeout)

    def _exchange(self, ticket: str, operation: schema.Operation, body: str, method: str, writes: bool, timeout: float | None) -> Json:
        content = encode.envelope(self._version, body, ticket, self._app_token)
        request = soap_request(operation, self._version, content, method, writes=writes, timeout=timeout)
        response = self._session.send(request)
        answer = outcome.read(request, response, f"{operation.name}Response", self._version)
        value = child(answer, "Response")
        if operation.returns is None or value is None:
            return None
        try:
            return self._decoder.value(value, operation.returns, "the answer")
        except UnexpectedShape as error:
            raise outcome.unexpected(request, response, f"the server's answer cannot be used: {error}.") from None
