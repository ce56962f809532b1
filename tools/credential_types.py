# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the credential types of the controllers, and the guide's table of their fields, from the table of connection options."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.sign_in import WAYS
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS, Option
from layout import HEADER, ROOT

OBJECTS = ROOT / "examples" / "controller" / "configure" / "objects"
GUIDE = ROOT / "docs" / "docsite" / "rst" / "guide_controller.rst"
BEGIN = ".. The fields, written by tools/write_option_docs.py\n"
END = ".. End of the fields\n"
NAME = "SuperOffice ERP Sync"
_OPTIONS = {option.name: option for option in CONNECTION_OPTIONS}


class Field(NamedTuple):
    """A field of the form."""

    name: str
    label: str
    option: str
    """The connection option that it sets."""
    is_file: bool = False
    """Whether the option is the path of a file, and the field its content."""
    help: str | None = None
    """In place of the option's own description."""


FIELDS = (
    Field("url", "Address", "url"),
    Field("tenant", "Tenant", "tenant"),
    Field("online_environment", "Online environment", "online_environment"),
    Field("username", "User name", "username"),
    Field("password", "Password", "password"),
    Field("client_id", "Client ID", "client_id"),
    Field("client_secret", "Client secret", "client_secret"),
    Field("system_user_token", "System user token", "system_user_token"),
    Field("private_key", "Private key", "private_key_path", True, " ".join(_OPTIONS["private_key"].description)),
    Field("refresh_token", "Refresh token", "refresh_token"),
    Field("ticket", "Ticket", "ticket"),
    Field("access_token", "Access token", "access_token"),
    Field("transport", "Transport", "transport"),
    Field("services_version", "Services version", "services_version"),
    Field("ca_cert", "Certificate authorities", "ca_path", True, "The certificates of the authorities to trust, in PEM format."),
    Field("client_cert", "Client certificate", "client_cert", True, "In PEM format, with its key in it or in O(client_key)."),
    Field("client_key", "Key of the client certificate", "client_key", True, "The key of O(client_cert), unencrypted, in PEM format."),
    Field("proxy", "Proxy", "proxy"),
)
SKIP = "skip_tls_verification"
# A controller makes a boolean that a credential lacks false, whatever its default.
_SKIP = {
    "id": SKIP,
    "label": "Skip verification of certificates",
    "type": "boolean",
    "help_text": "Rather give the certificates of the authorities to trust.",
}
# What a boolean sets, as the option of the opposite meaning.
_VERIFIES = "{{ 'false' if " + SKIP + " else 'true' }}"
# Fields whose content is secret though the option, a path, is not.
_SECRET_FILES = frozenset(("private_key", "client_cert", "client_key"))
_LABELS = {name: field.label for field in FIELDS for name in (field.name, field.option)}


class _Unsafe(str):
    """A template of the controller, which Ansible must leave alone."""


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


_Dumper.add_representer(_Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))


def _plain(text: str) -> str:
    """A description without Ansible's markup, with the labels of fields for options."""
    text = re.sub(r"O\((\w+)\)", lambda match: _LABELS.get(match[1], match[1]), text)
    text = re.sub(r"O\((\w+)=([^)]*)\)", lambda match: f"{_LABELS.get(match[1], match[1])} {match[2]}", text)
    # An option and the path of a file with it are one field.
    return re.sub(r"(\b[A-Z][a-z ]+) or \1", r"\1", re.sub(r"[VCE]\(([^)]*)\)", r"\1", text))


def _entry(field: Field) -> dict[str, Any]:
    option = _OPTIONS[field.option]
    entry: dict[str, Any] = {"id": field.name, "label": field.label, "type": "string"}
    if option.secret or field.name in _SECRET_FILES:
        entry["secret"] = True
    if field.is_file:
        entry["multiline"] = True
    if option.choices:
        # A form keeps the choice that was made; the blank one takes it back.
        entry["choices"] = ["", *map(str, option.choices)]
    entry["help_text"] = _plain(field.help or " ".join(option.description))
    return entry


def inputs() -> dict[str, Any]:
    """The form: the same for both controllers."""
    return {"fields": [*map(_entry, FIELDS), dict(_SKIP)]}


def _variable(option: Option) -> str:
    return option.environment_variables[0]


def injectors(file: str) -> dict[str, dict[str, str]]:
    """The environment and the files of a job.

    :param file: the template for the path of a file, with the name of its field as ``%(name)s``.
    """
    environment = {
        _variable(_OPTIONS[field.option]): file % {"name": field.name} if field.is_file else f"{{{{ {field.name} }}}}" for field in FIELDS
    }
    environment[_variable(_OPTIONS["validate_certs"])] = _VERIFIES
    files = {f"template.{field.name}": f"{{{{ {field.name} | default('') | trim }}}}" for field in FIELDS if field.is_file}
    return {"env": environment, "file": files}


# AWX writes a file for a blank field too, and does not define the field.
AWX_FILE = "{{ tower.filename.%(name)s if %(name)s | default('') | trim else '' }}"
# The other controller writes none; ansible-rulebook, which knows no fields, fills in the path.
EDA_FILE = "{{ eda.filename.%(name)s | default('') }}"


def _document(variable: str, comment: str, more: dict[str, Any], file: str) -> str:
    templates = {kind: {name: _Unsafe(text) for name, text in texts.items()} for kind, texts in injectors(file).items()}
    entry = {
        "name": NAME,
        "description": "Where a SuperOffice installation is, and who signs in there",
        **more,
        "inputs": inputs(),
        "injectors": templates,
    }
    header = "".join(f"# {line}\n" for line in HEADER)
    text = yaml.dump({variable: [entry]}, Dumper=_Dumper, sort_keys=False, width=140)
    return f"---\n{header}\n# Written by tools/write_option_docs.py from the table of connection options.\n# {comment}\n{text}"


def _table() -> str:
    """The guide's table: the fields of each way to sign in."""
    rows = ["", ".. list-table::", "   :header-rows: 1", "", "   * - Way to sign in", "     - Fields", "     - Where"]
    where = {True: "SuperOffice Online", False: "your own installations", None: "both"}
    for name, way in WAYS.items():
        needed = [" or ".join(dict.fromkeys(_LABELS[option] for option in group)) for group in way.needed]
        optional = [f"{_LABELS[option]} (optional)" for option in way.optional]
        rows += [f"   * - {name}", f"     - {', '.join([*needed, *optional])}", f"     - {where[way.online]}"]
    return "\n".join([*rows, "", ""])


def guide() -> str:
    before, _begin, rest = GUIDE.read_text(encoding="utf-8").partition(BEGIN)
    _table_before, _end, after = rest.partition(END)
    return before + BEGIN + _table() + END + after


def files() -> dict[Path, str]:
    """The generated files, with the text that they should have."""
    awx = _document("controller_credential_types", "For AWX and the automation controller.", {"kind": "cloud"}, AWX_FILE)
    eda = _document("eda_credential_types", "For Event-Driven Ansible Controller.", {}, EDA_FILE)
    return {OBJECTS / "credential_types.yml": awx, OBJECTS / "eda_credential_types.yml": eda, GUIDE: guide()}
