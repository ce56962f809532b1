# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_environment
short_description: Bring the whole ERP synchronisation of SuperOffice into the state that a document declares
version_added: 0.1.0
description:
  - Takes one document that declares the engine, the connectors, the connections with their configuration and mappings, and the priority,
    and makes the installation what it says, in one task, in the order of dependence.
  - What is not declared is not touched, and not even read. A key that is absent leaves a thing as it is; V(null) clears what can be
    cleared.
  - The document is checked as a whole before anything is sent, and the plan is made and tested before anything is changed.
  - A failure part-way says what was done and what was not. A new run finishes it, unless the document itself was wrong.
  - M(superoffice.erpsync.erpsync_environment_info) reads an installation back as such a document.
  - The links between single records of SuperOffice and of ERP systems are data, not environment. No module of this collection
    makes, changes or removes them.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.converging
  - superoffice.erpsync.secrets
  - superoffice.erpsync.connection
options:
  document:
    description:
      - What is declared, in the sections V(engine), V(connectors), V(connections) and V(priority). Each of them can be left out.
      - Unknown keys, wrong types, the same thing declared twice, and references to what does not exist are errors
        that name the place, and the nearest right word where there is one. They are found before anything is changed.
      - |
        V(engine) has V(state), V(running) or V(stopped), and V(interval), as in M(superoffice.erpsync.erpsync_engine).
        The engine is stopped before everything else, and started, or given another interval, after it.
      - |
        V(connectors) is a list. Each has V(name), and may have V(id), V(url), V(state) (V(present) or V(absent)) and V(test) (V(true) or
        V(false)),
        as the options of M(superoffice.erpsync.erpsync_connector).
      - |
        V(connections) is a list. Each has V(name), and may have V(id), V(connector), V(description) (V(null) clears it), V(active),
        V(access)
        with V(everyone), V(user_groups) and V(users), V(config), V(state) and V(test), as the options of
        M(superoffice.erpsync.erpsync_connection), and besides V(actors), V(lists) and V(refresh_fields).
      - |
        V(actors) is a list. Each has V(erp), and may have V(crm), V(enabled), V(fields), V(order) and V(purge),
        as the options of M(superoffice.erpsync.erpsync_field_mapping). A field has V(erp), and may have V(crm) (V(null) maps it to none),
        V(direction), V(show), V(search) and V(default) with V(value), V(prompt) and V(mandatory). V(value: null) removes the value only,
        V(default: null) the value, the question and the demand.
      - |
        V(lists) is a list. Each has V(list), and may have V(actor), V(items), V(purge) and V(shared), as the options of
        M(superoffice.erpsync.erpsync_list_mapping). An item V(null) is mapped to none.
      - V(priority) is a list of connections, as O(superoffice.erpsync.erpsync_priority#module:order).
      - Names are texts, also where they consist of digits. A thing whose name is not unique is meant by its id, a number without quotes,
        or stands under the key V(id), where a template would make a text of the number.
        Where a connector or a connection has both, the V(id) says which it is and the V(name) how it shall be called. The rest of the
        document uses the new name.
      - A name that differs from that of something only in case, blanks, composition of letters or languages is an error; it neither means
        that thing nor makes another one. Line breaks, and blanks at the beginning or the end of a name, are refused.
      - |
        YAML makes other things of some texts before this task sees them. V(0010) becomes the number 8, V(no) becomes false,
        V(1001) a number, V(1.50) becomes 1.5, V(12:30) can become 750. Where a text must stand such values are refused, and the error
        says to put them in quotes.
        Keys of V(items) and V(config) are texts by the time the task sees them, V(0030) is then the text 24 and does not exist; put them
        in quotes too.
        V(1e3) is a text for YAML, and taken for a thousand only by fields of type V(Double). Dates may stand with quotes or without.
    type: dict
    required: true
  prune:
    description:
      - What to remove where the document does not declare it. Nothing is removed without being named here.
      - V(connectors) removes the connectors, V(connections) the connections that are not declared. The section must be in the document;
        an empty one, V([]), removes all of them.
      - V(mappings) unmaps, in the connections that are declared, the fields that are not declared, with their default values,
        disables the actor types that are not declared, and clears the items of lists that are not declared.
        Connections that are not declared keep their mappings.
      - Check mode shows what would be removed.
    type: list
    elements: str
    choices:
      - connectors
      - connections
      - mappings
  wait:
    description:
      - Whether to wait until the server reports the engine as declared. Everything else is in effect when the server has accepted it.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most for the engine. Past them the task fails, and says what the server last reported.
    type: float
    default: 60
  wait_interval:
    description:
      - Seconds between two looks at the engine.
    type: float
    default: 1
notes:
  - One run at a time works on an installation. What another run has created since this one looked is not created twice; the task fails then
    (V(conflict)), and a new run finishes it.
  - Some servers take changes to a connection only while it is not active. Where one refuses, the connection is deactivated,
    changed and activated again, whatever ends the task but SIGKILL, and a warning says so.
  - A connection that is found inactive without C(active) being declared is named in a warning, since a run that was killed may
    have left it so.
  - A connection that would be created has no fields yet. Where another connection goes through its connector, the fields, default
    values and lists of that one tell what can be declared, and what is wrong is refused before anything is changed. Where the new
    connection will have other fields, C(refresh_fields=true) takes the document at its word. What nothing tells, check mode names in one
    warning for each connection; a check that warned of nothing is followed by a run that succeeds.
  - A CRM field that no mapping of the installation names is saved by the server without a word. It is named in a warning, with the most
    similar one.
seealso:
  - module: superoffice.erpsync.erpsync_environment_info
  - module: superoffice.erpsync.erpsync_connection
  - module: superoffice.erpsync.erpsync_field_mapping
  - module: superoffice.erpsync.erpsync_list_mapping
"""

EXAMPLES = r"""
- name: Bring everything into its declared state
  superoffice.erpsync.erpsync_environment:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    document:
      engine:
        state: running
        interval: 15m
      connectors:
        - name: Visma
          url: https://erp.example.com/Connector.svc
      connections:
        - name: Visma Finland
          connector: Visma
          description: Finnish company
          active: true
          access:
            user_groups:
              - Sales
              - Finance
          config:
            Company: "3001"
            Password: "{{ vault_visma_password }}"
          actors:
            - erp: Customer
              enabled: true
              fields:
                - {erp: NAME, crm: name, direction: both, search: true}
                - {erp: EMAIL, crm: email, direction: both}
                - {erp: STDTERMS, crm: paymentterms, direction: to_erp}
                - {erp: CREDITLIMIT, show: true, default: {value: 25000, prompt: true, mandatory: true}}
          lists:
            - list: TermList
              items:
                a: 30 days
                x: Cash
      priority:
        - Visma Norway
        - Visma Finland

- name: Remove the connections that are not declared, and declare the others by name only
  superoffice.erpsync.erpsync_environment:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    document:
      connections:
        - name: Visma Norway
        - name: Visma Sweden
        - name: SAP Germany
    prune:
      - connections

- name: Show what a document in a file would change, and change nothing
  superoffice.erpsync.erpsync_environment:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    document:
      engine:
        state: running
        interval: 1h
  check_mode: true
  diff: true
  register: erpsync_plan
"""

RETURN = r"""
changes:
  description: What changed, or would change in check mode, thing by thing, in the order in which it is done.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What kind of thing it is, V(engine), V(connector), V(connection), V(mapping), V(list) or V(priority).
      type: str
      returned: always
      sample: connection
    name:
      description: Its name. For mappings and lists that of the connection comes first. Empty for the engine and the priority.
      type: str
      returned: always
      sample: Visma Finland
    action:
      description: What is done with it.
      type: str
      choices:
        - create
        - update
        - remove
      returned: always
      sample: create
    changed_fields:
      description: The keys of the document whose values change. Of something that is created or removed, all that it has.
      type: list
      elements: str
      returned: always
      sample:
        - name
        - connector
        - description
        - access
        - config
        - active
diff:
  description: The same changes with the values before and after, for Ansible to show them.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: connection Visma Finland
    before:
      description: What is different, as it was, as a text. Empty for something that is created.
      type: str
      returned: always
      sample: ""
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: connection Visma Finland
    after:
      description: What is different, as it is now, or would be in check mode, as a text. Empty for something that is removed.
      type: str
      returned: always
      sample: |
        {
            "access": {
                "everyone": false,
                "user_groups": [
                    1,
                    3
                ],
                "users": []
            },
            "active": true,
            "config": {
                "Company": "3001",
                "Password": "********"
            },
            "connector": "Visma",
            "description": "Finnish company",
            "name": "Visma Finland"
        }
differences:
  description: The same again, for programs.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before:
      description: What is different, as it was. Empty for something that is created.
      type: dict
      returned: always
      sample: {}
    after:
      description: What is different, as it is now, or would be in check mode. Empty for something that is removed.
      type: dict
      returned: always
      sample:
        name: Visma Finland
        connector: Visma
        description: Finnish company
        access:
          everyone: false
          user_groups:
            - 1
            - 3
          users: []
        config:
          Company: '3001'
          Password: '********'
        active: true
steps:
  description: What was done, or would be done in check mode, in order.
  returned: success
  type: list
  elements: str
  sample:
    - create connection "Visma Finland"
    - map the fields of connection "Visma Finland", Customer
    - activate connection "Visma Finland"
ids:
  description: The ids of what was created.
  returned: success
  type: dict
  contains:
    connectors:
      description: Id by name. The ids are not known in check mode and V(null) there.
      type: dict
      returned: always
      sample: {}
    connections:
      description: Id by name. The ids are not known in check mode and V(null) there.
      type: dict
      returned: always
      sample:
        Visma Finland: 7
engine:
  description: The engine after the task, or as it would be in check mode. After a failure to wait for it, as it was last reported.
  returned: when the document has V(engine)
  type: dict
  contains:
    is_running:
      description: Whether the automatic synchronisation is switched on.
      type: bool
      returned: always
      sample: true
    status_message:
      description:
        - The server's own words. In check mode, and with O(wait=false), they are those from before the change.
      type: str
      returned: always
      sample: Running. Next synchronisation at 14:15.
    interval:
      description: Time between two synchronisations as C(hh:mm:ss), from a day on as C(d.hh:mm:ss). V(null) where the server does not
        say.
      type: str
      returned: always
      sample: "00:15:00"
    interval_seconds:
      description: The same in seconds. V(null) where the server does not say.
      type: int
      returned: always
      sample: 900
steps_done:
  description: What had been done before a failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - create connection "Visma Finland"
steps_not_done:
  description: What had not been done at a failure. A new run finishes it, of a refusal once its cause is mended.
  returned: failure after planning, but for an error of the input
  type: list
  elements: str
  sample:
    - activate connection "Visma Finland"
reasons:
  description: Why the server does not activate or deactivate a connection, in its own words. They are in the message as well.
  returned: failure to activate or deactivate
  type: list
  elements: str
  sample:
    - "Customer: the mandatory field NAME has no direction."
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: What kind of failure it is, for example V(bad_input), V(test_failed), V(not_switched), V(wait_timeout),
        V(conflict), V(server_error), V(connection_refused), V(timeout), V(unauthorized).
      type: str
      returned: always
      sample: not_switched
    code:
      description: The server's own error code or type of exception. V(null) where it gives none.
      type: str
      returned: always
      sample: ArgumentException
    http_status:
      description: The status of the HTTP answer. V(null) where there was none.
      type: int
      returned: always
      sample: 400
    method:
      description: The method of the API that was called. V(null) where none was.
      type: str
      returned: always
      sample: ToggleErpConnectionActive
    attempts:
      description: How often it was tried.
      type: int
      returned: always
      sample: 1
    correlation:
      description: The server's own id for the request. V(null) where it gives none.
      type: str
      returned: always
      sample: 4c7e0f1a
    uncertain:
      description: Whether a writing request may or may not have been carried out.
      type: bool
      returned: always
      sample: false
"""

from ansible_collections.superoffice.erpsync.plugins.module_utils._module import run_module
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.environment import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
