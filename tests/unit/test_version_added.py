# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""`version_added` tells of each plugin, role and option in which release it came, as the contents of the releases prove."""

from __future__ import annotations

import importlib
import json
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

TOOLS = COLLECTION / "tools"
pytestmark = pytest.mark.skipif(not TOOLS.is_dir(), reason="the tools are not part of this copy of the collection")

PLUGIN = '''\
DOCUMENTATION = r"""
name: thing
version_added: {version}
extends_documentation_fragment:
  - superoffice.erpsync.shared
options:
  old:
    type: str
  renamed:
    type: str
    aliases: [former]
  fresh:
    type: dict

    suboptions:
      inner:
        type: str
  box:
    type: dict
    suboptions:
      kept: {{type: str}}
      added: {{type: str}}
"""
'''
FRAGMENT = '''\
class ModuleDocFragment:
    DOCUMENTATION = r"""
options:
  url:
    type: str
  proxy:
    type: str
"""
    PART = r"""
options:
  other:
    type: str
"""
'''
ROLE = """\
argument_specs:
  main:
    version_added: 0.1.0
    options:
      run_folder:
        type: path
      run_added:
        type: str
        version_added: 0.1.0
      run_last:
        type: str
"""
RECORDED: dict[str, Any] = {
    "lookup": {"thing": ["box", "box.kept", "former", "old", "url"]},
    "role": {"run": ["run_folder", "run_gone"]},
    "playbook": {"converge": [], "gone": []},
}


@pytest.fixture
def tool(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(TOOLS))
    return importlib.import_module("version_added")


def _small(root: Path) -> Path:
    """A collection with a plugin and a role that were there in 0.1.0, and a plugin that was not."""
    files = {
        "galaxy.yml": "version: 1.0.0\n",
        "plugins/lookup/thing.py": PLUGIN.format(version="1.0.0"),
        "plugins/lookup/_private.py": "",
        "plugins/filter/late.py": PLUGIN.format(version="0.1.0").replace(".shared", ".shared.part"),
        "plugins/action/thing.py": "",
        "plugins/doc_fragments/shared.py": FRAGMENT,
        "extensions/eda/plugins/event_source/watch.py": 'DOCUMENTATION = r"""\nversion_added: 1.0.0\n"""\n',
        "roles/run/meta/argument_specs.yml": ROLE,
        "playbooks/converge.yml": "",
        # Of which 0.10.0 is the last, though not as a text.
        "tools/released/0.1.0.json": json.dumps(RECORDED),
        "tools/released/0.10.0.json": json.dumps(RECORDED | {"module": {"past": []}}),
        "tools/released/0.9.0.json": json.dumps({}),
    }
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text, encoding="utf-8")
    return root


def test_every_version_is_right(tool: Any) -> None:
    assert list(tool.wrong()) == []


def test_nothing_that_was_released_is_gone(tool: Any) -> None:
    assert tool.gone() == []
    had = tool.releases()["0.1.0"]["module"]
    assert len(had) == 11 and "document.engine.interval" in had["erpsync_environment"]


def test_what_is_wrong_is_found_and_mended(tool: Any, tmp_path: Path) -> None:
    root = _small(tmp_path)
    found = [(kind, name, option, version) for _path, kind, name, option, version in tool.wrong(root)]
    assert found == [
        ("filter", "late", None, "1.0.0"),
        ("lookup", "thing", None, "0.1.0"),
        ("lookup", "thing", "proxy", "1.0.0"),
        ("lookup", "thing", "fresh", "1.0.0"),
        ("lookup", "thing", "box.added", "1.0.0"),
        ("role", "run", "run_added", "1.0.0"),
        ("role", "run", "run_last", "1.0.0"),
    ]
    assert tool.write(root) == [
        "plugins/lookup/thing.py: write by hand version_added 1.0.0 of proxy, where it is documented",
        "plugins/lookup/thing.py: write by hand version_added 1.0.0 of box.added, where it is documented",
    ]
    assert [option for _path, _kind, _name, option, _version in tool.wrong(root)] == ["proxy", "box.added"]
    written = (root / "plugins" / "lookup" / "thing.py").read_text(encoding="utf-8")
    expected = PLUGIN.format(version="0.1.0").replace("        type: str\n  box", "        type: str\n    version_added: 1.0.0\n  box")
    assert written == expected
    spec = ROLE.replace("        version_added: 0.1.0\n", "        version_added: 1.0.0\n") + "        version_added: 1.0.0\n"
    assert (root / "roles/run/meta/argument_specs.yml").read_text(encoding="utf-8") == spec


def test_what_is_gone_is_told_and_what_is_there_recorded(tool: Any, tmp_path: Path) -> None:
    root = _small(tmp_path)
    assert tool.gone(root) == ["role run: run_gone", "playbook gone", "module past"]
    assert tool.record(root) == root / "tools" / "released" / "1.0.0.json"
    tool.releases.cache_clear()
    assert tool.gone(root) == []
    options = ["box", "box.added", "box.kept", "former", "fresh", "fresh.inner", "old", "proxy", "renamed", "url"]
    assert tool.releases(root)["1.0.0"] == {
        "event_source": {"watch": []},
        "filter": {"late": sorted({*options, "other"} - {"proxy", "url"})},
        "lookup": {"thing": options},
        "playbook": {"converge": []},
        "role": {"run": ["run_added", "run_folder", "run_last"]},
    }
