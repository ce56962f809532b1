# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Tests URLs and configurations on the server before they are saved."""

from __future__ import annotations

import typing as t

from .._agent.reading import ReadingAgent
from .._client import errors
from .._model import secret_values
from .._plan.steps import Test, UrlTest


def run_test(reading: ReadingAgent, test: Test) -> None:
    """Carry out a test of the plan, before anything is changed.

    :raises errors.TestFailed: where the server says that it would not work.
    """
    if isinstance(test, UrlTest):
        code = reading.test_connector_url(test.url)
        if code != "NoError":
            raise errors.TestFailed(
                f"{test.place}: no connector answers at {secret_values.url(test.url)} ({code}). Nothing was changed. "
                "Check the URL, or use test: false.",
                code=code,
                method="TestConnectorUrl",
                attempts=1,
            )
    else:
        test_config(reading, test.place, test.connector_id, test.config, "Nothing was changed.")


def test_config(reading: ReadingAgent, place: str, connector_id: int, config: t.Mapping[str, str | None], outcome: str) -> None:
    """Test a configuration with a connector.

    :param outcome: what has become of the connection, for the message.
    :raises errors.TestFailed: where the ERP system does not accept it.
    """
    if not reading.test_connection_by_config(connector_id, config):
        raise errors.TestFailed(
            f"{place}: the ERP system does not accept this configuration. {outcome} Check the values of config, or use test: false.",
            method="TestConnectionByConfig",
            attempts=1,
        )
