# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""A plan: steps, changes, and what is asked before anything is changed."""

from __future__ import annotations

import typing as t

from .._model.environment import CurrentEnvironment
from .change import Change

if t.TYPE_CHECKING:
    from .steps import Step


class UrlTest(t.NamedTuple):
    """Ask whether a connector answers at a URL, before anything is changed."""

    place: str
    url: str


class ConfigTest(t.NamedTuple):
    """Ask whether a connection would work with a configuration, before anything is changed."""

    place: str
    connector_id: int
    config: t.Mapping[str, str | None]

    def __repr__(self) -> str:
        # Secrets are among the values.
        return f"ConfigTest({self.place!r}, {self.connector_id!r})"


Test = t.Union[UrlTest, ConfigTest]


class Plan(t.NamedTuple):
    """The way from what is there to what is declared."""

    steps: tuple[Step, ...] = ()
    changes: tuple[Change, ...] = ()
    tests: tuple[Test, ...] = ()
    warnings: tuple[str, ...] = ()
    # What only the run itself shows to be right or wrong: told in check mode, since a run that succeeds has shown it.
    unchecked: tuple[str, ...] = ()
    predicted: CurrentEnvironment = CurrentEnvironment()
