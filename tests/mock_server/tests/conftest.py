# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The stand-in's own tests."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from pytest_stand_in import StandIn, online, online_process, stand_in, stand_in_process  # noqa: E402
from stand_in_client import Agent  # noqa: E402

__all__ = ["agent", "online", "online_process", "stand_in", "stand_in_process"]


@pytest.fixture
def agent(stand_in: StandIn) -> Iterator[Agent]:
    """A client that is signed in."""
    client = Agent(stand_in)
    yield client
    client.session.close()
