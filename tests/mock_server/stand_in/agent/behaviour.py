# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""All 49 methods by name, without REST or SOAP: typed arguments in, typed value out, or a Refusal.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..audit import stamping
from ..errors import Refusal
from ..methods import METHODS, Method
from ..site import Site
from . import actors, connections, connectors, engine, lists, mappings

BEHAVIOUR: dict[str, Callable[[Site, dict[str, Any]], Any]] = {
    **engine.METHODS,
    **connectors.METHODS,
    **connections.METHODS,
    **mappings.METHODS,
    **lists.METHODS,
    **actors.METHODS,
}

if set(BEHAVIOUR) != set(METHODS):  # Every method needs a behaviour.
    raise RuntimeError(f"methods and behaviour differ: {sorted(set(BEHAVIOUR) ^ set(METHODS))}")


def carry_out(site: Site, method: Method, arguments: dict[str, Any], associate_id: int) -> Any:
    """The value that the method returns (type method.returns; None for void and for an unknown id).

    associate_id: who calls.
    """
    site.acting = associate_id
    settings = site.settings
    status = int(settings["refusal_status"])
    if site.online and settings["restricted_agent"]:
        raise Refusal(settings["restricted_error_type"], "The application does not have access to the ErpSync agent.", status)
    if settings["unlicensed"]:
        raise Refusal("SoLicenseException", "The licence module expander-services is missing.", status)
    if "*" in settings["forbidden"] or method.name in settings["forbidden"]:
        raise Refusal("SoSentryException", "The user does not have the right to do this.", status)
    with stamping(site, method.name, arguments):
        return BEHAVIOUR[method.name](site, arguments)
