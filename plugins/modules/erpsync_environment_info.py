# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_environment_info
short_description: Read the ERP synchronisation of SuperOffice as the document that declares it
version_added: 0.1.0
description:
  - Reads an installation and returns the document that M(superoffice.erpsync.erpsync_environment)
    takes. Converging the document on the same installation changes nothing.
  - Names stand for ids. The order is stable, so that two exports can be compared line by line. The
    document has all settings of a connection, also those that a new one has anyway. It omits fields
    that are mapped to nothing and have no settings. If somebody maps such a field later, a
    comparison does not see it, but O(superoffice.erpsync.erpsync_environment#module:prune) does.
  - Secrets are never returned. In their place stands a template with the name of a variable, for
    example C({{ vault_erpsync_visma_norway_password }}), and RV(secrets) lists these variables.
    Define them in Ansible Vault. The URL of a connector, and a configuration value, in which a
    password stands (C(https://user:password@erp.example.com/Connector.svc)) are such secrets.
  - A variable keeps its name as long as the connection and the field keep theirs. Where several
    connections would get the same variable, each variable ends with the beginning of its
    connection's GUID.
  - Some things cannot be declared elsewhere, and are omitted with a warning. These are fields that
    the ERP system no longer has, the configuration of a connection whose connector does not answer,
    default values of password fields, and optional secrets that the server does not reveal as set
    or not. A default value that is a URL with a password is omitted, too.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.info
  - superoffice.erpsync.read_from
  - superoffice.erpsync.connection
options:
  connections:
    description:
      - Names, in any of their languages, or ids of the connections to read. An id is a number
        without quotes or under the key V(id); a text of digits is a name. The document then has
        these connections and their connectors, and neither engine nor priority.
      - By default everything is read.
    type: list
    elements: raw
  vault_prefix:
    description:
      - Prefix of the names of the variables for secrets. The names of the connection and of the
        field follow.
    type: str
    default: vault_erpsync
notes:
  - Ansible does not evaluate the templates in RV(document). It evaluates them when the document
    stands in a file of variables. Where the document is declared again in the same play, they count
    as not declared.
  - A value of the server that looks like such a template is returned between C({% raw %}) and C({%
    endraw %}).
  - The task fails where the value of a secret option, such as O(password), or the password in a
    URL on the server occurs in the document. Ansible would mask it, and the mask would become part
    of a name or value. Sign in with another secret then, or give the URL another password.
  - The document has no order of fields where the archive C(ErpField) cannot be read, or does not
    contain the order. A warning names these fields. Another warning says so where the priority in
    the document may only be the order of a list.
  - Connectors or connections of the same name cannot be distinguished in a document. The task fails
    there.
seealso:
  - module: superoffice.erpsync.erpsync_environment
  - module: superoffice.erpsync.erpsync_info
"""

EXAMPLES = r"""
- name: Read an installation as a document
  superoffice.erpsync.erpsync_environment_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
  register: erpsync_export

- name: Keep it in a file for review
  ansible.builtin.copy:
    content: |
      ---
      {{ {'erpsync_document': erpsync_export.document} | to_nice_yaml(indent=2, sort_keys=false) }}
    dest: "{{ playbook_dir }}/environment.yml"
    mode: "0644"

- name: Show which secrets it needs
  ansible.builtin.debug:
    msg: "{{ erpsync_export.secrets | map(attribute='variable') | list }}"

- name: Read two connections only
  superoffice.erpsync.erpsync_environment_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    connections:
      - Visma Sweden
      - SAP Austria
    vault_prefix: vault_crm_oslo
"""

RETURN = r"""
document:
  description:
    - The document, with the sections that
      O(superoffice.erpsync.erpsync_environment#module:document) describes.
  returned: success
  type: dict
  sample:
    engine:
      state: running
      interval: "00:15:00"
    connectors:
      - name: Visma
        url: https://erp.example.com/Connector.svc
    connections:
      - name: Visma Norway
        connector: Visma
        description: Norwegian company
        active: true
        config:
          Company: "1001"
          Password: "{{ vault_erpsync_visma_norway_password }}"
        actors:
          - erp: Customer
            enabled: true
            fields:
              - erp: CREDITLIMIT
                crm:
                show: true
                default:
                  value: 25000.0
                  prompt: true
                  mandatory: true
              - erp: NAME
                crm: name
                direction: both
                search: true
        lists:
          - list: TermList
            items:
              a: 30 days
              x: Cash
    priority:
      - Visma Norway
secrets:
  description: The variables for secrets, in the order of the document.
  returned: success
  type: list
  elements: dict
  contains:
    variable:
      description: Name of the variable.
      type: str
      returned: always
      sample: vault_erpsync_visma_norway_password
    connection:
      description: Name of the connection, in English where it has several languages.
      type: str
      returned: when the secret stands in the configuration of a connection
      sample: Visma Norway
    connector:
      description: Name of the connector, in English where it has several languages.
      type: str
      returned: when the secret stands in the URL of a connector
      sample: Visma
    key:
      description: Key of the configuration field, or V(url).
      type: str
      returned: always
      sample: Password
connection_names:
  description:
    - The stored names of all connections of the installation, in alphabetical order, including
      those that O(connections) excludes. The filter P(superoffice.erpsync.environment_files#filter)
      takes them.
  returned: success
  type: list
  elements: str
  sample:
    - SAP Germany
    - US:"Visma Sweden";NO:"Visma Sverige"
    - Visma Norway
# Written by tools/write_option_docs.py. Samples alone are changed here.
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(bad_input), V(server_error), V(connection_refused),
        V(timeout), V(unauthorized).
      type: str
      returned: always
      sample: unauthorized
    code:
      description: The server's own error code or type of exception. V(null) where it
        gives none.
      type: str
      returned: always
      sample: ArgumentException
    http_status:
      description: The status of the HTTP answer. V(null) where there was none.
      type: int
      returned: always
      sample: 400
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: GetEngineStatus
    attempts:
      description: Number of attempts.
      type: int
      returned: always
      sample: 1
    correlation:
      description: The server's own id for the request. V(null) where it gives none.
      type: str
      returned: always
      sample: 4c7e0f1a
    uncertain:
      description: Whether a writing request may have been carried out. V(false) only
        where it certainly was not.
      type: bool
      returned: always
      sample: false
"""

from ansible_collections.superoffice.erpsync.plugins.module_utils._run.module import run_module
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.environment_info import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
