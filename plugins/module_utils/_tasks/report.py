# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Reads the options of a task as a document, and reports what the task changed."""

from __future__ import annotations

import contextlib
import json
import typing as t

from .._client.errors import BadInput
from .._model.checks import DocumentError
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


def report(changes: t.Sequence[Change], run: Run, *, steps: t.Sequence[object] = ()) -> Result:
    """``changed`` and the changes; in diff mode also the values before and after, for people and
    for programs.

    :param steps: the steps of the plan; some change something that no change shows.
    """
    result: Result = {
        "changed": bool(changes) or bool(steps),
        "changes": [
            {"kind": change.kind, "name": change.name, "action": change.action, "changed_fields": change.changed_fields}
            for change in changes
        ],
    }
    if run.diff_mode:
        result["diff"] = diffs(changes)
        result["differences"] = [{"before": dict(change.before), "after": dict(change.after)} for change in changes]
    return result


def diffs(changes: t.Iterable[Change]) -> list[dict[str, str]]:
    """The changes in the shape that Ansible shows."""
    headers = [(change, f"{change.kind} {change.name}".rstrip()) for change in changes]
    return [
        {"before": _text(change.before), "after": _text(change.after), "before_header": header, "after_header": header}
        for change, header in headers
    ]


def _text(words: t.Mapping[str, t.Any]) -> str:
    """The values as Ansible would write them, but for ``ä``, which it would write as ``\\u00e4``."""
    return json.dumps(words, ensure_ascii=False, sort_keys=True, indent=4) + "\n" if words else ""
