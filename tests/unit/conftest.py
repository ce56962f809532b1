# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What all unit tests share: a clean environment, the stand-in, and how hard hypothesis tries."""

from __future__ import annotations

import gc
import os
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

# Where the project's pytest settings are not read, as under ansible-test.
sys.path.append(str(Path(__file__).resolve().parents[1] / "mock_server"))

from pytest_stand_in import online, online_process, stand_in, stand_in_process  # noqa: E402

__all__ = ["online", "online_process", "stand_in", "stand_in_process"]

# Runs must not differ by chance; a larger search is one environment variable away.
settings.register_profile("quick", max_examples=60, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
settings.register_profile("thorough", max_examples=3000, deadline=None, suppress_health_check=list(HealthCheck))
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "quick"))

_FOREIGN = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "NETRC")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files that start Ansible's programs first: with one of their tests in the end, one worker would work and the others wait."""
    items.sort(key=lambda item: not any(hasattr(getattr(item, "module", None), name) for name in ("run_ansible", "run_tasks")))


def pytest_collection() -> None:
    """Nothing of what is collected becomes garbage."""
    gc.disable()


def pytest_collection_finish() -> None:
    """The collector need not look at ten thousand tests again and again, which costs a tenth."""
    gc.collect()
    gc.freeze()
    gc.enable()


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither the connection options nor the proxies of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith("SUPEROFFICE_") or name.upper() in _FOREIGN:
            monkeypatch.delenv(name)
