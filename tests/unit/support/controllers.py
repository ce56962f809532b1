# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What AWX and Event-Driven Ansible Controller do with credential types and surveys, restated from their own rules."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import jinja2
import yaml
from jinja2.nativetypes import NativeEnvironment
from jinja2.sandbox import ImmutableSandboxedEnvironment

Json = dict[str, Any]
_FIELD_KEYS = {"id", "label", "type", "format", "secret", "multiline", "choices", "help_text", "ask_at_runtime", "default"}
_NAME = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_MASK = "**********"


class Unsafe(str):
    """A text that Ansible must not template."""


class Loader(yaml.CSafeLoader):
    """Reads `!unsafe`."""


class Dumper(yaml.SafeDumper):
    """Writes `Unsafe` with its tag."""


Loader.add_constructor("!unsafe", lambda loader, node: Unsafe(node.value))
Dumper.add_representer(Unsafe, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style="'"))


def load(path: Path) -> Any:
    return yaml.load(path.read_text(encoding="utf-8"), Loader)


def extra_vars(values: Mapping[str, Any]) -> str:
    """The extra variables of a job, as AWX writes them: each text is unsafe, keys too."""
    return yaml.dump(_unsafe(values), Dumper=Dumper, allow_unicode=True)


def _unsafe(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {Unsafe(key): _unsafe(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_unsafe(item) for item in value]
    return Unsafe(value) if isinstance(value, str) else value


@functools.cache
def _template(text: str, controller: str) -> jinja2.Template:
    """A template as the controller reads it; ``strict`` for what it checks when a type is saved."""

    class Native(ImmutableSandboxedEnvironment, NativeEnvironment):
        pass

    environments = {
        "awx": ImmutableSandboxedEnvironment(),
        "strict": ImmutableSandboxedEnvironment(undefined=jinja2.StrictUndefined),
        "eda": Native(undefined=jinja2.StrictUndefined),
    }
    return environments[controller].from_string(text)


class Namespace:
    """What a template reaches with a dot."""

    def __init__(self, **names: Any) -> None:
        vars(self).update(names)


# Saving a type


def type_problems(kind: Json, of: str) -> list[str]:
    """What AWX (``tower``) or the other controller (``eda``) refuses in a credential type."""
    fields = kind["inputs"]["fields"]
    found = [problem for field in fields for problem in _field_problems(field, of)]
    names = [field["id"] for field in fields]
    found += [f"{name} twice" for name in set(names) if names.count(name) > 1]
    found += [
        f"unknown {key}" for key in set(kind["inputs"]) - {"fields", "required"} | set(kind["injectors"]) - {"env", "file", "extra_vars"}
    ]
    found += [f"required {name}" for name in kind["inputs"].get("required", ()) if name not in names]
    files = kind["injectors"]["file"]
    parts = [name.split(".") for name in files]
    found += [f"file {name}" for name in files if not re.fullmatch(r"template(\.[a-zA-Z_][a-zA-Z0-9_]*)?", name)]
    if ["template"] in parts and len(parts) > 1:
        found.append("one file or several")
    found += [
        f"variable {name}"
        for name in kind["injectors"]["env"]
        if not _NAME.fullmatch(name) or name.startswith("ANSIBLE_") or name in _BLOCKED
    ]
    known: Json = dict.fromkeys(names, "EXAMPLE") | {of: Namespace(filename=Namespace(**{part[-1]: "EXAMPLE" for part in parts}))}
    for name, text in [*kind["injectors"]["env"].items(), *files.items()]:
        if not text.isascii():
            found.append(f"{name} is not ASCII")
        try:
            _template(text, "strict").render(known)
        except jinja2.TemplateError as error:
            found.append(f"{name}: {error}")
    return found


_BLOCKED = {"VIRTUAL_ENV", "PATH", "PYTHONPATH", "JOB_ID", "INVENTORY_ID", "REST_API_URL", "REST_API_TOKEN", "HOME"}


def _field_problems(field: Json, of: str) -> list[str]:
    name = str(field.get("id"))
    found = [f"{name}: {key}" for key in set(field) - _FIELD_KEYS]
    if not _NAME.fullmatch(name) or name in ("tower", "eda") or (of == "eda" and name.upper().startswith("EDA_")):
        found.append(f"{name}: name")
    found += [f"{name}: {key} is no text" for key in ("label", "help_text") if not isinstance(field.get(key, ""), str) or key not in field]
    if field["type"] not in ("string", "boolean") or field.get("format", "url") not in ("ssh_private_key", "url"):
        found.append(f"{name}: type")
    found += [
        f"{name}: {key} is no flag" for key in ("secret", "multiline", "ask_at_runtime") if not isinstance(field.get(key, True), bool)
    ]
    if field["type"] != "string":
        found += [f"{name}: {key}" for key in ("secret", "multiline", "choices", "format") if key in field]
    choices = field.get("choices", [""])
    if not choices or len(set(choices)) < len(choices) or not all(isinstance(choice, str) for choice in choices):
        found.append(f"{name}: choices")
    if "default" in field and not isinstance(field["default"], {"string": str, "boolean": bool}[field["type"]]):
        found.append(f"{name}: default")
    return found


# Using a credential


def input_problems(kind: Json, inputs: Json) -> list[str]:
    """What AWX refuses in the inputs of a credential."""
    fields = {field["id"]: field for field in kind["inputs"]["fields"]}
    types = {"string": str, "boolean": bool}
    found = [name for name in inputs if name not in fields]
    found += [name for name, value in inputs.items() if name in fields and not isinstance(value, types[fields[name]["type"]])]
    return found + [name for name, value in inputs.items() if value not in fields.get(name, {}).get("choices", [value])]


def _secrets(kind: Json) -> set[str]:
    return {field["id"] for field in kind["inputs"]["fields"] if field.get("secret")}


def of_awx(kind: Json, inputs: Json, folder: Path) -> dict[str, str]:
    """The environment of a job of AWX; its files lie in a folder."""
    given = {name: value for name, value in inputs.items() if isinstance(value, bool) or value}
    names = {**{field["id"]: False for field in kind["inputs"]["fields"] if field["type"] == "boolean"}, **given}
    paths = {}
    for template, text in kind["injectors"]["file"].items():
        name = template.split(".")[1]
        paths[name] = folder / f"awx_{name}"
        paths[name].write_text(_template(text, "awx").render(names), encoding="utf-8")
        paths[name].chmod(0o600)
    names["tower"] = Namespace(filename=Namespace(**{name: str(path) for name, path in paths.items()}))
    return {name: _template(text, "awx").render(names) for name, text in kind["injectors"]["env"].items()}


def shown_by_awx(kind: Json, inputs: Json) -> dict[str, str]:
    """The environment that AWX keeps with a job, for people to see."""
    given = {name: _MASK if name in _secrets(kind) else value for name, value in inputs.items() if value or name in _secrets(kind)}
    names = {**{field["id"]: False for field in kind["inputs"]["fields"] if field["type"] == "boolean"}, **given}
    paths = {template.split(".")[1]: "/runner/env/file" for template in kind["injectors"]["file"]}
    names["tower"] = Namespace(filename=Namespace(**paths))
    return {name: _template(text, "awx").render(names) for name, text in kind["injectors"]["env"].items()}


def of_eda(kind: Json, inputs: Json, folder: Path) -> dict[str, str]:
    """The environment of an activation; its files lie in a folder.

    The controller fills in the fields, where a secret is still encrypted, and writes no blank file.
    ansible-rulebook fills in the paths, decrypts, and knows no fields.
    """
    contents = {name: str(_template(text, "eda").render(inputs)) for name, text in kind["injectors"]["file"].items()}
    paths = {}
    for template, content in contents.items():
        if content:
            name = template.split(".")[1]
            paths[name] = str(folder / f"eda_{name}")
            Path(paths[name]).write_text(content, encoding="utf-8")
    defaults = {"string": "", "boolean": False}
    names: Json = {field["id"]: defaults[field["type"]] for field in kind["inputs"]["fields"]} | inputs
    for name in _secrets(kind):
        names[name] = f"$ANSIBLE_VAULT;{name}"
    environment = {}
    for variable, text in kind["injectors"]["env"].items():
        value = text if "eda.filename" in text else _template(text, "eda").render(names)
        if isinstance(value, str) and "{{" in value:
            value = _template(value, "eda").render(eda={"filename": paths})
        if isinstance(value, str) and value.startswith("$ANSIBLE_VAULT;"):
            value = inputs.get(value.partition(";")[2], "")
        environment[variable] = str(value)
    return environment


# Surveys

_ANSWERS: dict[str, tuple[type, ...]] = {
    "text": (str,), "textarea": (str,), "password": (str,), "multiplechoice": (str,), "multiselect": (list,),
    "integer": (int,), "float": (float, int),
}  # fmt: skip


def survey_problems(survey: Json) -> list[str]:
    """What AWX refuses in a survey."""
    found = [key for key in ("name", "description") if not isinstance(survey.get(key), str)]
    spec = survey.get("spec")
    if not isinstance(spec, list) or not spec:
        return [*found, "spec"]
    variables = [question["variable"] for question in spec]
    found += [name for name in set(variables) if variables.count(name) > 1]
    for question in spec:
        name = question["variable"]
        found += [f"{name}: {key}" for key in ("type", "question_name", "variable") if not isinstance(question.get(key), str)]
        if not isinstance(question.get("required"), bool) or question["type"] not in _ANSWERS:
            found.append(f"{name}: required or type")
            continue
        found += [f"{name}: {key}" for key in ("min", "max") if not isinstance(question.get(key, 0), int)]
        if question["type"] in ("multiplechoice", "multiselect") and not all(
            isinstance(each, str) for each in question.get("choices", [None])
        ):
            found.append(f"{name}: choices")
        if question.get("default", "") != "":
            found += [f"{name}: default {problem}" for problem in answer_problems(question, question["default"])]
    return found


def answer_problems(question: Json, answer: Any) -> list[str]:
    """What AWX refuses in an answer."""
    kind = question["type"]
    if type(answer) not in _ANSWERS[kind]:
        return ["type"]
    size = len(answer) if isinstance(answer, str) else answer
    found = []
    if kind != "multiselect" and kind != "multiplechoice":
        found += ["min"] if question.get("min") is not None and size < question["min"] else []
        found += ["max"] if question.get("max") is not None and size > question["max"] else []
    chosen = answer if isinstance(answer, list) else [answer]
    return found + ([] if all(each in question.get("choices", [each]) for each in chosen) else ["choices"])


# The modules that write objects

_PRESENT = ("name", "description", "organization")
MODULES: dict[str, dict[str, Any]] = {
    "awx.awx.credential_type": {"name": "str", "description": "str", "kind": "str", "inputs": "dict", "injectors": "dict"},
    "awx.awx.credential": {
        **dict.fromkeys((*_PRESENT, "credential_type", "user", "team"), "str"), "inputs": "dict", "update_secrets": "bool",
    },
    "awx.awx.execution_environment": {**dict.fromkeys(_PRESENT, "str"), "image": "str", "credential": "str", "pull": "str"},
    "awx.awx.notification_template": {
        **dict.fromkeys(_PRESENT, "str"), "notification_type": "str", "notification_configuration": "dict", "messages": "dict",
    },
    "awx.awx.project": {
        **dict.fromkeys((*_PRESENT, "scm_type", "scm_url", "scm_branch", "credential", "default_environment"), "str"),
        **dict.fromkeys(("scm_clean", "scm_update_on_launch", "allow_override", "wait", "update_project"), "bool"),
        "scm_update_cache_timeout": "int", "timeout": "int",
    },
    "awx.awx.inventory": {**dict.fromkeys(_PRESENT, "str"), "variables": "dict", "kind": "str", "host_filter": "str"},
    "awx.awx.inventory_source": {
        **dict.fromkeys((*_PRESENT, "inventory", "source", "source_path", "source_project", "credential", "execution_environment"), "str"),
        **dict.fromkeys(("overwrite", "overwrite_vars", "update_on_launch"), "bool"), "source_vars": "dict", "update_cache_timeout": "int",
    },
    "awx.awx.job_template": {
        **dict.fromkeys((*_PRESENT, "job_type", "inventory", "project", "playbook", "execution_environment", "limit"), "str"),
        **dict.fromkeys(("credentials", "labels", "notification_templates_error", "notification_templates_success"), "list"),
        **dict.fromkeys(("forks", "timeout", "verbosity", "job_slice_count"), "int"), "extra_vars": "dict", "survey_spec": "dict",
        **dict.fromkeys(("use_fact_cache", "survey_enabled", "allow_simultaneous", "diff_mode", "become_enabled"), "bool"),
        **{f"ask_{what}_on_launch": "bool" for what in ("diff_mode", "variables", "limit", "job_type", "verbosity", "job_slice_count")},
    },
    "awx.awx.workflow_job_template": {
        **dict.fromkeys((*_PRESENT, "inventory", "limit"), "str"), "extra_vars": "dict", "survey_enabled": "bool", "survey_spec": "dict",
        "allow_simultaneous": "bool", "workflow_nodes": "list", "destroy_current_nodes": "bool",
    },
    "awx.awx.schedule": {
        **dict.fromkeys((*_PRESENT, "rrule", "unified_job_template", "inventory", "limit"), "str"), "extra_data": "dict", "enabled": "bool",
    },
    "ansible.eda.credential_type": {"name": "str", "description": "str", "inputs": "dict", "injectors": "dict"},
}  # fmt: skip
"""The options of the modules, and their types, as far as anybody may want them here."""

VARIABLES = {
    "awx.awx.credential_type": "controller_credential_types",
    "awx.awx.credential": "controller_credentials",
    "awx.awx.execution_environment": "controller_execution_environments",
    "awx.awx.notification_template": "controller_notifications",
    "awx.awx.project": "controller_projects",
    "awx.awx.inventory": "controller_inventories",
    "awx.awx.inventory_source": "controller_inventory_sources",
    "awx.awx.job_template": "controller_templates",
    "awx.awx.workflow_job_template": "controller_workflows",
    "awx.awx.schedule": "controller_schedules",
    "ansible.eda.credential_type": "eda_credential_types",
}
"""The variables of infra.aap_configuration with the objects of each kind."""

_ACTION = """\
import json
from pathlib import Path
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.plugins.action import ActionBase

SPEC = {spec!r}


class ActionModule(ActionBase):
    def run(self, tmp=None, task_vars=None):
        checked = ArgumentSpecValidator({{name: {{"type": kind}} for name, kind in SPEC.items()}}).validate(dict(self._task.args))
        if checked.error_messages:
            return {{"failed": True, "msg": "; ".join(checked.error_messages)}}
        given = {{name: value for name, value in checked.validated_parameters.items() if value is not None}}
        with Path({recorded!r}).open("a", encoding="utf-8") as file:
            file.write(json.dumps([{module!r}, given]) + "\\n")
        return {{"changed": True}}
"""


def write_modules(folder: Path) -> Path:
    """Write collections whose modules take the options of the real ones; the file in which they record them."""
    recorded = folder / "recorded.jsonl"
    for module, spec in MODULES.items():
        namespace, collection, name = module.split(".")
        path = folder / "ansible_collections" / namespace / collection / "plugins" / "action" / f"{name}.py"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_ACTION.format(spec=spec, recorded=str(recorded), module=module), encoding="utf-8")
    return recorded
