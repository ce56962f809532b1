# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Checks a client certificate and its key before anything is sent.

With an encrypted key OpenSSL would ask for a password at the terminal and wait for ever.
"""

from __future__ import annotations

import re
import ssl
import typing as t

from .errors import BadInput

_CERTIFICATE = re.compile(rb"-----BEGIN (X509 |TRUSTED )?CERTIFICATE-----")
_KEY = re.compile(rb"-----BEGIN ([A-Z]+ )?PRIVATE KEY-----")


def check(certificate: str, key: str | None) -> None:
    """Refuse a certificate that cannot be used for a connection.

    :param certificate: the file of client_cert.
    :param key: the file of client_key. None where the certificate's file has the key.
    :raises BadInput: naming the option, the file, and what to do.
    """
    option, file = ("client_cert", certificate) if key is None else ("client_key", key)
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_cert_chain(certificate, key, password=_refuse)
    except _Encrypted:
        raise BadInput(
            f"{option}: the key in {file} is encrypted, and nobody is there to type its password. Give the key without encryption, in a "
            "file that only the user of the task can read: openssl pkey -in KEY -out KEY-WITHOUT-PASSWORD."
        ) from None
    except OSError as error:
        raise BadInput(_sentence(error, certificate, option, file)) from None


class _Encrypted(Exception):
    """OpenSSL asks for the password of the key."""


def _refuse() -> t.NoReturn:
    raise _Encrypted


def _sentence(error: OSError, certificate: str, option: str, file: str) -> str:
    if not _holds(certificate, _CERTIFICATE):
        return f"client_cert: the file {certificate} has no certificate in PEM format. Check the path, or convert the certificate."
    if not _holds(file, _KEY):
        remedy = "Give the key's own file as client_key." if option == "client_cert" else "Check the path, or convert the key."
        return f"{option}: the file {file} has no key in PEM format. {remedy}"
    reason = getattr(error, "reason", None) or error.strerror or type(error).__name__
    if reason == "KEY_VALUES_MISMATCH":
        return f"{option}: the key in {file} does not belong to the certificate in {certificate}. Give the key with which it was issued."
    return f"client_cert: the certificate in {certificate} cannot be used with the key in {file} ({reason}). Check both files."


def _holds(path: str, what: re.Pattern[bytes]) -> bool:
    try:
        with open(path, "rb") as file:
            return what.search(file.read()) is not None
    except OSError:
        return False
