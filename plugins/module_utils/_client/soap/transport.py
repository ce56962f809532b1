# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The SOAP transport: the methods and carriers of REST over one version of the SOAP services.

Sources: the vendor's WSDLs and its documentation of the SOAP services. Methods that a version lacks
are refused before anything is sent; :mod:`_agent.listing` has replacements for some.
"""

from __future__ import annotations

import functools
import typing as t

from ..._wire.archive_query import Page, Query
from .. import errors
from ..access import Access, Signed
from ..once import RunMemory
from ..refused_agent import PROBE, AgentRefusals
from . import archives, encode, outcome, schema
from .decode import Decoder, UnexpectedShape
from .document import child
from .sign_in import Principal, with_ticket
from .system_info import read_system_info

Json = t.Any


class SoapTransport:
    """Calls agent methods, lists and archives of an installation over SOAP. Signs in at the first
    call.
    """

    def __init__(self, access: Access, memory: RunMemory) -> None:
        """
        :param memory: what a run gets once.
        """
        settings = access.session.settings
        self._version = settings.services_version
        self._app_token = settings.identity.client_secret
        self._access = with_ticket(access, memory)
        self._principal = Principal(access)
        self._memory = memory
        self._encoder = encode.Encoder(self._version)
        self._decoder = Decoder(self._version)
        other = functools.partial(self.mdo_list, "usergroup")
        probe = functools.partial(self._call, PROBE, {}, PROBE, False, None)
        self._refusals = AgentRefusals(settings, self.principal, other, probe)

    def invoke(self, method: str, arguments: t.Mapping[str, Json], *, writes: bool, timeout: float | None = None) -> Json:
        """Call an agent method, as :meth:`_client.rest.RestTransport.invoke` does."""
        try:
            return self._call(method, arguments, method, writes, timeout)
        except errors.ErpSyncError as error:
            raise self._refusals.explained(error, method) from None

    def mdo_list(self, name: str, additional: str | None = None) -> Json:
        """The items of an MDO list, as :meth:`_client.rest.RestTransport.mdo_list` returns them."""
        arguments = {"Name": name, "ForceFlatList": True, "AdditionalInfo": additional or "", "OnlyHistory": False}
        return self._call("GetList", arguments, f"MDO list {name}", False, None)

    def archive(self, query: Query, page: int = 0, skip: int = 0) -> Page:
        """A page of an archive by its number. The service never says whether there is another
        one.
        """
        answer = self._call("GetArchiveListByColumns", archives.arguments(query, page), f"archive {query.archive}", False, None)
        return archives.page(query, answer)

    def principal(self) -> Json:
        """The SoPrincipalCarrier of who is signed in. None where the server does not tell.

        No operation tells it but those that sign in.
        """
        who = self._principal.with_access_token if self._principal.has_access_token else self._principal.with_ticket
        access = self._principal.access if self._principal.has_access_token else self._access
        found, ticket = access.call(who)
        if ticket is not None and ticket not in self._memory.issued:
            self._memory.issued.append(ticket)
        try:
            return None if found is None else self._decoder.value(found, schema.Type("carrier", "SoPrincipalCarrier"), "the answer")
        except UnexpectedShape as error:
            raise errors.UnexpectedAnswer(f"SoPrincipal: the server's answer cannot be used: {error}.", method="SoPrincipal") from None

    def system(self) -> Json:
        """What the server tells of itself, as :meth:`_client.rest.RestTransport.system` returns
        it.
        """
        return read_system_info(self._access, self._version, self._app_token)

    @staticmethod
    def lacking(method: str, version: int) -> str | None:
        """Why a version does not have a method. None where it has, or where only the server
        knows.
        """
        return schema.missing(method, version)

    @staticmethod
    def require_all(needed: t.Iterable[tuple[str, str]], version: int) -> None:
        """Refuse all methods that a version does not have.

        :param needed: methods, each with the place that needs it. A place is named once, with its
            first missing method.
        :raises errors.NotInVersion: where a method does not exist.
        """
        lacking: dict[str, str] = {}
        for method, place in needed:
            if schema.missing(method, version) is not None:
                lacking.setdefault(place, method)
        if lacking:
            raise schema.refusal_of_all(lacking, version)

    def _call(self, name: str, arguments: t.Mapping[str, Json], method: str, writes: bool, timeout: float | None) -> Json:
        if schema.missing(name, self._version) is not None:
            raise schema.refusal(name, self._version)
        operation = schema.OPERATIONS[name]
        body = self._encoder.operation(operation, arguments)
        return self._access.call(lambda signed: self._exchange(signed, operation, body, method, writes, timeout))

    def _exchange(self, signed: Signed, operation: schema.Operation, body: str, method: str, writes: bool, timeout: float | None) -> Json:
        content = encode.envelope(self._version, body, signed.credential, self._app_token)
        request = encode.soap_request(operation, self._version, content, method, writes=writes, timeout=timeout)
        response = self._access.session.send(request, signed.to)
        answer = outcome.read(request, response, f"{operation.name}Response", self._version)
        value = child(answer, "Response")
        if operation.returns is None or value is None:
            return None
        try:
            return self._decoder.value(value, operation.returns, "the answer")
        except UnexpectedShape as error:
            raise outcome.unexpected(request, response, f"the server's answer cannot be used: {error}.") from None
