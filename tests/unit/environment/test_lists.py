# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Several ERP items that stand for one CRM item: refused before anything is saved, unless it is meant."""

from __future__ import annotations

from typing import Any

from .installation import Installation


def document(items: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"connections": [{"name": "Visma Norway", "lists": [{"list": "TermList", "actor": "Customer", "items": items, **more}]}]}


def test_sharing_is_refused_before_anything_is_saved() -> None:
    there = Installation()
    result = there.run("environment", document=document({"a": "Cash"}))
    assert result["failure"]["kind"] == "bad_input"
    assert "a, x" in result["msg"] and "shared: true" in result["msg"]
    assert there.writes == []


def test_sharing_that_is_meant_is_saved_exported_and_left_alone() -> None:
    there = Installation()
    there.converge(document({"a": "Cash"}, shared=True))
    # What is so already is no mistake of this document.
    assert there.converge(document({"a": "Cash"}))["changed"] is False
    exported = there.run("environment_info", connections=["Visma Norway"])["document"]
    [section] = [
        one for one in exported["connections"][0]["lists"] if one.get("actor", "Customer") == "Customer" and one["list"] == "TermList"
    ]
    assert section["shared"] is True and section["items"]["a"] == section["items"]["x"] == "Cash"


def test_the_difference_has_the_items_that_change_only() -> None:
    result = Installation().run("environment", document=document({"a": None}), check=True)
    [diff] = result["diff"]
    assert list(diff["before"]["items"]) == list(diff["after"]["items"]) == ["a"]
