# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of client certificates that cannot be read, or hold something else, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import client_certificate
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput


def test_files_that_are_no_certificates(tmp_path: Path) -> None:
    other, gone = tmp_path / "other.pem", tmp_path / "gone.pem"
    other.write_text("nothing", encoding="utf-8")
    for file in (other, gone):
        with pytest.raises(BadInput) as refused:
            client_certificate.check(str(file), None)
        assert refused.value.message == (
            f"client_cert: the file {file} has no certificate in PEM format. Check the path, or convert the certificate."
        )
