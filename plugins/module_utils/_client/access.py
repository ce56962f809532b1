# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The way to an installation: its address, the credential, and what to do when either has changed.

An address and a credential from the options stay as they are. SuperOffice Online is asked for its
own, and asked again when a server says that they are no longer right.
"""

from __future__ import annotations

import typing as t

from . import errors
from .answers import last
from .exchange import Destination
from .once import Held
from .session import Session
from .sign_in import Identity

T = t.TypeVar("T")

# Exceptions of a server about rights: with the status 403 they do not refuse the ticket.
NO_RIGHT = ("SoSentryException", "SoLicenseException")
NO_SESSION = ("SoSessionException",)


class Place(t.Protocol):
    """Where the installation is."""

    option: str
    """The option that says so, for messages."""

    def url(self) -> str:
        """The address.

        :raises errors.ErpSyncError: where it cannot be told.
        """

    def forget(self, url: str) -> bool:
        """Drop an address that is no longer right; whether another one can be asked for."""


class Credential(t.Protocol):
    """What signs requests: a ticket or an access token."""

    renewable: bool
    """Whether a refused one can be replaced."""

    def held(self) -> Held:
        """The ticket or token.

        :raises errors.ErpSyncError: where nobody issues one.
        """

    def forget(self, value: str) -> bool:
        """Drop what a server no longer accepts."""


class GivenPlace:
    """The address of the option url."""

    option = "url"

    def __init__(self, url: str) -> None:
        self._url = url

    def url(self) -> str:
        """The address."""
        return self._url

    def forget(self, _url: str) -> bool:
        """There is no other address."""
        return False


class GivenCredential:
    """A ticket or access token of the options; empty for a user name and password."""

    renewable = False

    def __init__(self, identity: Identity) -> None:
        self._value = identity.ticket or identity.access_token or ""

    def held(self) -> Held:
        """The ticket or token."""
        return Held(self._value, False)

    def forget(self, _value: str) -> bool:
        """There is no other one."""
        return False


class Signed(t.NamedTuple):
    """Where a request goes, and the ticket or token that signs it. ``repr()`` hides the latter."""

    to: Destination
    credential: str

    def __repr__(self) -> str:
        return f"Signed({self.to!r})"


class Access:
    """Carries out calls at the installation's address, signed."""

    def __init__(self, session: Session, place: Place, credential: Credential, headers: t.Callable[[str], t.Mapping[str, str]]) -> None:
        """
        :param headers: the headers that sign a request with a ticket or token.
        """
        self.session = session
        self.place = place
        self.credential = credential
        self.headers = headers
        # Whether a new ticket or token was forbidden something as well: then the user lacks a
        # right.
        self._lacks_rights = False

    def call(self, attempt: t.Callable[[Signed], T]) -> T:
        """What an attempt returns.

        It is repeated once where the tenant has moved, and once with a new ticket or token, writing
        requests too: the server looks at both before it acts.

        :raises errors.ErpSyncError: that of the attempt, or of asking for place or credential.
        """
        moved = renewed = False
        while True:
            url = self.place.url()
            held = self.credential.held()
            try:
                return attempt(Signed(Destination(url, self.headers(held.value), self.place.option), held.value))
            except errors.WrongHost:
                if moved or not self.place.forget(url):
                    raise
                moved = True
            except (errors.Unauthorized, errors.Forbidden, errors.ErrorAnswer) as error:
                is_new = renewed or held.fresh
                forbidden = isinstance(error, errors.Forbidden)
                self._lacks_rights |= is_new and forbidden
                if is_new or not self.credential.renewable or (forbidden and self._lacks_rights) or not _refuses_credential(error):
                    raise
                self.credential.forget(held.value)
                renewed = True


def given(session: Session) -> Access:
    """The way to the address of the session's settings, signed with its headers."""
    settings = session.settings
    return Access(session, GivenPlace(settings.url), GivenCredential(settings.identity), lambda _value: settings.headers)


def unsigned(access: Access) -> Access:
    """The same way for what needs no ticket and no token."""
    return Access(access.session, access.place, GivenCredential(Identity()), lambda _value: {})


def _refuses_credential(error: errors.ErpSyncError) -> bool:
    """Whether an error may be about the ticket or token, which the server certainly did not
    accept.
    """
    if error.uncertain:
        return False
    if isinstance(error, errors.ErrorAnswer):
        return last(error.code) in NO_SESSION
    # The status 403 may refuse a ticket as well; an exception about rights does not.
    return isinstance(error, errors.Unauthorized) or (error.http_status == 403 and last(error.code) not in NO_RIGHT)
