# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""One session and two hosts: the sign-in host and the installation, each with its own proxy, signature and option to check."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.exchange import Destination, Request
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.once import RunMemory
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.online.access import to_tenant
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.rest import RestTransport
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.session import Session
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.settings import from_params
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Reply, ScriptedServer, answer

TENANT = "Cust12345"
STATE = f"GET /api/state/{TENANT}"
ENGINE = f"POST /{TENANT}/api/v1/Agents/ErpSync/GetEngineStatus"
RUNNING = answer({"IsRunning": True, "Interval": "00:15:00"})


def session(login_url: str, **more: Any) -> Session:
    """A session with the sign-in host, with an access token that was given."""
    given = {"tenant": TENANT, "login_url": login_url, "access_token": "8A:canary", "client_secret": "canary", "retries": 0}
    return Session(from_params({**given, "rate_limit": 0, **more}))


def engine(login_url: str, **more: Any) -> Any:
    """The engine's status; the tenant is asked for first."""
    with session(login_url, **more) as http:
        return RestTransport(to_tenant(http, RunMemory())).invoke("GetEngineStatus", {}, writes=False)


def named(url: str) -> str:
    """The address of a server with the other name of this machine."""
    return url.replace("127.0.0.1", "localhost")


def state_at(url: str) -> Any:
    return answer({"State": "Running", "IsRunning": True, "Endpoint": f"{url}/{TENANT}", "Api": f"{url}/{TENANT}/api"})


def dead_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def test_only_the_installation_gets_a_signature() -> None:
    with ScriptedServer([(ENGINE, RUNNING)]) as installation, ScriptedServer([(STATE, state_at(installation.url))]) as sign_in_host:
        assert engine(sign_in_host.url)["IsRunning"] is True
    (unsigned,), (signed,) = sign_in_host.received, installation.received
    assert not {"authorization", "so-apptoken"} & set(unsigned.headers) and "canary" not in str(unsigned)
    assert (signed.headers["authorization"], signed.headers["so-apptoken"]) == ("Bearer 8A:canary", "canary")
    assert unsigned.headers["user-agent"] == signed.headers["user-agent"]


@pytest.mark.parametrize("reached", ["sign-in host", "installation"])
def test_each_host_has_the_proxy_of_its_name(reached: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """NO_PROXY may name one of the two."""
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{dead_port()}")
    monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{dead_port()}")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.setenv(name, "localhost" if reached == "sign-in host" else "127.0.0.1")
    with ScriptedServer([]) as installation:
        script = [(STATE, state_at(installation.url))] if reached == "sign-in host" else []
        with ScriptedServer(script) as sign_in_host, pytest.raises(errors.ProxyUnreachable) as caught:
            engine(named(sign_in_host.url))
    step = "GetEngineStatus" if reached == "sign-in host" else f"the state of {TENANT}"
    assert caught.value.message.startswith(f"{step}: the proxy 127.0.0.1:") and caught.value.method == step


def test_messages_name_the_option_that_led_to_the_host() -> None:
    nobody = f"http://127.0.0.1:{dead_port()}"
    with pytest.raises(errors.ConnectionRefused, match="Check that login_url is right and that the server runs"):
        engine(nobody)
    with ScriptedServer([(STATE, state_at(nobody))]) as sign_in_host:
        with pytest.raises(errors.ConnectionRefused, match="GetEngineStatus: .* Check that tenant is right and that the server runs"):
            engine(sign_in_host.url)
    for reply, words in (
        (answer(status=404), "Check tenant; on an old version"),
        (answer(status=302, headers={"Location": "https://evil.example"}), "the server redirects to another address. Check tenant."),
        (answer(body=b"<html>"), "a web page instead of JSON. Check tenant, without a sign-in page"),
    ):
        with ScriptedServer([(ENGINE, reply)]) as installation, ScriptedServer([(STATE, state_at(installation.url))]) as sign_in_host:
            with pytest.raises(errors.ErpSyncError) as caught:
                engine(sign_in_host.url)
        assert words in caught.value.message and "evil" not in caught.value.message


def test_no_redirection_is_followed() -> None:
    """Not by the sign-in host either, to which secrets go."""
    for status in (301, 302, 303, 307, 308):
        with ScriptedServer([]) as evil:
            moved = answer(status=status, headers={"Location": f"{evil.url}/api/state/{TENANT}"})
            with ScriptedServer([(STATE, moved)]) as sign_in_host, pytest.raises(errors.Redirected):
                engine(sign_in_host.url)


def test_calls_at_both_hosts_count_for_the_rate() -> None:
    """A tenant has one pace, wherever it is."""
    turns: list[str] = []

    class Pace:
        def turn(self, installation: str, now: float, interval: float) -> float:
            turns.append(f"{installation} {interval}")
            return now

    with ScriptedServer([(ENGINE, RUNNING)]) as installation, ScriptedServer([(STATE, state_at(installation.url))]) as sign_in_host:
        settings = session(sign_in_host.url, rate_limit=20).settings
        with Session(settings, pace=Pace()) as http:
            RestTransport(to_tenant(http, RunMemory())).invoke("GetEngineStatus", {}, writes=False)
        assert turns == [f"{sign_in_host.url}/{TENANT} 0.05"] * 2


def test_a_time_limit_holds_for_each_request() -> None:
    with ScriptedServer([(STATE, Reply(then="hang"))]) as silent:
        with session(silent.url, timeout=0.3) as http, pytest.raises(errors.TimedOut):
            http.send(Request("GET", f"/api/state/{TENANT}", "M", False), Destination(silent.url))
