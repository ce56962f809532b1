# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_environment
short_description: Bring the whole ERP synchronisation of SuperOffice into a declared state
version_added: 0.1.0
description:
  - Takes one document that declares the engine, the connectors, the connections with their
    configuration and mappings, and the priority. Brings the installation into this state in one
    task, in the order of dependence.
  - Undeclared things are not touched, and not even read. An absent key leaves a thing as it is;
    V(null) clears it where that is possible.
  - The whole document is checked before anything is sent. The plan is made and tested before
    anything is changed.
  - A failure part-way names the steps that were done and those that were not. A new run finishes
    them, unless the document itself was wrong.
  - M(superoffice.erpsync.erpsync_environment_info) reads an installation back as such a document.
  - The links between single records of SuperOffice and of ERP systems are data, not environment. No
    module of this collection makes, changes or removes them.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.converging
  - superoffice.erpsync.secrets
  - superoffice.erpsync.read_from
  - superoffice.erpsync.connection
options:
  document:
    description:
      - The declared environment, in the sections V(engine), V(connectors), V(connections) and
        V(priority). Each of them may be absent.
      - Unknown keys, wrong types, things declared twice, and references to things that do not exist
        are errors. They name the place, and the nearest right word where there is one. They are
        found before anything is changed.
      - The engine is stopped before everything else, and started, or given another interval, after
        it.
      - One message reports all errors of the document itself. Errors that only the server can find,
        such as a field that does not exist, are reported one at a time.
      - The JSON Schema for editors is C(docs/schema/document.json) of this collection;
        C(docs/schema/variables.json) is for files of variables.
      - Names are texts, also where they consist of digits. Use the id where a name is not unique,
        as a number without quotes or under the key V(id); a template makes a text of a bare number.
        Where a connector or a connection has both V(id) and V(name), V(id) finds it and V(name) is
        its new name. The rest of the document uses the new name.
      - A name that differs from an existing one only in case, blanks, composition of letters or
        languages is an error. It neither finds that thing nor creates another. Line breaks in a
        name, and blanks at its beginning or end, are errors.
      - |
        YAML reads some texts as other values before this task sees them. V(0010) becomes the number 8,
        V(no) becomes false, V(1001) a number, V(1.50) becomes 1.5, V(12:30) can become 750. Where a text
        is expected such values are refused, and the error says to put them in quotes.
        Keys of V(items) and V(config) are texts when the task sees them: V(0030) is then the text 24 and
        does not exist. Put such keys in quotes too.
        V(1e3) is a text for YAML; only fields of type V(Double) read it as a thousand. Dates may be with
        or without quotes.
    type: dict
    required: true
    # Suboptions, written by tools/write_option_docs.py
    suboptions:
      engine:
        description:
          - The sync engine, which synchronises all active connections at an interval.
        type: dict
        suboptions:
          state:
            description:
              - Whether the automatic synchronisation runs. By default the engine stays
                as it is.
            type: str
            choices:
              - running
              - stopped
          interval:
            description:
              - Time between two synchronisations, in whole seconds.
              - Seconds (V(900)), units (V(15m), V(1h30m), V(1d)), hours, minutes and
                seconds (V(00:15:00)), or ISO 8601 (V(PT15M)).
              - By default the interval stays as it is.
            type: str
      connectors:
        description:
          - The connectors, through which SuperOffice reaches the ERP systems.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - 'Its name, by which it is found: in any of its languages, or as the text
                that SuperOffice stores.'
              - Together with O(document.connectors[].id), its new name.
            type: str
          id:
            description:
              - Its id, where the name is not unique.
            type: int
          url:
            description:
              - Address of the connector, for example V(https://erp.example.com/Connector.svc).
                A new connector needs it.
              - A password in it (C(https://user:password@erp.example.com/Connector.svc))
                is a secret; keep such an address in a vault.
            type: str
          state:
            description:
              - V(absent) removes it. The default is V(present).
            type: str
            choices:
              - present
              - absent
          test:
            description:
              - Whether the server tests, before anything is changed, that a connector
                answers at a new address. The default is V(true).
            type: bool
      connections:
        description:
          - The connections to the ERP systems.
        type: list
        elements: dict
        suboptions:
          name:
            description:
              - 'Its name, by which it is found: in any of its languages, or as the text
                that SuperOffice stores.'
              - Together with O(document.connections[].id), its new name.
            type: str
          id:
            description:
              - Its id, where the name is not unique.
            type: int
          connector:
            description:
              - Name of its connector, or its id, a number without quotes or under the
                key V(id). A new connection needs it.
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
                  - Whether everyone has access. It excludes groups and users.
                type: bool
              user_groups:
                description:
                  - Names or ids of the user groups with access. It excludes access for
                    everyone.
                type: list
                elements: raw
              users:
                description:
                  - Names or ids of the users with access. It excludes access for everyone.
                type: list
                elements: raw
          config:
            description:
              - Configuration values by the connector's own keys, for example V(Company)
                and V(Password). Undeclared keys stay as they are.
              - Texts, numbers, V(true) and V(false). Put texts that YAML takes for something
                else in quotes, such as V("0010").
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
                  - The ERP actor type.
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
                  - The CRM actor type. It follows from O(document.connections[].actors[].erp).
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
                  - The fields. Undeclared fields stay as they are.
                type: list
                elements: dict
                suboptions:
                  erp:
                    description:
                      - Key of the ERP field, for example V(NUMBER1).
                    type: str
                    required: true
                  crm:
                    description:
                      - Key of the CRM field, for example V(number1). V(null) maps it
                        to nothing.
                    type: str
                  direction:
                    description:
                      - The direction of the synchronisation. V(none) keeps the mapping
                        and synchronises nothing.
                    type: str
                    choices:
                      - none
                      - to_crm
                      - to_erp
                      - both
                  show:
                    description:
                      - Whether SuperOffice shows the value of the ERP system.
                    type: bool
                  search:
                    description:
                      - Whether SuperOffice can search the ERP system by it.
                    type: bool
                  default:
                    description:
                      - The default value for records that SuperOffice creates in the
                        ERP system.
                      - V(null) removes the value; the user is not asked, and no value
                        is required.
                    type: dict
                    suboptions:
                      value:
                        description:
                          - The value, as text, number, V(true) or V(false); for a list
                            field the key of an item. V(null) removes the value.
                        type: raw
                      prompt:
                        description:
                          - Whether the user is asked for it.
                        type: bool
                      mandatory:
                        description:
                          - Whether a value is required.
                        type: bool
                      state:
                        description:
                          - V(absent) removes the default, as V(null) in place of the
                            section does.
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
                  - Whether to clear undeclared fields. The default is V(false).
                type: bool
          lists:
            description:
              - The mappings of list items, one element for each list of the ERP side.
            type: list
            elements: dict
            suboptions:
              list:
                description:
                  - Name of the ERP list.
                type: str
                required: true
              actor:
                description:
                  - The actor type whose field uses the list, where several actor types
                    have a list of this name.
                type: str
                choices:
                  - Customer
                  - Supplier
                  - Partner
                  - Person
                  - Project
              items:
                description:
                  - Key or name of the ERP item, and for each the name or id of the CRM
                    item. V(null) maps it to nothing.
                  - Put keys that look like numbers in quotes.
                type: dict
              purge:
                description:
                  - Whether to map undeclared items to nothing. The default is V(false).
                type: bool
              shared:
                description:
                  - Whether several ERP items may be mapped to the same CRM item. By default
                    that is an error.
                type: bool
          state:
            description:
              - V(absent) removes it. The default is V(present).
            type: str
            choices:
              - present
              - absent
          test:
            description:
              - Whether the server tests the configuration with the ERP system before
                anything is changed. The default is V(true).
            type: bool
          refresh_fields:
            description:
              - Whether the server reads the fields again from the connector where a declared
                field is unknown to it, or was missing when it last read them. The default
                is V(false).
              - For a new connection, whether it may have fields and lists that no other
                connection of its connector has. By default they are errors.
            type: bool
      priority:
        description:
          - Names or ids of the connections in the order of priority, the one that wins
            first; V(0) is SuperOffice itself.
        type: list
        elements: raw
    # End of the suboptions
  document_variables:
    description:
      - Names of the variables that the document was composed of. Errors then name these variables
        instead of places in the document.
      - First the variable of the document itself, then, for its last connections, the variable of
        each. The role P(superoffice.erpsync.environment#role) sets them.
    type: list
    elements: str
    version_added: 1.0.0
  prune:
    description:
      - Kinds of undeclared things to remove. Other undeclared things stay as they are.
      - V(connectors) removes undeclared connectors, V(connections) undeclared connections. The
        section must be in the document; an empty one, V([]), removes all of them.
      - V(mappings) works on the declared connections. It unmaps undeclared fields and removes their
        default values, disables undeclared actor types, and clears undeclared list items.
        Undeclared connections keep their mappings.
      - Check mode shows the removals.
    type: list
    elements: str
    choices:
      - connectors
      - connections
      - mappings
  unsupported:
    description:
      - What to do with parts of the document that the server cannot do. That is C(lists) where the
        web services are older than Services86, or where the server has no list mappings over REST.
        A document for a fleet may have them all the same.
      - V(fail) refuses the document before anything is sent. Over REST, where only the server knows,
        the task fails when it is read.
      - V(skip) leaves them out, with a warning and in RV(left_out), in check mode too. Everything else
        is done. Where only the server knows, it is asked with 2 requests.
    type: str
    choices:
      - fail
      - skip
    default: fail
    version_added: 1.0.0
  wait:
    description:
      - Whether to wait until the server reports the engine as declared. Everything else takes
        effect when the server accepts it.
    type: bool
    default: true
  wait_timeout:
    description:
      - Seconds to wait at most for the engine. After that the task fails with the state that the
        server reported last.
    type: float
    default: 60
  wait_interval:
    description:
      - Seconds between two requests for the engine's status.
    type: float
    default: 1
notes:
  - What archives show to be as declared is not asked of the agent. All that differs, or is refused,
    is read through the agent and planned from that, and every save reads the whole carrier through
    the agent first. So O(read_from) changes the number of requests and not the result.
  - Only one run at a time may work on an installation. A run does not create what another run has
    created meanwhile; the task then fails (V(conflict)), and a new run finishes it.
  - Some servers accept changes to a connection only while it is not active. Where the server
    refuses, the connection is deactivated, changed and activated again, with a warning. It is
    activated again however the task ends, except by SIGKILL.
  - A warning names an inactive connection where C(active) is not declared, because a killed run may
    have left it inactive.
  - A new connection has no fields yet. Its declaration is checked against the fields, default
    values and lists of another connection of the same connector, and errors are found before
    anything is changed. Where the new connection will have other fields, C(refresh_fields=true)
    accepts the document as it is. In check mode one warning for each connection names what could
    not be checked. A check without warnings is followed by a run that succeeds.
  - A warning names each CRM field that no mapping of the installation names, with the most similar
    one, because the server saves misspelt names without an error.
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

- name: Show what a document would change, and change nothing
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
  description: The steps that were done, or in check mode would be done, in order.
  returned: success
  type: list
  elements: str
  sample:
    - create connection "Visma Finland"
    - map the fields of connection "Visma Finland", Customer
    - activate connection "Visma Finland"
ids:
  description: The ids of created things.
  returned: success
  type: dict
  contains:
    connectors:
      description: Id by name. V(null) in check mode, where the ids are not known.
      type: dict
      returned: always
      sample: {}
    connections:
      description: Id by name. V(null) in check mode, where the ids are not known.
      type: dict
      returned: always
      sample:
        Visma Finland: 7
left_out:
  description: The places of the document that were left out, because the server cannot do them. Empty
    with O(unsupported=fail).
  returned: success
  type: list
  elements: str
  sample:
    - connections[0] ("Visma Finland").lists[0] ("TermList")
reasons:
  description: The server's reasons for not activating or deactivating a connection. The message
    contains them too.
  returned: failure to activate or deactivate
  type: list
  elements: str
  sample:
    - "Customer: the mandatory field NAME has no direction."
# Written by tools/write_option_docs.py. Samples alone are changed here.
engine:
  description: The engine after the task, or the predicted one in check mode. After a
    failed wait, the last reported state.
  returned: when the document has V(engine)
  type: dict
  contains:
    is_running:
      description: Whether the automatic synchronisation is switched on.
      type: bool
      returned: always
      sample: true
    status_message:
      description: The server's own message. In check mode, and with O(wait=false), the
        message before the change.
      type: str
      returned: always
      sample: Running. Next synchronisation at 14:15.
    interval:
      description: Time between two synchronisations as C(hh:mm:ss), from a day on as
        C(d.hh:mm:ss). V(null) where the server does not return it.
      type: str
      returned: always
      sample: 00:15:00
    interval_seconds:
      description: The interval in seconds. V(null) where the server does not return it.
      type: int
      returned: always
      sample: 900
changes:
  description: The changes, or in check mode the predicted ones, in the order in which
    they are made.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of thing, V(engine), V(connector), V(connection), V(mapping),
        V(list) or V(priority).
      type: str
      returned: always
      sample: connection
    name:
      description: Name of the thing. For mappings and lists the connection's name comes
        first. Empty for the engine and the priority.
      type: str
      returned: always
      sample: Visma Finland
    action:
      description: How it changes.
      type: str
      choices:
        - create
        - update
        - remove
      returned: always
      sample: create
    changed_fields:
      description: The keys of the document whose values change. For a created or removed
        thing, all of its keys.
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
    changed_by:
      description:
        - The initials of the user who last changed, before this task, what differs. V(null)
          for a created thing, and where the server does not tell.
        - SuperOffice stamps a whole thing at a time, a connection for example, or a field
          with its default value and its place. Engine and priority are one thing.
      type: str
      returned: always
      sample: KRN
    changed_at:
      description: When that was, in UTC. V(null) for a created thing, and where the server
        does not tell.
      type: str
      returned: always
      sample: '2026-11-03T14:02:00Z'
diff:
  description: The same changes with the values before and after, in the form that Ansible
    shows.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before_header:
      description: Kind and name of the thing, and, where the server tells, who changed
        it last before this task, and when.
      type: str
      returned: always
      sample: connection Visma Finland
    before:
      description: The differing values before the change, as a text. Empty for a created
        thing.
      type: str
      returned: always
      sample: ''
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
      sample: connection Visma Finland
    after:
      description: The differing values after the change, as a text. Empty for a removed
        thing.
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
  description: The same changes for programs.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before:
      description: The differing values before the change. Empty for a created thing.
      type: dict
      returned: always
      sample: {}
    after:
      description: The differing values after the change. Empty for a removed thing.
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
    stamps:
      description: Who last changed which of the values before this task. Empty where
        the server does not tell.
      type: list
      elements: dict
      returned: always
      contains:
        path:
          description: The keys that lead to the values, for example those of a field.
            Empty for all values.
          type: list
          elements: str
          returned: always
          sample:
            - fields
            - NAME
        changed_by:
          description: The initials of the user. V(null) where the server does not tell.
          type: str
          returned: always
          sample: KRN
        changed_at:
          description: The time, in UTC. V(null) where the server does not tell.
          type: str
          returned: always
          sample: '2026-11-03T14:02:00Z'
steps_done:
  description: The steps that were done before the failure.
  returned: failure after planning
  type: list
  elements: str
  sample:
    - create connection "Visma Finland"
steps_not_done:
  description: The steps that were not done. A new run does them, after a refusal once
    its cause is removed.
  returned: failure after planning, except for errors of the input
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
      description: The kind of failure, for example V(bad_input), V(test_failed), V(not_switched),
        V(wait_timeout), V(conflict), V(server_error), V(connection_refused), V(timeout),
        V(unauthorized).
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
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: ToggleErpConnectionActive
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.environment import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
