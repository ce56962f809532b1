# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Pages of made-up fleets, drawn by the template of the playbooks without Ansible."""

from __future__ import annotations

import datetime
from typing import Any

import jinja2
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _fleet_page, _page

AT = datetime.datetime(2026, 11, 26, 6, 30, tzinfo=datetime.UTC)
RUN = _fleet_page.Run(AT, ("inventory",))
_FIELDS = "EMAIL PHONE ORGNR BALANCE CREDITLIMIT PAYMENTTERM CURRENCY COUNTRY WEB FAX VATCODE PRICELIST".split()


def render(page: dict[str, Any]) -> str:
    """The page as Ansible's template module draws it."""
    loader = jinja2.FileSystemLoader(_page.ASSETS)
    # As Ansible has it.
    environment = jinja2.Environment(loader=loader, trim_blocks=True, undefined=jinja2.StrictUndefined, autoescape=False)
    return environment.get_template("page.html.j2").render(erpsync_page=page)


def drifted(host: str, number: int, differences: int, **more: Any) -> dict[str, Any]:
    """The variables of an installation with so many differences, as the playbook drift sets them; the same for the same number."""
    changes: list[dict[str, Any]] = []
    diff: list[dict[str, Any]] = []

    def differs(kind: str, name: str, action: str, before: dict[str, Any], after: dict[str, Any]) -> None:
        # What is not there was changed by nobody, and not every server tells.
        known = action != "create" and number % 3 != 2
        at = AT - datetime.timedelta(days=1 + 7 * (len(diff) % 5), hours=number, minutes=17 * len(diff))
        stamp = {"changed_by": _PEOPLE[(number + len(diff)) % len(_PEOPLE)], "changed_at": _page.time_text(at)} if known else {}
        changes.append({"kind": kind, "name": name, "action": action, "changed_fields": list(after or before), **stamp})
        diff.append({"before": before, "after": after, "stamps": [{"path": [], **stamp}]})

    left = differences
    if left > 3 and number % 2 == 0:
        differs("engine", "", "update", {"interval": "00:15:00"}, {"interval": "00:10:00"})
        left -= 1
    if left > 60:
        config = {f"Key{place}": f"value {place}" for place in range(left // 2 - 2)}
        differs("connection", "Visma Finland", "create", {}, {"name": "Visma Finland", "connector": "Visma", "config": config})
        left -= left // 2
    for place, connection in enumerate([*_CONNECTIONS] * 9):
        if left <= 0:
            break
        if left > 2 and place == 1:
            before = {"config": {"Company": "1001", "Url": "https://erp.example.com/old"}, "description": "Made by hand"}
            after = {"config": {"Company": "1002", "Url": "https://erp.example.com/new"}, "description": "Orders and invoices"}
            differs("connection", connection, "update", before, after)
            left -= 3
        erp = _ACTORS[place // len(_CONNECTIONS)]
        taken = _FIELDS[number % 4 :][: max(min(left, 7), 1)]
        fields = {name: {"direction": "both", "crm": "contact/udef"} for name in taken}
        wanted = {name: {"direction": "to_crm" if place % 2 else "to_erp", "crm": "contact/udef"} for place, name in enumerate(taken)}
        differs("mapping", f"{connection}, {erp}", "update", {"fields": fields}, {"fields": wanted})
        left -= len(taken)
        if left > 0:
            differs("list", f"{connection}, {erp} terms", "update", {"items": {"x": "Cash"}}, {"items": {"x": "14 days"}})
            left -= 1
    return {"environment_comparison": {"changes": changes, "diff": diff}, "erpsync_drift_info": _info(), **more}


def _info() -> dict[str, Any]:
    connections = [{"name": name, "connector": connector, "active": name != "Visma Sweden"} for name, connector in _CONNECTIONS.items()]
    return {"engine": {"is_running": True, "interval": "00:15:00"}, "connections": connections}


_CONNECTIONS = {
    "Visma Norway": "Visma",
    "Visma Sweden": "Visma",
    "SAP Germany": "SAP",
    "Visma Denmark": "Visma",
    "SAP Austria": "SAP",
    "Business Central": "Dynamics",
    "Excel, prices": "Excel",
}
_PEOPLE = ("KRN", "ADM", "MHØ", "TLI")
_PLACES = "oslo bergen trondheim stavanger tromso bodo kristiansand stockholm goteborg malmo kobenhavn aarhus".split()
_ACTORS = "Customer Supplier Person Project Partner Employee Contact Branch Lead".split()


def fleet(number: int = 200, differences: int = 2000) -> dict[str, dict[str, Any]]:
    """Installations of which one in fifty is not compared, and one in six differs, many of them alike."""
    names = [f"crm-{_PLACES[place % len(_PLACES)]}-{place // len(_PLACES) + 1:02}.example.com" for place in range(number)]
    differing = [name for place, name in enumerate(names) if place % 6 == 0]
    found: dict[str, dict[str, Any]] = {}
    # Some differ in much, most in little.
    shares = [1 + 400 // (order + 4) for order in range(len(differing))]
    counts = [differences * share // sum(shares) for share in shares]
    counts[0] += differences - sum(counts)
    for place, name in enumerate(names):
        if name in differing:
            order = differing.index(name)
            found[name] = drifted(name, order % 5, counts[order])
        elif place % 50 == 1:
            problem = f"Connection to {name} failed: connection refused. Check the address in erpsync_url, and whether the server runs."
            found[name] = {"erpsync_drift_problem": problem}
        else:
            found[name] = drifted(name, 0, 0)
    return found


def drift_page(hosts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """The data of drift's page."""
    return _fleet_page.page("drift", list(hosts), hosts, RUN)


def _checked(place: int) -> dict[str, Any]:
    """The variables of an installation as the playbook health sets them; most are well."""
    if place % 13 == 1:
        return {"erpsync_health_result": {"failed": True, "msg": "The server does not answer: connection refused."}}
    connections = [
        {"name": name, "active": True, "last_sync": _page.time_text(AT - datetime.timedelta(minutes=3 + (place * 37 + order * 11) % 55))}
        for order, name in enumerate([*_CONNECTIONS][: 2 + place % 3])
    ]
    engine: dict[str, Any] = {"is_running": True, "interval": "00:15:00"}
    findings: list[dict[str, Any]] = []

    def finds(severity: str, check: str, what: str, kind: str, name: str, todo: str, since: str | None = None) -> None:
        where = {"kind": kind, "name": name}
        findings.append({"severity": severity, "check": check, "what": what, "where": where, "since": since, "todo": todo})

    if place % 9 == 4:
        old = _page.time_text(AT - datetime.timedelta(days=place, hours=5))
        connections[0]["last_sync"] = old
        todo = "Test the connection, and look at its log."
        finds("error", "last_sync", "It was not synchronised within 2 hours.", "connection", "Visma Norway", todo, old)
        todo = "Map another field, or none."
        finds("warning", "missing_fields", "The ERP system no longer has the field FAX.", "mapping", "Visma Norway, Customer", todo)
    elif place % 5 == 2:
        engine["is_running"] = False
        connections[-1]["last_sync"] = None
        finds("warning", "engine", "It is stopped.", "engine", "", "Start it.")
    for each in connections:
        each["last_sync_written"] = each["last_sync"]
    status = findings[0]["severity"] if findings else "ok"
    return {"erpsync_health_result": {"status": status, "findings": findings, "engine": engine, "connections": connections}}


def health_page(number: int = 30) -> dict[str, Any]:
    """The data of a page with findings, and with the times of the last synchronisation."""
    hosts = {f"crm-{_PLACES[place % len(_PLACES)]}-{place // len(_PLACES) + 1:02}.example.com": _checked(place) for place in range(number)}
    return _fleet_page.page("health", list(hosts), hosts, RUN)
