# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists of tenants: what is a tenant, what is a host, and what is refused with a place and a way out."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._tenant_list import Entry, read, read_lines, together
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each

FORM = "Write a tenant such as Cust12345, or keys: tenant, and perhaps name and vars."


def test_names_and_keys() -> None:
    listed = [
        "cust1",
        {"tenant": " CUST0012 "},
        {"tenant": "Cust3", "name": "fjord-foods.no", "vars": {"country": "NO"}},
        {"tenant": "Cust4", "name": None},
    ]
    assert read(listed, "tenants") == [
        Entry("Cust1", "Cust1", {}, "tenants[0]"),
        Entry("Cust0012", "Cust0012", {}, "tenants[1]"),
        Entry("Cust3", "fjord-foods.no", {"country": "NO"}, "tenants[2]"),
        Entry("Cust4", "Cust4", {}, "tenants[3]"),
    ]


def test_lines() -> None:
    text = "# our tenants\r\n\r\n  Cust1  # oslo\r\n\tcust2\r\n#Cust3\r\nCust4"
    assert [(entry.tenant, entry.place) for entry in read_lines(text, "f")] == [
        ("Cust1", "f, line 3"),
        ("Cust2", "f, line 4"),
        ("Cust4", "f, line 6"),
    ]


@each(
    "listed, message",
    [
        ("Cust1", f't is "Cust1"; give a list. {FORM}'),
        ({"Cust1": {}}, f"t is keys with values; give a list. {FORM}"),
        (None, f"t is null; give a list. {FORM}"),
        ([7], f"t[0] is 7. {FORM}"),
        ([["Cust1"]], f"t[0] is a list. {FORM}"),
        (["12345"], "t[0] is 12345, which is no tenant of SuperOffice Online. Use the form Cust12345. Write Cust12345."),
        (["Cust1", "Kunde 5"], "t[1] is Kunde 5, which is no tenant of SuperOffice Online. Use the form Cust12345."),
        ([" "], f't[0] is " ". {FORM}'),
        (
            ["https://me:pw@x/Cust1"],
            "t[0] is https://***@x/Cust1, which is no tenant of SuperOffice Online. Use the form Cust12345. An address is given as url.",
        ),
        ([{"name": "x"}], "t[0].tenant is null. Give the tenant, for example Cust12345."),
        ([{"tenant": 5}], "t[0].tenant is 5. Give the tenant, for example Cust12345."),
        ([{"tenant": "5"}], "t[0].tenant is 5, which is no tenant of SuperOffice Online. Use the form Cust12345. Write Cust5."),
        ([{"tenant": "Cust1", "nam": "x"}], f't[0] has an unknown key "nam". {FORM} Did you mean name?'),
        *[
            (
                [{"tenant": "Cust1", "name": name}],
                f"t[0].name is {shown}, which is no name of a host. Use letters, digits, and _ . - behind the first of them.",
            )
            for name, shown in ((7, "7"), *((text, f'"{text}"') for text in ("", "a b", "-a", "a:b", "a[1]", "a,b", "a*")))
        ],
        *[
            ([{"tenant": "Cust1", "name": name}], f"t[0].name is {name}, which is the name of a group. Use another name.")
            for name in ("all", "ungrouped", "superoffice", "ALL")
        ],
        ([{"tenant": "Cust1", "vars": ["x"]}], "t[0].vars is a list; give names of variables with their values."),
        ([{"tenant": "Cust1", "vars": {"a-b": 1}}], 't[0].vars has "a-b", which is no name of a variable. Use letters, digits and _.'),
        ([{"tenant": "Cust1", "vars": {5: 1}}], "t[0].vars has 5, which is no name of a variable. Use letters, digits and _."),
        *[
            (
                [{"tenant": "Cust1", "vars": {name: 1}}],
                f"t[0].vars has {name}, which this plugin sets or another says in its place. Use another name, or leave it out.",
            )
            for name in (
                *("address", "state", "running", "version", "valid_until", "message"),
                *("erpsync_tenant", "erpsync_context_identifier", "erpsync_url", "erpsync_online_environment", "erpsync_login_url"),
            )
        ],
        (
            [5, "Cust1", "x"],
            f"2 things cannot be used.\n1. t[0] is 5. {FORM}\n2. t[2] is x, which is no tenant of SuperOffice Online. Use the "
            f"form Cust12345.",
        ),
    ],
)
def test_what_is_refused(listed: Any, message: str) -> None:
    with pytest.raises(BadInput) as refused:
        read(listed, "t")
    assert refused.value.message == message


def test_variables_of_a_server_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        read([{"tenant": "Cust1", "vars": {"ansible_connection": "ssh"}}], "u", with_variables=False)
    assert refused.value.message == (
        "u[0].vars: a list from tenants_url sets no variables, because variables decide what Ansible runs. Keep them in the inventory, "
        "for example in host_vars."
    )
    # What sets nothing is nothing.
    assert len(read([{"tenant": "Cust1", "vars": None}], "u", with_variables=False)) == 1


def test_lines_that_are_refused() -> None:
    with pytest.raises(BadInput) as refused:
        read_lines("Cust1\n- Cust2\n{{ x }}\n", "f")
    no = "which is no tenant of SuperOffice Online. Use the form Cust12345."
    assert refused.value.message == f"2 things cannot be used.\n1. f, line 2 is - Cust2, {no}\n2. f, line 3 is {{{{ x }}}}, {no}"


def test_each_tenant_once() -> None:
    entries = [
        *read(["Cust1", "CUST1", {"tenant": "cust2", "name": "b"}], "t"),
        *read_lines("cust1", "f"),
        *read([{"tenant": "Cust2", "name": "b"}], "u"),
    ]
    assert [(entry.tenant, entry.name, entry.place) for entry in together(entries)] == [("Cust1", "Cust1", "t[0]"), ("Cust2", "b", "t[2]")]


def test_twins_and_namesakes_are_refused() -> None:
    listed = [
        {"tenant": "Cust1", "name": "a"},
        "Cust1",
        {"tenant": "Cust1", "name": "a", "vars": {"x": 1}},
        {"tenant": "Cust2", "name": "a"},
        {"tenant": "Cust3", "name": "Cust4"},
        "Cust4",
    ]
    with pytest.raises(BadInput) as refused:
        together(read(listed, "t"))
    assert refused.value.message == (
        "4 things cannot be used.\n"
        "1. t[1] is the tenant Cust1 once more, with another name or other variables than t[0]. Keep one of them.\n"
        "2. t[2] is the tenant Cust1 once more, with another name or other variables than t[0]. Keep one of them.\n"
        "3. t[3] has the name a, which t[0] has for Cust1. Give each tenant a name of its own.\n"
        "4. t[5] has the name Cust4, which t[4] has for Cust3. Give each tenant a name of its own."
    )
