# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

DOCUMENTATION = r"""
module: erpsync_info
short_description: Read the ERP Sync environment of a SuperOffice installation
version_added: 0.1.0
description:
  - Reads the sync engine, the connectors and the connections of a SuperOffice installation, and of
    each connection the parts that O(gather) names.
  - Secret configuration values are never shown, whatever the server returns.
  - Where a part of a connection cannot be read, for example because its connector does not answer,
    RV(connections[].problems) and a warning name it. The rest is returned.
author:
  - The superoffice.erpsync contributors (@superoffice-erpsync)
extends_documentation_fragment:
  - superoffice.erpsync.attributes
  - superoffice.erpsync.attributes.info
  - superoffice.erpsync.read_from
  - superoffice.erpsync.connection
requirements:
  - jmespath, for O(query)
options:
  gather:
    description:
      - The parts to read. The default needs few requests.
      - V(access) is who is signed in, with which rights, and whether the ErpSync agent answers. It
        is a fact, and no failure, that it does not.
      - V(engine), V(connectors), V(connections) and V(priority), the order of the connections,
        belong to the installation.
      - The other parts are read for each connection, and include V(connections).
      - V(summary) is the connection's row in SuperOffice's list of connections. V(field_mappings)
        include the default values of the fields.
      - V(configuration_fields) are the connector's fields, V(configuration_values) the stored
        values without secrets.
      - V(all) is everything.
    type: list
    elements: str
    choices:
      - access
      - engine
      - connectors
      - connections
      - priority
      - summary
      - field_mappings
      - list_mappings
      - configuration_fields
      - configuration_values
      - all
    default:
      - engine
      - connectors
      - connections
  connections:
    description:
      - Limits the connections to those with these names. A name in several languages is found by
        any of them.
      - An id, as a number without quotes or under the key V(id), can stand for a name. A text of
        digits is a name. A name that no connection has is an error.
    type: list
    elements: raw
  include_deleted:
    description:
      - Whether to list deleted connections as well, where the server can.
    type: bool
    default: false
  query:
    description:
      - A JMESPath expression over the result. Its value is returned as RV(query_result).
      - Of the parts that O(gather) names, only those in the expression are read and returned, for
        example the engine for V(engine.interval).
    type: str
notes:
  - Where V(field_mappings) come from archives, the names of CRM fields, and what only the agent tells
    of a field, are null, and fields that the server has not stored yet are absent. O(read_from=agent)
    returns them.
seealso:
  - name: JMESPath
    description: The language of O(query).
    link: https://jmespath.org/
  - module: superoffice.erpsync.erpsync_engine
"""

EXAMPLES = r"""
- name: Read the engine, the connectors and the connections
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
  register: erpsync

- name: List the connections that are not active
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: connections
    query: "connections[?!active].name"
  register: erpsync_inactive

- name: Ask who is signed in, and whether ERP Sync answers
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: access
  register: erpsync_access

- name: Go on only where ERP Sync answers
  ansible.builtin.assert:
    that: erpsync_access.access.erp_sync.answers
    fail_msg: "{{ erpsync_access.access.erp_sync.msg | default('', true) }}"

- name: Read everything about one connection
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: all
    connections: Visma Norway
"""

RETURN = r"""
access:
  description: >-
    Who is signed in, where, and with which rights. Over SOAP it is read by signing in again with the
    ticket or access token; where a server does not allow that, what it would tell is V(null), and a
    warning says so.
  returned: when O(gather) has V(access), unless O(query) does not use it
  type: dict
  contains:
    user:
      description: The user. V(null) where the server does not tell.
      type: dict
      returned: always
      contains:
        id:
          description: Id of the user (associate).
          type: int
          returned: always
          sample: 5
        name:
          description: Name of the user, as for signing in.
          type: str
          returned: always
          sample: erp-admin
        full_name:
          description: Full name of the user.
          type: str
          returned: always
          sample: Kari Nordmann
        type:
          description: Type of the user, for example V(InternalAssociate) or V(SystemAssociate).
          type: str
          returned: always
          sample: InternalAssociate
        role:
          description: Name of the user's role, of several languages in English, otherwise in the first.
          type: str
          returned: always
          sample: Administrator
        role_type:
          description: Type of the role, for example V(Employee) or V(System).
          type: str
          returned: always
          sample: Employee
        user_group_id:
          description: Id of the user's group.
          type: int
          returned: always
          sample: 2
    tenant:
      description: The tenant of SuperOffice Online. V(null) where the server does not tell one.
      type: str
      returned: always
      sample: Cust12345
    function_rights:
      description: Names of the user's function rights. V(null) where the server does not tell them.
      type: list
      elements: str
      returned: always
      sample:
        - admin-all
        - login-web
    licences:
      description: >-
        The licences that the user has. ERP Sync needs V(expander-services), the Development Tools.
        V(null) where the server does not tell them.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: Name of the licensed module.
          type: str
          returned: always
          sample: expander-services
        description:
          description: Description of the module. V(null) for none.
          type: str
          returned: always
          sample: Development Tools
        expires:
          description: When the licence ends. V(null) for never.
          type: str
          returned: always
          sample: "2027-12-31T00:00:00"
    version:
      description: Version of the server. V(null) where it cannot be read.
      type: str
      returned: always
      sample: 11.10.721.0
    erp_sync:
      description: Whether the ErpSync agent answers.
      type: dict
      returned: always
      contains:
        answers:
          description: Whether it answers.
          type: bool
          returned: always
          sample: false
        msg:
          description: Why it does not answer. V(null) where it does.
          type: str
          returned: always
          sample: >-
            GetEngineStatus: the user may not do this (403). The user needs rights to administer ERP
            Sync, and the installation a licence for it.
        failure:
          description: The failure for programs. V(null) where it answers. See RV(failure).
          type: dict
          returned: always
engine:
  description: The sync engine.
  returned: when O(gather) has V(engine), unless O(query) does not use it
  type: dict
  contains:
    is_running:
      description: Whether the automatic synchronisation is switched on.
      type: bool
      returned: always
      sample: true
    status_message:
      description: The server's own message. V(null) where it has none.
      type: str
      returned: always
      sample: Running. Next synchronisation at 14:15.
    interval:
      description: Time between two synchronisations as C(hh:mm:ss), from a day on as C(d.hh:mm:ss).
        V(null) where the server does not return it.
      type: str
      returned: always
      sample: "00:15:00"
    interval_seconds:
      description: The interval in seconds. V(null) where the server does not return it.
      type: int
      returned: always
      sample: 900
connectors:
  description: The connectors.
  returned: when O(gather) has V(connectors), unless O(query) does not use them
  type: list
  elements: dict
  contains:
    id:
      description: Id of the connector.
      type: int
      returned: always
      sample: 1
    name:
      description: Name, of several languages in English, otherwise in the first.
      type: str
      returned: always
      sample: Visma
    raw_name:
      description: Stored name, in all its languages.
      type: str
      returned: always
      sample: US:"Visma";NO:"Visma"
    url:
      description: Address of the connector.
      type: str
      returned: always
      sample: https://erp.example.com/Connector.svc
connections:
  description: The connections.
  returned: >-
    when O(gather) has V(connections) or a part of connections, or O(connections) is set,
    unless O(query) does not use them
  type: list
  elements: dict
  contains:
    id:
      description: Id of the connection.
      type: int
      returned: always
      sample: 3
    name:
      description: Name, of several languages in English, otherwise in the first.
      type: str
      returned: always
      sample: Visma Norway
    raw_name:
      description: Stored name, in all its languages.
      type: str
      returned: always
      sample: US:"Visma Norway";NO:"Visma Norge"
    description:
      description: Description, of several languages in English, otherwise in the first.
      type: str
      returned: always
      sample: Norwegian company
    connector:
      description: Name of the connector. V(null) where the connector is deleted.
      type: str
      returned: always
      sample: Visma
    connector_id:
      description: Id of the connector.
      type: int
      returned: always
      sample: 1
    active:
      description: Whether the connection takes part in synchronisations.
      type: bool
      returned: always
      sample: true
    deleted:
      description: Whether the connection is deleted.
      type: bool
      returned: always
      sample: false
    guid:
      description: The connector's id for the connection.
      type: str
      returned: always
      sample: 889bf882-7a39-4f6a-9c1d-2b6f0e4c5d11
    access:
      description: Who may use the connection. The values are V(null) where the server does not
        return them.
      type: dict
      returned: always
      contains:
        everyone:
          description: Whether everyone has access.
          type: bool
          returned: always
          sample: false
        user_group_ids:
          description: Ids of the user groups with access.
          type: list
          elements: int
          returned: always
          sample: [2]
        user_ids:
          description: Ids of the users (associates) with access.
          type: list
          elements: int
          returned: always
          sample: [5, 11]
    summary:
      description: The connection's row in SuperOffice's list of connections. V(null) where it could
        not be read.
      type: dict
      returned: when O(gather) has V(summary)
      contains:
        last_sync:
          description: When the connection was last synchronised, in the server's time zone. V(null)
            for never.
          type: str
          returned: always
          sample: "2026-03-02T14:15:00"
        actors:
          description: The ERP actor types of the connection.
          type: list
          elements: dict
          returned: always
          contains:
            erp:
              description: ERP actor type.
              type: str
              returned: always
              sample: Customer
            has_mappings:
              description: Whether any field is mapped.
              type: bool
              returned: always
              sample: true
            defaults:
              description: The default values in words.
              type: str
              returned: always
              sample: CREDITLIMIT
            mappings:
              description: The mapped fields in words.
              type: str
              returned: always
              sample: NAME, NUMBER1
    actors:
      description: The field mappings, for each ERP actor type of the connection. V(null) where they
        could not be read.
      type: list
      elements: dict
      returned: when O(gather) has V(field_mappings)
      contains:
        erp:
          description: ERP actor type.
          type: str
          returned: always
          sample: Customer
        crm:
          description: CRM actor type that it is mapped to.
          type: str
          returned: always
          sample: Contact
        enabled:
          description: Whether this actor type is synchronised.
          type: bool
          returned: always
          sample: true
        fields:
          description: The fields of the ERP actor type.
          type: list
          elements: dict
          returned: always
          contains:
            erp:
              description: Key of the ERP field.
              type: str
              returned: always
              sample: CREDITLIMIT
            erp_name:
              description: Name of the ERP field.
              type: str
              returned: always
              sample: Credit limit
            id:
              description: Id of the ERP field. V(null) where the server has not stored the field;
                some servers store a field only when it is used.
              type: int
              returned: always
              sample: 117
            crm:
              description: Key of the CRM field that it is mapped to. V(null) for none.
              type: str
              returned: always
              sample: number1
            crm_name:
              description: Name of the CRM field. V(null) where the mappings come from archives; see
                O(read_from).
              type: str
              returned: always
              sample: Number
            direction:
              description: Direction of the synchronisation.
              type: str
              returned: always
              choices:
                - none
                - to_crm
                - to_erp
                - both
              sample: to_crm
            show:
              description: Whether the field is shown in SuperOffice.
              type: bool
              returned: always
              sample: false
            search:
              description: Whether the field can be searched.
              type: bool
              returned: always
              sample: true
            rank:
              description: Place in the order of the fields. V(null) where the server does not
                return it; a warning says why.
              type: int
              returned: always
              sample: 4
            type:
              description: Type of the ERP field.
              type: str
              returned: always
              sample: Integer
            access:
              description: Whether the ERP field is V(Normal), V(Mandatory) or V(ReadOnly).
              type: str
              returned: always
              sample: Normal
            list_reference:
              description: The list of a field of type List. V(null) for none.
              type: str
              returned: always
              sample: table=business
            already_mapped:
              description: Whether the CRM field is mapped in another connection, so that it cannot
                be mapped one way to SuperOffice here. V(null) where the mappings come from archives.
              type: bool
              returned: always
              sample: false
            missing_in_erp:
              description: Whether the connector no longer has the field.
              type: bool
              returned: always
              sample: false
            missing_in_crm:
              description: Whether SuperOffice no longer has the field. V(null) where the mappings come
                from archives.
              type: bool
              returned: always
              sample: false
            default:
              description: The default value for actors that SuperOffice creates in the ERP system.
                V(null) where nothing is set.
              type: dict
              returned: always
              contains:
                value:
                  description: The value, in SuperOffice's culture-neutral encoding (for example
                    V([I:1])). V(null) where there is none.
                  type: str
                  returned: always
                  sample: "[I:5000]"
                connector_value:
                  description: The value that the connector proposes.
                  type: str
                  returned: always
                  sample: "[I:0]"
                has_value:
                  description: Whether there is a value. A blank value counts.
                  type: bool
                  returned: always
                  sample: true
                prompt:
                  description: Whether the user is asked.
                  type: bool
                  returned: always
                  sample: true
                mandatory:
                  description: Whether the user must give a value.
                  type: bool
                  returned: always
                  sample: false
    lists:
      description: The list mappings of the connection. V(null) where they could not be read.
      type: list
      elements: dict
      returned: when O(gather) has V(list_mappings)
      contains:
        list:
          description: Name of the ERP list.
          type: str
          returned: always
          sample: TermList
        actor:
          description: ERP actor type whose field has the list.
          type: str
          returned: always
          sample: Supplier
        field_id:
          description: Id of the ERP field that has the list.
          type: int
          returned: always
          sample: 204
        crm_list:
          description: Name of the CRM list.
          type: str
          returned: always
          sample: Payment terms
        mapped_items:
          description: The items of the ERP list.
          type: list
          elements: dict
          returned: always
          contains:
            erp:
              description: Key of the ERP item.
              type: str
              returned: always
              sample: a
            erp_name:
              description: Name of the ERP item.
              type: str
              returned: always
              sample: 30 days net
            crm_id:
              description: Id of the CRM item. V(null) for none.
              type: int
              returned: always
              sample: 2
            crm:
              description: Name of the CRM item. V(null) for none.
              type: str
              returned: always
              sample: 30 days
    config_fields:
      description:
        - The connector's configuration fields. V(null) where they could not be read; see
          RV(connections[].problems).
      type: list
      elements: dict
      returned: when O(gather) has V(configuration_fields)
      contains:
        key:
          description: Key of the field.
          type: str
          returned: always
          sample: Company
        name:
          description: Name of the field.
          type: str
          returned: always
          sample: Company number
        description:
          description: Description of the field.
          type: str
          returned: always
          sample: Number of the company in Visma
        type:
          description: Type of the field.
          type: str
          returned: always
          sample: Text
        access:
          description: Whether the field is V(Normal), V(Mandatory) or V(ReadOnly).
          type: str
          returned: always
          sample: Mandatory
        max_length:
          description: Greatest length. V(null) for no limit.
          type: int
          returned: always
          sample: 40
        list:
          description: List of the allowed values. V(null) for none.
          type: str
          returned: always
          sample: CompanyList
        default:
          description: Value that the connector proposes.
          type: str
          returned: always
          sample: "1001"
    config:
      description: The configuration values by key, without SuperOffice's encoding, secrets as
        asterisks. V(null) where they could not be read.
      type: dict
      returned: when O(gather) has V(configuration_values)
      sample:
        Company: "1001"
        Password: "********"
    problems:
      description: The parts of this connection that could not be read.
      type: list
      elements: dict
      returned: when a part of connections is gathered
      contains:
        gather:
          description: The element of O(gather).
          type: str
          returned: always
          sample: configuration_fields
        msg:
          description: Why it could not be read.
          type: str
          returned: always
          sample: "GetConfigurationFields: the server answered with an error (500): The connector does not answer."
        failure:
          description: The failure for programs. See RV(failure).
          type: dict
          returned: always
priority:
  description: The connections in the order of priority, the one that wins first.
  returned: when O(gather) has V(priority), unless O(query) does not use it
  type: list
  elements: dict
  contains:
    id:
      description: Id of the connection; V(0) is SuperOffice itself.
      type: int
      returned: always
      sample: 3
    name:
      description: Name of the connection.
      type: str
      returned: always
      sample: Visma Norway
query_result:
  description: The value of O(query). V(null) where the expression finds nothing.
  returned: when O(query) is set
  type: raw
  sample:
    - SAP Germany
# Written by tools/write_option_docs.py. Samples alone are changed here.
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example V(bad_input), V(connection_refused),
        V(timeout), V(unauthorized), V(not_json), V(wait_timeout).
      type: str
      returned: always
      sample: wait_timeout
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
      sample: 503
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
      sample: ChangeEngineStatus
    attempts:
      description: Number of attempts.
      type: int
      returned: always
      sample: 4
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
from ansible_collections.superoffice.erpsync.plugins.module_utils._tasks.info import TASK


def main() -> None:
    run_module(TASK)


if __name__ == "__main__":
    main()
