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
      - V(access) is who is signed in, with which rights, and whether the ErpSync agent answers. An
        agent that does not answer is a fact here, and no failure.
      - V(engine), V(connectors), V(connections) and V(priority), the order of the connections,
        belong to the installation.
      - V(history) is who changed what last, and when. O(history_since) and O(history_limit) limit
        it. O(connections) limits it to what belongs to these connections.
      - V(log) is what the synchronisations changed, from SuperOffice's sync log. It costs one
        request for 1,000 entries, eleven at most. O(log_since), O(log_limit) and O(log_values)
        belong to it.
      - V(links) is how many records are linked with records of ERP systems. It costs one request
        for 1,000 links, 100 at most, and the list as many again. O(links_list) and O(links_limit)
        belong to it.
      - The other parts are read for each connection, and include V(connections).
      - V(summary) is the connection's row in SuperOffice's list of connections. V(field_mappings)
        include the default values of the fields.
      - V(configuration_fields) are the connector's fields, V(configuration_values) the stored
        values without secrets.
      - V(versions) is which web services the installation has, REST and each version of SOAP. It
        costs 11 requests.
      - V(first_run) is how the server answers, in some 100 requests one after the other. Send it to
        us when something fails at an installation. It has neither names nor values of yours, and
        reads up to three of each thing.
      - V(all) is everything but V(log), V(links), V(versions) and V(first_run). The first two are
        about customers' records, and can be long. Name them beside it.
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
      - history
      - log
      - links
      - versions
      - first_run
      - all
    default:
      - engine
      - connectors
      - connections
  connections:
    description:
      - Limits the connections, RV(history), RV(log) and RV(links) to those with these names. A name
        in several languages is found by any of them.
      - An id, as a number without quotes or under the key V(id), can stand for a name. A text of
        digits is a name. A name that no connection has is an error.
    type: list
    elements: raw
  include_deleted:
    description:
      - Whether to list deleted connections as well, where the server can.
    type: bool
    default: false
  history_since:
    description:
      - Limits V(history) to changes since then. A duration before now, such as V(7d), or a time, such
        as V(2026-11-20) or V(2026-11-20T08:00:00+01:00). A time without an offset is in UTC.
    type: str
    version_added: 1.0.0
  history_limit:
    description:
      - The greatest number of changes in V(history).
    type: int
    default: 100
    version_added: 1.0.0
  log_since:
    description:
      - How old the entries of V(log) may be. A duration before now with its unit, such as V(90m),
        V(12h), V(7d) or V(2w), or a time, such as V(2026-11-20) or V(2026-11-20T09:00:00+01:00).
        Without an offset it is in UTC.
      - The machine where the task runs says what now is.
    type: str
    default: 7d
    version_added: 1.0.0
  log_limit:
    description:
      - How many entries RV(log.entries) has at most, the newest ones. V(0) is for counting only.
        RV(log.counts) are of all entries of O(log_since), up to 10,000.
      - A number from 0 to 10,000.
    type: int
    default: 100
    version_added: 1.0.0
  log_values:
    description:
      - Whether the entries have the old and the new value of the field. These are your customers'
        data, and end up in the output of Ansible and wherever the result goes.
      - With V(false) the server is not asked for them.
    type: bool
    default: false
    version_added: 1.0.0
  links_list:
    description:
      - Whether V(links) also lists the linked records, with their names and ERP keys, in
        RV(links.records).
    type: bool
    default: false
    version_added: 1.0.0
  links_limit:
    description:
      - How many records O(links_list) lists at most, those that were linked first.
      - A number from 0 to 100,000.
    type: int
    default: 1000
    version_added: 1.0.0
  query:
    description:
      - A JMESPath expression over the result. Its value is returned as RV(query_result).
      - Of the parts that O(gather) names, only those in the expression are read and returned, for
        example the engine for V(engine.interval).
    type: str
notes:
  - Where V(field_mappings) come from archives, the names of CRM fields and some details of fields are
    null, and fields that the server has not stored yet are absent. O(read_from=agent) returns them.
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

- name: Ask who changed what in the last week
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: history
    history_since: 7d
  register: erpsync_changes

- name: Count which fields the synchronisations changed since yesterday, without any values
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: log
    log_since: 1d
    log_limit: 0
    query: "log.counts[].{connection: connection, field: crm, changes: number}"
  register: erpsync_log

- name: List the customers of one connection that are linked
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: links
    connections: Visma Norway
    links_list: true
    query: "links.records[?actor == 'Customer'].{company: name, customer: erp_key}"
  register: erpsync_links

- name: Find out which web services an installation has
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: versions
    query: versions.best
  register: erpsync_services

- name: Collect how the server answers, without names and values
  superoffice.erpsync.erpsync_info:
    url: https://crm.example.com/SuperOffice
    username: erp-admin
    password: "{{ vault_superoffice_password }}"
    gather: first_run
  register: erpsync_first_run

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
history:
  description:
    - The last change of each thing, the newest first. SuperOffice keeps no earlier ones.
    - V(null) where the archive C(dynamic) cannot be read; a warning says why.
  returned: when O(gather) has V(history), unless O(query) does not use it
  type: list
  elements: dict
  contains:
    kind:
      description:
        - What was changed. V(actor) is an actor type, V(item) an item of a list. V(engine) is the
          engine with the priority.
      type: str
      returned: always
      choices:
        - engine
        - connector
        - connection
        - actor
        - field
        - item
      sample: field
    name:
      description: Where it is, in words. Empty for the engine.
      type: str
      returned: always
      sample: Visma Norway, Customer, NAME
    connection:
      description: Name of the connection. V(null) for the engine and for connectors.
      type: str
      returned: always
      sample: Visma Norway
    actor:
      description: ERP actor type. V(null) for what belongs to none.
      type: str
      returned: always
      sample: Customer
    list:
      description: Name of the ERP list of an item. V(null) for all else.
      type: str
      returned: always
      sample: TermList
    field:
      description: Key of the ERP field, of an item that of the field with the list. V(null) for all else.
      type: str
      returned: always
      sample: NAME
    item:
      description: Key of the ERP item. V(null) for all else.
      type: str
      returned: always
      sample: a
    action:
      description: What was done. Connectors and connections stay known after they were deleted.
      type: str
      returned: always
      choices:
        - created
        - changed
        - deleted
      sample: changed
    changed_by:
      description: The initials of the user who did it. V(null) where the server does not tell.
      type: str
      returned: always
      sample: KRN
    changed_at:
      description: When it was done, in UTC. V(null) where the server does not tell.
      type: str
      returned: always
      sample: "2026-11-03T14:02:00Z"
log:
  description: >-
    What the synchronisations changed. V(null) where it cannot be read; a warning says why. Where the
    server refuses the archive C(dynamic) and not C(ErpSyncLog), a warning says so, and the records,
    their keys and the direction are V(null).
  returned: when O(gather) has V(log), unless O(query) does not use it
  type: dict
  contains:
    since:
      description: The time that O(log_since) means, in UTC.
      type: str
      returned: always
      sample: "2026-11-19T06:00:00Z"
    entries:
      description: The changed fields, the newest first.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: Id of the entry. A later entry has a greater one.
          type: int
          returned: always
          sample: 4711
        time:
          description: When the field was changed, in UTC. V(null) where the server does not tell.
          type: str
          returned: always
          sample: "2026-11-26T05:03:11Z"
        connection:
          description: Name of the connection. V(null) where the record is no longer linked.
          type: str
          returned: always
          sample: Visma Norway
        connection_id:
          description: Id of the connection. V(null) where the record is no longer linked.
          type: int
          returned: always
          sample: 3
        actor:
          description: ERP actor type of the record. V(null) where the record is no longer linked.
          type: str
          returned: always
          sample: Customer
        table:
          description: Table of the CRM record, in lower case. V(null) where the record is no longer
            linked.
          type: str
          returned: always
          sample: contact
        record_id:
          description: Id of the CRM record. V(null) where it is no longer linked.
          type: int
          returned: always
          sample: 1042
        erp_key:
          description: Key of the ERP record. V(null) where it is no longer linked.
          type: str
          returned: always
          sample: "10001"
        erp:
          description: Key of the ERP field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: CREDITLIMIT
        crm:
          description: Key of the CRM field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: creditlimit
        direction:
          description: Which side was changed. V(null) where the server does not tell.
          type: str
          returned: always
          choices:
            - to_crm
            - to_erp
          sample: to_crm
        source:
          description: Where the value came from, in the server's words. V(null) unless only the
            archive C(ErpSyncLog) can be read.
          type: str
          returned: always
          sample: ERP
        target:
          description: What was changed, in the server's words. V(null) unless only the archive
            C(ErpSyncLog) can be read.
          type: str
          returned: always
          sample: CRM
        old_value:
          description: The value before. V(null) for none.
          type: str
          returned: when O(log_values=true)
          sample: "[F:40000]"
        new_value:
          description: The value afterwards. V(null) for none.
          type: str
          returned: when O(log_values=true)
          sample: "[F:50000]"
    entries_complete:
      description: Whether these are all entries since then. V(false) where O(log_limit) cuts them
        off.
      type: bool
      returned: always
      sample: true
    counts:
      description: How often each field of each connection was changed since then, the most often
        changed first.
      type: list
      elements: dict
      returned: always
      contains:
        connection:
          description: Name of the connection. V(null) for records that are no longer linked.
          type: str
          returned: always
          sample: Visma Norway
        connection_id:
          description: Id of the connection. V(null) for records that are no longer linked.
          type: int
          returned: always
          sample: 3
        actor:
          description: ERP actor type. V(null) for records that are no longer linked.
          type: str
          returned: always
          sample: Customer
        erp:
          description: Key of the ERP field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: CREDITLIMIT
        crm:
          description: Key of the CRM field. V(null) where the server does not tell.
          type: str
          returned: always
          sample: creditlimit
        to_crm:
          description: How often the CRM field was changed.
          type: int
          returned: always
          sample: 11
        to_erp:
          description: How often the ERP field was changed.
          type: int
          returned: always
          sample: 1
        number:
          description: How often it was changed on either side, or on one that the server does not
            tell.
          type: int
          returned: always
          sample: 12
    counts_complete:
      description: Whether all entries since then are counted. V(false) where there are more than
        10,000; the newest are counted.
      type: bool
      returned: always
      sample: true
query_result:
  description: The value of O(query). V(null) where the expression finds nothing.
  returned: when O(query) is set
  type: raw
  sample:
    - SAP Germany
# Written by tools/write_option_docs.py. Samples alone are changed here.
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
links:
  description: Which records of SuperOffice are linked with records of ERP systems. V(null)
    where it cannot be read; a warning says why.
  returned: when O(gather) has V(links), unless O(query) does not use it
  type: dict
  contains:
    counts:
      description: How many records of each actor type are linked, for each connection
        that has any.
      type: list
      elements: dict
      returned: always
      contains:
        connection:
          description: Name of the connection. V(null) where the server does not tell.
          type: str
          returned: always
          sample: Visma Norway
        connection_id:
          description: Id of the connection. V(null) where the server does not tell.
          type: int
          returned: always
          sample: 3
        actor:
          description: ERP actor type. V(null) where the server does not tell.
          type: str
          returned: always
          sample: Customer
        number:
          description: How many records are linked.
          type: int
          returned: always
          sample: 1840
    counts_complete:
      description: Whether all links are counted. V(false) where there are 100,000 or
        more.
      type: bool
      returned: always
      sample: true
    records:
      description: The linked records, in the order in which they were linked.
      type: list
      elements: dict
      returned: when O(links_list=true)
      contains:
        connection:
          description: Name of the connection. V(null) where the server does not tell.
          type: str
          returned: always
          sample: Visma Norway
        connection_id:
          description: Id of the connection. V(null) where the server does not tell.
          type: int
          returned: always
          sample: 3
        actor:
          description: ERP actor type. V(null) where the server does not tell.
          type: str
          returned: always
          sample: Customer
        table:
          description: Table of the CRM record, in lower case. V(null) where the server
            does not tell.
          type: str
          returned: always
          sample: contact
        record_id:
          description: Id of the CRM record. V(null) where the server does not tell.
          type: int
          returned: always
          sample: 1042
        name:
          description: Name of the company, person or project. V(null) where the server
            does not tell.
          type: str
          returned: always
          sample: Nordlys AS
        erp_key:
          description: Key of the ERP record. V(null) where the server does not tell.
          type: str
          returned: always
          sample: '10001'
    records_complete:
      description: Whether these are all linked records. V(false) where O(links_limit)
        cuts them off.
      type: bool
      returned: when O(links_list=true)
      sample: true
versions:
  description: Which web services answer at the installation's address. Nobody signs in
    for it, and it does not matter which services the connection options choose.
  returned: when O(gather) has V(versions), unless O(query) does not use it
  type: dict
  contains:
    rest:
      description: The REST services.
      type: dict
      returned: always
      contains:
        answers:
          description: Whether they answer.
          type: bool
          returned: always
          sample: true
        version:
          description: Version of the server. V(null) where it does not tell.
          type: str
          returned: always
          sample: 11.10.721.0
        services:
          description: The server's own C(Services). V(null) where it does not tell.
          type: str
          returned: always
          sample: Services87
        services_current:
          description: The same of its C(ServicesCurrent). V(null) where it does not tell.
          type: str
          returned: always
          sample: Services88
        msg:
          description: Why they do not answer. V(null) where they do.
          type: str
          returned: always
          sample: null
        failure:
          description: The failure for programs. V(null) where they answer. See RV(failure).
          type: dict
          returned: always
          sample: null
    soap:
      description: Each version of the SOAP services that this collection knows, the oldest
        first.
      type: list
      elements: dict
      returned: always
      contains:
        services_version:
          description: The version, as for O(services_version).
          type: int
          returned: always
          sample: 88
        answers:
          description: Whether it answers.
          type: bool
          returned: always
          sample: true
        version:
          description: Version of the server. V(null) where it does not tell.
          type: str
          returned: always
          sample: 11.10.721.0
        msg:
          description: Why it does not answer. V(null) where it does.
          type: str
          returned: always
          sample: null
        failure:
          description: The failure for programs. V(null) where it answers. See RV(failure).
          type: dict
          returned: always
          sample: null
    best:
      description: The connection options for the services that can do most. V(null) where
        none answers.
      type: dict
      returned: always
      contains:
        transport:
          description: Value for O(transport).
          type: str
          returned: always
          sample: rest
        services_version:
          description: Value for O(services_version). V(null) for REST.
          type: int
          returned: always
          sample: null
first_run:
  description: How the server answers. It has no name, address, key or value of yours,
    and no secret, so that it can be sent to others.
  returned: when O(gather) has V(first_run), unless O(query) does not use it
  type: dict
  contains:
    transport:
      description: The web services that were read from.
      type: str
      returned: always
      sample: rest
    services_version:
      description: Their version. V(null) over REST.
      type: int
      returned: always
      sample: null
    versions:
      description: Which web services answer.
      type: dict
      returned: always
      contains:
        rest:
          description: The REST services.
          type: dict
          returned: always
          contains:
            answers:
              description: Whether they answer.
              type: bool
              returned: always
              sample: true
            version:
              description: Version of the server. V(null) where it does not tell.
              type: str
              returned: always
              sample: 11.10.721.0
            services:
              description: The server's own C(Services). V(null) where it does not tell.
              type: str
              returned: always
              sample: Services87
            services_current:
              description: The same of its C(ServicesCurrent). V(null) where it does not
                tell.
              type: str
              returned: always
              sample: Services88
            failure:
              description: The failure. V(null) where they answer.
              type: dict
              returned: always
              contains:
                kind:
                  description: The kind of failure. See RV(failure.kind).
                  type: str
                  returned: always
                  sample: not_found
                http_status:
                  description: The status of the HTTP answer. V(null) where there was
                    none.
                  type: int
                  returned: always
                  sample: 404
        soap:
          description: Each version of the SOAP services that this collection knows, the
            oldest first.
          type: list
          elements: dict
          returned: always
          contains:
            services_version:
              description: The version, as for O(services_version).
              type: int
              returned: always
              sample: 88
            answers:
              description: Whether it answers.
              type: bool
              returned: always
              sample: true
            version:
              description: Version of the server. V(null) where it does not tell.
              type: str
              returned: always
              sample: 11.10.721.0
            failure:
              description: The failure. V(null) where they answer.
              type: dict
              returned: always
              contains:
                kind:
                  description: The kind of failure. See RV(failure.kind).
                  type: str
                  returned: always
                  sample: not_found
                http_status:
                  description: The status of the HTTP answer. V(null) where there was
                    none.
                  type: int
                  returned: always
                  sample: 404
        best:
          description: The connection options for the services that can do most. V(null)
            where none answers.
          type: dict
          returned: always
          contains:
            transport:
              description: Value for O(transport).
              type: str
              returned: always
              sample: rest
            services_version:
              description: Value for O(services_version). V(null) for REST.
              type: int
              returned: always
              sample: null
    answers:
      description: The methods, lists and archives that were asked, in the order in which
        they were.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: Name of the method, the list or the archive.
          type: str
          returned: always
          sample: GetEngineStatus
        asked:
          description: How often it was asked.
          type: int
          returned: always
          sample: 1
        answered:
          description: How often it answered.
          type: int
          returned: always
          sample: 1
        shape:
          description: In which form each member of the answers is written, by its path.
            V([]) is behind a member that is an array, with the length of the longest.
            V(*) stands for a key that a person may have chosen.
          type: dict
          returned: always
          sample:
            answer: object
            Interval: duration, [d.]hh:mm:ss
            IsRunning: boolean
            StatusMessage: text
        failures:
          description: The failures, each once.
          type: list
          elements: dict
          returned: always
          contains:
            kind:
              description: The kind of failure. See RV(failure.kind).
              type: str
              returned: always
              sample: not_found
            code:
              description: The server's own error code or type of exception. V(null) where
                it gives none.
              type: str
              returned: always
              sample: null
            http_status:
              description: The status of the HTTP answer. V(null) where there was none.
              type: int
              returned: always
              sample: 404
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
