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
from typing import TYPE_CHECKING, Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import BaseRoute, Mount

from . import seed
from .control import Control
from .faults import Faults
from .hint import hint
from .journal import Journal
from .sessions import Sessions
from .settings import TABLE, Settings
from .site import Site
from .wire.application import BASE_PATH, Installation
from .wire.dated import Dated
from .wire.network import Protocol, Server, listening_socket

if TYPE_CHECKING:
    from .online.start import OnlineProgram

_EPILOGUE = """\
When the server listens it prints one line of JSON: {"url": ..., "username": ..., "password": ..., "ticket": ..., "access_token": ...}.
On a terminal, lines to paste follow, as with --hint, on the standard error.
`url` is the address of the installation, to be used as the option `url` of the collection's modules. Connectors at which an ERP
product answers are listed at /_mock/world, switches at /_mock/settings, faults at /_mock. SIGTERM or Ctrl+C ends it.

With --online the same process is a SuperOffice Online as well. The port is that of the host for signing in, and each host of tenants
has a port of its own. The line of JSON then has `online`: `login_url`, `hosts`, `client_id`, `client_secret`, `private_key`,
`native_client_id`, and in `tenants` for each tenant `url`, `system_user_token`, `refresh_token` and `native_refresh_token`.
/_mock/online moves and suspends tenants, rotates keys, revokes consents. It needs the package joserfc.

settings (for --settings, as a JSON object):
"""
_TENANTS = "Cust12345,Cust23456,Cust34567"


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
    parser.add_argument(
        "--hint", action=argparse.BooleanOptionalAction, help="say what to paste and how to end it (default: where that is a terminal)"
    )
    parser.add_argument("--tls-cert", metavar="PATH", help="serve HTTPS with this certificate (PEM)")
    parser.add_argument("--tls-key", metavar="PATH", help="private key of the certificate (PEM)")
    parser.add_argument("--online", action="store_true", help="be a SuperOffice Online as well, see below")
    parser.add_argument("--tenants", metavar="NAMES", help=f"with --online: its tenants (default: {_TENANTS})")
    parser.add_argument("--online-hosts", type=int, metavar="N", help="with --online: how many hosts have tenants (default: 2)")
    parser.add_argument(
        "--public-key",
        type=Path,
        metavar="PATH",
        help="with --online: public key (PEM) of the application, for signed system user tokens; without it a key pair is made, "
        "and its private key is in the line of JSON",
    )
    return parser


def main() -> int:
    """Run the stand-in; return the exit status."""
    parser = _parser()
    options = parser.parse_args()
    _check_online_options(parser, options)
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
    online, more_listeners = _online(parser, options, settings, listener) if options.online else (None, [])
    sessions = Sessions(options.username, options.password)
    host = f"[{options.host}]" if ":" in options.host else options.host
    scheme = "https" if options.tls_cert else "http"
    ready: dict[str, Any] = {
        "url": f"{scheme}://{host}:{listener.getsockname()[1]}{BASE_PATH}",
        "username": sessions.username,
        "password": sessions.password,
        "ticket": sessions.ticket,
        "access_token": sessions.access_token,
    }
    listeners = [listener, *more_listeners]
    server = _server(Site(sessions, settings, options.seed), online, listeners, options, ready)
    asyncio.run(server.serve(sockets=listeners))
    return 0 if server.started else 1


def _check_online_options(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    given = {"--tenants": options.tenants, "--online-hosts": options.online_hosts, "--public-key": options.public_key}
    lost = [name for name, value in given.items() if value is not None]
    if lost and not options.online:
        parser.error(f"{', '.join(lost)}: only with --online")
    if options.online_hosts is not None and options.online_hosts < 1:
        parser.error("--online-hosts: at least 1")


def _online(
    parser: argparse.ArgumentParser, options: argparse.Namespace, settings: Settings, listener: socket.socket
) -> tuple[OnlineProgram, list[socket.socket]]:
    """The Online side, and the sockets of its hosts. Loaded here, because only it needs joserfc."""
    try:
        from .online import start
    except ModuleNotFoundError as problem:
        package = (problem.name or "").partition(".")[0]
        if package not in ("joserfc", "cryptography"):
            raise
        parser.error(f"--online needs the Python package {package}: pip install joserfc")
    scheme = "https" if options.tls_cert else "http"
    try:
        tenants = start.tenant_names(options.tenants or _TENANTS)
        public_key = None if options.public_key is None else options.public_key.read_text(encoding="utf-8")
        hosts, sockets = start.open_hosts(options.host, listener, scheme, options.online_hosts or 2)
        return start.OnlineProgram(settings, hosts, tenants, options.seed, public_key), sockets
    except (OSError, ValueError) as problem:
        parser.error(f"--online, --tenants, --public-key: {problem}")


def _server(
    site: Site, online: OnlineProgram | None, listeners: list[socket.socket], options: argparse.Namespace, ready: dict[str, Any]
) -> Server:
    faults, journal = Faults(), Journal()
    installation = Installation(site, faults, journal, lambda: server, online.online.secrets if online else list)
    control = Control(site, faults, journal, lambda: server)
    routes: list[BaseRoute] = [Mount(BASE_PATH, app=installation)]
    if online is not None:
        ready["online"] = online.ready()
        control = Control(site, faults, journal, lambda: server, online.sites, online.online.reset, online.calls)
        routes += online.control.routes()
    application = Starlette(routes=[*control.routes(), *routes])
    if online is not None:
        application.router.default = online.hosts(faults, journal, lambda: server)
    config = uvicorn.Config(
        Dated(application),
        http=Protocol,
        ws="none",
        lifespan="off",
        loop="asyncio",
        interface="asgi3",
        log_config=None,
        log_level="critical",
        access_log=False,
        server_header=False,
        date_header=False,
        timeout_keep_alive=600,
        timeout_graceful_shutdown=1,
        ssl_certfile=options.tls_cert,
        ssl_keyfile=options.tls_key,
    )
    hints = sys.stdout.isatty() and sys.stderr.isatty() if options.hint is None else options.hint
    server = Server(config, listeners, lambda: _announce(ready, options.ready_file, hints))
    return server


def _announce(ready: dict[str, Any], ready_file: Path | None, hints: bool) -> None:
    if ready_file is not None:
        # Readers of the file must never see half of it.
        partial = ready_file.with_name(ready_file.name + ".partial")
        partial.write_text(json.dumps({**ready, "pid": os.getpid()}) + "\n", encoding="utf-8")
        partial.replace(ready_file)
    sys.stdout.write(json.dumps(ready) + "\n")
    sys.stdout.flush()
    if hints:
        # Programs read the standard output.
        sys.stderr.write(hint(ready))
        sys.stderr.flush()
