# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export and converge are closed over what servers hold: whatever text a server has stored, its own export changes nothing.

The document goes the way that the role export takes, through the text of its files and back.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._environment_files import environment_files
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import in_some_worlds
from ansible_collections.superoffice.erpsync.tests.unit.support.transports import Way, over_rest, usual_ways
from hypothesis import Phase, event, given, settings
from hypothesis import strategies as st

from .documents import VISMA_URL, with_secrets
from .installation import Installation, Json
from .random_worlds import World, shells, states

# By type, of the connection "Visma Norway".
CONFIG = ("User", "Port", "Timeout", "UseTls", "Ledger", "StartDate", "Company", "Serial")
DEFAULTS = ("EMAIL", "STDTERMS", "CREDITLIMIT", "CREDITSTOP", "CUSTOMERSINCE", "EMPLOYEES")

KINDS = ("I", "F", "D", "DT", "M", "T", "B")
CONTENTS = (
    *("", " ", "1", "0", "-7", "007", "1.0", "5.50", "30,5", "1,234", "1e5", "1e400", "NaN", "Infinity", "9" * 30),
    *("true", "False", "\u0663", "24:00", "[I:1]", "]", "\n"),
    *("12/31/2026", "01/01/0001", "1/2/2026", "13/31/2026", "12/31/2026 23:59", "12/31/2026 23:59:59.0000000", "12/31/2026 00:00:00"),
    *("12/31/2026 23:59:59.123456789", "2026-12-31", "2026-12-31T10:00:00.5", "2026-12-31T10:00:00Z", "14:52"),
)
ODD = (
    *("[password]", "[text]", "[]", "[[I:5]]", "[X:5]", "[I:5", "I:5]", "[i:5]", "null", "~", "yes", "0010"),
    *("1_000", "0x1F", "1:30", "=", "<<", "NaN"),
    *(" leading", "trailing ", "a\nb\n", "a\r\nb", "\ta", "'\"\\", "a: b", "a #b", "- a", "{a: b}", "*a", "&a", "!a", "%a", "@a", "`a`"),
    *("{{ 1 + 1 }}", "{% raw %}", "{#", "\u00e4", "a\u0308", "\U0001f41f" * 127, "\x00", "\x1b[31m", "\x85", "\u2028", "\ufeff", "\u202e"),
    *("x" * 255, "x" * 1024, "\U0001f41f" * 512, "[I:" + "9" * 1100 + "]", "US:\"a\";NO:\"b\"", "<ser#>", "&amp;", "%20"),
)
texts = st.one_of(
    st.builds("[{}:{}]".format, st.sampled_from(KINDS), st.sampled_from(CONTENTS)),
    st.sampled_from(CONTENTS),
    st.sampled_from(ODD),
    st.text(max_size=20),
)


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!unsafe", lambda loader, node: str(node.value))


def through_files(exported: Json) -> Json:
    """An exported document as the environment role puts it together from the files of the export role."""
    document: Json = {}
    connections = []
    for file in environment_files(exported["document"], exported["secrets"]):
        if file["path"].endswith(".yml"):
            for name, value in yaml.load(file["content"], Loader=_Loader).items():
                if name == "erpsync_environment":
                    document = value
                else:
                    connections.append(value)
    return {**document, "connections": connections}


def store(there: Installation, config: Json, defaults: Json) -> None:
    """Put texts where a server may have them, past everything that refuses them."""
    there.connection("Visma Norway")["ConfigFields"].update(config)
    for key, text in defaults.items():
        there.mapped("Visma Norway", "Customer", key).update(HasFirstSyncDefaultValue=True, FirstSyncDefaultValue=text)


def writes_of_its_export(there: Installation, **options: Any) -> list[str]:
    """What converging an installation's own export writes."""
    exported = there.run("environment_info")
    assert not exported.get("failed"), exported["msg"]
    document = with_secrets(through_files(exported), there.state())
    there.forget()
    done = there.converge(document, **options)
    assert done["changed"] is bool(done["changes"]) is bool(there.writes)
    return [f"{sent.name}: {sent.body}" for sent in there.sent if sent.writes]


@settings(in_some_worlds, phases=[Phase.explicit, Phase.generate])
@given(
    shells,
    states(),
    st.fixed_dictionaries(dict.fromkeys(CONFIG, texts)),
    st.fixed_dictionaries(dict.fromkeys(DEFAULTS, texts)),
)
def test_whatever_is_stored_converges_from_its_own_export_without_a_write(shell: str, state: World, config: Json, defaults: Json) -> None:
    there = Installation(mdo_rank_includes_superoffice=True, **state.switches)
    there.shell = shell
    there.put(state)
    store(there, config, defaults)
    assert not there.run("info", gather=["configuration_values", "configuration_fields", "field_mappings"]).get("failed")
    assert writes_of_its_export(there) == []
    event(state.switches["config_style"])


def connection(**more: Any) -> Json:
    return {"connections": [{"name": "Visma Norway", **more}]}


def customer(**more: Any) -> Json:
    return connection(actors=[{"erp": "Customer", "fields": [more]}])


def saved(there: Installation) -> Json:
    """The configuration of the only request that saved a connection, as it was sent."""
    [body] = [sent.body for sent in there.sent if sent.name == "SaveConnection"]
    return dict(body["Connection"]["ConfigFields"])


@over_rest
@pytest.mark.parametrize("text", ["[I:]", "[F:]", " ", "[DT:99]"])
def test_a_blank_in_a_number_stops_nothing(way: Way, text: str) -> None:
    there = Installation(way=way)
    store(there, dict.fromkeys(("Port", "Timeout", "UseTls", "StartDate"), text), dict.fromkeys(("EMPLOYEES", "CREDITLIMIT"), text))
    assert writes_of_its_export(there) == []
    info = there.run("info", gather=["all"])
    assert not info.get("failed"), info["msg"]
    [config] = [one["config"] for one in info["connections"] if one["name"] == "Visma Norway"]
    assert config["Port"] == ("" if text != "[DT:99]" else text)


@usual_ways
@pytest.mark.parametrize(
    "style, port, timeout, tls, date",
    [
        ("plain", "8443", "31.5", "0", "[DT:12/31/2026 00:00:00.0000000]"),
        ("bracketed", "[I:8443]", "[F:31.5]", "[I:0]", "[DT:12/31/2026 00:00:00.0000000]"),
    ],
)
def test_configuration_is_written_as_the_server_writes_it(
    way: Way, style: str, port: str, timeout: str, tls: str, date: str
) -> None:
    config = {"Port": 8443, "Timeout": 31.5, "UseTls": False, "StartDate": "2026-12-31"}
    for there in (Installation(config_style=style, way=way), Installation("empty", config_style=style, way=way)):
        document: Json = {"connectors": [{"name": "Visma", "url": VISMA_URL}], **connection(config=dict(config))}
        document["connections"][0].update(connector="Visma")
        document["connections"][0]["config"].update(Company="1001", Password="visma-Hemmelig-1")
        done = there.converge(document)
        stored = there.connection("Visma Norway")["ConfigFields"]
        assert [stored[key] for key in config] == [port, timeout, tls, date]
        if [change["action"] for change in done["changes"]] == ["update"]:
            shown = done["differences"][0]["after"]["config"]
            assert [shown[key] for key in config] == ["8443", "31.5", "0", "2026-12-31"], "a difference shows what a value means"
        there.forget()
        # The same in other words.
        document["connections"][0]["config"].update(Port="8443.0", Timeout="31.50", UseTls="no", StartDate="2026-12-31T00:00:00")
        again = there.converge(document)
        assert (again["changed"], there.writes) == (False, [])


@usual_ways
def test_a_proposal_that_differs_at_each_call_changes_nothing(way: Way) -> None:
    there = Installation(connector_defaults_now=True, way=way)
    fresh = {"name": "Fresh", "connector": "Visma", "config": {"Company": "9", "Password": "p"}}
    predicted = there.run("environment", check=True, document={"connections": [fresh]})
    done = there.converge({"connections": [fresh]})
    assert done["diff"] == predicted["diff"] and "Date" not in done["diff"][0]["after"]
    proposed = there.connection("Fresh")["ConfigFields"]["StartDate"]
    assert proposed.startswith("2026-11-25T08:00:")
    there.forget()
    assert there.converge({"connections": [fresh]})["changed"] is False and there.writes == []
    assert writes_of_its_export(there) == []
    assert there.connection("Fresh")["ConfigFields"]["StartDate"] == proposed


@over_rest
def test_text_that_looks_like_an_encoding_is_a_text(way: Way) -> None:
    there = Installation(way=way)
    there.converge(connection(config={"User": "[text]", "Company": "[I:5]"}))
    assert {key: saved(there)[key] for key in ("User", "Company")} == {"User": "[text]", "Company": "[I:5]"}
    there.converge(customer(erp="EMAIL", default={"value": "[DT:]"}))
    assert there.mapped("Visma Norway", "Customer", "EMAIL")["FirstSyncDefaultValue"] == "[DT:]"


@over_rest
def test_an_encoded_nothing_is_a_blank_and_no_ordinary_value_is_shown_as_a_secret(way: Way) -> None:
    there = Installation(way=way)
    store(there, {"StartDate": "[DT:]"}, {"CUSTOMERSINCE": "[DT:]"})
    there.mapped("Visma Norway", "Customer", "EMPLOYEES").update(HasFirstSyncDefaultValue=False, FirstSyncDefaultValue="[I:7]")
    there.mapped("Visma Norway", "Customer", "CREDITLIMIT").update(PromptUser=None)
    done = there.converge(connection(config={"StartDate": ""}))
    fields = [
        {"erp": "CUSTOMERSINCE", "default": {"value": ""}},
        {"erp": "EMPLOYEES", "default": {"value": None}},
        {"erp": "CREDITLIMIT", "default": {"prompt": False}},
    ]
    again = there.converge(connection(actors=[{"erp": "Customer", "fields": fields}]))
    assert (done["changes"], again["changes"], there.writes) == ([], [], [])
    for value in (7, "", None):
        told = there.converge(customer(erp="EMPLOYEES", default={"value": value}))
        assert "***" not in str(told["differences"])


@over_rest
@pytest.mark.parametrize(
    "document, words",
    [
        (connection(config={"User": "u" * 41}), ("config.User", "41 characters", "takes 40")),
        (connection(config={"Ledger": "\U0001f41f" * 512}), ("config.Ledger", "1024 characters", "1023")),
        (customer(erp="EMAIL", default={"value": "x" * 255}), ("EMAIL", "default.value", "255 characters", "254")),
        (customer(erp="EMAIL", crm="x" * 255), ("EMAIL", ".crm", "255 characters", "254")),
        ({"connectors": [{"name": "\U0001f41f" * 128}]}, ("name", "256 characters", "254")),
    ],
)
def test_what_is_too_long_is_refused_before_anything_is_sent(way: Way, document: Json, words: tuple[str, ...]) -> None:
    there = Installation(way=way)
    message = there.refused(document)
    assert all(word in message for word in words), message
    assert there.writes == []


@pytest.mark.parametrize(
    "more, words",
    [
        ({"config": {"Company": "1", "Password": "p" * 1024}}, ("config.Password", "1024 characters", "1023")),
        ({"actors": [{"erp": "Customer", "fields": [{"erp": "K" * 255}]}]}, (".erp", "255 characters", "254")),
        ({"actors": [{"erp": "Customer", "fields": [{"erp": "K", "default": {"value": "x" * 255}}]}]}, ("default.value", "255", "254")),
    ],
)
def test_what_is_too_long_for_something_new_is_refused_before_anything_is_sent(more: Json, words: tuple[str, ...]) -> None:
    there = Installation("empty")
    connector = {"name": "Visma", "url": VISMA_URL}
    message = there.refused({"connectors": [connector], "connections": [{"name": "Fresh", "connector": "Visma", **more}]})
    assert all(word in message for word in words), message
    assert "pppp" not in message and there.writes == []


@over_rest
def test_what_is_stored_too_long_stays_as_long_as_it_is_declared_unchanged(way: Way) -> None:
    there = Installation(way=way)
    store(there, {"User": "u" * 2000}, {"EMAIL": "x" * 300})
    [unchanged] = customer(erp="EMAIL", default={"value": "x" * 300})["connections"]
    there.converge({"connections": [{**unchanged, "description": "changed", "config": {"User": "u" * 2000}}]})
    assert there.connection("Visma Norway")["ConfigFields"]["User"] == "u" * 2000
    assert there.writes == ["SaveConnection"]


@over_rest
def test_differences_are_shown_in_their_own_letters(way: Way) -> None:
    there = Installation(way=way)
    [diff] = there.converge(connection(description="Ålesund \U0001f41f"))["diff"]
    assert '"description": "Ålesund \U0001f41f"' in diff["after"] and "\\u" not in diff["after"]


@usual_ways
@pytest.mark.parametrize("position", ["allow", "refuse"])
def test_a_field_may_be_synchronised_and_shown(way: Way, position: str) -> None:
    there = Installation(synchronised_and_shown=position, way=way)
    there.mapped("Visma Norway", "Customer", "EMAIL").update(ShowInGui=True)
    assert writes_of_its_export(there) == []
    result = there.run("environment", document=customer(erp="NAME", show=True))
    if position == "refuse":
        assert result["failed"] and "NAME: a field is either synchronised or shown" in result["msg"]
    else:
        assert there.mapped("Visma Norway", "Customer", "NAME")["ShowInGui"] is True
        assert there.mapped("Visma Norway", "Customer", "NAME")["SyncToErp"] is True
