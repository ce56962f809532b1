# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes only one request: the minimum for an ordinary module with requests."""

from __future__ import annotations

import requests
from ansible.module_utils.basic import AnsibleModule


def main() -> None:
    options = {"url": {"type": "str"}, "username": {"type": "str"}, "password": {"type": "str", "no_log": True}}
    module = AnsibleModule(argument_spec=options)
    with requests.Session() as http:
        who = (module.params["username"], module.params["password"])
        answer = http.post(module.params["url"], auth=who, timeout=30)
    module.exit_json(changed=False, json=answer.json())


if __name__ == "__main__":
    main()
