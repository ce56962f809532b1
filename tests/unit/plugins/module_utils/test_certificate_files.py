# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files of client certificates that cannot be read, or hold something else, word for word."""

from __future__ import annotations

from pathlib import Path

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import client_certificate
from ansible_collections.superoffice.erpsync.plugins.module_utils._client.errors import BadInput
from ansible_collections.superoffice.erpsync.tests.unit.support.certificates import Authority, encrypt


def test_files_that_are_no_certificates(tmp_path: Path) -> None:
    other, gone = tmp_path / "other.pem", tmp_path / "gone.pem"
    other.write_text("nothing", encoding="utf-8")
    for file in (other, gone):
        with pytest.raises(BadInput) as refused:
            client_certificate.check(str(file), None)
        assert refused.value.message == (
            f"client_cert: the file {file} has no certificate in PEM format. Check the path, or convert the certificate."
        )


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


def _refusal(certificate: Path, key: Path | None) -> str:
    with pytest.raises(BadInput) as refused:
        client_certificate.check(str(certificate), None if key is None else str(key))
    return refused.value.message


def test_a_certificate_and_its_key_in_two_files_or_one(authority: Authority) -> None:
    certificate, key = authority.issue("good", "good")
    client_certificate.check(str(certificate), str(key))
    client_certificate.check(str(authority.issue_with_key("both", "both")), None)


def test_a_key_that_is_not_there(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.issue("good", "good")
    assert _refusal(certificate, None) == (
        f"client_cert: the file {certificate} has no key in PEM format. Give the key's own file as client_key."
    )
    for file in (certificate, tmp_path / "gone.key"):
        assert _refusal(certificate, file) == f"client_key: the file {file} has no key in PEM format. Check the path, or convert the key."
    assert _refusal(key, key) == (
        f"client_cert: the file {key} has no certificate in PEM format. Check the path, or convert the certificate."
    )


def test_a_key_that_is_anothers(authority: Authority) -> None:
    certificate, _key = authority.issue("one", "one")
    _certificate, key = authority.issue("other", "other")
    assert _refusal(certificate, key) == (
        f"client_key: the key in {key} does not belong to the certificate in {certificate}. Give the key with which it was issued."
    )


def test_an_encrypted_key(authority: Authority, tmp_path: Path) -> None:
    certificate, key = authority.issue("good", "good")
    locked = encrypt(key, tmp_path / "locked.key")
    both = tmp_path / "both.pem"
    both.write_bytes(certificate.read_bytes() + locked.read_bytes())
    for files, option in (((certificate, locked), "client_key"), ((both, None), "client_cert")):
        assert _refusal(*files) == (
            f"{option}: the key in {files[1] or both} is encrypted, and nobody is there to type its password. Give the key without "
            "encryption, in a file that only the user of the task can read: openssl pkey -in KEY -out KEY-WITHOUT-PASSWORD."
        )


def test_files_that_are_damaged(authority: Authority, tmp_path: Path) -> None:
    _certificate, key = authority.issue("good", "good")
    damaged = tmp_path / "damaged.pem"
    damaged.write_text("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", encoding="utf-8")
    told = _refusal(damaged, key)
    assert told.startswith(f"client_cert: the certificate in {damaged} cannot be used with the key in {key} (")
    assert told.endswith("). Check both files.") and "()" not in told
    # The old names of both count, too.
    for begin in ("X509 CERTIFICATE", "TRUSTED CERTIFICATE"):
        damaged.write_text(f"-----BEGIN {begin}-----\nAAAA\n-----END {begin}-----\n", encoding="utf-8")
        assert "cannot be used with the key" in _refusal(damaged, key)
    for begin in ("RSA PRIVATE KEY", "PRIVATE KEY", "EC PRIVATE KEY"):
        bad = tmp_path / "bad.key"
        bad.write_text(f"-----BEGIN {begin}-----\nAAAA\n-----END {begin}-----\n", encoding="utf-8")
        assert "cannot be used with the key" in _refusal(_certificate, bad)
