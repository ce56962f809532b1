# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations


class ModuleDocFragment:
    """The option of modules that may read mappings from archives."""

    DOCUMENTATION = r"""
options:
  read_from:
    description:
      - Where to read the mappings of connections. The ErpSync agent is asked for each actor type and
        each default value, archives tell 1,000 fields in one request. The same holds for connections
        where a server lists no more of them than their names, and for who may use them.
      - In each run one actor type, one of its default values, and one connection, chosen anew, are
        read both ways.
        Where archives and agent tell different things of what is read both ways, all is read through
        the agent, and a warning says what differs.
      - V(auto) reads from archives where that saves more than a dozen requests, and through the agent
        where the server refuses archives.
      - V(agent) reads through the agent alone.
      - V(archive) reads from archives whatever that saves. The task fails where the server refuses
        them. What they do not tell is read through the agent.
    type: str
    choices:
      - auto
      - agent
      - archive
    default: auto
    version_added: 1.0.0
"""
