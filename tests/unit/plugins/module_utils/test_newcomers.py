# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else has created meanwhile is not created twice."""

from __future__ import annotations

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.newcomers import refuse_newcomers
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedTransport

LISTED = [{"ErpConnectionId": 4, "DisplayName": "Sweden"}, {"ErpConnectionId": 7, "DisplayName": "norway"}]


def test_a_new_connection_of_the_same_name_is_told_with_the_request_that_found_it() -> None:
    with ScriptedTransport(("GetAllConnections", {"IncludeDeleted": False}, LISTED)) as transport:
        with pytest.raises(errors.Conflict) as caught:
            refuse_newcomers("connection", ["Norway"], {4}, transport.reading, transport.lookups)
    assert caught.value.message == (
        'The connection "norway" (id 7) was not there when this run began: another run, or a person, has created it meanwhile. '
        "It is not created twice. Let one run at a time work on an installation, and run again."
    )
    assert caught.value.attempts == 1
