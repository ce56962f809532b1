# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tasks ask an installation of the stand-in, and what it answers, written down for the quick server.

So a measurement shows the collection and not the stand-in, and a script can send the same requests.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import each_module
import requests
from installation import FIELDS, PAGE, Json
from pytest_stand_in import StandIn
from quick_server import question

Tasks = list[Json]
WITHOUT_DEFAULT = {"HasFirstSyncDefaultValue": False, "FirstSyncDefaultValue": None}
# What the document declares of an actor type, and of a field.
ACTOR, FIELD = ("erp", "enabled"), ("erp", "crm", "direction")


class Recorded(NamedTuple):
    """An installation: its document, the answers of its server, and the requests of each task."""

    document: Path
    answers: Path
    asked: dict[str, list[Json]]


def load(document: Path) -> str:
    """A template that reads a document."""
    return "{{ lookup('ansible.builtin.file', '" + str(document) + "') | from_json }}"


def converge(document: Path, read_from: str) -> Tasks:
    """The task that finds the installation as its document declares it."""
    wrong = "done is changed or done.failure is defined"
    task = {"document": load(document), "read_from": read_from}
    return [{"superoffice.erpsync.erpsync_environment": task, "register": "done", "failed_when": wrong}]


EXPORT: Tasks = [{"superoffice.erpsync.erpsync_environment_info": {}, "register": "export"}]
HEALTH: Tasks = [{"superoffice.erpsync.erpsync_health": {"fail_on": "never"}}]


def record(stand_in: StandIn, play: Callable[[Tasks], object], folder: Path, connections: int) -> Recorded:
    """Record an installation with so many connections, each with 3 actor types of 20 fields."""
    stand_in.reset("empty")
    stand_in.settings(archive_page_size=PAGE)
    stand_in.bulk(connections, fields=FIELDS)
    state = stand_in.state()
    # Through the agent each default value would be a request.
    fields = [{**field, **WITHOUT_DEFAULT} for field in state["fields"]]
    stand_in.put_state({**state, "fields": fields, "engine": {**state["engine"], "IsRunning": True}})

    def asked(tasks: Tasks) -> list[Json]:
        stand_in.clear_journal()
        play(tasks)
        return each_module.journal_of(stand_in)

    exported = folder / f"export-{connections}.json"
    keep = {"ansible.builtin.copy": {"content": "{{ export.document | to_json }}", "dest": str(exported), "mode": "0600"}}
    # Together they ask for whatever one of them may choose to read both ways.
    found = {"export": asked([*EXPORT, keep]), "health": asked(HEALTH)}
    document = folder / f"document-{connections}.json"
    document.write_text(json.dumps(_document(json.loads(exported.read_text(encoding="utf-8")))), encoding="utf-8")
    found.update({read_from: asked(converge(document, read_from)) for read_from in ("agent", "archive")})
    answers = folder / f"recorded-{connections}.json"
    answers.write_text(json.dumps(_answers(stand_in, (entry for journal in found.values() for entry in journal))), encoding="utf-8")
    return Recorded(document, answers, found)


def _document(exported: Json) -> Json:
    """What was exported, without configuration, access and lists."""
    return {"connections": [_connection(connection) for connection in exported["connections"]]}


def _connection(exported: Json) -> Json:
    actors = [{**_only(ACTOR, actor), "fields": [_only(FIELD, one) for one in actor["fields"]]} for actor in exported["actors"]]
    # A description is a setting, so that the settings are read. There is none.
    return {"name": exported["name"], "description": "", "active": exported["active"], "actors": actors}


def _only(keys: Iterable[str], section: Json) -> Json:
    return {key: section[key] for key in keys if key in section}


def _answers(stand_in: StandIn, journal: Iterable[Json]) -> dict[str, dict[str, Json]]:
    """The answers to all requests of a journal, by request and body."""
    found: dict[str, dict[str, Json]] = {}
    with requests.Session() as http:
        http.auth = (stand_in.username, stand_in.password)
        http.trust_env = False
        for entry in journal:
            body = "" if entry["body"] is None else json.dumps(entry["body"], sort_keys=True)
            by_body = found.setdefault(f"{entry['verb']} {question(entry['path'], entry['query'])}", {})
            if body not in by_body:
                by_body[body] = each_module.answer(http, stand_in.url, entry).json()
    return found
