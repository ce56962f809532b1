# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which web services an installation has, and which of them can do most."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._read.versions import read_versions

REFUSED = errors.NotFound("It is not there (404).", method="M", http_status=404, attempts=1)
REST = {"NetServerVersion": "10.3", "Services": "v1", "ServicesCurrent": "v1", "CompanyName": "no fact"}


def asking(*answering: int | None, answer: Any = None) -> Callable[[int | None], Any]:
    def ask(version: int | None) -> Any:
        if version not in answering:
            raise REFUSED
        return answer if answer is not None else REST if version is None else {"NetServerVersion": "8.5"}

    return ask


def refused(error: errors.ErpSyncError = REFUSED) -> dict[str, Any]:
    return {"answers": False, "version": None, "msg": error.message, "failure": error.failure()}


def test_what_each_of_the_services_tells() -> None:
    found = read_versions(asking(None, 86))
    answers = {"answers": True, "msg": None, "failure": None}
    assert found["rest"] == {**answers, "version": "10.3", "services": "v1", "services_current": "v1"}
    soap = {one.pop("services_version"): one for one in found["soap"]}
    assert list(soap) == [75, *range(80, 89)] and soap.pop(86) == {**answers, "version": "8.5"}
    assert all(one == refused() for one in soap.values())
    assert read_versions(asking())["rest"] == {**refused(), "services": None, "services_current": None}


@pytest.mark.parametrize(
    ("answering", "best"),
    [
        ((None, 75, 88), {"transport": "rest", "services_version": None}),
        ((88, 75), {"transport": "soap", "services_version": 88}),
        ((75,), {"transport": "soap", "services_version": 75}),
        ((), None),
    ],
)
def test_which_services_can_do_most(answering: tuple[int | None, ...], best: Any) -> None:
    assert read_versions(asking(*answering))["best"] == best


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ([], "GET /api: the server should answer with an object and answered with an array."),
        ({"NetServerVersion": 3}, "GET /api: the server's answer cannot be used: NetServerVersion should be a text and is a number."),
    ],
)
def test_an_answer_of_another_shape_is_none(answer: Any, told: str) -> None:
    found = read_versions(asking(None, answer=answer))["rest"]
    assert (found["answers"], found["msg"].partition(" Check")[0]) == (False, told)
    assert found["failure"]["method"] == "GET /api"
    soap = read_versions(asking(86, answer=answer))["soap"]
    assert [one["failure"]["method"] for one in soap if one["services_version"] == 86] == ["GetSystemInfo"]
