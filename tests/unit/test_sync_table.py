# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role sync shows the changed fields by connection."""

from __future__ import annotations

from typing import Any

import jinja2
import pytest
from ansible.plugins.filter.core import FilterModule
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

FOLDER = COLLECTION / "roles" / "sync" / "templates"
FIELDS = ["", "Connection                        Changed fields"]


def lines(log: Any) -> list[str]:
    """What the role shows of a synchronisation that changed no record."""
    there = jinja2.Environment(trim_blocks=True, loader=jinja2.FileSystemLoader(FOLDER), undefined=jinja2.StrictUndefined)
    # Ansible's own; the rest is Jinja's.
    there.filters["flatten"] = FilterModule().filters()["flatten"]
    return there.get_template("changes.txt.j2").render(sync_result={"msg": "Done.", "changes": None, "log": log}).splitlines()


def count(connection: str | None, number: int) -> dict[str, Any]:
    return {"connection": connection, "number": number}


@pytest.mark.parametrize("log", [None, {"entries": [], "counts": [], "complete": True}])
def test_nothing_is_said_of_fields_where_none_were_changed(log: Any) -> None:
    assert lines(log) == ["Done."]


def test_fields_are_summed_up_by_connection() -> None:
    counts = [count("Visma Norway", 12), count("SAP Germany", 3), count(None, 2), count("Visma Norway", 1)]
    told = ["Visma Norway                                  13", "SAP Germany                                    3"]
    told.append("(no longer linked)                             2")
    assert lines({"counts": counts, "complete": True}) == ["Done.", *FIELDS, *told]
    cut_off = lines({"counts": counts[:1], "complete": False})
    assert cut_off == ["Done.", *FIELDS, told[0].replace("13", "12"), "Only the newest 1,000 changed fields are counted."]
