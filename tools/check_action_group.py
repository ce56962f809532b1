# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that the action group `all` of meta/runtime.yml lists all modules in alphabetical order.

`module_defaults: {group/superoffice.erpsync.all: ...}` depends on it. Exit status 1 when they
differ.
"""

from __future__ import annotations

import sys

import yaml
from layout import ROOT


def main() -> int:
    modules = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("erpsync_*.py"))
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text(encoding="utf-8"))
    group = runtime["action_groups"]["all"]
    for name in sorted(set(modules) - set(group)):
        print(f"meta/runtime.yml: action group `all` lacks the module {name}")
    for name in sorted(set(group) - set(modules)):
        print(f"meta/runtime.yml: action group `all` names {name}, but there is no plugins/modules/{name}.py")
    if not modules:
        print("plugins/modules: there is no module")
    if sorted(group) != group:
        print("meta/runtime.yml: action group `all` is not in alphabetical order")
    return 0 if modules and group == modules else 1


if __name__ == "__main__":
    sys.exit(main())
