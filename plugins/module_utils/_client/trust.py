# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

# This is private to superoffice.erpsync: it may change in any release. Do not use it from outside.

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
    from urllib3.util.ssl_ import create_urllib3_context
except ImportError:
    # Nothing is sent then, and the session says so.
    pass


def trust(pool: t.Any, *, shared: bool) -> None:
    """Give the connections of a urllib3 pool what they would make themselves of the files that it names.

    :param shared: whether other sessions may use the same; not with a client certificate, which becomes part of it.
    :raises OSError: where a file cannot be read, or is none of certificates.
    """
    make = context if shared else _context
    pool.conn_kw["ssl_context"] = make(pool.ca_certs, pool.ca_cert_dir)
    pool.ca_certs = pool.ca_cert_dir = None


def context(file: str | None, folder: str | None) -> ssl.SSLContext:
    """What trusts the authorities of a file or a folder, and nobody else; the same one as long as they stay as they are."""
    found = os.stat(t.cast(str, file or folder))
    return _kept(file, folder, (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns))


@functools.lru_cache(maxsize=4)
def _kept(file: str | None, folder: str | None, _state: tuple[int, ...]) -> ssl.SSLContext:
    return _context(file, folder)


def _context(file: str | None, folder: str | None) -> ssl.SSLContext:
    made: ssl.SSLContext = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    made.load_verify_locations(file, folder)
    return made
