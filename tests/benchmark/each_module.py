# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The measured task of each module, and the requests that it sends.

The task finds the stand-in's installation as declared. Its requests come from the stand-in's
journal, so that uri tasks and a bare script do the same work.
"""

from __future__ import annotations

import time
from urllib.parse import urlsplit

import requests
from installation import Json
from measuring import Measured
from pytest_stand_in import StandIn

Tasks = list[Json]
_CONNECTION = {"name": "Visma Norway"}
_CUSTOMER = {"connection": "Visma Norway", "erp": "Customer"}
_DOCUMENT: Json = {
    "engine": {"state": "running"},
    "connectors": [{"name": "Visma"}],
    "connections": [{"name": "Visma Norway", "active": True, "actors": [{"erp": "Customer", "enabled": True}]}],
}
# Modules that synchronise do so each time; the others change nothing.
OPTIONS: dict[str, Json] = {
    "erpsync_connection": _CONNECTION,
    "erpsync_connector": {"name": "Visma"},
    "erpsync_engine": {"state": "running"},
    "erpsync_environment": {"document": _DOCUMENT},
    "erpsync_environment_info": {},
    "erpsync_field_mapping": {**_CUSTOMER, "enabled": True},
    "erpsync_health": {"fail_on": "never"},
    "erpsync_info": {"gather": ["engine", "connectors", "connections"]},
    "erpsync_list_mapping": {"connection": "Visma Norway", "list": "TermList"},
    "erpsync_priority": {"order": ["Visma Norway"]},
    "erpsync_resync": {"connection": "Visma Norway", "erp": "Customer", "erp_keys": ["10001"]},
    "erpsync_sync_all": {},
}


def task(module: str) -> Tasks:
    """One task of a module."""
    return [{f"superoffice.erpsync.{module}": OPTIONS[module]}]


def as_uri_tasks(stand_in: StandIn, journal: list[Json]) -> Tasks:
    """The requests of a journal, each as a task with ansible.builtin.uri."""
    return [{"ansible.builtin.uri": _uri(stand_in, entry), "register": "answer"} for entry in journal]


def journal_of(stand_in: StandIn) -> list[Json]:
    """The requests since the journal was cleared, with paths below the stand-in's address."""
    base = urlsplit(stand_in.url).path
    return [{**entry, "path": entry["path"].removeprefix(base)} for entry in stand_in.journal()]


def script(url: str, who: tuple[str, str], journal: list[Json], times: int) -> Measured:
    """Send the requests of a journal in order, only with requests; seconds for one pass."""
    start = time.perf_counter()
    for _time in range(times):
        with requests.Session() as http:
            http.auth = who
            http.trust_env = False
            for entry in journal:
                answered = answer(http, url, entry)
                if answered.content:
                    answered.json()
    return Measured((time.perf_counter() - start) / times, 0.0)


def answer(http: requests.Session, url: str, entry: Json) -> requests.Response:
    """The answer of the server at this address to a request of a journal."""
    return http.request(entry["verb"], url + entry["path"], params=entry["query"], json=entry["body"], timeout=30)


def _uri(stand_in: StandIn, entry: Json) -> Json:
    query = requests.Request(entry["verb"], stand_in.url + entry["path"], params=entry["query"]).prepare().url
    call: Json = {
        "url": query,
        "method": entry["verb"],
        "url_username": stand_in.username,
        "url_password": stand_in.password,
        "force_basic_auth": True,
        "return_content": True,
        # One of the stand-in's connectors does not answer; the server reports that as its own
        # error, 500.
        "status_code": [200, 204, 500],
    }
    if entry["body"] is not None:
        call.update(body_format="json", body=entry["body"])
    return call
