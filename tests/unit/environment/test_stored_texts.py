# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Export and converge are closed over what servers hold: whatever text a server has stored, its own export changes nothing.

The document goes the way that the role export takes, through the text of its files and back.
"""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._environment_files import environment_files
from hypothesis import event, given, settings
from hypothesis import strategies as st

from .documents import with_secrets
from .installation import Installation, Json
from .random_worlds import World, shells, states

# By type, of the connection "Visma Norway".
CONFIG = ("User", "Port", "Timeout", "UseTls", "Ledger", "StartDate", "Company", "Serial")
DEFAULTS = ("EMAIL", "STDTERMS", "CREDITLIMIT", "CREDITSTOP", "CUSTOMERSINCE", "EMPLOYEES")

KINDS = ("I", "F", "D", "DT", "M", "T", "B")
CONTENTS = (
    *("", " ", "1", "0", "-7", "007", "1.0", "5.50", "30,5", "1,234", "1e5", "1e400", "NaN", "Infinity", "9" * 30, "true", "False", "\u0663"),
    *("12/31/2026", "01/01/0001", "1/2/2026", "13/31/2026", "12/31/2026 23:59", "12/31/2026 23:59:59.0000000", "12/31/2026 00:00:00"),
    *("12/31/2026 23:59:59.123456789", "2026-12-31", "2026-12-31T10:00:00.5", "2026-12-31T10:00:00Z", "14:52", "24:00", "[I:1]", "]", "\n"),
)
ODD = (
    *("[password]", "[text]", "[]", "[[I:5]]", "[X:5]", "[I:5", "I:5]", "[i:5]", "null", "~", "yes", "0010", "1_000", "0x1F", "1:30", "=", "<<"),
    *(" leading", "trailing ", "a\nb\n", "a\r\nb", "\ta", "'\"\\", "a: b", "a #b", "- a", "{a: b}", "*a", "&a", "!a", "%a", "@a", "`a`"),
    *("{{ 1 + 1 }}", "{% raw %}", "{#", "\u00e4", "a\u0308", "\U0001f41f" * 127, "\x00", "\x1b[31m", "\x85", "\u2028", "\ufeff", "\u202e"),
    *("x" * 255, "x" * 1024, "\U0001f41f" * 512, "[I:" + "9" * 1100 + "]", "US:\"a\";NO:\"b\"", "<ser#>", "&amp;", "%20", "NaN"),
)
texts = st.one_of(
    st.builds("[{}:{}]".format, st.sampled_from(KINDS), st.sampled_from(CONTENTS)),
    st.sampled_from(CONTENTS),
    st.sampled_from(ODD),
    st.text(max_size=20),
)


class _Loader(yaml.SafeLoader):
    pass


_Loader.add_constructor("!unsafe", lambda loader, node: loader.construct_scalar(node))


def through_files(exported: Json) -> Json:
    """An exported document as the environment role puts it together from the files of the export role."""
    document: Json = {}
    connections = []
    for file in environment_files(exported["document"], exported["secrets"]):
        if file["path"].endswith(".yml"):
            for name, value in yaml.load(file["content"], Loader=_Loader).items():
                if name == "erpsync_environment":
                    document = value
                else:
                    connections.append(value)
    return {**document, "connections": connections}


def store(there: Installation, config: Json, defaults: Json) -> None:
    """Put texts where a server may have them, past everything that refuses them."""
    there.connection("Visma Norway")["ConfigFields"].update(config)
    for key, text in defaults.items():
        there.mapped("Visma Norway", "Customer", key).update(HasFirstSyncDefaultValue=True, FirstSyncDefaultValue=text)


def writes_of_its_export(there: Installation, **options: Any) -> list[str]:
    """What converging an installation's own export writes."""
    exported = there.run("environment_info")
    assert not exported.get("failed"), exported["msg"]
    document = with_secrets(through_files(exported), there.state())
    there.forget()
    done = there.converge(document, **options)
    assert done["changed"] is bool(done["changes"]) is bool(there.writes)
    return [f"{sent.name}: {sent.body}" for sent in there.sent if sent.writes]


@settings(max_examples=40)
@given(
    shells,
    states(),
    st.fixed_dictionaries(dict.fromkeys(CONFIG, texts)),
    st.fixed_dictionaries(dict.fromkeys(DEFAULTS, texts)),
)
def test_whatever_is_stored_converges_from_its_own_export_without_a_write(shell: str, state: World, config: Json, defaults: Json) -> None:
    there = Installation(mdo_rank_includes_superoffice=True, **state.switches)
    there.shell = shell
    there.put(state)
    store(there, config, defaults)
    assert not there.run("info", gather=["configuration_values", "configuration_fields", "field_mappings"]).get("failed")
    assert writes_of_its_export(there) == []
    event(state.switches["config_style"])
