# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Asks a version of the SOAP services what the server is. Nobody signs in for it."""

from __future__ import annotations

import typing as t

from ..access import Access, Signed
from . import encode, outcome, schema
from .document import child, words


def read_system_info(access: Access, version: int, app_token: str | None) -> dict[str, t.Any]:
    """What the server tells of itself, as :meth:`_client.rest.RestTransport.system` returns it.

    GetSystemInfo of the service SoPrincipal, which each version has.
    """
    operation = schema.OPERATIONS["GetSystemInfo"]
    body = encode.Encoder(version).operation(operation, {})
    content = encode.envelope(version, body, None, app_token, signed=False)
    request = encode.soap_request(operation, version, content, operation.name, writes=False)

    def ask(signed: Signed) -> dict[str, t.Any]:
        answer = outcome.read(request, access.session.send(request, signed.to), "GetSystemInfoResponse", version)
        info = child(answer, "SystemInfo")
        return {"NetServerVersion": words(child(info, "AssemblyVersion")), "NetServerLabel": words(child(info, "BuildLabel"))}

    return access.call(ask)
