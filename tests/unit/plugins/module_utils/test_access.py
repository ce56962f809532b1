# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The way to an installation: where a call is repeated, how often, and what it is sent with."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import access, errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.access import Access, Signed
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import Fresh, RunMemory
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings, from_params

MOVED = errors.WrongHost("M: moved", http_status=421)
ENDED = errors.Unauthorized("M: who?", http_status=401)
FORBIDDEN = errors.Forbidden("M: no", http_status=403)


class Place:
    option = "tenant"

    def __init__(self, *urls: str) -> None:
        self._urls = list(urls)
        self.forgotten: list[str] = []

    def url(self) -> str:
        return self._urls[0]

    def forget(self, url: str) -> bool:
        self.forgotten.append(url)
        if len(self._urls) > 1:
            self._urls.pop(0)
        return True


class Attempts:
    """Fails with one error after another, and then returns."""

    def __init__(self, *failures: errors.ErpSyncError) -> None:
        self._failures = list(failures)
        self.sent: list[str] = []

    def __call__(self, signed: Signed) -> str:
        self.sent.append(f"{signed.to.url} {signed.to.headers.get('Authorization')}")
        if self._failures:
            raise self._failures.pop(0)
        return "done"


def way(place: Place, *tickets: str, known: bool = True) -> Access:
    given = list(tickets)
    credential = RunMemory().once(("x",), lambda: Fresh(given.pop(0), None), secret=True)
    if known:
        credential.held()
    nothing: Any = None
    return Access(nothing, place, credential, lambda ticket: {"Authorization": ticket})


def test_a_moved_tenant_gets_the_call_where_it_is_now() -> None:
    attempts = Attempts(MOVED)
    assert way(Place("a", "b"), "t").call(attempts) == "done"
    assert attempts.sent == ["a t", "b t"]


def test_a_tenant_that_moves_on_and_on_is_followed_once() -> None:
    attempts = Attempts(MOVED, MOVED)
    with pytest.raises(errors.WrongHost):
        way(Place("a", "b", "c"), "t").call(attempts)
    assert attempts.sent == ["a t", "b t"]


@pytest.mark.parametrize(
    "error",
    [
        ENDED,
        FORBIDDEN,
        errors.Forbidden("M: session", http_status=403, code="SuperOffice.Exceptions.SoSessionException"),
        errors.ErrorAnswer("M: session", http_status=400, code="SoSessionException"),
        errors.Unauthorized("M: over SOAP", http_status=200, code="SoSessionException"),
    ],
)
def test_an_ended_ticket_is_replaced_and_the_call_repeated(error: errors.ErpSyncError) -> None:
    attempts = Attempts(error)
    assert way(Place("a"), "old", "new").call(attempts) == "done"
    assert attempts.sent == ["a old", "a new"]


@pytest.mark.parametrize(
    "error",
    [
        errors.Forbidden("M: rights", http_status=403, code="SuperOffice.SoSentryException"),
        errors.Forbidden("M: licence", http_status=403, code="SoLicenseException"),
        # Over SOAP.
        errors.Forbidden("M: rights", http_status=200, code="SoSentryException"),
        errors.ErrorAnswer("M: failed", http_status=500, code="SoServerException"),
        errors.ErrorAnswer("M: session", http_status=500, code="SoSessionException", uncertain=True),
        errors.TimedOut("M: late"),
    ],
)
def test_another_failure_says_nothing_of_the_ticket(error: errors.ErpSyncError) -> None:
    attempts = Attempts(error)
    with pytest.raises(type(error)):
        way(Place("a"), "old", "new").call(attempts)
    assert attempts.sent == ["a old"]


@pytest.mark.parametrize("error", [ENDED, FORBIDDEN])
def test_a_new_ticket_that_is_refused_is_not_replaced(error: errors.ErpSyncError) -> None:
    attempts = Attempts(error, error)
    with pytest.raises(type(error)):
        way(Place("a"), "old", "new", "newer").call(attempts)
    assert attempts.sent == ["a old", "a new"]
    first = Attempts(error)
    with pytest.raises(type(error)):
        way(Place("a"), "new", "newer", known=False).call(first)
    assert first.sent == ["a new"]


def test_what_a_new_ticket_was_forbidden_is_a_matter_of_rights() -> None:
    access = way(Place("a"), "old", "new", "newer")
    with pytest.raises(errors.Forbidden):
        access.call(Attempts(FORBIDDEN, FORBIDDEN))
    later = Attempts(FORBIDDEN)
    with pytest.raises(errors.Forbidden):
        access.call(later)
    assert later.sent == ["a new"]
    # An ended ticket is another matter.
    ended = Attempts(ENDED)
    assert (access.call(ended), ended.sent) == ("done", ["a new", "a newer"])


def test_both_may_happen_to_one_call() -> None:
    for failures, sent in (((MOVED, ENDED), ["a old", "b old", "b new"]), ((ENDED, MOVED), ["a old", "a new", "b new"])):
        attempts = Attempts(*failures)
        assert way(Place("a", "b"), "old", "new").call(attempts) == "done"
        assert attempts.sent == sent


@pytest.mark.parametrize("who", [{"username": "me", "password": "p"}, {"ticket": "7T:x"}, {"access_token": "8A:x"}])
def test_what_is_given_stays(who: dict[str, str]) -> None:
    class Session:
        settings: Settings = from_params({"url": "https://crm", **who})

    session: Any = Session()
    for error in (ENDED, FORBIDDEN, MOVED):
        attempts = Attempts(error)
        with pytest.raises(type(error)):
            access.given(session).call(attempts)
        assert attempts.sent == [f"https://crm {session.settings.headers['Authorization']}"]


def test_nothing_secret_is_in_the_representation() -> None:
    seen: list[str] = []
    way(Place("a"), "canary").call(lambda signed: seen.append(repr(signed)))
    assert seen == ["Signed(Destination('a'))"]
