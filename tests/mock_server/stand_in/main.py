# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The command line: starts the stand-in, reports when it listens, runs until a signal ends it."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount

from . import seed
from .control import Control
from .faults import Faults
from .journal import Journal
from .sessions import Sessions
from .settings import TABLE, Settings
from .site import Site
from .wire.application import BASE_PATH, Installation
from .wire.network import Protocol, Server, listening_socket

_EPILOGUE = """\
When the server listens it prints one line of JSON: {"url": ..., "username": ..., "password": ..., "ticket": ..., "access_token": ...}.
`url` is the address of the installation, to be used as the option `url` of the collection's modules. Connectors at which an ERP
product answers are listed at /_mock/world, switches at /_mock/settings, faults at /_mock. SIGTERM or Ctrl+C ends it.

settings (for --settings, as a JSON object):
"""


def _parser() -> argparse.ArgumentParser:
    epilogue = _EPILOGUE + "\n".join(
        f"  {name} (default {json.dumps(setting.default)}{': ' + ' | '.join(setting.choices) if setting.choices else ''})\n"
        f"      {setting.explanation}"
        for name, setting in TABLE.items()
    )
    parser = argparse.ArgumentParser(
        prog="mock_server",
        description="A stand-in for a SuperOffice installation with its ErpSync agent (REST and SOAP), for trying playbooks and for tests.",
        epilog=epilogue,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=0, metavar="N", help="port to listen on; 0 (the default) takes a free one")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--seed", choices=seed.NAMES, default="default", help="what the installation contains (default: %(default)s)")
    parser.add_argument("--engine-delay", type=float, metavar="SECONDS", help="setting engine_delay (default: 1.0)")
    parser.add_argument("--username", default="ADM", help="(default: %(default)s)")
    parser.add_argument("--password", default="stand-in-password", help="(default: %(default)s)")
    parser.add_argument("--settings", default="{}", metavar="JSON", help="settings to start with, see below; a reset restores them")
    parser.add_argument("--ready-file", type=Path, metavar="PATH", help="write the line of JSON, with the pid, to this file as well")
    parser.add_argument("--tls-cert", metavar="PATH", help="serve HTTPS with this certificate (PEM)")
    parser.add_argument("--tls-key", metavar="PATH", help="private key of the certificate (PEM)")
    return parser


def main() -> int:
    """Run the stand-in; return the exit status."""
    parser = _parser()
    options = parser.parse_args()
    if bool(options.tls_cert) != bool(options.tls_key):
        parser.error("--tls-cert and --tls-key belong together")
    try:
        initial = json.loads(options.settings)
        if not isinstance(initial, dict):
            raise ValueError("a JSON object is expected")
        if options.engine_delay is not None:
            initial["engine_delay"] = options.engine_delay
        settings = Settings(initial)
    except ValueError as problem:
        parser.error(f"--settings: {problem}")
    try:
        listener = listening_socket(options.host, options.port)
    except OSError as problem:
        parser.error(f"cannot listen on {options.host}:{options.port}: {problem.strerror}")
    sessions = Sessions(options.username, options.password)
    host = f"[{options.host}]" if ":" in options.host else options.host
    scheme = "https" if options.tls_cert else "http"
    ready = {
        "url": f"{scheme}://{host}:{listener.getsockname()[1]}{BASE_PATH}",
        "username": sessions.username,
        "password": sessions.password,
        "ticket": sessions.ticket,
        "access_token": sessions.access_token,
    }
    server = _server(Site(sessions, settings, options.seed), listener, options, ready)
    asyncio.run(server.serve(sockets=[listener]))
    return 0 if server.started else 1


def _server(site: Site, listener: socket.socket, options: argparse.Namespace, ready: dict[str, str]) -> Server:
    faults, journal = Faults(), Journal()
    control = Control(site, faults, journal, lambda: server)
    installation = Installation(site, faults, journal, lambda: server)
    application = Starlette(routes=[*control.routes(), Mount(BASE_PATH, app=installation)])
    config = uvicorn.Config(
        application,
        http=Protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        timeout_keep_alive=600,
        timeout_graceful_shutdown=1,
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
    )
    server = Server(config, listener, lambda: _announce(ready, options.ready_file))
    return server


def _announce(ready: dict[str, str], ready_file: Path | None) -> None:
    if ready_file is not None:
        # Readers of the file must never see half of it.
        partial = ready_file.with_name(ready_file.name + ".partial")
        partial.write_text(json.dumps({**ready, "pid": os.getpid()}) + "\n", encoding="utf-8")
        partial.replace(ready_file)
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
