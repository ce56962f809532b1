# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The task of erpsync_environment_info: read an installation as the document that declares it."""

from __future__ import annotations

import re

from .._client.errors import BadInput
from .._model.export import Secrets
from .._read.export import Exporter
from .._run.run import Params, Result, Run, Task
from .._run.spec import ArgumentSpec
from .chosen import chosen_connections
from .read_from import READ_FROM_OPTION, bulk


def _run(params: Params, run: Run) -> Result:
    prefix = params["vault_prefix"]
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]*", prefix, re.ASCII):
        raise BadInput(f'vault_prefix is "{prefix}"; use the first part of a variable\'s name: letters, digits, underscores.')
    secrets = Secrets(prefix, run.secrets)
    exporter = Exporter(run.reading, run.lookups, run.warn, secrets, at_once=run.at_once, bulk=bulk(params, run))
    document = exporter.document(chosen_connections(params))
    return {"changed": False, "document": document, "secrets": secrets.variables, "connection_names": exporter.connection_names}


TASK = Task(
    name="erpsync_environment_info",
    spec=ArgumentSpec(
        options={
            "connections": {"type": "list", "elements": "raw"},
            "vault_prefix": {"type": "str", "default": "vault_erpsync"},
            **READ_FROM_OPTION,
        }
    ),
    run=_run,
    data=("document", "secrets", "connection_names"),
)
