# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""CRM fields by name, as far as the mapping itself tells their names."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, usual_ways

from .installation import Installation


def document(*fields: dict[str, Any]) -> dict[str, Any]:
    return {"connections": [{"name": "Visma Norway", "actors": [{"erp": "Customer", "fields": list(fields)}]}]}


@usual_ways
@pytest.mark.parametrize("crm", ["email", "E-mail"])
def test_a_mapped_field_is_meant_by_key_or_name(way: Way, crm: str) -> None:
    result = Installation(way=way).converge(document({"erp": "EMAIL", "crm": crm, "direction": "both"}))
    assert result["changed"] is False


@usual_ways
@pytest.mark.parametrize("name", ["Payment terms", "Betalingsbetingelser"])
def test_a_name_in_any_of_its_languages_becomes_the_key(way: Way, name: str) -> None:
    there = Installation(way=way)
    there.converge(document({"erp": "EMAIL", "crm": name, "direction": "none"}, {"erp": "STDTERMS", "crm": None, "direction": "none"}))
    fields = {
        field["ErpFieldKey"]: field["CrmFieldKey"]
        for field in there.state()["fields"]
        if field["ErpConnectionId"] == 1 and field["ActorTypeErp"] == "Customer"
    }
    assert fields["EMAIL"] == "paymentterms"


@usual_ways
def test_what_is_no_known_name_is_a_key(way: Way) -> None:
    there = Installation(way=way)
    there.converge(document({"erp": "EMAIL", "crm": "webpage", "direction": "none"}))
    assert any(field["CrmFieldKey"] == "webpage" for field in there.state()["fields"])
