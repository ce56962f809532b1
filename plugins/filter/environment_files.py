# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleFilterError
from ansible.utils.unsafe_proxy import wrap_var

from ..module_utils._model.checks import DocumentError
from ..plugin_utils._environment_files import environment_files as _environment_files

DOCUMENTATION = r"""
name: environment_files
short_description: Turn an exported ERP Sync environment into files of variables
version_added: 0.1.0
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
description:
  - Turns the document that M(superoffice.erpsync.erpsync_environment_info) returns into files. The
    role P(superoffice.erpsync.export#role) writes these files, and the role
    P(superoffice.erpsync.environment#role) reads them.
  - There is one file for each connection, C(connections/NAME.yml), with a variable
    C(erpsync_environment_connection_NAME), and one for the rest, C(installation.yml), with the
    variable C(erpsync_environment). C(vault.yml.example) lists the variables for secrets.
  - The order is stable, so that two exports can be compared line by line. Values that YAML could
    read as something else are quoted.
  - Texts from SuperOffice that look like a template are marked C(!unsafe), so that Ansible does not
    evaluate them.
  - A document with a masked secret in a name is refused.
  - A document that was limited to some connections gives the files of these connections only.
positional: _input
options:
  _input:
    description: The document.
    type: dict
    required: true
  secrets:
    description: The list C(secrets) that M(superoffice.erpsync.erpsync_environment_info) returns
      with the document.
    type: list
    elements: dict
    default: []
  connection_names:
    description:
      - The list C(connection_names) that M(superoffice.erpsync.erpsync_environment_info) returns
        with the document. With it, a document that is limited to some connections gives the same
        file names as the whole document.
    type: list
    elements: str
    default: []
    version_added: 1.0.0
"""

EXAMPLES = r"""
- name: Read the environment
  superoffice.erpsync.erpsync_environment_info:
  register: export

- name: Write it into a folder
  ansible.builtin.copy:
    content: "{{ item.content }}"
    dest: "{{ playbook_dir }}/exported/{{ item.path | replace('/', '-') }}"
    mode: "0600"
  loop: >-
    {{ export.document | superoffice.erpsync.environment_files(secrets=export.secrets, connection_names=export.connection_names) }}
  loop_control:
    label: "{{ item.path }}"
"""

RETURN = r"""
_value:
  description: The files, in a stable order.
  type: list
  elements: dict
  contains:
    path:
      description: Path of the file, relative to the folder of the installation.
      type: str
      sample: connections/visma_norway.yml
    content:
      description: The text of the file.
      type: str
"""


def environment_files(document: t.Any, secrets: t.Any = (), connection_names: t.Any = ()) -> t.Any:
    # A connection whose name a document refuses has an id.
    if not isinstance(document, dict) or not all(
        isinstance(one, dict) and ("name" in one or "id" in one) for one in document.get("connections") or []
    ):
        raise AnsibleFilterError("environment_files needs the document that erpsync_environment_info returns.")
    try:
        files = _environment_files(document, list(secrets), list(connection_names))
    except DocumentError as error:
        raise AnsibleFilterError(f"environment_files: {error}") from None
    # ansible-core before 2.19 templates unmarked texts again.
    return wrap_var(files)


class FilterModule:
    """Gives Ansible the filter."""

    def filters(self) -> dict[str, t.Callable[..., t.Any]]:
        return {"environment_files": environment_files}
