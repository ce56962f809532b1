# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Documents the values that several modules return.

Documentation fragments cannot carry RETURN. Each module has its own samples; everything else of
these values comes from here.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from returned_facts import ENGINE, FIRST_RUN, LINKS, VERSIONS

ROOT = Path(__file__).resolve().parent.parent

_FAILURE = """
failure:
  description: The failure for programs.
  returned: failure
  type: dict
  contains:
    kind:
      description: The kind of failure, for example {failures}.
      type: str
      returned: always
    code:
      description: The server's own error code or type of exception. V(null) where it gives none.
      type: str
      returned: always
    http_status:
      description: The status of the HTTP answer. V(null) where there was none.
      type: int
      returned: always
    method:
      description: The method of the API that failed. V(null) where none was called.
      type: str
      returned: always
    attempts:
      description: Number of attempts.
      type: int
      returned: always
    correlation:
      description: The server's own id for the request. V(null) where it gives none.
      type: str
      returned: always
    uncertain:
      description: Whether a writing request may have been carried out. V(false) only where it certainly was not.
      type: bool
      returned: always
"""

_STEPS = """
steps_done:
  description: The steps that were done before the failure.
  returned: failure after planning
  type: list
  elements: str
steps_not_done:
  description: The steps that were not done. A new run does them, after a refusal once its cause is removed.
  returned: failure after planning, except for errors of the input
  type: list
  elements: str
"""

_CHANGES = """
changes:
  description: The changes, or in check mode the predicted ones, in the order in which they are made.
  returned: success
  type: list
  elements: dict
  contains:
    kind:
      description: Kind of thing, {kinds}.
      type: str
      returned: always
    name:
      description: Name of the thing{name}
      type: str
      returned: always
    action:
      description: How it changes.
      type: str
      choices:
        - create
        - update
        - remove
      returned: always
    changed_fields:
      description: The keys of the {keys} whose values change. For a created or removed thing, all of its keys.
      type: list
      elements: str
      returned: always
    changed_by:
      description:
        - The initials of the user who last changed, before this task, what differs. V(null) for a created thing, and where the
          server does not tell.
        - SuperOffice stamps a whole thing at a time, a connection for example, or a field with its default value and its place. Engine
          and priority are one thing.
      type: str
      returned: always
    changed_at:
      description: When that was, in UTC. V(null) for a created thing, and where the server does not tell.
      type: str
      returned: always
diff:
  description: The same changes with the values before and after, in the form that Ansible shows.
  returned: success, in diff mode
  type: list
  elements: dict
  contains:
    before_header:
      description: Kind and name of the thing, and, where the server tells, who changed it last before this task, and when.
      type: str
      returned: always
    before:
      description: The differing values before the change, as a text. Empty for a created thing.
      type: str
      returned: always
    after_header:
      description: Kind and name of the thing.
      type: str
      returned: always
    after:
      description: The differing values after the change, as a text. Empty for a removed thing.
      type: str
      returned: always
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
    after:
      description: The differing values after the change. Empty for a removed thing.
      type: dict
      returned: always
    stamps:
      description: Who last changed which of the values before this task. Empty where the server does not tell.
      type: list
      elements: dict
      returned: always
      contains:
        path:
          description: The keys that lead to the values, for example those of a field. Empty for all values.
          type: list
          elements: str
          returned: always
          sample: [fields, NAME]
        changed_by:
          description: The initials of the user. V(null) where the server does not tell.
          type: str
          returned: always
        changed_at:
          description: The time, in UTC. V(null) where the server does not tell.
          type: str
          returned: always
"""

_RECORDS = """
    {change}:
      description: {Change} records. V(null) where the server does not tell.
      type: list
      elements: dict
      returned: always
      contains:
        table:
          description: Table of the record, in lower case.
          type: str
          returned: always
        record_id:
          description: Id of the record.
          type: int
          returned: always
"""

_OUTCOME = """
msg:
  description: One sentence about what happened, or in check mode what would happen.
  returned: always
  type: str
status:
  description:
    - The server's status of the synchronisation. V(null) {unknown}.
    - For servers without this status it is V(ok) or V(error).
  returned: when there was an answer, and in check mode
  type: str
  choices:
    - ok
    - ok_with_info
    - warning
    - error
explanation:
  description: The server's explanation for users, in the user's language. V(null) where it gives none, {or_unknown}.
  returned: when there was an answer, and in check mode
  type: str
technical_explanation:
  description: The server's explanation for technicians, in English. V(null) where it gives none, {or_unknown}.
  returned: when there was an answer, and in check mode
  type: str
error_code:
  description: The connector's error code. V(null) where it gives none, {or_unknown}.
  returned: when there was an answer, and in check mode
  type: str
changes:
  description: The CRM records that were added, updated and deleted. V(null) where the server does not tell, {or_unknown}.
  returned: when there was an answer, and in check mode
  type: dict
  contains:
""" + "".join(
    _RECORDS.replace("{change}", change).replace("{Change}", word).removeprefix("\n")
    for change, word in (("added", "New"), ("updated", "Changed"), ("deleted", "Deleted"))
)

_LOG = """
log:
  description:
    - >-
      The fields that were changed while the synchronisation ran, also by another synchronisation at the same time, from SuperOffice's
      sync log. The server is not asked for values.
    - V(null) where the server does not tell, with O(log=false), {or_unknown}.
  returned: when there was an answer, and in check mode
  type: dict
  contains:
    entries:
      description: The changed fields, the newest first, 1,000 at most.
      type: list
      elements: dict
      returned: always
      contains:
        id:
          description: Id of the entry. A later entry has a greater one.
          type: int
          returned: always
        time:
          description: When the field was changed, in UTC. V(null) where the server does not tell.
          type: str
          returned: always
        connection:
          description: Name of the connection. V(null) where the record is no longer linked.
          type: str
          returned: always
        connection_id:
          description: Id of the connection. V(null) where the record is no longer linked.
          type: int
          returned: always
        actor:
          description: ERP actor type of the record. V(null) where the record is no longer linked.
          type: str
          returned: always
        table:
          description: Table of the CRM record, in lower case. V(null) where the record is no longer
            linked.
          type: str
          returned: always
        record_id:
          description: Id of the CRM record. V(null) where it is no longer linked.
          type: int
          returned: always
        erp_key:
          description: Key of the ERP record. V(null) where it is no longer linked.
          type: str
          returned: always
        erp:
          description: Key of the ERP field. V(null) where the server does not tell.
          type: str
          returned: always
        crm:
          description: Key of the CRM field. V(null) where the server does not tell.
          type: str
          returned: always
        direction:
          description: Which side was changed. V(null) where the server does not tell.
          type: str
          returned: always
          choices:
            - to_crm
            - to_erp
    counts:
      description: How often each field of each connection was changed, the most often changed first.
      type: list
      elements: dict
      returned: always
      contains:
        connection:
          description: Name of the connection. V(null) for records that are no longer linked.
          type: str
          returned: always
        connection_id:
          description: Id of the connection. V(null) for records that are no longer linked.
          type: int
          returned: always
        actor:
          description: ERP actor type. V(null) for records that are no longer linked.
          type: str
          returned: always
        erp:
          description: Key of the ERP field. V(null) where the server does not tell.
          type: str
          returned: always
        crm:
          description: Key of the CRM field. V(null) where the server does not tell.
          type: str
          returned: always
        to_crm:
          description: How often the CRM field was changed.
          type: int
          returned: always
        to_erp:
          description: How often the ERP field was changed.
          type: int
          returned: always
        number:
          description: How often it was changed on either side, or on one that the server does not
            tell.
          type: int
          returned: always
    complete:
      description: Whether these are all. V(false) where there are 1,000 entries or more; the newest are told.
      type: bool
      returned: always
"""

_REFUSED = "V(server_error), V(connection_refused), V(timeout), V(unauthorized)"
_UNFINISHED = "V(bad_input), V(connection_refused), V(timeout), V(unauthorized), V(not_json), V(wait_timeout)"
_UNTAKEN = "V(bad_input), V(server_error), V(unexpected_answer), V(connection_refused), V(timeout), V(unauthorized)"

_MESSAGE_BEFORE = "In check mode, and with O(wait=false), the message before the change."

# By module: the values that it returns, and its words in their descriptions.
_MODULES: dict[str, tuple[str, dict[str, str]]] = {
    "erpsync_connection": (
        _CHANGES + _STEPS + _FAILURE,
        {
            "failures": f"V(bad_input), V(test_failed), V(not_switched), V(conflict), {_REFUSED}",
            "kinds": "always V(connection)",
            "name": ", before the change.",
            "keys": "options",
        },
    ),
    "erpsync_connector": (
        _CHANGES + _STEPS + _FAILURE,
        {
            "failures": f"V(bad_input), V(test_failed), {_REFUSED}, V(conflict)",
            "kinds": "always V(connector)",
            "name": ", before the change.",
            "keys": "options",
        },
    ),
    "erpsync_engine": (
        ENGINE + _STEPS + _FAILURE,
        {
            "failures": _UNFINISHED,
            "engine": "The engine after the task, or the predicted one in check mode.",
            "engine_returned": "success",
            "message": _MESSAGE_BEFORE,
        },
    ),
    "erpsync_environment": (
        ENGINE + _CHANGES + _STEPS + _FAILURE,
        {
            "engine": "The engine after the task, or the predicted one in check mode. After a failed wait, the last reported state.",
            "engine_returned": "when the document has V(engine)",
            "message": _MESSAGE_BEFORE,
            "failures": f"V(bad_input), V(test_failed), V(not_switched), V(wait_timeout), V(conflict), {_REFUSED}",
            "kinds": "V(engine), V(connector), V(connection), V(mapping), V(list) or V(priority)",
            "name": ". For mappings and lists the connection's name comes first. Empty for the engine and the priority.",
            "keys": "document",
        },
    ),
    "erpsync_environment_info": (_FAILURE, {"failures": f"V(bad_input), {_REFUSED}"}),
    "erpsync_field_mapping": (
        _CHANGES + _STEPS + _FAILURE,
        {"failures": _UNTAKEN, "kinds": "always V(mapping)", "name": ", connection and actor type.", "keys": "options"},
    ),
    "erpsync_health": (
        ENGINE + _FAILURE,
        {
            "failures": "V(unhealthy), V(bad_input), V(forbidden), V(connection_refused), V(timeout), V(unauthorized)",
            "engine": "The sync engine. V(null) where it was not checked, or could not be read.",
            "engine_returned": "where the server answered",
            "message": "V(null) where it has none.",
        },
    ),
    "erpsync_info": (
        ENGINE + LINKS + VERSIONS + FIRST_RUN + _FAILURE,
        {
            "failures": _UNFINISHED,
            "engine": "The sync engine.",
            "engine_returned": "when O(gather) has V(engine), unless O(query) does not use it",
            "message": "V(null) where it has none.",
        },
    ),
    "erpsync_list_mapping": (
        _CHANGES + _STEPS + _FAILURE,
        {"failures": _UNTAKEN, "kinds": "always V(list)", "name": ", connection and list.", "keys": "options"},
    ),
    "erpsync_priority": (
        _CHANGES + _STEPS + _FAILURE,
        {
            "failures": f"V(bad_input), {_REFUSED}",
            "kinds": "always V(priority)",
            "name": ". Empty, because there is only one order.",
            "keys": "options",
        },
    ),
    "erpsync_resync": (
        _OUTCOME + _LOG + _FAILURE,
        {
            "failures": "V(bad_input), V(sync_failed), V(server_error), V(not_found), V(connection_refused), V(timeout), V(unauthorized)",
            "unknown": "in check mode and with O(batch=true)",
            "or_unknown": "in check mode and with O(batch=true)",
        },
    ),
    "erpsync_sign_in": (
        _FAILURE,
        {"failures": "V(bad_input), V(wait_timeout), V(unauthorized), V(sign_in_failed), V(connection_refused), V(timeout)"},
    ),
    "erpsync_sync_all": (
        _OUTCOME + _LOG + _FAILURE,
        {"failures": _UNFINISHED, "unknown": "in check mode", "or_unknown": "and in check mode"},
    ),
}

_BEGIN, _END = 'RETURN = r"""\n', '"""\n'
_MARKER = "# Written by tools/write_option_docs.py. Samples alone are changed here.\n"


def modules(dump: Callable[[object, int], str]) -> dict[Path, str]:
    """The expected text of every module: its own values come first in RETURN, the shared ones follow the marker."""
    files = {}
    for path in sorted((ROOT / "plugins" / "modules").glob("*.py")):
        before, begin, rest = path.read_text(encoding="utf-8").partition(_BEGIN)
        returned, end, after = rest.partition(_END)
        # A module that the table does not have fails here.
        text, words = _MODULES[path.stem]
        shared = yaml.safe_load(text.format(**words))
        present = yaml.safe_load(returned)
        wanted = {key: _with_samples(value, present.get(key, {})) for key, value in shared.items()}
        own = returned.replace(_MARKER, "")
        for key in shared:
            own = re.sub(rf"^{key}:\n(?:[ ].*\n)*", "", own, count=1, flags=re.MULTILINE)
        files[path] = before + begin + own + _MARKER + dump(wanted, 0) + end + after
    return files


def _with_samples(shared: dict[str, Any], present: dict[str, Any]) -> dict[str, Any]:
    """A shared value with the module's own samples."""
    entry = dict(shared)
    if "contains" in shared:
        there = present.get("contains", {})
        entry["contains"] = {name: _with_samples(each, there.get(name, {})) for name, each in shared["contains"].items()}
    if "sample" in present:
        entry["sample"] = present["sample"]
    return entry
