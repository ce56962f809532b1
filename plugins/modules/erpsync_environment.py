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
      - The engine is stopped before everything else, and started, or given another interval, after it.
      - All that is wrong with it in itself is told in one message. What only the server knows, such as a field that does not exist, is
        told one at a time.
      - Its JSON Schema, for editors, is C(docs/schema/document.json) of this collection; C(docs/schema/variables.json) is for files of
        variables.
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
    # What may stand in it, written by tools/write_option_docs.py
    suboptions:
      engine:
        description:
          - The sync engine, which synchronises all active connections by itself, time and again.
        type: dict
        suboptions:
          state:
            description:
              - Whether the automatic synchronisation runs. Without it, the engine stays as it is.
            type: str
            choices:
              - running
              - stopped
          interval:
            description:
              - Time between two synchronisations, in whole seconds.
              - Seconds (V(900)), units (V(15m), V(1h30m), V(1d)), hours, minutes and seconds (V(00:15:00)), or ISO 8601 (V(PT15M)).
              - Without it, the interval stays as it is.
            type: str
      connectors:
        description:
          - The connectors, through which SuperOffice reaches the ERP systems.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Its name, by which it is found. Of a name in several languages any, or the text as SuperOffice stores it.
              - Together with O(document.connectors[].id), the name that it shall have.
            type: str
          id:
            description:
              - Its id, where names are not unique.
            type: int
          url:
            description:
              - Address of the connector, for example V(https://erp.example.com/Connector.svc). A new connector needs it.
            type: str
          state:
            description:
              - V(absent) removes it. Without it, it is to be V(present).
            type: str
            choices:
              - present
              - absent
          test:
            description:
              - Whether to ask the server, before anything is changed, if a connector answers at a new address. Without it, that
                is asked.
            type: bool
      connections:
        description:
          - The connections to the ERP systems.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - Its name, by which it is found. Of a name in several languages any, or the text as SuperOffice stores it.
              - Together with O(document.connections[].id), the name that it shall have.
            type: str
          id:
            description:
              - Its id, where names are not unique.
            type: int
          connector:
            description:
              - Name of its connector, or its id, a number without quotes or under the key V(id). A new connection needs it.
            type: raw
          description:
            description:
              - Its description. V(null) clears it.
            type: str
          active:
            description:
              - Whether it is synchronised.
            type: bool
          access:
            description:
              - Who may use it.
            type: dict
            suboptions:
              everyone:
                description:
                  - Whether everybody may. Not together with groups or users.
                type: bool
              user_groups:
                description:
                  - Names or ids of the user groups that may. With it, not everybody may.
                type: list
                elements: raw
              users:
                description:
                  - Names or ids of the users that may. With it, not everybody may.
                type: list
                elements: raw
          config:
            description:
              - What the connector wants to know, by its own keys, for example V(Company) and V(Password). Keys that are not declared
                stay as they are.
              - Texts, numbers, V(true) and V(false). What is to arrive letter by letter belongs into quotes, such as V("0010").
              - V(null) clears a value.
            type: dict
          actors:
            description:
              - The field mappings, one element for each actor type.
            type: list
            elements: dict
            suboptions:
              erp:
                description:
                  - The actor type of the ERP side.
                type: str
                required: true
                choices:
                  - Customer
                  - Supplier
                  - Partner
                  - Person
                  - Project
              crm:
                description:
                  - The actor type of SuperOffice, which follows from O(document.connections[].actors[].erp).
                type: str
                choices:
                  - Contact
                  - Person
                  - Project
              enabled:
                description:
                  - Whether this actor type is synchronised.
                type: bool
              fields:
                description:
                  - The fields. Those that are not declared stay as they are.
                type: list
                elements: dict
                suboptions:
                  erp:
                    description:
                      - Key of the field on the ERP side, for example V(NUMBER1).
                    type: str
                    required: true
                  crm:
                    description:
                      - Key of the field in SuperOffice, for example V(number1). V(null) maps it to nothing.
                    type: str
                  direction:
                    description:
                      - Which side gives the value to which. V(none) keeps the mapping and synchronises nothing.
                    type: str
                    choices:
                      - none
                      - to_crm
                      - to_erp
                      - both
                  show:
                    description:
                      - Whether SuperOffice shows it, read from the ERP system.
                    type: bool
                  search:
                    description:
                      - Whether SuperOffice can search by it in the ERP system.
                    type: bool
                  default:
                    description:
                      - What the field gets when a record is created in the ERP system from SuperOffice.
                      - V(null) takes the value, the question and the demand away.
                    type: dict
                    suboptions:
                      value:
                        description:
                          - The value, as text, number, V(true) or V(false); for a list field the key of an item. V(null) takes
                            the value away.
                        type: raw
                      prompt:
                        description:
                          - Whether the user is asked for it.
                        type: bool
                      mandatory:
                        description:
                          - Whether there must be a value.
                        type: bool
                      state:
                        description:
                          - V(absent) takes the default away, as V(null) instead of the whole section does.
                        type: str
                        choices:
                          - present
                          - absent
              order:
                description:
                  - Keys of ERP fields in the order in which SuperOffice shows them.
                type: list
                elements: str
              purge:
                description:
                  - Whether to clear the fields that are not declared. Without it, they stay as they are.
                type: bool
          lists:
            description:
              - The mappings of list items, one element for each list of the ERP side.
            type: list
            elements: dict
            suboptions:
              list:
                description:
                  - Name of the ERP side's list.
                type: str
                required: true
              actor:
                description:
                  - The actor type whose field uses the list, where several actor types have a list of this name.
                type: str
                choices:
                  - Customer
                  - Supplier
                  - Partner
                  - Person
                  - Project
              items:
                description:
                  - The ERP side's item, by key or name, to the name or id of the item in SuperOffice. V(null) maps it to nothing.
                  - Keys that look like numbers belong into quotes.
                type: dict
              purge:
                description:
                  - Whether to map the items that are not declared to nothing. Without it, they stay as they are.
                type: bool
              shared:
                description:
                  - Whether several ERP items may stand for the same item of SuperOffice. Without it, that is an error.
                type: bool
          state:
            description:
              - V(absent) removes it. Without it, it is to be V(present).
            type: str
            choices:
              - present
              - absent
          test:
            description:
              - Whether to ask the ERP system, before anything is changed, if it accepts the configuration. Without it, that is
                asked.
            type: bool
          refresh_fields:
            description:
              - Whether to have the server read the fields anew from the connector where a field is declared that it does not
                know, or that was missing when it last looked. Without it, it does not.
              - 'Of a connection that is new: whether it may have fields and lists that no other connection of its connector has.
                Without it, they are errors.'
            type: bool
      priority:
        description:
          - Names or ids of the connections in the order in which they win over each other; V(0) is SuperOffice itself.
        type: list
        elements: raw
    # End of what may stand in it
  document_variables:
    description:
      - The names of the variables from which the document was put together, so that errors name them and not a place in a document
        that nobody wrote.
      - First the variable of the document itself, then, for its last connections, the variable of each. The role
        P(superoffice.erpsync.environment#role) gives them.
    type: list
    elements: str
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
reasons:
  description: Why the server does not activate or deactivate a connection, in its own words. They are in the message as well.
  returned: failure to activate or deactivate
  type: list
  elements: str
  sample:
    - "Customer: the mandatory field NAME has no direction."
# Written by tools/write_option_docs.py. Samples alone are changed here.
changes:
  description: What changed, or would change in check mode, thing by thing, in the order
    in which it is done.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: What kind of thing it is, V(engine), V(connector), V(connection), V(mapping),
        V(list) or V(priority).
      type: str
      returned: always
      sample: connection
    name:
      description: Its name. For mappings and lists that of the connection comes first.
        Empty for the engine and the priority.
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
      description: The keys of the document whose values change. Of something that is
        created or removed, all that it has.
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
  description: The same changes with the values before and after, for Ansible to show
    them.
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
      description: What is different, as it was, as a text. Empty for something that is
        created.
      type: str
      returned: always
      sample: ''
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: connection Visma Finland
    after:
      description: What is different, as it is now, or would be in check mode, as a text.
        Empty for something that is removed.
      type: str
      returned: always
      sample: "{\n    \"access\": {\n        \"everyone\": false,\n        \"user_groups\"\
        : [\n            1,\n            3\n        ],\n        \"users\": []\n    },\n\
        \    \"active\": true,\n    \"config\": {\n        \"Company\": \"3001\",\n  \
        \      \"Password\": \"********\"\n    },\n    \"connector\": \"Visma\",\n   \
        \ \"description\": \"Finnish company\",\n    \"name\": \"Visma Finland\"\n}\n"
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
      description: What is different, as it is now, or would be in check mode. Empty for
        something that is removed.
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
steps_done:
  description: What had been done before a failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - create connection "Visma Finland"
steps_not_done:
  description: What had not been done at a failure. A new run finishes it, of a refusal
    once its cause is mended.
  returned: failure after planning, but for an error of the input
  type: list
  elements: str
  sample:
    - activate connection "Visma Finland"
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: What kind of failure it is, for example V(bad_input), V(test_failed),
        V(not_switched), V(wait_timeout), V(conflict), V(server_error), V(connection_refused),
        V(timeout), V(unauthorized).
      type: str
      returned: always
      sample: not_switched
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

from ansible_collections.superoffice.erpsync.plugins.module_utils._run.module import run_module
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.environment import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
