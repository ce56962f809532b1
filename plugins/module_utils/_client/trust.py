# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Whom a TLS connection trusts.

The certificates of the usual authorities are a long file, and reading it takes longer than a request. urllib3 reads it for each
connection; here it is read once for all connections, and, inside Ansible's own process, for all tasks of a run.
"""

from __future__ import annotations

import functools
import os
import ssl
import typing as t

try:
    from urllib3.exceptions import SSLError
    from urllib3.util.ssl_ import create_urllib3_context
except ImportError:
    # Nothing is sent then, and the session says so.
    pass


def trust(pool: t.Any) -> None:
    """Give the connections of a urllib3 pool what they would make themselves of the files that it names.

    :raises urllib3.exceptions.SSLError: where a file cannot be read, or is none of certificates.
    """
    if not pool.ca_certs and not pool.ca_cert_dir:
        # Some releases of requests (2.32) do for the usual authorities what is done here.
        return
    try:
        pool.conn_kw["ssl_context"] = context(pool.ca_certs, pool.ca_cert_dir)
    except OSError as error:
        raise SSLError(error) from error
    pool.ca_certs = pool.ca_cert_dir = None


def context(file: str | None, folder: str | None) -> ssl.SSLContext:
    """What trusts the authorities of a file or a folder, and nobody else; the same one as long as they stay as they are.

    :raises OSError: where they cannot be read.
    """
    found = os.stat(t.cast(str, file or folder))
    state = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    # Whoever looks into connections names a file here, which becomes part of it.
    return _made(file, folder, state, os.environ.get("SSLKEYLOGFILE"))


@functools.lru_cache(maxsize=4)
def _made(file: str | None, folder: str | None, _state: tuple[int, ...], _key_log: str | None) -> ssl.SSLContext:
    made: ssl.SSLContext = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    made.load_verify_locations(file, folder)
    made.set_alpn_protocols(["http/1.1"])
    # urllib3 sets it again for each connection, and nothing may be set while another thread opens one.
    made.set_alpn_protocols = _already_set  # type: ignore[assignment, method-assign]
    return made


def _already_set(_protocols: t.Iterable[str]) -> None:
    pass
