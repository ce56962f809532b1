# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The summaries of fleets: totals, the worst first, equal installations once, and no line too long for a screen."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.plugin_utils import _fleet, _table
from hypothesis import given
from hypothesis import strategies as st

NOBODY: dict[str, Any] = {"changed_by": None, "changed_at": None}


def _comparison(*names: str) -> dict[str, Any]:
    """What the role environment publishes where an engine's interval and these connections differ."""
    changes = [{"kind": "engine", "name": "", "action": "update", "changed_fields": ["interval"]}]
    diff: list[dict[str, Any]] = [{"before": {"interval": "00:15:00"}, "after": {"interval": "00:10:00"}}]
    for name in names:
        changes.append({"kind": "connection", "name": name, "action": "create", "changed_fields": ["name"]})
        diff.append({"before": {}, "after": {"name": name}})
    return {"changes": changes, "diff": diff}


@pytest.mark.parametrize(
    "number, told", [(1, "1 installation: 1 differs."), (2, "2 installations: 2 differ."), (0, "0 installations: none.")]
)
def test_totals_are_told_of_one_and_of_several(number: int, told: str) -> None:
    hosts = {f"crm-{place}": {"environment_comparison": _comparison()} for place in range(number)}
    assert _fleet.summary("drift", list(hosts), hosts)["lines"][0] == told


def test_drift_of_thirty_installations() -> None:
    hosts: dict[str, dict[str, Any]] = {f"crm-{number:02}": {"environment_comparison": _comparison()} for number in range(28)}
    hosts["crm-away"] = {"environment_comparison": None, "erpsync_drift_problem": 'no connection to "crm-away"'}
    hosts["crm-fine"] = {"environment_comparison": {"changes": [], "diff": []}}
    hosts["crm-worse"] = {"environment_comparison": _comparison("Visma Finland")}

    found = _fleet.summary("drift", list(hosts), hosts)

    assert found["lines"][:3] == ["31 installations: 1 not compared, 29 differ, 1 as declared.", "", found["lines"][2]]
    rows = found["lines"][3:]
    assert rows[0].split() == ["crm-away", "not", "compared", "no", "connection", "to", "'crm-away'"]
    # Of two that differ the one with more differences comes first, and each row has its name.
    assert [row.split()[0] for row in rows[1:3]] == ["crm-worse", "crm-worse"]
    assert rows[3].startswith("28 of 31      differs       engine") and rows[3].endswith("interval: 00:15:00 -> 00:10:00")
    assert rows[4].startswith("28 of 31: the same change: crm-00, crm-01, ") and rows[-2].endswith("crm-27")
    assert rows[-1] == "crm-fine      as declared"
    assert found["totals"] == {"installations": 31, "not_compared": 1, "differs": 29, "as_declared": 1, "changes": 30}
    assert found["report"]["installations"][0]["name"] == "crm-away"
    assert found["report"]["installations"][1]["changes"][0]["differences"] == [
        {"what": "interval", "is": "00:15:00", "declared": "00:10:00", **NOBODY}
    ]


def test_a_batch_that_has_not_begun_is_no_failure() -> None:
    hosts: dict[str, dict[str, Any]] = {
        "one": {"environment_run": {"changed": True, **_comparison("Visma Finland")}},
        "two": {"environment_run": {"failed": True, "msg": "no"}},
        "three": {},
        "four": {"environment_run": {"changed": False, "changes": []}},
    }
    lines = _fleet.summary("converge", list(hosts), hosts)["lines"]
    assert lines[0] == "4 installations: 1 failed, 1 changed, 1 as declared, 1 not begun."
    assert [line.split()[0] for line in lines[3:]] == ["two", "one", "one", "four", "three"]
    hosts["one"]["ansible_check_mode"] = True
    assert "1 would change" in _fleet.summary("converge", list(hosts), hosts)["lines"][0]


def test_a_quiet_summary_has_only_what_failed() -> None:
    connections = [{"name": "SAP", "last_sync": "2026-11-20T05:46:55"}, {"name": "Visma", "last_sync": None}]
    hosts: dict[str, dict[str, Any]] = {
        "fine": {"sync_result": {"succeeded": True, "status": "ok", "msg": "Records: 1 added."}},
        "bad": {"sync_result": {"succeeded": False, "msg": "The synchronisation failed.", "connections": connections}},
    }
    lines = _fleet.summary("sync", list(hosts), hosts, only_problems=True)["lines"]
    assert lines[0] == "2 installations: 1 failed, 1 synchronised."
    assert "fine" not in " ".join(lines)
    # The one that stayed behind first.
    assert "Visma never, SAP 2026-11-20T05:46:55" in " ".join(" ".join(lines).split())
    del hosts["bad"]
    assert _fleet.summary("sync", list(hosts), hosts, only_problems=True)["lines"] == ["1 installation: 1 synchronised."]


TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=200)


@given(st.lists(st.one_of(TEXT, st.lists(TEXT, min_size=4, max_size=4)), max_size=8))
def test_no_line_is_too_long_and_no_letter_is_lost(items: list[str | list[str]]) -> None:
    lines = _table.lines(items)
    assert all(len(line) <= _table.WIDTH and '"' not in line and "\\" not in line for line in lines)
    letters = [letter for item in items for text in ([item] if isinstance(item, str) else item) for letter in text if letter.isalnum()]
    assert sorted(letters) == sorted(letter for line in lines for letter in line if letter.isalnum())


@pytest.mark.parametrize("playbook", sorted(_fleet.TOLD))
def test_what_is_not_there_is_told(playbook: str) -> None:
    """As after an installation that could not be reached at all."""
    found = _fleet.summary(playbook, ["crm"], {"crm": {}})
    assert found["totals"]["installations"] == 1 and len(found["lines"]) > 2


CHANGES: list[dict[str, Any]] = [
    {"kind": "connection", "name": "Visma", "action": "update", "changed_fields": ["description", "config"]},
    {"kind": "connector", "name": "SAP", "action": "create", "changed_fields": ["name"]},
    {"kind": "connection", "name": "Old", "action": "remove", "changed_fields": []},
    {"kind": "priority", "name": "", "action": "update", "changed_fields": ["priority"]},
]
DIFF: list[dict[str, Any]] = [
    {
        "before": {"description": "", "config": {"Company": "1", "Tls": True}},
        "after": {"description": "x", "config": {"Company": None, "Tls": False}},
    },
    {"before": {}, "after": {"name": "SAP"}},
    {"before": {"name": "Old"}, "after": {}},
    {"before": {"priority": ["A", "B"]}, "after": {"priority": ["B", "A"]}},
]
# What the table has in the columns Where and What.
ROWS = [
    "connection Visma  description: (empty) -> x",
    "connection Visma  config, Company: 1 -> nothing",
    "connection Visma  config, Tls: yes -> no",
    "connector SAP     is missing",
    "connection Old    is not declared",
    "priority          A, B -> B, A",
]
FOR_PROGRAMS: list[dict[str, Any]] = [
    {
        "kind": "connection",
        "name": "Visma",
        "action": "update",
        "differences": [
            {"what": "description", "is": "", "declared": "x"},
            {"what": "config, Company", "is": "1", "declared": None},
            {"what": "config, Tls", "is": True, "declared": False},
        ],
    },
    {"kind": "connector", "name": "SAP", "action": "create", "differences": [{"what": "name", "is": None, "declared": "SAP"}]},
    {"kind": "connection", "name": "Old", "action": "remove", "differences": [{"what": "name", "is": "Old", "declared": None}]},
    {"kind": "priority", "name": "", "action": "update", "differences": [{"what": "", "is": ["A", "B"], "declared": ["B", "A"]}]},
]
for one in FOR_PROGRAMS:
    one.update(NOBODY, differences=[{**each, **NOBODY} for each in one["differences"]])
READ = {
    "engine": {"is_running": 1, "interval": "00:15:00", "more": 1},
    "connections": [
        {"name": "Visma", "connector": "SAP", "active": 1, "id": 4},
        {"name": None, "connector": None, "active": 0},
    ],
}
SHOWN = {
    "engine": {"is_running": True, "interval": "00:15:00"},
    "connections": [
        {"name": "Visma", "connector": "SAP", "active": True},
        {"name": None, "connector": None, "active": False},
    ],
}
NOT_READ = {"engine": None, "connections": None}


def _summary(playbook: str, hosts: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """A summary, whose parts say the same of each installation."""
    found = _fleet.summary(playbook, list(hosts), hosts)
    assert list(found) == ["lines", "totals", "hosts", "report"]
    assert found["report"]["totals"] == found["totals"]
    programs = found["report"]["installations"]
    assert [one["name"] for one in programs] == [name for names in found["hosts"].values() for name in names]
    for one in programs:
        assert one["name"] in found["hosts"][one["result"]]
    return found


def test_all_of_a_summary_of_drift() -> None:
    found = _summary(
        "drift",
        {
            "fine": {"environment_comparison": {"changes": [], "diff": []}},
            "differs": {"environment_comparison": {"changes": CHANGES, "diff": DIFF}, "erpsync_drift_info": READ},
            "told": {"erpsync_drift_problem": " no\n route "},
            "silent": {},
        },
    )
    assert found["lines"] == [
        "4 installations: 2 not compared, 1 differs, 1 as declared.",
        "",
        "Installation  Result        Where             What",
        "told          not compared                    no route",
        "silent        not compared                    The host could not be reached.",
        *(f"differs       differs       {row}" for row in ROWS),
        "fine          as declared",
    ]
    assert found["totals"] == {"installations": 4, "not_compared": 2, "differs": 1, "as_declared": 1, "changes": 4}
    assert found["report"]["installations"] == [
        {"name": "told", "result": "not_compared", "problem": "no route", **NOT_READ, "changes": []},
        {"name": "silent", "result": "not_compared", "problem": "The host could not be reached.", **NOT_READ, "changes": []},
        {"name": "differs", "result": "differs", "problem": None, **SHOWN, "changes": FOR_PROGRAMS},
        {"name": "fine", "result": "as_declared", "problem": None, **NOT_READ, "changes": []},
    ]


def test_all_of_a_summary_of_a_report() -> None:
    found = _summary(
        "report",
        {
            "runs": {"erpsync_report_info": READ},
            "bare": {"erpsync_report_info": {"engine": {"is_running": False}}},
            "refused": {"erpsync_report_info": {"failed": True, "msg": "no  route\nto host"}},
            "silent": {},
            # What a task of somebody else may say.
            "number": {"erpsync_report_info": {"failed": True, "msg": 7}},
        },
    )
    assert found["lines"] == [
        "5 installations: 3 not read, 1 stopped, 1 running.",
        "",
        "Installation  Engine   Interval  Connection  Connector  Active",
        "refused: not read: no route to host",
        "silent: not read: The host could not be reached.",
        "number: not read: 7",
        "bare          stopped  ?         (none)",
        "runs          running  00:15:00  Visma       SAP        yes",
        "runs          running  00:15:00  (no name)   (deleted)  no",
    ]
    assert found["totals"] == {"installations": 5, "not_read": 3, "stopped": 1, "running": 1, "changes": 0}
    bare = {"engine": {"is_running": False, "interval": None}, "connections": []}
    assert found["report"]["installations"] == [
        {"name": "refused", "result": "not_read", "problem": "no route to host", **NOT_READ, "changes": []},
        {"name": "silent", "result": "not_read", "problem": "The host could not be reached.", **NOT_READ, "changes": []},
        {"name": "number", "result": "not_read", "problem": "7", **NOT_READ, "changes": []},
        {"name": "bare", "result": "stopped", "problem": None, **bare, "changes": []},
        {"name": "runs", "result": "running", "problem": None, **SHOWN, "changes": []},
    ]


@pytest.mark.parametrize("check", [False, True])
def test_all_of_a_summary_of_converge(check: bool) -> None:
    def run(**result: Any) -> dict[str, Any]:
        return {"ansible_check_mode": check, "environment_run": result}

    found = _summary(
        "converge",
        {
            "fine": run(changed=False, changes=[]),
            "waits": {"ansible_check_mode": check},
            "differs": run(changed=True, changes=CHANGES, diff=DIFF),
            # The role publishes what differs under another name than Ansible does.
            "role": run(changed=True, changes=CHANGES[:1], differences=DIFF[:1], diff=[]),
            "fields": run(changed=True, changes=CHANGES),
            "unseen": run(changed=True),
            "failed": run(failed=True, changed=True, changes=CHANGES[:1], msg="no\nroute"),
            "silent": run(unreachable=True),
        },
    )
    word, created, removed = ("would change", "is missing", "is not declared") if check else ("changed", "created", "removed")
    pad = word.ljust(12 if check else 11)
    rows = [row.replace("is missing", created).replace("is not declared", removed) for row in ROWS]
    assert found["lines"] == [
        f"8 installations: 2 failed, 4 {word}, 1 as declared, 1 not begun.",
        "",
        f"Installation  {'Result'.ljust(len(pad))}  Where             What",
        f"failed        {'failed'.ljust(len(pad))}                    no route",
        f"silent        {'failed'.ljust(len(pad))}                    The host could not be reached.",
        *(f"differs       {pad}  {row}" for row in rows),
        f"fields        {pad}  connection Visma  description, config",
        f"fields        {pad}  {rows[3]}",
        f"fields        {pad}  {rows[4]}",
        f"fields        {pad}  priority          priority",
        *(f"role          {pad}  {row}" for row in rows[:3]),
        f"unseen        {pad}                    what only the server can tell apart",
        "fine          as declared",
        "waits         not begun",
    ]
    result = "would_change" if check else "changed"
    counts = {"failed": 2, "would_change": 0, "changed": 0, result: 4, "as_declared": 1, "waiting": 1}
    assert found["totals"] == {"installations": 8, **counts, "changes": 10}
    assert list(found["totals"]) == ["installations", "failed", "would_change", "changed", "as_declared", "waiting", "changes"]
    assert found["report"]["installations"][:3] == [
        {"name": "failed", "result": "failed", "problem": "no route", "changes": [{**FOR_PROGRAMS[0], "differences": []}]},
        {"name": "silent", "result": "failed", "problem": "The host could not be reached.", "changes": []},
        {"name": "differs", "result": result, "problem": None, "changes": FOR_PROGRAMS},
    ]


def test_all_of_a_summary_of_synchronisations() -> None:
    connections = [{"name": "SAP", "last_sync": "2026-11-20T05:46:55"}, {"name": "Visma", "last_sync": None}]
    counts = [{"connection": name, "number": number} for name, number in (("Visma", 12), ("SAP", 3), ("Visma", 1), (None, 2))]
    found = _summary(
        "sync",
        {
            "fine": {"sync_result": {"succeeded": True, "msg": "Records: 1 added.", "log": {"counts": counts, "complete": True}}},
            "calm": {"sync_result": {"succeeded": True, "msg": "Records: 0 added.", "log": {"counts": [], "complete": True}}},
            "warned": {
                "sync_result": {
                    "succeeded": True,
                    "status": "warning",
                    "msg": "1 was passed over.",
                    "log": {"counts": counts[:1], "complete": False},
                }
            },
            "failed": {"sync_result": {"succeeded": False, "msg": "It failed.", "connections": connections}},
            "silent": {},
        },
    )
    told = "It failed. Active connections and when they were last synchronised: Visma never, SAP 2026-11-20T05:46:55."
    assert found["lines"] == [
        "5 installations: 2 failed, 1 with a warning, 2 synchronised.",
        "",
        "Installation  Result        What",
        "failed        failed        It failed. Active connections and when they were last synchronised: Visma never,",
        "                            SAP 2026-11-20T05:46:55.",
        "silent        failed        The host could not be reached.",
        "warned        warning       1 was passed over. Changed fields: Visma 12, and more.",
        "fine          synchronised  Records: 1 added. Changed fields: Visma 13, SAP 3, (no longer linked) 2.",
        "calm          synchronised  Records: 0 added.",
    ]
    assert found["totals"] == {"installations": 5, "failed": 2, "warning": 1, "synchronised": 2, "changes": 0}
    assert found["report"]["installations"] == [
        {"name": "failed", "result": "failed", "problem": told, "changes": []},
        {"name": "silent", "result": "failed", "problem": "The host could not be reached.", "changes": []},
        {"name": "warned", "result": "warning", "problem": "1 was passed over.", "changes": []},
        {"name": "fine", "result": "synchronised", "problem": None, "changes": []},
        {"name": "calm", "result": "synchronised", "problem": None, "changes": []},
    ]


DRIFTED = {"environment_comparison": _comparison()}
WARNED = {"sync_result": {"succeeded": True, "status": "warning"}}


@pytest.mark.parametrize(
    ("playbook", "pairs"),
    [
        ("drift", {"the same reason": {}, "the same change": DRIFTED, "as declared": {"environment_comparison": {"changes": []}}}),
        ("report", {"alike": {"erpsync_report_info": READ}}),
        ("report", {"alike": {"erpsync_report_info": {"engine": {}}}}),
        ("converge", {"the same reason": {"environment_run": {"failed": True}}, "as declared": {"environment_run": {}}, "not begun": {}}),
        ("converge", {"the same change": {"environment_run": {"changed": True}}}),
        ("converge", {"the same change": {"environment_run": {"changed": True}, "ansible_check_mode": True}}),
        ("sync", {"the same reason": {}, "the same warning": WARNED, "the same records": {"sync_result": {"succeeded": True}}}),
    ],
)
def test_equal_installations_are_told_once_and_in_what_they_are_alike(playbook: str, pairs: dict[str, dict[str, Any]]) -> None:
    hosts = {f"{side}{number}": variables for side in "ab" for number, variables in enumerate(pairs.values())}
    lines = _fleet.summary(playbook, list(hosts), hosts)["lines"]
    equal = [line for line in lines if line.startswith(f"2 of {len(hosts)}: ")]
    assert equal == [f"2 of {len(hosts)}: {words}: a{number}, b{number}" for number, words in enumerate(pairs)]


def test_the_names_of_equal_installations_are_cut_to_300_characters() -> None:
    def named(number: int, length: int) -> str:
        return f"{number}".ljust(length, "x")

    def told(*lengths: int) -> str:
        hosts: dict[str, dict[str, Any]] = {name: {} for name in map(named, range(len(lengths)), lengths)}
        return " ".join(" ".join(_fleet.summary("converge", list(hosts), hosts)["lines"][4:]).split())

    five = [48] * 5
    names = ", ".join(map(named, range(5), five))
    assert told(*five, 50) == f"6 of 6: not begun: {names}, {named(5, 50)}"
    assert told(*five, 51) == f"6 of 6: not begun: {names} and 1 more"
    assert told(*five, 51, 2) == f"7 of 7: not begun: {names} and 2 more"


@pytest.mark.parametrize(("number", "more"), [(30, None), (31, "and 1 more"), (40, "and 10 more")])
def test_thirty_changes_of_a_converged_installation_are_shown(number: int, more: str | None) -> None:
    changes = [{"kind": "connection", "name": f"C{place}", "action": "create", "changed_fields": []} for place in range(number)]
    hosts: dict[str, dict[str, Any]] = {"crm": {"environment_run": {"changed": True, "changes": changes}}}
    found = _fleet.summary("converge", list(hosts), hosts)
    rows = found["lines"][3:]
    assert [row.split()[3] for row in rows[:30]] == [f"C{place}" for place in range(30)]
    assert [row.split()[2:] for row in rows[30:]] == ([more.split()] if more else [])
    assert found["totals"]["changes"] == number
    # Drift is shown in full.
    drift: dict[str, dict[str, Any]] = {"crm": {"environment_comparison": {"changes": changes}}}
    assert len(_fleet.summary("drift", list(drift), drift)["lines"]) == 3 + number


def test_the_worst_comes_first_and_of_equals_the_one_with_more_changes() -> None:
    hosts: dict[str, dict[str, Any]] = {f"crm-{many}": {"environment_comparison": {"changes": CHANGES[:many]}} for many in (1, 0, 3, 2)}
    hosts["crm-away"] = {}
    found = _fleet.summary("drift", list(hosts), hosts)
    assert [one["name"] for one in found["report"]["installations"]] == ["crm-away", "crm-3", "crm-2", "crm-1", "crm-0"]
    assert _fleet.summary("drift", [], {})["lines"] == ["0 installations: none."]


def test_columns_shrink_until_they_fit_and_no_further() -> None:
    assert _table.lines([("a" * 20, "b" * 30), ("x", "y z")], 34) == [
        "aaaaaaaaaaaaaaaa  bbbbbbbbbbbbbbbb",
        "aaaa              bbbbbbbbbbbbbb",
        "x                 y z",
    ]
    assert _table.lines([("a" * 20, "b" * 12)], 34) == ["aaaaaaaaaaaaaaaaaaaa  bbbbbbbbbbbb"]
    assert _table.lines([("a" * 20, "b" * 12)], 33) == ["aaaaaaaaaaaaaaaaaaa  bbbbbbbbbbbb", "a"]
    # Columns of eight characters stay, however many there are.
    assert _table.lines([("a" * 9, "b" * 8, "c" * 3)], 10) == ["aaaaaaaa  bbbbbbbb  ccc", "a"]
    assert _table.lines([("", "", ""), ("a", "", "c")]) == ["", "a    c"]


def test_texts_between_rows_are_wrapped_and_indented() -> None:
    assert _table.WIDTH == 108
    assert _table.lines(["x" * 54 + " " + "y" * 53, "x" * 54 + " " + "y" * 54]) == [
        "x" * 54 + " " + "y" * 53,
        "x" * 54,
        "    " + "y" * 54,
    ]
    assert _table.lines(["", ' a "b"\\\n c']) == ["", "a 'b'/ c"]


KRN = {"changed_by": "KRN", "changed_at": "2026-11-03T14:02:00Z"}
ADM = {"changed_by": "ADM", "changed_at": "2025-02-28T23:59:00Z"}
NOW = datetime.datetime(2026, 11, 26, 7, tzinfo=datetime.UTC)
STAMPED = [{**CHANGES[0], **KRN}, {**CHANGES[2], **ADM}, {**CHANGES[3], **NOBODY}]
STAMPED_DIFF = [{**DIFF[0], "stamps": [{"path": [], **ADM}, {"path": ["config", "Company"], **KRN}]}, {**DIFF[2], "stamps": []}, DIFF[3]]
ON_THE_28TH = "changed on 28 February 2025 at 23:59 UTC by ADM"


def _rows_of(lines: list[str]) -> list[str]:
    """The rows of a table, each on one line."""
    rows: list[str] = []
    for line in lines[3:]:
        if line.startswith(" " * 12):
            rows[-1] += f" {line.strip()}"
        else:
            rows.append(line)
    return [" ".join(row.split()) for row in rows]


def test_a_table_says_who_changed_what() -> None:
    hosts = {"crm": {"environment_comparison": {"changes": STAMPED, "diff": STAMPED_DIFF}}}
    found = _fleet.summary("drift", ["crm"], hosts, now=NOW)
    assert _rows_of(found["lines"]) == [
        f"crm differs connection Visma description: (empty) -> x; {ON_THE_28TH}",
        "crm differs connection Visma config, Company: 1 -> nothing; changed on 3 November at 14:02 UTC by KRN",
        f"crm differs connection Visma config, Tls: yes -> no; {ON_THE_28TH}",
        f"crm differs connection Old is not declared; {ON_THE_28TH}",
        "crm differs priority A, B -> B, A",
    ]
    [one] = found["report"]["installations"]
    told = [{key: change[key] for key in ("changed_by", "changed_at")} for change in one["changes"]]
    assert told == [KRN, ADM, NOBODY]
    assert [{**each, "what": 0, "is": 0, "declared": 0} for each in one["changes"][0]["differences"]] == [
        {"what": 0, "is": 0, "declared": 0, **stamp} for stamp in (ADM, KRN, ADM)
    ]
    year = _rows_of(_fleet.summary("drift", ["crm"], hosts)["lines"])[1]
    assert year.endswith("; changed on 3 November 2026 at 14:02 UTC by KRN")


@pytest.mark.parametrize(("check", "word", "before"), [(True, "would change", ""), (False, "changed", "before that ")])
def test_a_run_says_who_had_changed_what(check: bool, word: str, before: str) -> None:
    removed = "is not declared" if check else "removed"
    result = {"changed": True, "changes": STAMPED}
    hosts = {"crm": {"ansible_check_mode": check, "environment_run": result}}
    # Without a diff, a change is one row.
    assert _rows_of(_fleet.summary("converge", ["crm"], hosts, now=NOW)["lines"]) == [
        f"crm {word} connection Visma description, config; {before}changed on 3 November at 14:02 UTC by KRN",
        f"crm {word} connection Old {removed}; {before}{ON_THE_28TH}",
        f"crm {word} priority priority",
    ]
    result["diff"] = STAMPED_DIFF
    rows = _rows_of(_fleet.summary("converge", ["crm"], hosts, now=NOW)["lines"])
    assert rows[0] == f"crm {word} connection Visma description: (empty) -> x; {before}{ON_THE_28TH}" and len(rows) == 5
    # The last row of many is no change.
    result.update(changes=[{**CHANGES[1], **KRN}] * 31, diff=[])
    assert _rows_of(_fleet.summary("converge", ["crm"], hosts, now=NOW)["lines"])[29:] == [
        f"crm {word} connector SAP {'is missing' if check else 'created'}; {before}changed on 3 November at 14:02 UTC by KRN",
        f"crm {word} and 1 more",
    ]


def test_equal_installations_stay_together_whoever_changed_them() -> None:
    def installation(stamp: dict[str, Any]) -> dict[str, Any]:
        return {"environment_comparison": {"changes": [{**CHANGES[2], **stamp}], "diff": [DIFF[2]]}}

    hosts = {"a": installation(ADM), "b": installation(KRN), "c": installation(NOBODY)}
    rows = _rows_of(_fleet.summary("drift", list(hosts), hosts, now=NOW)["lines"])
    assert rows == [
        "3 of 3 differs connection Old is not declared; last changed on 3 November at 14:02 UTC by KRN in b",
        "3 of 3: the same change: a, b, c",
    ]
    hosts = {"a": installation(ADM), "b": installation(ADM)}
    assert _rows_of(_fleet.summary("drift", list(hosts), hosts)["lines"])[0] == (
        f"2 of 2 differs connection Old is not declared; {ON_THE_28TH}"
    )
