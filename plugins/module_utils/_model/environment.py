# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

"""An installation's ERP Sync environment: declared by a file, and as a server reports it.

A section that is None is not declared, respectively was not read; it is neither compared nor touched.
"""

from __future__ import annotations

import typing as t
from dataclasses import dataclass

from . import duration
from ._checks import DocumentError, only_known_keys
from .engine import STATES, DeclaredEngine, EngineStatus


@dataclass(frozen=True)
class DeclaredEnvironment:
    """What a file declares, section by section."""

    engine: DeclaredEngine | None = None


@dataclass(frozen=True)
class CurrentEnvironment:
    """What a server reports, of the sections that were read."""

    engine: EngineStatus | None = None


def declared_engine(section: t.Mapping[str, t.Any], place: str = "") -> DeclaredEngine:
    """The engine section of a document, or the options of erpsync_engine, which are the same.

    :param place: where the section stands, for messages; empty for the options of a task.
    :raises DocumentError: naming the place, the value, and what to write instead.
    """
    only_known_keys(section, ("state", "interval"), place)
    prefix = f"{place}." if place else ""
    state, interval = section.get("state"), section.get("interval")
    if state is not None and state not in STATES:
        raise DocumentError(f'{prefix}state is "{state}"; use one of {", ".join(STATES)}.')
    try:
        seconds = None if interval is None else duration.parse_declared(interval)
    except duration.DurationError as error:
        raise DocumentError(f"{prefix}interval: {error}") from None
    return DeclaredEngine(state=state, interval=seconds)
