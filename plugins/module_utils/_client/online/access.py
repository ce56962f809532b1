# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The way to a tenant of SuperOffice Online, with the tickets and tokens that the sign-in host
issues.
"""

from __future__ import annotations

import functools
import typing as t

from ..access import Access, GivenCredential
from ..once import Fresh, Once, RunMemory
from ..session import Session
from ..sign_in import WAYS, Identity, key_parts, with_access_token, with_ticket
from . import private_key, system_user, tokens
from .environments import Tenant
from .place import SignInHost, TenantPlace
from .sign_in_host import Send


def to_tenant(session: Session, memory: RunMemory) -> Access:
    """The way to the tenant of the session's settings.

    :param memory: what a run gets once.
    :raises MissingLibrary: without cryptography, for a system user.
    :raises BadInput: for a key that is none.
    """
    settings = session.settings
    tenant, identity = t.cast(Tenant, settings.tenant), settings.identity
    place = TenantPlace(session, tenant, memory)
    if not WAYS[identity.way].online:
        return Access(session, place, GivenCredential(identity), lambda _value: settings.headers)
    send = SignInHost(session, tenant)
    headers: t.Callable[[str], t.Mapping[str, str]] = with_access_token
    if identity.system_user_token is None:
        credential = _access_token(send, tenant, identity, memory)
    else:
        credential = _ticket(send, tenant, identity, memory)
        headers = functools.partial(with_ticket, client_secret=identity.client_secret)
    # Over SOAP a ticket in the envelope signs requests.
    return Access(session, place, credential, headers if settings.transport == "rest" else lambda _value: {})


def _ticket(send: Send, tenant: Tenant, identity: Identity, memory: RunMemory) -> Once:
    """The ticket of a system user."""
    client_secret, token = t.cast(str, identity.client_secret), t.cast(str, identity.system_user_token)
    text, source = identity.private_key, "private_key"
    if text is None:
        path = t.cast(str, identity.private_key_path)
        text, source = private_key.text_of(path), f"private_key_path: the file {path}"
        memory.issued.extend(key_parts(text))
    # Reading a key takes a tenth of a second, and most tasks find a ticket.
    key = functools.cache(functools.partial(private_key.read, text, source))

    def sign_in() -> Fresh:
        return system_user.sign_in(
            send,
            tenant=tenant.name,
            client_secret=client_secret,
            system_user_token=token,
            key=key(),
            issuer=tenant.login_url,
            now=memory.now,
        )

    ticket = memory.once(("ticket", str(tenant), client_secret, token, text), sign_in, secret=True)
    if not ticket.is_known():
        # What is no key is refused before anything is sent.
        key()
    return ticket


def _access_token(send: Send, tenant: Tenant, identity: Identity, memory: RunMemory) -> Once:
    """The access token of a person."""
    client_id, refresh_token = t.cast(str, identity.client_id), t.cast(str, identity.refresh_token)

    def sign_in() -> Fresh:
        return tokens.refresh(
            send, client_id=client_id, refresh_token=refresh_token, client_secret=identity.client_secret, tenant=tenant.name
        )

    name = ("access_token", str(tenant), client_id, refresh_token, identity.client_secret or "")
    return memory.once(name, sign_in, secret=True)
