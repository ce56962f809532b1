# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The warning of what only the run itself shows."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.draft import Unchecked


def test_each_part_and_each_reason_is_told_once_in_one_sentence() -> None:
    unchecked = Unchecked("connections[0]")
    assert unchecked.sentence() == []
    head = "connections[0]: only the run itself shows whether these are right:"
    unchecked.note("the configuration")
    assert unchecked.sentence() == [f"{head} the configuration."]
    for what, why in (("Customer", "It may not."), ("Person", "It is silent."), ("Customer", "It may not.")):
        unchecked.note(what, why)
    assert unchecked.sentence() == [f"{head} the configuration; Customer; Person. It may not. It is silent."]
