# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the options of a task as a document, and reports what the task changed."""

from __future__ import annotations

import contextlib
import json
import typing as t

from .._apply.converge import Converged
from .._client.errors import BadInput
from .._model import stamp
from .._model.checks import DocumentError
from .._model.stamp import Stamp
from .._plan.change import Change
from .._run.run import Params, Result, Run


@contextlib.contextmanager
def document_errors() -> t.Iterator[None]:
    """Raises BadInput for a document, or for options, that cannot be carried out."""
    try:
        yield
    except DocumentError as error:
        raise BadInput(str(error)) from None


def given(params: Params, *names: str) -> dict[str, t.Any]:
    """The options that are given."""
    return {name: params[name] for name in names if params[name] is not None}


def report(converged: Converged, run: Run) -> Result:
    """``changed`` and the changes; in diff mode also the values before and after, for people and
    for programs.
    """
    changes = converged.plan.changes
    stamps = [change.stamped(converged.stamps) for change in changes]
    newest = [stamp.newest(one for _keys, one in stamped) for stamped in stamps]
    result: Result = {
        # Some steps change something that no change shows.
        "changed": bool(changes) or bool(converged.plan.steps),
        "changes": [
            {
                "kind": change.kind,
                "name": change.name,
                "action": change.action,
                "changed_fields": change.changed_fields,
                **last.as_result(),
            }
            for change, last in zip(changes, newest)
        ],
    }
    if run.diff_mode:
        result["diff"] = diffs(changes, newest)
        result["differences"] = [
            {
                "before": dict(change.before),
                "after": dict(change.after),
                "stamps": [{"path": list(keys), **one.as_result()} for keys, one in stamped],
            }
            for change, stamped in zip(changes, stamps)
        ]
    return result


def diffs(changes: t.Sequence[Change], newest: t.Iterable[Stamp] = ()) -> list[dict[str, str]]:
    """The changes in the shape that Ansible shows.

    :param newest: who changed each of them last, as far as that is known.
    """
    headers = [f"{change.kind} {change.name}".rstrip() for change in changes]
    stamps = [f" ({one})" if any(one) else "" for one in newest] or [""] * len(changes)
    return [
        {"before": _text(change.before), "after": _text(change.after), "before_header": f"{header}{last}", "after_header": header}
        for change, header, last in zip(changes, headers, stamps)
    ]


def _text(words: t.Mapping[str, t.Any]) -> str:
    """The values as Ansible would write them, but for ``ä``, which it would write as
    ``\\u00e4``.
    """
    return json.dumps(words, ensure_ascii=False, sort_keys=True, indent=4) + "\n" if words else ""
