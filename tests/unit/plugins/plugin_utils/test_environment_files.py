# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of an exported document: what is read back is what was written, and nothing in it is carried out."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.checks import DocumentError
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._environment_files import SCHEMA, environment_files
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import each
from hypothesis import given
from hypothesis import strategies as st


class _Unsafe(str):
    """A text that Ansible does not take for a template."""


class _Loader(yaml.SafeLoader):
    """Reads files of variables as Ansible does, as far as these files are concerned."""


def _unsafe(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> _Unsafe:
    return _Unsafe(loader.construct_scalar(node))


_Loader.add_constructor("!unsafe", _unsafe)


def _read(document: dict[str, Any], secrets: list[dict[str, str]] | None = None) -> dict[str, Any]:
    read: dict[str, Any] = {}
    for file in environment_files(document, secrets or []):
        if file["path"].endswith(".yml"):
            variables = yaml.load(file["content"], Loader=_Loader)
            assert not set(variables) & set(read)
            read.update(variables)
    return read


_SURPRISES = ["no", "1e3", "0010", "2024-01-01", "12:30", "~", "null", "=", "<<", "a: b", "# c", "{{ x }}", "{% x %}", "{# x", "'", '"'] + [
    "\n",
    "- a",
    "y",
    "1_0",
]
_TEXTS = st.text() | st.sampled_from(_SURPRISES)
_VALUES = _TEXTS | st.integers() | st.booleans() | st.none() | st.floats(allow_nan=False, allow_infinity=False)
_CONNECTION = st.fixed_dictionaries(
    {"name": _TEXTS},
    optional={
        "description": _TEXTS,
        "access": st.fixed_dictionaries({"user_groups": st.lists(_TEXTS), "users": st.lists(_TEXTS | st.integers(1))}),
        "config": st.dictionaries(_TEXTS, _VALUES),
        "actors": st.lists(st.fixed_dictionaries({"fields": st.lists(st.dictionaries(_TEXTS, _VALUES)), "order": st.lists(_TEXTS)})),
        "lists": st.lists(st.fixed_dictionaries({"list": _TEXTS, "items": st.dictionaries(_TEXTS, _TEXTS)})),
    },
)


@given(st.lists(_CONNECTION, max_size=4), st.lists(_TEXTS))
def test_what_is_read_is_what_was_written(connections: list[dict[str, Any]], priority: list[str]) -> None:
    read = _read({"engine": {"state": "running"}, "connections": connections, "priority": priority})
    assert read.pop("erpsync_environment") == {"engine": {"state": "running"}, "priority": priority}
    assert list(read.values()) == connections


def _texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in _texts(item)]
    return [value] if isinstance(value, str) else []


@given(st.lists(_CONNECTION, max_size=3))
def test_no_text_of_the_server_is_a_template(connections: list[dict[str, Any]]) -> None:
    for text in _texts(_read({"engine": {}, "connections": connections})):
        assert isinstance(text, _Unsafe) or not any(sign in text for sign in ("{{", "{%", "{#"))


def test_only_a_secret_of_its_own_connection_is_a_template() -> None:
    secrets = [{"variable": "vault_a_password", "connection": "A", "key": "Password"}]
    config = {"Password": "{{ vault_a_password }}", "User": "{{ vault_a_password }}"}
    read = _read({"priority": [], "connections": [{"name": "A", "config": config}, {"name": "B", "config": config}]}, secrets)
    templates = [
        (name, key)
        for name in ("a", "b")
        for key, text in read[f"erpsync_environment_connection_{name}"]["config"].items()
        if not isinstance(text, _Unsafe)
    ]
    assert templates == [("a", "Password")]


@pytest.mark.parametrize(
    ("names", "slugs"),
    [
        (["Visma Norway"], ["visma_norway"]),
        (['US:"Visma Sweden";NO:"Visma Sverige"'], ["visma_sweden"]),
        (["SAP-Österreich", "SAP Osterreich"], ["sap_osterreich_7b6b5d18", "sap_osterreich_1cad21c8"]),
        (["🎉", "日本"], ["unnamed_6146299c", "unnamed_cf2abf0c"]),
        (["Bodø & Tromsø/../x"], ["bodo_tromso_x"]),
        (["a" * 254], ["a" * 60]),
    ],
)
def test_names_of_files(names: list[str], slugs: list[str]) -> None:
    files = environment_files({"connections": [{"name": name} for name in names]}, [])
    assert [file["path"] for file in files] == [f"connections/{slug}.yml" for slug in slugs]


def test_files_keep_their_names_whatever_comes_and_goes() -> None:
    names = ["SAP-Österreich", "SAP Osterreich", "Visma"]

    def paths(*chosen: str, among: list[str] | None = None) -> list[str]:
        return [file["path"] for file in environment_files({"connections": [{"name": name} for name in chosen]}, [], among or [])]

    whole = paths(*names)
    # An export of one of them does not overwrite the file of another.
    assert [paths(name, among=names) for name in names] == [[path] for path in whole]
    assert paths(*names[::-1]) == whole[::-1]
    assert not set(paths(names[0])) & set(whole)


def test_a_document_in_which_names_were_masked_is_not_written() -> None:
    for document in (
        {"connections": [{"name": "******** Norway"}]},
        {"connectors": [{"name": "VALUE_SPECIFIED_IN_NO_LOG_PARAMETER"}]},
        {"priority": ["********"]},
    ):
        with pytest.raises(DocumentError, match="mask"):
            environment_files(document, [])


def test_connections_that_are_called_the_same_in_one_language() -> None:
    secrets = [{"variable": f"vault_{number}", "connection": "A", "key": "P"} for number in (1, 2)]
    connections = [{"name": name, "config": {"P": f"{{{{ vault_{number} }}}}"}} for number, name in ((1, "A"), (2, 'US:"A";NO:"B"'))]
    read = _read({"connections": connections}, secrets)
    assert [type(one["config"]["P"]) for one in read.values()] == [str, str]


def test_the_list_of_secrets_cannot_be_broken_out_of() -> None:
    secrets = [{"variable": "vault_x", "connection": "A\nerpsync_url: evil\u2028x: y\x85z: w", "key": "Password\n"}]
    [file] = [one for one in environment_files({"engine": {}, "connections": []}, secrets) if one["path"] == "vault.yml.example"]
    assert yaml.safe_load(file["content"]) == {"vault_x": ""}


def test_the_look_of_a_connection() -> None:
    fields = [{"erp": "NAME", "crm": "name", "direction": "both", "search": True}, {"erp": "LIMIT", "crm": None, "default": {"value": 1.5}}]
    connection = {
        "name": "Visma",
        "config": {"Company": "1001", "UseTls": True},
        "actors": [{"erp": "Customer", "enabled": True, "fields": fields, "order": ["B", "A"]}],
        "lists": [{"list": "Terms", "items": {"9": "14 days", "a": "no"}}],
    }
    [file] = environment_files({"connections": [connection]}, [])
    assert file["content"] == (
        f"# yaml-language-server: $schema={SCHEMA}\n"
        "---\n"
        "# Exported by superoffice.erpsync.export.\n"
        "erpsync_environment_connection_visma:\n"
        "  name: Visma\n"
        "  config:\n"
        '    Company: "1001"\n'
        "    UseTls: true\n"
        "  actors:\n"
        "    - erp: Customer\n"
        "      enabled: true\n"
        "      fields:\n"
        "        - {erp: NAME, crm: name, direction: both, search: true}\n"
        "        - {erp: LIMIT, crm: null, default: {value: 1.5}}\n"
        "      order: [B, A]\n"
        "  lists:\n"
        '    - {list: Terms, items: {"9": 14 days, a: "no"}}\n'
    )


def test_a_connection_without_a_name_is_called_by_its_id() -> None:
    """Its name cannot stand in a document."""
    connection = {"id": 7, "connector": 1, "config": {"Password": "{{ vault_id_7_password }}"}}
    secrets = [{"variable": "vault_id_7_password", "connection": "id 7", "key": "Password"}]
    assert _read({"connections": [connection]}, secrets) == {"erpsync_environment_connection_id_7": connection}


MODELINE = f"# yaml-language-server: $schema={SCHEMA}\n---\n"


def test_all_files_of_an_installation() -> None:
    config = {"Password": "{{ vault_visma_norway_password }}", "Pin": "{{ vault_visma_norway_pin }}", "Company": "{{ x }}"}
    document = {
        "engine": {"state": "running", "interval": "00:15:00"},
        "connections": [
            {"name": "Visma Norway", "config": config, "access": {"everyone": False, "users": [1, "ADM0"]}},
            {"name": "SAP", "config": {"Password": "{{ vault_sap_password }}"}},
            {"name": "Bare", "config": None, "lists": [], "actors": [{"erp": "Customer", "fields": [], "order": []}]},
        ],
        "priority": ["Visma Norway", "SAP"],
    }
    keys = {"vault_visma_norway_pin": "Pin", "vault_sap_password": "Password", "vault_visma_norway_password": "Password"}
    secrets = [
        {"variable": variable, "connection": "SAP" if "sap" in variable else "Visma Norway", "key": key} for variable, key in keys.items()
    ]
    files = environment_files(document, secrets)
    assert [file["path"] for file in files] == [
        "installation.yml",
        "vault.yml.example",
        "connections/visma_norway.yml",
        "connections/sap.yml",
        "connections/bare.yml",
    ]
    assert [file["content"] for file in files] == [
        f"{MODELINE}"
        "# Exported by superoffice.erpsync.export; the connections are beside it.\n"
        "erpsync_environment:\n"
        "  engine:\n"
        "    state: running\n"
        '    interval: "00:15:00"\n'
        "  priority: [Visma Norway, SAP]\n",
        "---\n"
        "# Exported by superoffice.erpsync.export.\n"
        "# The variables that the files beside this one use, because SuperOffice does not return these values.\n"
        "# Copy it to vault.yml, fill it in, and encrypt it: ansible-vault encrypt vault.yml\n"
        "\n"
        '# "Password" of the connection "SAP"\n'
        'vault_sap_password: ""\n'
        "\n"
        '# "Password" of the connection "Visma Norway"\n'
        'vault_visma_norway_password: ""\n'
        "\n"
        '# "Pin" of the connection "Visma Norway"\n'
        'vault_visma_norway_pin: ""\n',
        f"{MODELINE}"
        "# Exported by superoffice.erpsync.export.\n"
        "# Secrets that it needs, from a vault: vault_visma_norway_pin, vault_visma_norway_password\n"
        "erpsync_environment_connection_visma_norway:\n"
        "  name: Visma Norway\n"
        "  config:\n"
        '    Password: "{{ vault_visma_norway_password }}"\n'
        '    Pin: "{{ vault_visma_norway_pin }}"\n'
        '    Company: !unsafe "{{ x }}"\n'
        "  access: {everyone: false, users: [1, ADM0]}\n",
        f"{MODELINE}"
        "# Exported by superoffice.erpsync.export.\n"
        "# Secrets that it needs, from a vault: vault_sap_password\n"
        "erpsync_environment_connection_sap:\n"
        "  name: SAP\n"
        "  config:\n"
        '    Password: "{{ vault_sap_password }}"\n',
        f"{MODELINE}"
        "# Exported by superoffice.erpsync.export.\n"
        "erpsync_environment_connection_bare:\n"
        "  name: Bare\n"
        "  config: null\n"
        "  lists: []\n"
        "  actors:\n"
        "    - erp: Customer\n"
        "      fields: []\n"
        "      order: []\n",
    ]


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ({"engine": {}}, ["installation.yml"]),
        ({"priority": []}, ["installation.yml"]),
        ({"connectors": []}, []),
        ({"connections": [{"name": "A"}]}, ["connections/a.yml"]),
        ({"connections": None, "engine": {}}, ["installation.yml"]),
    ],
)
def test_a_document_without_engine_and_priority_has_no_file_of_the_installation(document: dict[str, Any], paths: list[str]) -> None:
    assert [file["path"] for file in environment_files(document, [])] == paths
    secrets = [{"variable": "vault_a", "connection": "A", "key": "P"}]
    whole = ["installation.yml", "vault.yml.example"] if "installation.yml" in paths else paths
    assert [file["path"] for file in environment_files(document, secrets)] == whole


@each(
    "text, written",
    [
        *((text, text) for text in ("a", "a b", "é", "A1", "1 a", "12 ab", "it's", "a(b)", "a_b", "a-b/c.d@e+f&g,h;i")),
        *((text, text) for text in ("http://x.y/z?a=1&b=~%+-:c", "https://x.y/z")),
        *(
            (text, f'"{text}"')
            for text in ("1a", "http://x.", "ftp://x.y", "a ", " a", "", "-", "a:b", "a#b", "(a)", "~", "a{b", "12", "_a")
        ),
        # What YAML 1.1 or 1.2 reads as another value, in each spelling.
        *((text, f'"{text}"') for text in ("y", "N", "yes", "No", "ON", "off", "True", "false", "NULL")),
        ('say "x"', "'say \"x\"'"),
        ("a\\b:", "'a\\b:'"),
        ('it\'s "x"', '"it\'s \\"x\\""'),
        ('tab\there "x"', '"tab\\there \\"x\\""'),
        ("{{ x }}", '!unsafe "{{ x }}"'),
        ('{% "x" %}', "!unsafe '{% \"x\" %}'"),
        ("a {# x", '!unsafe "a {# x"'),
        ("{ {x} }", '"{ {x} }"'),
    ],
)
def test_how_a_text_is_written(text: str, written: str) -> None:
    [file] = environment_files({"connections": [{"name": "X", "description": text}]}, [])
    assert file["content"].endswith(f"\n  description: {written}\n")


@pytest.mark.parametrize(
    ("length", "lines"),
    [(0, 1), (1, 2)],
)
def test_what_is_longer_than_130_characters_has_lines_of_its_own(length: int, lines: int) -> None:
    """With the quotes of JSON, a letter outside ASCII being one."""
    order = ["é" * 120, "b" * (2 + length)]
    [file] = environment_files({"connections": [{"name": "X", "priority": order}]}, [])
    assert len(file["content"].partition("priority:")[2].strip().splitlines()) == lines
    items = {"k": "é" * (121 + length)}
    [file] = environment_files({"connections": [{"name": "X", "lists": [{"items": items}], "access": items}]}, [])
    assert ("access: {k" in file["content"]) is (lines == 1)


def test_names_of_files_that_would_be_equal_are_told_apart_and_cut() -> None:
    def paths(*stored: str) -> list[str]:
        return [file["path"][12:-4] for file in environment_files({"connections": [{"name": name} for name in stored]}, [])]

    # An underscore at which a name is cut is left out.
    assert paths("a" * 59 + " b") == ["a" * 59]
    assert paths("a" * 60 + " b") == ["a" * 60]
    assert paths("A", "a", "B") == ["a_559aead0", "a_ca978112", "b"]
    # One name twice, as two connections of one name have it, is told apart by its place.
    [one, other] = paths("A", "A")
    assert one.endswith("_0") and other.endswith("_1") and one[:-1] == other[:-1] and len(one) == len("a_") + 64 + len("_0")


@pytest.mark.parametrize(
    ("document", "place"),
    [
        ({"connections": [{"name": "A"}, {"name": "******** Norway"}]}, "connections[1].name"),
        ({"connectors": [{"name": "A"}, {"name": "********"}]}, "connectors[1].name"),
        ({"priority": ["A", "********"]}, "priority[1]"),
    ],
)
def test_a_mask_is_refused_with_its_place(document: dict[str, Any], place: str) -> None:
    with pytest.raises(DocumentError) as refused:
        environment_files(document, [])
    assert str(refused.value).startswith(f"{place} ")


def test_types_of_ansible_become_those_of_yaml() -> None:
    class Text(str):
        def __str__(self) -> str:
            return "not this"

    class Whole(int):
        pass

    class Real(float):
        pass

    values = {Text("t"): Text("x"), "i": Whole(1), "f": Real(1.5), "b": True, "l": (Text("y"),)}
    [file] = environment_files({"connections": [{"name": "X", "config": values}]}, [])
    assert file["content"].endswith('  config:\n    t: x\n    i: 1\n    f: 1.5\n    b: true\n    l:\n      - "y"\n')


def test_superoffice_itself_in_the_priority_is_explained() -> None:
    [file] = environment_files({"priority": ["Visma Norway", 0]}, [])
    comment = "# In the priority, 0 is SuperOffice itself.\n"
    assert file["content"].endswith(f"; the connections are beside it.\n{comment}erpsync_environment:\n  priority: [Visma Norway, 0]\n")
