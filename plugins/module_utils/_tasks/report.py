# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""What the tasks that converge something have in common: reading their options as a document, and reporting."""

from __future__ import annotations

import contextlib
import json
import time
import typing as t

from .._client.errors import BadInput
from .._model.checks import DocumentError
from .._read.engine import Patience

if t.TYPE_CHECKING:
    from .._apply.converge import Converged
    from .._plan.change import Change
    from .._run.run import Params, Result, Run

# For everything but the engine, the server's answer is the confirmation.
NO_WAITING = Patience(False, 0.0, 1.0, time.sleep, time.monotonic)


@contextlib.contextmanager
def document_errors() -> t.Iterator[None]:
    """Turns what is wrong with a document, or with options that are read like one, into the task's failure."""
    try:
        yield
    except DocumentError as error:
        raise BadInput(str(error)) from None


def given(params: Params, *names: str) -> dict[str, t.Any]:
    """The options that are given."""
    return {name: params[name] for name in names if params[name] is not None}


def report(converged: Converged, run: Run) -> Result:
    """``changed``, the changes, and in diff mode the differences, for people and for programs."""
    changes = converged.plan.changes
    result: Result = {
        "changed": bool(changes) or bool(converged.plan.steps),
        "changes": [
            {"kind": change.kind, "name": change.name, "action": change.action, "changed_fields": change.changed_fields}
            for change in changes
        ],
    }
    if run.diff_mode:
        result["diff"] = [_diff(change) for change in changes]
        result["differences"] = [{"before": dict(change.before), "after": dict(change.after)} for change in changes]
    return result


def _diff(change: Change) -> dict[str, str]:
    header = f"{change.kind} {change.name}".rstrip()
    return {"before": _text(change.before), "after": _text(change.after), "before_header": header, "after_header": header}


def _text(words: t.Mapping[str, t.Any]) -> str:
    """One side of a difference as Ansible would write it, except that it would write ``\\u00e4`` for ``ä``."""
    return json.dumps(words, ensure_ascii=False, sort_keys=True, indent=4) + "\n" if words else ""
