# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents the facts whose members stand in several modules, or in several places of one."""

from __future__ import annotations

ENGINE = """
engine:
  description: {engine}
  returned: {engine_returned}
  type: dict
  contains:
    is_running:
      description: Whether the automatic synchronisation is switched on.
      type: bool
      returned: always
    status_message:
      description: The server's own message. {message}
      type: str
      returned: always
    interval:
      description: Time between two synchronisations as C(hh:mm:ss), from a day on as C(d.hh:mm:ss). V(null) where the server does not
        return it.
      type: str
      returned: always
    interval_seconds:
      description: The interval in seconds. V(null) where the server does not return it.
      type: int
      returned: always
"""

LINKS = """
links:
  description: Which records of SuperOffice are linked with records of ERP systems. V(null) where it
    cannot be read; a warning says why.
  returned: when O(gather) has V(links), unless O(query) does not use it
  type: dict
  contains:
    counts:
      description: How many records of each actor type are linked, for each connection that has any.
      type: list
      elements: dict
      returned: always
      contains:
        <<: &whose
          connection:
            description: Name of the connection. V(null) where the server does not tell.
            type: str
            returned: always
          connection_id:
            description: Id of the connection. V(null) where the server does not tell.
            type: int
            returned: always
          actor:
            description: ERP actor type. V(null) where the server does not tell.
            type: str
            returned: always
        number:
          description: How many records are linked.
          type: int
          returned: always
    counts_complete:
      description: Whether all links are counted. V(false) where there are 100,000 or more.
      type: bool
      returned: always
    records:
      description: The linked records, in the order in which they were linked.
      type: list
      elements: dict
      returned: when O(links_list=true)
      contains:
        <<: *whose
        table:
          description: Table of the CRM record, in lower case. V(null) where the server does not tell.
          type: str
          returned: always
        record_id:
          description: Id of the CRM record. V(null) where the server does not tell.
          type: int
          returned: always
        name:
          description: Name of the company, person or project. V(null) where the server does not tell.
          type: str
          returned: always
        erp_key:
          description: Key of the ERP record. V(null) where the server does not tell.
          type: str
          returned: always
    records_complete:
      description: Whether these are all linked records. V(false) where O(links_limit) cuts them off.
      type: bool
      returned: when O(links_list=true)
"""

VERSIONS = """
versions:
  description: >-
    Which web services answer at the installation's address. Nobody signs in for it, and it does not
    matter which services the connection options choose.
  returned: when O(gather) has V(versions), unless O(query) does not use it
  type: dict
  contains:
    rest:
      description: The REST services.
      type: dict
      returned: always
      contains:
        <<: &rest
          answers:
            description: Whether they answer.
            type: bool
            returned: always
          version:
            description: Version of the server. V(null) where it does not tell.
            type: str
            returned: always
          services:
            description: The server's own C(Services). V(null) where it does not tell.
            type: str
            returned: always
          services_current:
            description: The same of its C(ServicesCurrent). V(null) where it does not tell.
            type: str
            returned: always
        msg:
          description: Why they do not answer. V(null) where they do.
          type: str
          returned: always
        failure:
          description: The failure for programs. V(null) where they answer. See RV(failure).
          type: dict
          returned: always
    soap:
      description: Each version of the SOAP services that this collection knows, the oldest first.
      type: list
      elements: dict
      returned: always
      contains:
        <<: &soap
          services_version:
            description: The version, as for O(services_version).
            type: int
            returned: always
          answers:
            description: Whether it answers.
            type: bool
            returned: always
          version:
            description: Version of the server. V(null) where it does not tell.
            type: str
            returned: always
        msg:
          description: Why it does not answer. V(null) where it does.
          type: str
          returned: always
        failure:
          description: The failure for programs. V(null) where it answers. See RV(failure).
          type: dict
          returned: always
    best: &best
      description: The connection options for the services that can do most. V(null) where none
        answers.
      type: dict
      returned: always
      contains:
        transport:
          description: Value for O(transport).
          type: str
          returned: always
        services_version:
          description: Value for O(services_version). V(null) for REST.
          type: int
          returned: always
"""

# How the server answers; its versions are those above.
FIRST_RUN = """
first_run:
  description: >-
    How the server answers. It has no name, address, key or value of yours, and no secret, so that it
    can be sent to others.
  returned: when O(gather) has V(first_run), unless O(query) does not use it
  type: dict
  contains:
    transport:
      description: The web services that were read from.
      type: str
      returned: always
    services_version:
      description: Their version. V(null) over REST.
      type: int
      returned: always
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
            <<: *rest
            failure: &failure
              description: The failure. V(null) where they answer.
              type: dict
              returned: always
              contains:
                kind:
                  description: The kind of failure. See RV(failure.kind).
                  type: str
                  returned: always
                http_status:
                  description: The status of the HTTP answer. V(null) where there was none.
                  type: int
                  returned: always
        soap:
          description: Each version of the SOAP services that this collection knows, the oldest first.
          type: list
          elements: dict
          returned: always
          contains:
            <<: *soap
            failure: *failure
        best: *best
    answers:
      description: The methods, lists and archives that were asked, in the order in which they were.
      type: list
      elements: dict
      returned: always
      contains:
        name:
          description: Name of the method, the list or the archive.
          type: str
          returned: always
        asked:
          description: How often it was asked.
          type: int
          returned: always
        answered:
          description: How often it answered.
          type: int
          returned: always
        shape:
          description: >-
            In which form each member of the answers is written, by its path. V([]) is behind a member
            that is an array, with the length of the longest. V(*) stands for a key that a person may
            have chosen.
          type: dict
          returned: always
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
            code:
              description: The server's own error code or type of exception. V(null) where it gives
                none.
              type: str
              returned: always
            http_status:
              description: The status of the HTTP answer. V(null) where there was none.
              type: int
              returned: always
"""
