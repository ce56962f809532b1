# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The outcome of a synchronisation: PluginResponse, as tasks return it."""

from __future__ import annotations

import typing as t

from .._wire import members

_STATUS = {"ok": "ok", "okwithinfo": "ok_with_info", "warning": "warning", "error": "error"}
_KINDS = {"added": "AddedRecords", "updated": "UpdatedRecords", "deleted": "DeletedRecords"}


class SyncOutcome(t.NamedTuple):
    """The outcome of one synchronisation.

    ``status`` is ok, ok_with_info, warning or error; ``changes`` is None if none are reported.
    """

    status: str
    explanation: str | None
    technical_explanation: str | None
    error_code: str | None
    changes: dict[str, list[dict[str, t.Any]] | None] | None

    @classmethod
    def from_wire(cls, response: members.Carrier) -> SyncOutcome:
        """From PluginResponse. Older servers have no Status, only IsOk.

        :raises members.WireError: if a member has another type, or IsOk and Status are missing.
        """
        status = _STATUS.get((members.text(response, "Status") or "").casefold())
        is_ok = members.flag(response, "IsOk")
        if is_ok is False:
            status = "error"
        elif status is None:
            if is_ok is None:
                raise members.WireError("neither IsOk nor Status says how it went")
            status = "ok"
        changed = members.carrier(response, "Changes")
        return cls(
            status=status,
            explanation=members.text(response, "UserExplanation") or None,
            technical_explanation=members.text(response, "TechExplanation") or None,
            error_code=members.text(response, "ErrorCode") or None,
            changes=None if changed is None else {kind: _records(changed, name) for kind, name in _KINDS.items()},
        )

    @property
    def changed(self) -> bool:
        """Whether records changed; True unless the server reports all three kinds."""
        if self.changes is None:
            return True
        return any(records is None or records for records in self.changes.values())

    def as_result(self) -> dict[str, t.Any]:
        """The values that tasks return for a synchronisation."""
        return {
            "status": self.status,
            "explanation": self.explanation,
            "technical_explanation": self.technical_explanation,
            "error_code": self.error_code,
            "changes": self.changes,
        }


def _records(changed: members.Carrier, name: str) -> list[dict[str, t.Any]] | None:
    records = members.carriers(changed, name)
    if records is None:
        return None
    return [{"table": members.text(record, "Tablename"), "record_id": members.number(record, "RecordId")} for record in records]
