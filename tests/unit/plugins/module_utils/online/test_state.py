# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The state of a tenant: addresses to which secrets may go, states that end a task with a sentence, and answers that are none."""

from __future__ import annotations

import email.utils
import json
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Response
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import RunMemory
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online import state
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.environments import Tenant
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.place import TenantPlace
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import Settings
from ansible_collections.superoffice.erpsync.tests.unit.support.sign_in import HOST, NOW, TENANT, ScriptedHost, answered

ENDPOINT = "https://online2.superoffice.com/Cust12345"
# As the vendor's page prints it.
GOOD = {
    "ContextIdentifier": TENANT,
    "Endpoint": ENDPOINT,
    "State": "Running",
    "IsRunning": True,
    "ValidUntil": "2026-09-21T15:13:20.1234567Z",
    "Api": f"{ENDPOINT}/api",
    "Version": "Release_11.10_2026.07.06-01",
}
ABSENT: Any = object()
STEP = f"the state of {TENANT}: "


def told(**changes: Any) -> dict[str, Any]:
    return {name: value for name, value in {**GOOD, **changes}.items() if value is not ABSENT}


def asked(answer: Response | Exception, login_url: str = HOST) -> state.TenantState:
    with ScriptedHost(answer) as host:
        found = state.ask(host.send, Tenant(TENANT, login_url), lambda: NOW)
    (request,) = host.requests
    assert (request.verb, request.path, request.writes, request.body) == ("GET", f"/api/state/{TENANT}", False, None)
    return found


def failed(answer: Response | Exception, login_url: str = HOST) -> errors.ErpSyncError:
    with pytest.raises(errors.ErpSyncError) as caught:
        asked(answer, login_url)
    error = caught.value
    assert error.message.startswith(STEP) and error.message.endswith(".") and not error.uncertain
    assert error.method == STEP[:-2] and error.message.isprintable()
    return error


def test_where_a_tenant_is_and_how_long() -> None:
    assert asked(answered(GOOD)) == (ENDPOINT, ENDPOINT, 3600.0)


@pytest.mark.parametrize(
    ("changes", "endpoint", "api"),
    [
        ({"Version": ABSENT, "ValidUntil": ABSENT}, ENDPOINT, ENDPOINT),
        ({"Endpoint": f" {ENDPOINT}/ ", "Api": f"{ENDPOINT}/API/"}, ENDPOINT, ENDPOINT),
        ({"Endpoint": "https://online2.superoffice.com:443/Cust12345"}, "https://online2.superoffice.com:443/Cust12345", ENDPOINT),
        ({"Api": ABSENT}, ENDPOINT, ENDPOINT),
        ({"Endpoint": None}, ENDPOINT, ENDPOINT),
        # Each service has the address that is told for it.
        ({"Api": "https://app.superoffice.com/Cust12345/api"}, ENDPOINT, "https://app.superoffice.com/Cust12345"),
        ({"State": 2}, ENDPOINT, ENDPOINT),
        ({"State": "5"}, ENDPOINT, ENDPOINT),
        ({"State": "OnlineMaintenance"}, ENDPOINT, ENDPOINT),
        ({"State": "running", "IsRunning": ABSENT}, ENDPOINT, ENDPOINT),
        ({"State": ABSENT}, ENDPOINT, ENDPOINT),
        # A state that came later than this collection.
        ({"State": "Celebrating"}, ENDPOINT, ENDPOINT),
        ({"State": 77}, ENDPOINT, ENDPOINT),
        ({"ContextIdentifier": "CUST12345"}, ENDPOINT, ENDPOINT),
        ({"ContextIdentifier": ABSENT}, ENDPOINT, ENDPOINT),
    ],
)
def test_what_else_tells_where_a_tenant_is(changes: dict[str, Any], endpoint: str, api: str) -> None:
    for value in (told(**changes), {name.lower(): value for name, value in told(**changes).items()}):
        assert asked(answered(value))[:2] == (endpoint, api)


@pytest.mark.parametrize(
    ("until", "date", "lasts"),
    [
        ("2026-09-21T14:14:20.1234567Z", None, 60.0),
        ("2026-09-21T14:14:20", None, 60.0),
        ("2026-09-21T16:14:20+02:00", None, 60.0),
        ("2026-09-21T11:44:20.5-0230", None, 60.0),
        # The host's own clock counts: this machine's may be wrong.
        ("2026-09-21T14:14:20Z", NOW + 50, 10.0),
        ("2026-09-21T14:13:10Z", NOW - 50, 40.0),
        ("2026-09-21T14:13:10Z", None, None),
        ("0001-01-01T00:00:00", None, None),
        ("9999-12-31T23:59:59.9999999Z", None, 251_612_000_000),
        ("soon", None, None),
        ("2026-09-21T14:14:20Zx", None, None),
        ("x2026-09-21T14:14:20Z", None, None),
        ("2026-99-99T00:00:00Z", None, None),
        ("2026-09-21T14:14:20+99:99", None, None),
        (7, None, None),
        (None, None, None),
    ],
)
def test_how_long_it_holds(until: Any, date: float | None, lasts: float | None) -> None:
    headers = {} if date is None else {"date": email.utils.formatdate(date, usegmt=True)}
    found = asked(answered(told(ValidUntil=until))._replace(headers=headers)).lasts
    assert found == lasts or (lasts is not None and found is not None and lasts > 1e9 < found)


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        (
            {"State": "Suspended", "IsRunning": False},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 is suspended, and its web services do not answer. Ask SuperOffice, or "
            "whoever administers the tenant (State: Suspended). Nothing was sent to it.",
        ),
        (
            {"State": 4},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 is suspended, and its web services do not answer. Ask SuperOffice, or "
            "whoever administers the tenant (State: Suspended). Nothing was sent to it.",
        ),
        (
            {"State": "OfflineMaintenance", "IsRunning": False},
            errors.TenantNotRunningYet,
            "the state of Cust12345: Cust12345 is in maintenance, and its web services do not answer. Try again later, or "
            "wait with wait_for_tenant (State: OfflineMaintenance). Nothing was sent to it.",
        ),
        (
            {"State": 6, "IsRunning": ABSENT},
            errors.TenantNotRunningYet,
            "the state of Cust12345: Cust12345 is in maintenance, and its web services do not answer. Try again later, or "
            "wait with wait_for_tenant (State: OfflineMaintenance). Nothing was sent to it.",
        ),
        (
            {"State": "MigrationPending", "IsRunning": False},
            errors.TenantNotRunningYet,
            "the state of Cust12345: Cust12345 waits for its migration. Try again later, or wait with wait_for_tenant "
            "(State: MigrationPending). Nothing was sent to it.",
        ),
        (
            {"State": "Deleted", "IsRunning": False},
            errors.TenantNotRunning,
            f"the state of {TENANT}: {TENANT} is deleted. Check tenant (State: Deleted). Nothing was sent to it.",
        ),
        (
            {"State": "Deleting", "IsRunning": False},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 is being deleted. Check tenant (State: Deleting). Nothing was sent to it.",
        ),
        (
            {"State": 11, "IsRunning": False},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 was to be deleted. Check tenant (State: DeleteFailed). Nothing was sent to it.",
        ),
        (
            {"State": "Provisioning", "IsRunning": False},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 is being set up. Wait until SuperOffice has done so (State: Provisioning). "
            "Nothing was sent to it.",
        ),
        (
            {"State": 8, "IsRunning": False},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 could not be set up. Ask SuperOffice (State: ProvisioningFailed). Nothing was sent to it.",
        ),
        (
            {"State": "Unknown", "IsRunning": False, "Endpoint": None, "Api": None},
            errors.NotFound,
            "the state of Cust12345: Cust12345 is not known to the sign-in host. Check tenant, and online_environment or "
            "login_url (State: Unknown). Nothing was sent to it.",
        ),
        (
            {"IsRunning": False},
            errors.TenantNotRunningYet,
            "the state of Cust12345: Cust12345 does not run. Try again later, or wait with wait_for_tenant (State: "
            "Running, IsRunning: false). Nothing was sent to it.",
        ),
        (
            {"State": ABSENT, "IsRunning": False},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 does not run. Try again later, or wait with wait_for_tenant (without a "
            "State, IsRunning: false). Nothing was sent to it.",
        ),
        (
            {"State": "Celebrating", "IsRunning": False},
            errors.TenantNotRunning,
            "the state of Cust12345: Cust12345 does not run. Try again later, or wait with wait_for_tenant (State: "
            "Celebrating). Nothing was sent to it.",
        ),
    ],
)
def test_a_tenant_that_does_not_run(changes: dict[str, Any], kind: type[errors.ErpSyncError], words: str) -> None:
    error = failed(answered(told(**changes)))
    assert (error.kind, error.message) == (kind.kind, words)


@pytest.mark.parametrize(
    "answer",
    [
        answered({"Message": "There is no such customer."}, status=404),
        answered(body=b"<html>404 - File or directory not found.", status=404),
        answered({"Message": "canary"}, status=400),
        answered(status=410),
        answered(None),
        answered(body=b""),
    ],
    ids=["404_json", "404_html", "400", "410", "null", "empty"],
)
def test_a_tenant_that_nobody_knows(answer: Response) -> None:
    error = failed(answer)
    assert error.kind == "not_found" and "canary" not in error.message
    assert f"{TENANT} is not known to the sign-in host ({answer.status}, {HOST}). Check tenant, and online_environment" in error.message


_NO_BOOLEANS: tuple[Any, ...] = ("yes", "", 0, 1, [])


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (
            {"Endpoint": ABSENT, "Api": ABSENT},
            "the state of Cust12345: the answer of the sign-in host cannot be used: it has neither Endpoint nor Api.",
        ),
        (
            {"Endpoint": "http://online2.superoffice.com/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint begins with http://, and what "
            "is sent there could be read on the way. Nothing was sent there.",
        ),
        (
            {"Api": "http://online2.superoffice.com/Cust12345/api"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Api begins with http://, and what is "
            "sent there could be read on the way. Nothing was sent there.",
        ),
        (
            {"Endpoint": 7},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": ""},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "//online2.superoffice.com/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "ftp://online2.superoffice.com/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https:///Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://[::1/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://host:99999/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://online.superoffice.com@evil.example/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://evil.example\\\\.superoffice.com/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://host/Cust12345?x="},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://host/Cust12345#"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://host/Cust 12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://host/Cust12345\r\nX: y"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Endpoint": "https://h\u00f6st/Cust12345"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Endpoint is not the address of an installation.",
        ),
        (
            {"Api": [ENDPOINT]},
            "the state of Cust12345: the answer of the sign-in host cannot be used: Api is not the address of an installation.",
        ),
        ({"Api": ENDPOINT}, "the state of Cust12345: the answer of the sign-in host cannot be used: Api does not end with /api."),
        (
            {"State": {"x": 1}},
            "the state of Cust12345: the answer of the sign-in host cannot be used: State is neither a name nor a number.",
        ),
        ({"State": True}, "the state of Cust12345: the answer of the sign-in host cannot be used: State is neither a name nor a number."),
        (
            {"State": "canary canary"},
            "the state of Cust12345: the answer of the sign-in host cannot be used: State is neither a name nor a number.",
        ),
        (
            {"State": "x" * 50},
            "the state of Cust12345: the answer of the sign-in host cannot be used: State is neither a name nor a number.",
        ),
        (
            {"State": ABSENT, "IsRunning": ABSENT},
            "the state of Cust12345: the answer of the sign-in host cannot be used: it has neither State nor IsRunning.",
        ),
        *(
            (
                {"IsRunning": value},
                "the state of Cust12345: the answer of the sign-in host cannot be used: IsRunning is neither true nor false.",
            )
            for value in _NO_BOOLEANS
        ),
        (
            {"ContextIdentifier": "Cust99999"},
            "the state of Cust12345: the sign-in host answers with the state of another tenant. Nothing was sent there.",
        ),
        (
            {"ContextIdentifier": 12345},
            "the state of Cust12345: the sign-in host answers with the state of another tenant. Nothing was sent there.",
        ),
    ],
)
def test_an_answer_that_cannot_be_used(changes: dict[str, Any], words: str) -> None:
    """Credentials would go to the address of a state, so that it must be beyond doubt."""
    error = failed(answered(told(**changes)))
    assert (error.kind, error.message) == ("sign_in_failed", words) and "canary" not in error.message


def test_a_sign_in_host_without_tls_may_name_addresses_without_it() -> None:
    """As the stand-in does."""
    plain = "http://127.0.0.1:8089/Cust12345"
    assert asked(answered(told(Endpoint=plain, Api=f"{plain}/api")), "http://127.0.0.1:8088")[:2] == (plain, plain)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (answered(body=b"<html><title>Sign in</title>"), "not_json"),
        (answered(body=json.dumps(GOOD).encode()[:60]), "not_json"),
        (answered(body=b"\xff\xfe"), "not_json"),
        (answered([GOOD]), "sign_in_failed"),
        (answered("Running"), "sign_in_failed"),
        (answered(body=b"<html>", status=500), "sign_in_failed"),
        (answered(status=401), "sign_in_failed"),
        (answered(status=302, location="https://evil.example"), "redirected"),
        (answered(status=429), "throttled"),
        (answered(status=503), "unavailable"),
        (answered(status=407), "proxy"),
    ],
)
def test_an_answer_that_is_none(answer: Response, kind: str) -> None:
    error = failed(answer)
    assert error.kind == kind and "evil" not in error.message


# The place of a tenant


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class ScriptedSession:
    """A session whose sign-in host follows a script."""

    def __init__(self, host: ScriptedHost, clock: Clock, **settings: Any) -> None:
        self.settings = Settings("", {}, tenant=Tenant(TENANT, HOST), **settings)
        self.sleep = clock.sleep
        self._host = host
        self.destinations: list[Any] = []

    def send(self, request: Any, destination: Any) -> Response:
        self.destinations.append(destination)
        return self._host.send(request)


def place_of(host: ScriptedHost, clock: Clock, **settings: Any) -> TenantPlace:
    session: Any = ScriptedSession(host, clock, **settings)
    return TenantPlace(session, Tenant(TENANT, HOST), RunMemory(clock=clock, now=lambda: NOW))


MAINTENANCE = answered(told(State="OfflineMaintenance", IsRunning=False))


def test_it_is_asked_once_and_again_after_its_time() -> None:
    clock = Clock()
    with ScriptedHost(answered(GOOD), answered(told(Api="https://other/Cust12345/api"))) as host:
        place = place_of(host, clock)
        assert [place.url() for _each in range(3)] == [ENDPOINT] * 3
        clock.now += 3600
        assert [place.url() for _each in range(3)] == ["https://other/Cust12345"] * 3
    session: Any = place._session
    assert {(each.url, tuple(each.headers), each.option) for each in session.destinations} == {(HOST, (), "online_environment")}


def test_it_is_asked_again_for_a_tenant_that_has_moved_and_for_one_that_has_not() -> None:
    moved = "https://online3.superoffice.com/Cust12345"
    with ScriptedHost(answered(GOOD), answered(GOOD), answered(told(Endpoint=moved)), answered(GOOD)) as host:
        place = place_of(host, Clock(), transport="soap", services_version=88)
        for url in (ENDPOINT, ENDPOINT, moved, ENDPOINT):
            assert (place.url(), place.url()) == (url, url)
            assert place.forget(url)
            # Of two threads that were turned away one comes too late.
            assert place.forget(ENDPOINT)


def test_a_maintenance_is_waited_for() -> None:
    clock = Clock()
    throttled = MAINTENANCE._replace(headers={"retry-after": "7"})
    refused = errors.ConnectionRefused("no")
    with ScriptedHost(MAINTENANCE, MAINTENANCE, throttled, refused, MAINTENANCE, answered(GOOD)) as host:
        assert place_of(host, clock, wait_for_tenant=600).url() == ENDPOINT
    assert clock.slept == [1.0, 2.0, 7.0, 8.0, 16.0]


def test_a_maintenance_is_waited_for_as_long_as_is_said() -> None:
    clock = Clock()
    with ScriptedHost(*[MAINTENANCE] * 4) as host, pytest.raises(errors.TenantNotRunningYet) as caught:
        place_of(host, clock, wait_for_tenant=5).url()
    assert clock.slept == [1.0, 2.0, 2.0]
    assert caught.value.message.endswith("Nothing was sent to it. That did not end within 5 seconds (wait_for_tenant).")
    with ScriptedHost(MAINTENANCE) as host, pytest.raises(errors.TenantNotRunningYet) as caught:
        place_of(host, clock).url()
    assert len(clock.slept) == 3 and caught.value.message.endswith("Nothing was sent to it.")
    pauses = Clock()
    with ScriptedHost(*[MAINTENANCE] * 8, answered(GOOD)) as host:
        place_of(host, pauses, wait_for_tenant=3600).url()
    assert pauses.slept[-3:] == [30.0] * 3


@pytest.mark.parametrize("state_name", ["Suspended", "Deleted", "Unknown", "Provisioning"])
def test_nothing_else_is_waited_for(state_name: str) -> None:
    clock = Clock()
    with ScriptedHost(answered(told(State=state_name, IsRunning=False))) as host, pytest.raises(errors.ErpSyncError):
        place_of(host, clock, wait_for_tenant=600).url()
    # Not even that the host answers: it may be the wrong one.
    with ScriptedHost(errors.ConnectionRefused("no")) as host, pytest.raises(errors.ConnectionRefused):
        place_of(host, clock, wait_for_tenant=600).url()
    assert clock.slept == []


STATES = ("Unknown", "Provisioning", "Running", "Deleted", "Suspended", "OnlineMaintenance", "OfflineMaintenance")


def outcome(value: Any) -> Any:
    """What a state alone makes of an answer."""
    try:
        return asked(answered(told(State=value, IsRunning=ABSENT)))
    except errors.ErpSyncError as error:
        return error.__class__, error.message


@pytest.mark.parametrize(("number", "name"), list(enumerate(STATES)))
def test_the_number_of_a_state_means_its_name(number: int, name: str) -> None:
    assert outcome(number) == outcome(str(number)) == outcome(name)


def test_states_are_told_apart() -> None:
    assert [isinstance(outcome(name), state.TenantState) for name in STATES[1:]] == [False, True, False, False, True, False]


def test_no_port_is_no_address() -> None:
    message = failed(answered(told(Endpoint="https://online2.superoffice.com:0/Cust12345"))).message
    assert "Endpoint is not the address of an installation" in message


def seen(answer: Response) -> state.SeenState:
    with ScriptedHost(answer) as host:
        return state.see(host.send, Tenant(TENANT, HOST), lambda: NOW)


UNTIL = NOW + 3600


def test_what_is_seen_of_a_tenant_that_runs() -> None:
    found = seen(answered(GOOD))
    assert found == ("Running", True, ENDPOINT, GOOD["Version"], UNTIL, 3600.0, None)
    assert seen(answered(told(State=ABSENT))).state == "Running"
    assert seen(answered(told(State="Celebrating")))[:2] == ("Celebrating", True)
    assert seen(answered(told(State=5)))[:2] == ("OnlineMaintenance", True)
    without = seen(answered(told(ValidUntil=ABSENT, Version=ABSENT)))
    assert (without.version, without.until, without.lasts) == (None, None, None)


@pytest.mark.parametrize(
    ("version", "is_seen"), [(" R\n1 ", "R 1"), ("", None), (" ", None), (7, None), (None, None), ("x" * 101, "x" * 100)]
)
def test_the_version_is_a_short_line(version: Any, is_seen: str | None) -> None:
    assert seen(answered(told(Version=version))).version == is_seen


@pytest.mark.parametrize(
    ("changes", "name", "problem"),
    [
        (
            {"State": 4},
            "Suspended",
            "Cust12345 is suspended, and its web services do not answer. Ask SuperOffice, or whoever administers the "
            "tenant (State: Suspended). Nothing was sent to it.",
        ),
        (
            {"State": "OfflineMaintenance"},
            "OfflineMaintenance",
            "Cust12345 is in maintenance, and its web services do not answer. Try again later, or wait with "
            "wait_for_tenant (State: OfflineMaintenance). Nothing was sent to it.",
        ),
        ({"State": "Deleted"}, "Deleted", "Cust12345 is deleted. Check tenant (State: Deleted). Nothing was sent to it."),
        (
            {"State": "Asleep"},
            "Asleep",
            "Cust12345 does not run. Try again later, or wait with wait_for_tenant (State: Asleep). Nothing was sent to it.",
        ),
        (
            {"State": "Running"},
            "Running",
            "Cust12345 does not run. Try again later, or wait with wait_for_tenant (State: Running, IsRunning: false). "
            "Nothing was sent to it.",
        ),
        (
            {"State": ABSENT},
            "Unknown",
            "Cust12345 does not run. Try again later, or wait with wait_for_tenant (without a State, IsRunning: false). "
            "Nothing was sent to it.",
        ),
    ],
)
def test_what_is_seen_of_a_tenant_that_does_not_run(changes: dict[str, Any], name: str, problem: str) -> None:
    # Nothing is sent to its address.
    for address, is_seen in ((ENDPOINT, ENDPOINT), ("nowhere", None), (None, None)):
        api = f"{ENDPOINT}/api" if address == ENDPOINT else None
        found = seen(answered(told(**changes, IsRunning=False, Endpoint=address, Api=api)))
        assert (found.state, found.running, found.endpoint) == (name, False, is_seen)
        assert found.problem == problem


def test_a_moment_that_is_past_is_seen_as_such() -> None:
    found = seen(answered(told(ValidUntil="2026-09-21T14:13:10Z")))
    assert (found.until, found.lasts) == (NOW - 10, -10.0)
    ahead = email.utils.formatdate(NOW + 50, usegmt=True)
    assert seen(answered(told(ValidUntil="2026-09-21T14:14:20Z"))._replace(headers={"date": ahead})).lasts == 10.0


@pytest.mark.parametrize(
    "answer",
    [
        answered({}, 404),
        answered(None),
        answered(told(State=0, IsRunning=False)),
        answered(told(ContextIdentifier="Cust1")),
        answered(told(Endpoint="nowhere")),
        answered(told(State=ABSENT, IsRunning=ABSENT)),
        answered(body=b"<html>"),
        answered({}, 503),
    ],
)
def test_what_is_refused_of_each_tenant_is_not_seen(answer: Response) -> None:
    with pytest.raises(errors.ErpSyncError) as of_one:
        seen(answer)
    assert of_one.value.message == failed(answer).message
