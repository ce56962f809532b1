# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The configuration fields of a connector during a run: read once, and again for a new URL."""

from __future__ import annotations

from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.context import Context
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedRun, ScriptedTransport

OLD, NEW = [{"FieldKey": "Server"}], [{"FieldKey": "Host"}]


def test_a_connector_with_a_new_url_is_asked_for_its_fields_again_and_the_others_are_not() -> None:
    asked = ("GetConfigurationFields", {"ErpConnectorId": 7}, NEW)
    with ScriptedTransport(asked) as transport:
        context = Context(ScriptedRun(transport), CurrentEnvironment(config_fields={7: OLD, 8: OLD}), ())
        assert (context.config_fields(7), context.config_fields(8), context.readdressed) == (OLD, OLD, set())
        context.forget_config_fields(7)
        assert [list(context.config_fields(number)) for number in (7, 8, 7)] == [NEW, OLD, NEW]
        assert (context.readdressed, set(context.tested_before)) == ({7}, {7, 8})
