# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A transport that follows a script of calls; one too many, too few, or another one fails the test."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any

from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.archives import Archives
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.lookups import Lookups
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.reading import ReadingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._agent.writing import WritingAgent
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors, odata
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.rest import archive_page
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.run import Run
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.archive_query import Page, Query

Call = tuple[str, Mapping[str, Any]]


class ScriptedTransport:
    """Each element of the script is a call, its arguments, and the answer, which is raised where it is an exception.

    Lists and archives are calls named ``list NAME`` and ``archive NAME``, the others ``principal`` and ``system``.
    """

    def __init__(self, *script: tuple[str, Mapping[str, Any], Any]) -> None:
        self._script = list(script)
        self.calls: list[Call] = []

    def __enter__(self) -> ScriptedTransport:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        if kind is None:
            left = [name for name, _arguments, _answer in self._script[len(self.calls) :]]
            assert left == [], f"calls that never came: {left}"

    @property
    def reading(self) -> ReadingAgent:
        return ReadingAgent(self)

    @property
    def lookups(self) -> Lookups:
        return Lookups(self, Archives(self))

    def writing(self, check_mode: bool = False) -> WritingAgent:
        return WritingAgent(self, check_mode=check_mode)

    def _next(self, name: str, arguments: Mapping[str, Any]) -> Any:
        place = len(self.calls)
        self.calls.append((name, dict(arguments)))
        assert place < len(self._script), f"one call too many: {name} {arguments}"
        expected, expected_arguments, answer = self._script[place]
        assert (name, dict(arguments)) == (expected, dict(expected_arguments)), f"call {place + 1}"
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def invoke(self, method: str, arguments: Mapping[str, Any], *, writes: bool, timeout: float | None = None) -> Any:
        return self._next(method, arguments)

    def mdo_list(self, name: str, additional: str | None = None) -> Any:
        return self._next(f"list {name}", {} if additional is None else {"additional": additional})

    def archive(self, query: Query, page: int = 0, skip: int = 0) -> Page:
        if any("updated_associate_id" in column or column == "updatedBy" for column in query.columns):
            # Nobody depends on who changed what: it is no part of a script, and refused.
            raise refusal(403, kind=errors.Forbidden)
        return archive_page(query, self._next(f"archive {query.archive}", {"filter": odata.condition(query), "skip": skip}))

    def principal(self) -> Any:
        return self._next("principal", {})

    def system(self) -> Any:
        return self._next("system", {})


class ScriptedRun(Run):
    """A run whose requests go to a script."""

    def __init__(self, transport: ScriptedTransport, check_mode: bool = False) -> None:
        super().__init__({}, check_mode=check_mode, environ={})
        self._script = transport

    @property
    def at_once(self) -> int:
        """A script has an order."""
        return 1

    def require_all(self, needed: Iterable[tuple[str, str]]) -> None:
        """A script lacks nothing."""

    def lacking(self, method: str) -> None:
        """Nor does it say so."""

    @property
    def reading(self) -> ReadingAgent:
        return self._script.reading

    @property
    def writing(self) -> WritingAgent:
        return self._script.writing(self.check_mode)

    @property
    def lookups(self) -> Lookups:
        return self._script.lookups

    @property
    def archives(self) -> Archives:
        return Archives(self._script)


def refusal(
    status: int = 500, code: str | None = None, kind: type[errors.ErpSyncError] = errors.ErrorAnswer, uncertain: bool = False
) -> errors.ErpSyncError:
    """What the server says no with."""
    return kind(f"It said {status}.", code=code, http_status=status, method="M", attempts=1, uncertain=uncertain)
