# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The site: its reference says what the code does, its first playbook works, and its pages can be used by all."""

from __future__ import annotations

import copy
import importlib
import importlib.util
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import jinja2
import jsonschema
import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.document import parse_document
from ansible_collections.superoffice.erpsync.plugins.module_utils._run.options import CONNECTION_OPTIONS
from ansible_collections.superoffice.erpsync.tests.unit.support.effort import thorough_only
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION, run_ansible
from jinja2 import nodes
from pytest_browser import Browser, browser
from pytest_stand_in import StandIn

__all__ = ["browser"]

TOOLS, SITE, GUIDES = COLLECTION / "tools", COLLECTION / "docs" / "site", COLLECTION / "docs" / "docsite" / "rst"
_WHOLE = TOOLS.is_dir() and SITE.is_dir()
pytestmark = pytest.mark.skipif(not _WHOLE, reason="site and tools are not part of this copy of the collection")

AXE = COLLECTION / ".build" / "npm" / "node_modules" / "axe-core" / "axe.min.js"
CONNECTION = {f"erpsync_{name}" for option in CONNECTION_OPTIONS for name in (option.name, *option.aliases)}
# What Ansible itself gives to a play.
MAGIC = {"ansible_failed_result", "ansible_inventory_sources", "ansible_play_hosts_all", "groups", "hostvars", "inventory_dir"}
MAGIC |= {"inventory_hostname", "omit"}
# Functions of Ansible's templates.
MAGIC |= {"lookup", "now", "query"}


@pytest.fixture(scope="module")
def tools() -> Iterator[Any]:
    """Imports modules of the folder tools by their names."""
    sys.path.append(str(TOOLS))
    try:
        yield importlib.import_module
    finally:
        sys.path.remove(str(TOOLS))


def _kinds(kind: type[errors.ErpSyncError] = errors.ErpSyncError) -> set[str]:
    return {kind.kind}.union(*map(_kinds, kind.__subclasses__()))


def test_each_kind_of_failure_is_explained() -> None:
    page = (GUIDES / "guide_troubleshooting.rst").read_text(encoding="utf-8")
    label = r"^\.\. _ansible_collections\.superoffice\.erpsync\.docsite\.failure_(\w+):\n\n"
    section = label + r"``(\w+)``\n~+\n\n(.+?)\n\n\*\*What to do:\*\* (.+?)\n\n"
    found = re.findall(section, page, re.MULTILINE | re.DOTALL)
    explained = [kind for kind, _title, _means, _todo in found]
    assert sorted(explained) == sorted(_kinds())
    assert all(kind == title and len(means.split()) > 5 and len(todo.split()) > 5 for kind, title, means, todo in found)
    assert page.count("~\n\n") == len(found) + page.partition("Questions that come up")[2].count("~\n\n")


def _texts(value: Any) -> Iterator[str]:
    """All texts of a playbook."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in [*value, *value.values()] if isinstance(value, dict) else value:
            yield from _texts(each)


def _made(value: Any) -> set[str]:
    """The variables that a playbook sets itself."""
    found: set[str] = set()
    if isinstance(value, dict):
        for key, each in value.items():
            if key in ("vars", "ansible.builtin.set_fact", "set_fact"):
                found |= set(each)
            elif key == "register":
                found.add(each)
            found |= _made(each)
    elif isinstance(value, list):
        found = found.union(*map(_made, value))
    return found


def _of_role(role: str, folder: str) -> set[str]:
    """The variables that files of a role name with a colon behind them: those that it sets."""
    files = (COLLECTION / "roles" / role / folder).glob("*.yml")
    return {name for file in files for name in re.findall(r"^ *(\w+):", file.read_text(encoding="utf-8"), re.MULTILINE)}


def _whole(path: Path) -> Any:
    """A playbook with the tasks of the files that it imports."""

    def with_tasks(value: Any) -> Any:
        if isinstance(value, dict):
            imported = value.get("ansible.builtin.import_tasks")
            return {key: with_tasks(each) for key, each in value.items()} | ({"block": _whole(path.parent / imported)} if imported else {})
        return [with_tasks(each) for each in value] if isinstance(value, list) else value

    return with_tasks(yaml.safe_load(path.read_text(encoding="utf-8")))


def _read(path: Path) -> tuple[set[str], dict[str, set[Any]]]:
    """The variables that a playbook reads and nothing else sets, and their defaults in it."""
    playbook = _whole(path)
    names: set[str] = set()
    defaults: dict[str, set[Any]] = {}
    for text in _texts(playbook):
        # `when`, `that` and the like have no braces.
        templates = [text] if "{{" in text else []
        if not templates and re.search(r"\b(default|is|in|not|and|or)\b|[|=]", text) and re.match(r"[\w(\[]", text):
            templates = [f"{{{{ {text} }}}}"]
        for template in templates:
            try:
                parsed = jinja2.Environment().parse(template)
            except jinja2.TemplateSyntaxError:
                # A sentence.
                continue
            names |= {found.name for found in parsed.find_all(nodes.Name) if found.ctx == "load"}
            for found in parsed.find_all(nodes.Filter):
                if found.name == "default" and isinstance(found.node, nodes.Name) and found.args:
                    default = found.args[0]
                    if isinstance(default, nodes.Const):
                        defaults.setdefault(found.node.name, set()).add(default.value)
                    elif isinstance(default, nodes.Name) and default.name != "omit":
                        # Another one in each playbook.
                        defaults.setdefault(found.node.name, set()).add(f"{{{{ {default.name} }}}}")
    return names - MAGIC - CONNECTION - _made(playbook), defaults


def test_pages_of_playbooks_have_the_variables_that_the_playbooks_read(tools: Any) -> None:
    told = tools("playbook_pages").told()
    for name, playbook in told.items():
        path = COLLECTION / "playbooks" / f"{name}.yml"
        read, defaults = _read(path)
        set_by_role = _of_role(playbook["role"], "tasks") | _of_role(playbook["role"], "vars") if "role" in playbook else set()
        documented = playbook["variables"]
        assert set(documented) == read - set_by_role, name
        for variable, given in documented.items():
            # Those that stand for an option have its default. One that means nothing is none.
            values = defaults.get(variable, set()) - {None, ""}
            if "text" in given and len(values) == 1:
                assert {given.get("default")} == values, (name, variable)
        # What the comment at its head tells to write after -e.
        head = path.read_text(encoding="utf-8").partition("\n- ")[0]
        of_role = _of_role(playbook["role"], "meta") if "role" in playbook else set()
        assert set(re.findall(r"-e '?\{?\"?(\w+)", head)) <= {*documented, *of_role, *CONNECTION}, name
        # What it passes on.
        stats = set(re.findall(r"^ +'?(erpsync_\w+)'?: *[{\"]", path.read_text(encoding="utf-8").partition("set_stats:")[2], re.MULTILINE))
        assert {playbook["stats"]} <= stats if "stats" in playbook else "set_stats" not in path.read_text(encoding="utf-8"), name


def test_examples_of_roles_use_variables_of_the_roles(tools: Any) -> None:
    folders = sorted(path.parents[1] for path in (COLLECTION / "roles").glob("*/meta/argument_specs.yml"))
    assert len(folders) >= 4
    for folder in folders:
        spec = yaml.safe_load((folder / "meta" / "argument_specs.yml").read_text(encoding="utf-8"))["argument_specs"]["main"]
        roles = [role for play in yaml.safe_load(spec["examples"]) for role in play["roles"]]
        assert roles and {role["role"] for role in roles} == {f"superoffice.erpsync.{folder.name}"}
        assert {name for role in roles for name in role.get("vars", {})} <= set(tools("playbook_pages").options_of_role(folder.name))
        assert set(tools("playbook_pages").options_of_role(folder.name)) == set(spec["options"]) - CONNECTION, folder.name


def _paths(keys: Any, before: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    for name, key in keys.items():
        yield (*before, name)
        yield from _paths(key.keys, (*before, name))


def test_example_of_the_document_has_each_key_and_is_right(tools: Any) -> None:
    page, shape = tools("document_page"), tools("document_shape")
    example = yaml.safe_load(page.EXAMPLE.read_text(encoding="utf-8"))
    parse_document(copy.deepcopy(example))
    jsonschema.Draft7Validator(json.loads((COLLECTION / "docs" / "schema" / "document.json").read_text(encoding="utf-8"))).validate(example)
    text = next(iter(page.page().values()))
    paths = list(_paths(shape.DOCUMENT))
    assert len(paths) > 40
    for path in paths:
        label = f".. _ansible_collections.superoffice.erpsync.docsite.document_{'_'.join(path)}:\n\n       **{path[-1]}**\n"
        row = text.partition(label)[2].partition("   * - ")[0]
        # What has keys of its own links to these.
        assert "Example: ``" in row or f"document_{'_'.join(path)}_keys>`" in row, path
    # The defaults of the text are those of the parser.
    assert "The default is" not in text
    assert text.count("default: ``present``") == 2 and text.count("default: ``false``") == 3 and text.count("default: ``true``") == 2


def test_example_that_lacks_a_key_is_an_error(tools: Any) -> None:
    with pytest.raises(SystemExit, match=r"docs/schema/example.yml has no engine\.speed"):
        tools("document_page").example(("engine", "speed"))


def test_ansible_markup(tools: Any) -> None:
    rst = tools("rst")
    written = {
        "V(1) of O(state=absent), I(so), NOT(this)": "``1`` of <state=absent>, *so*, NOT(this)",
        "RV(a.b.c#module:changes), M(a.b.c)": "``changes``, :ansplugin:`a.b.c#module`",
        "P(a.b.c#role), O(a.b.c#module:x)": ":ansplugin:`a.b.c#role`, :ansopt:`a.b.c#module:x`",
    }
    assert {text: rst.from_ansible(text, lambda name: f"<{name}>") for text in written} == written


TABLE = """
.. list-table::
   :header-rows: 1
   :widths: 30 70
   :class: keys

   * - Key
     - What it is
   * - .. _here:

       **a**

       *text*

       **required**
     - First.

       Second.

       Example: ``x``
   * - **b**

       ``c`` or ``d``

       default: ``c``
     - First.

       .. code-block:: yaml

           e: 1
           f: 2
"""


def test_table_of_keys(tools: Any) -> None:
    rst = tools("rst")
    first = rst.Entry("a", "text", ["First.", "Second."], True, default="``never``", example="x", label="here")
    second = rst.Entry("b", "``c`` or ``d``", ["First."], default="``c``", example="e: 1\nf: 2")
    assert rst.table([first, second], "Key") == TABLE.strip()


def test_pages_of_playbooks_name_variables_where_modules_name_options(tools: Any) -> None:
    pages = {path.stem: " ".join(text.split()) for path, text in tools("playbook_pages").pages().items()}
    assert "``erpsync_timeout`` applies to it only with ``resync_batch=true``" in pages["playbook_resync"]
    assert "whether the connections of ``erpsync_health_expect_active`` are active" in pages["playbook_health"]
    assert "**Bring the installations into their declared state.**" in pages["playbook_converge"]
    assert list(pages) == ["playbooks", *(f"playbook_{name}" for name in tools("playbook_pages").names())]


SITE_OF_TWO = {
    "index.html": '<a href="a/b.html#x">1</a><a href="a/b.html#%C3%A6">2</a><a href="#">3</a><link href="s.css?v=1"><a href="mailto:a@b">',
    "a/b.html": '<p id="x"></p><p id="æ"></p><a href="../index.html">1</a><a href="https://example.com/#no">2</a><img src="../s.css">',
    "s.css": "",
}


def test_broken_links(tools: Any, tmp_path: Path) -> None:
    for name, text in SITE_OF_TWO.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    broken = tools("built_links").broken
    assert broken(tmp_path) == []
    (tmp_path / "index.html").write_text(
        '<a class="b" href="a/b.html#y">1</a><a href="c.html">2</a><a href="#z">3</a><script src="d.js"></script><a href="a">4</a>',
        encoding="utf-8",
    )
    leads = ["#z", "a", "a/b.html#y", "c.html", "d.js"]
    assert broken(tmp_path) == [f"index.html: {link} leads nowhere" for link in leads]


def _block(page: Path, after: str) -> str:
    """The code block that follows these words of a page."""
    block = page.read_text(encoding="utf-8").partition(after)[2].partition(".. code-block:: ")[2]
    lines = block.partition("\n\n")[2].partition("\n\n")[0].splitlines()
    return "".join(f"{line[4:]}\n" for line in lines if not line.startswith("    :"))


@thorough_only
def test_the_first_playbook_of_the_start_page(stand_in: StandIn, tmp_path: Path) -> None:
    page = SITE / "rst" / "index.rst"
    exported = re.findall(r"^\$ export (\w+)=", _block(page, "Say where SuperOffice is"), re.MULTILINE)
    values = dict(zip(exported, (stand_in.url, stand_in.username, stand_in.password), strict=True))
    (tmp_path / "engine.yml").write_text(_block(page, "Declare what shall be there"), encoding="utf-8")
    recaps = []
    commands = _block(page, "Look at what would change").splitlines()
    for command in commands:
        assert command.startswith("$ ansible-playbook ")
        done = run_ansible("playbook", *command.split()[2:], home=tmp_path, **values)
        assert done.returncode == 0, done.stdout + done.stderr
        recaps.append(re.findall(r"ok=1 +changed=(\d)", done.stdout))
    assert recaps == [["1"], ["1"], ["0"]]
    assert stand_in.writes() == ["ChangeEngineInterval"]
    [promised] = _block(page, "$ ansible-playbook engine.yml\n\n").splitlines()
    assert promised in done.stdout


def test_a_playbook_acts_on_the_kind_of_a_failure(stand_in: StandIn, tmp_path: Path) -> None:
    """The example of the page, and the form in which the failure is printed."""
    page = GUIDES / "guide_troubleshooting.rst"
    stand_in.fault("SyncAll", "status", status=503)
    connection = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password, "retries": 0}
    example = yaml.safe_load(_block(page, "A playbook can act on the kind:"))
    failing = [{key: value for key, value in task.items() if key not in ("register", "failed_when")} for task in example]
    play = {"hosts": "localhost", "gather_facts": False, "module_defaults": {"group/superoffice.erpsync.all": connection}}
    (tmp_path / "playbook.yml").write_text(json.dumps([{**play, "tasks": example + failing}]), encoding="utf-8")
    done = run_ansible("playbook", "playbook.yml", home=tmp_path)
    assert done.returncode == 2 and re.search(r"ok=1 +changed=0 +unreachable=0 +failed=1", done.stdout), done.stdout + done.stderr
    printed = json.loads("{" + _block(page, "Ansible prints it beside").strip().removesuffix(",") + "}")["failure"]
    assert printed.keys() == errors.ErpSyncError("").failure().keys()
    shown = re.search(r'"failure": (\{[^}]*\})', done.stdout)
    assert shown and json.loads(shown[1]) == {**printed, "method": "SyncAll", "code": "SoServerException", "attempts": 1, "uncertain": True}


def test_speed_in_short(tools: Any) -> None:
    speed: ModuleType = tools("speed_summary")
    rows = {(bars.row, bars.below): speed.Pair("100 ms", "2.00 s") for bars in speed.PLOT}
    rows[speed.NEAR.row, speed.NEAR.below] = speed.Pair("3.00 s", "0.01 s")
    # Those that the two vary are others.
    rows.update({(bars.row, ""): speed.Pair("7 ms", "7 ms") for bars in (speed.NEAR, speed.FAR)})
    plot = speed.plot(rows)
    assert plot.count("<rect") == 2 + 2 * len(speed.PLOT) and plot.count("<text") == 2 + 3 * len(speed.PLOT)
    # The longer of each two has the whole width, the other its part of it, and something at least.
    assert plot.count('width="250"') == len(speed.PLOT) and plot.count('width="12"') == len(speed.PLOT) - 1 and plot.count('width="1"') == 1
    assert "One more task: 100 ms, uri 2.00 s; " in plot and "answered at once: 3.00 s, script 0.01 s.</desc>" in plot
    told = speed.sentences(rows)
    assert len(told) == 3 and "takes 100 ms, one of ``ansible.builtin.uri`` 2.00 s" in told[0] and "cost: 3.00 s" in told[2]
    del rows[speed.FAR.row, speed.FAR.below]
    with pytest.raises(SystemExit, match="has no row that begins with .converge 100 unchanged connections, a server 50 ms away"):
        speed.plot(rows)
    of_it = "   * - of this, c\n     - 3 s against 2 s\n   * - the same with d\n     - 4 s against 2 s\n"
    table = f"{speed._TABLE}\n\n   * - a\n     - 1 ms against 2 s\n     - 3\n{of_it}   * - b\n     - 47 MiB\n"
    below = {("a", "of this, c"): ("3 s", "2 s"), ("a", "the same with d"): ("4 s", "2 s")}
    assert speed.measured(table) == {("a", ""): ("1 ms", "2 s"), **below}
    assert speed.Pair("1 ms", "2 s").seconds() == (0.001, 2.0)


# A page with each thing that pages have, below a title that is wider than a phone.
PAGE = """
superoffice.erpsync.erpsync_environment_info module -- Read an installation
===========================================================================

.. contents::
   :local:

.. ansible-links::

  - title: "Report an issue"
    url: "https://example.com/issues/new"
    external: true

The role superoffice.erpsync.environment_with_a_rather_long_name
----------------------------------------------------------------

.. code-block:: console

    $ export SUPEROFFICE_PASSWORD=...
    $ ansible-playbook superoffice.erpsync.converge -i inventory -e erpsync_hosts=crm-oslo,crm-bergen,crm-bodo --check --diff

.. code-block:: text
   :class: output

    crm-oslo                   : ok=3    changed=0    unreachable=0    failed=0    skipped=0    rescued=0    ignored=0

.. code-block:: yaml+jinja
   :caption: site.yml

    # A comment.
    - name: "{{ words }}"
      hosts: superoffice
      gather_facts: false

.. note:: This is a note, with ``code`` in it.

KEYS

=========== =============== =============== =============== =============== ===============
a wide      table           with            many            columns         indeed
=========== =============== =============== =============== =============== ===============
unbreakable unbreakable_too unbreakable_too unbreakable_too unbreakable_too unbreakable_too
=========== =============== =============== =============== =============== ===============

PLOT

.. toctree::
   :caption: Begin
   :hidden:

   other
"""
# Names in headings end lines where they may: behind dots, underscores and the like.
BROKEN = """
const broken = [], range = new Range();
for (const heading of document.querySelectorAll("h1, h2")) {
  const walker = document.createTreeWalker(heading, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    for (const piece of walker.currentNode.data.matchAll(/[\\p{L}\\p{N}]+/gu)) {
      range.setStart(walker.currentNode, piece.index);
      range.setEnd(walker.currentNode, piece.index + piece[0].length);
      if (new Set([...range.getClientRects()].map((box) => Math.round(box.top))).size > 1) broken.push(piece[0]);
    }
  }
}
return broken;
"""


@pytest.fixture(scope="module")
def built(tools: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site of two pages with the settings of the whole one."""
    if importlib.util.find_spec("furo") is None:
        pytest.skip("the site's theme is not installed")
    folder = tmp_path_factory.mktemp("site")
    rst, speed = tools("rst"), tools("speed_summary")
    keys = rst.table([rst.Entry("erpsync_a_variable", "text", ["What it is."], True, example="a")], "Variable")
    plot = speed.plot({(bars.row, bars.below): speed.Pair("100 ms", "2.00 s") for bars in speed.PLOT})
    (folder / "index.rst").write_text(PAGE.replace("KEYS", keys).replace("PLOT", plot), encoding="utf-8")
    (folder / "other.rst").write_text("Other\n=====\n", encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "-b", "html", "-c", str(SITE), str(folder), str(folder / "html")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder / "html"


def test_pages_fit_phones_and_can_be_used_by_all(browser: Browser, built: Path) -> None:
    def show(width: int, scheme: str) -> None:
        browser.devtools("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 500)
        features = [{"name": "prefers-color-scheme", "value": scheme}, {"name": "prefers-reduced-motion", "value": "reduce"}]
        browser.devtools("Emulation.setEmulatedMedia", media="screen", features=features)
        browser.open((built / "index.html").as_uri())

    for width, scheme in ((390, "light"), (1280, "dark")):
        show(width, scheme)
        content, room = browser.run("const root = document.documentElement; return [root.scrollWidth, root.clientWidth]")
        assert content == room and browser.run(BROKEN) == []
        # No picture, above all no logo of another project; and the contents of the page are beside it, not twice.
        assert browser.run("return document.querySelectorAll('img, iframe').length") == 0
        assert not browser.run("return document.querySelector('.contents').checkVisibility()")
        light = browser.run("return getComputedStyle(document.body).backgroundColor")
        assert light == ("rgb(255, 255, 255)" if scheme == "light" else "rgb(19, 20, 22)")
        if AXE.is_file():
            browser.run(AXE.read_text(encoding="utf-8"))
            told = "(result) => result.violations.map((each) => [each.id, each.nodes[0].html, each.nodes[0].failureSummary])"
            assert browser.run(f"return axe.run({{resultTypes: ['violations']}}).then({told})") == []

    # Commands are copied without their prompts. What a program prints has no button.
    buttons = "return [...document.querySelectorAll('div[class*=highlight-]')].map((block) => block.querySelectorAll('.copy').length)"
    assert browser.run(buttons) == [1, 0, 1]
    browser.devtools("Browser.grantPermissions", permissions=["clipboardReadWrite", "clipboardSanitizedWrite"])
    browser.run("document.querySelector('.copy').click()")
    copied = browser.run("return new Promise((done) => setTimeout(() => navigator.clipboard.readText().then(done, done)))")
    assert copied.startswith("export SUPEROFFICE_PASSWORD=...\nansible-playbook superoffice") and "$" not in copied
    assert browser.text(".copy") == "Copied"
    if not AXE.is_file():
        pytest.skip("all but axe-core looked at the pages, which is not installed: make npm")
