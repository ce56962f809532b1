# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The patterns that an automation hub offers: the rules of their description, and playbooks that exist and take what is asked."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from ansible_collections.superoffice.erpsync.plugins.plugin_utils._variables import KNOWN
from ansible_collections.superoffice.erpsync.tests.unit.support.playbooks import COLLECTION

PATTERNS = COLLECTION / "extensions" / "patterns"


def text(longest: int | None = None, form: str | None = None) -> dict[str, Any]:
    bounds = {} if longest is None else {"maxLength": longest, "minLength": 1}
    return {"type": "string", **bounds, **({} if form is None else {"pattern": form})}


def keys(required: dict[str, Any], optional: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    """An object. The real schema takes other keys as well, which nothing would read."""
    properties = {**required, **(optional or {})}
    return {"type": "object", "required": list(required), "properties": properties, "additionalProperties": False, **more}


def several(items: dict[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items, "minItems": 1, "uniqueItems": True}


BOOLEAN = {"type": "boolean"}
QUESTION = keys(
    {
        "type": {"enum": ["text", "textarea", "password", "integer", "float", "multiplechoice", "multiselect"]},
        "question_name": text(200),
        "question_description": text(500),
        "variable": text(64, "^[a-z0-9_]+$"),
        "required": BOOLEAN,
    },
    {"choices": several(text()), "default": text()},
    allOf=[{"if": {"properties": {"type": {"pattern": "^multi"}}}, "then": {"required": ["choices"]}}],
)
JOB_TEMPLATE = keys(
    {"name": text(200), "description": text(1000), "playbook": text(200)},
    {
        "execution_environment": text(),
        "primary": BOOLEAN,
        **{f"ask_{what}_on_launch": BOOLEAN for what in ("credential", "inventory", "verbosity")},
        "labels": several(text()),
        "survey": keys({"name": text(), "description": text(), "spec": several(QUESTION)}),
    },
)
# Restated from the specification of Ansible patterns, version 1.0 of its schema.
SCHEMA = keys(
    {
        "schema_version": {"const": "1.0"},
        "name": text(64, "^[a-z0-9_]+$"),
        "title": text(64),
        "description": text(2000),
        "short_description": text(200, "[^.]$"),
        # galaxy-importer's own record has them.
        "tags": several(text(64)),
        "aap_resources": keys(
            {"controller_project": keys({"name": text(200), "description": text()}), "controller_job_templates": several(JOB_TEMPLATE)},
            {
                "controller_execution_environment": keys(
                    {"name": text(200), "description": text(), "image_name": text(200, "^[a-z0-9_.-]+/[a-z0-9_.-]+$")},
                    {"pull": {"enum": ["always", "missing", "never"]}},
                ),
                "controller_labels": several(text()),
            },
        ),
    }
)


@pytest.mark.parametrize("folder", sorted(PATTERNS.iterdir()), ids=lambda folder: folder.name)
def test_a_pattern(folder: Path) -> None:
    described = json.loads((folder / "meta" / "pattern.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(described, SCHEMA, jsonschema.Draft202012Validator)
    assert described["name"] == folder.name
    resources = described["aap_resources"]
    (template,) = resources["controller_job_templates"]
    assert template["name"] == f"ERP Sync: {folder.name}"
    # galaxy-importer counts the specification of the arguments as another playbook.
    assert template["primary"] is True
    assert template["execution_environment"] == resources["controller_execution_environment"]["name"]
    assert set(template["labels"]) <= set(resources["controller_labels"])
    # Playbooks take the inventory and the credential; nothing else is asked.
    assert template["ask_inventory_on_launch"] and template["ask_credential_on_launch"]

    (play,) = yaml.safe_load((folder / "playbooks" / template["playbook"]).read_text("utf-8"))
    assert play["ansible.builtin.import_playbook"] == f"superoffice.erpsync.{folder.name}"
    playbook = (COLLECTION / "playbooks" / f"{folder.name}.yml").read_text("utf-8") + "".join(
        path.read_text("utf-8") for path in (COLLECTION / "roles" / "environment" / "tasks").iterdir()
    )
    (options,) = [
        spec["options"]
        for spec in yaml.safe_load((folder / "playbooks" / f"{folder.name}.meta.yml").read_text("utf-8"))["argument_specs"].values()
    ]
    readme = (folder / "README.md").read_text("utf-8")
    asked = {question["variable"]: question for question in template["survey"]["spec"]}
    assert set(asked) <= set(options) <= set(KNOWN)
    for name, question in asked.items():
        assert name in playbook and f"`{name}`" in readme, name
        # A blank answer counts as none, so that nothing must be answered.
        assert question["required"] is False
        assert question.get("default", "") in ("", *question.get("choices", [])), name
        assert question.get("choices", []) == options[name].get("choices", ["true", "false"] if options[name]["type"] == "bool" else []), (
            name
        )
    for value in (template["name"], resources["controller_project"]["name"], resources["controller_execution_environment"]["image_name"]):
        assert f"`{value}`" in readme
