# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Random installations and random documents for them, and what a document demands of a state, found out without our own plan."""

from __future__ import annotations

from typing import Any

from ansible_collections.superoffice.erpsync.tests.unit.support.shells import SHELLS
from hypothesis import strategies as st
from stand_in.world import bare

from .documents import SAP_URL, VISMA_URL
from .installation import Installation, Json

Draw = st.DrawFn

# By connection id: names by which it can be meant, its ERP actor types whose mandatory fields are mapped, and fields that may be changed.
CONNECTIONS: dict[int, tuple[tuple[str, ...], dict[str, tuple[str, ...]]]] = {
    1: (
        ("Visma Norway",),
        {
            "Customer": ("EMAIL", "TELEPHONE", "STREET", "CREDITLIMIT", "CREDITSTOP", "STDTERMS", "EMPLOYEES"),
            "Person": ("TITLE", "MOBILE", "ROLE", "LEFT"),
            "Project": ("STATE", "BUDGET", "HOURS"),
        },
    ),
    2: (("Visma Sweden", "Visma Sverige", 'US:"Visma Sweden";NO:"Visma Sverige"'), {"Customer": ("CREDITLIMIT", "CITY", "STDTERMS")}),
    3: (("SAP Germany",), {"Customer": ("KLIMK", "SPERR", "ZTERM"), "Person": ("TITLE", "MOBILE")}),
}
CRM_FIELDS = {"Customer": ("department", "phone", "webpage", "zipcode"), "Person": ("title", "mobile"), "Project": ("budget", "enddate")}
# Where a list field goes, so that its list appears among the list mappings.
LIST_FIELDS = {"STDTERMS": "paymentterms", "ZTERM": "paymentterms", "ROLE": "position", "STATE": "status"}
DEFAULTS: dict[str, tuple[tuple[Any, str], ...]] = {
    "CREDITLIMIT": ((1000, "[F:1000]"), (12.5, "[F:12.5]")),
    "KLIMK": ((7, "[F:7]"),),
    "CREDITSTOP": ((True, "[I:1]"), (False, "[I:0]")),
    "SPERR": ((True, "[I:1]"),),
    "LEFT": ((False, "[I:0]"),),
    "EMPLOYEES": ((3, "[I:3]"),),
    "HOURS": ((40, "[I:40]"),),
    "STDTERMS": (("x", "x"), ("", "")),
    "EMAIL": (("post@example.com", "post@example.com"),),
    "TITLE": (("no", "no"), ('"', '"')),
}
FLAGS = {"both": (True, True), "to_crm": (True, False), "to_erp": (False, True), "none": (False, False)}
shells = st.sampled_from(SHELLS)
# What is not documented of archives, ids and moves: each position of each switch, and how they meet.
servers = st.fixed_dictionaries(
    {
        "archive_values": st.sampled_from(["json", "digits", "text", "encoded", "hints"]),
        "archive_output_default": st.sampled_from(["display", "logical"]),
        "archive_page_size": st.sampled_from([100, 7]),
        "dynamic_archive": st.booleans(),
        "field_ids": st.sampled_from(["always", "once_saved", "once_used"]),
        "move_step": st.sampled_from(["one", "direction"]),
        "move_direction": st.sampled_from(["increase", "decrease"]),
    }
)
texts = st.sampled_from(["", "Ålesund", "US:x", 'a "b"', "🐟"])
people = st.lists(st.sampled_from([1, 2, 3]), unique=True, max_size=2)


# What is undocumented, in every combination: a document must not notice.
switches: st.SearchStrategy[Json] = st.fixed_dictionaries(
    {
        "config_style": st.sampled_from(["plain", "bracketed"]),
        "connector_defaults_now": st.booleans(),
        "crm_list_extra_info": st.booleans(),
        "no_selection": st.sampled_from(["null", "id0"]),
        "synchronised_and_shown": st.sampled_from(["allow", "refuse"]),
    }
)


class World(dict[str, Any]):
    """A state, with the switches of the server that has it; too long to be printed."""

    switches: Json

    def __repr__(self) -> str:
        return "World(...)"


@st.composite
def states(draw: Draw) -> World:
    """A state that the server could be in."""
    chosen = draw(switches)
    there = Installation(**chosen)
    table = there.site.state.table
    there.site.state.data["engine"].update(IsRunning=draw(st.booleans()), IntervalSeconds=draw(st.sampled_from([60, 900])))
    for connection in table("connections"):
        number = connection["ErpConnectionId"]
        if number not in CONNECTIONS:
            continue
        everyone = draw(st.booleans())
        connection.update(
            Active=draw(st.booleans()),
            DisplayDescription=draw(texts),
            AllAccess=everyone,
            UserGroupAccessIds=[] if everyone else draw(people),
            AssociateAccessIds=[] if everyone else draw(people),
        )
        for actor, keys in CONNECTIONS[number][1].items():
            fields = {field["ErpFieldKey"]: field for field in there.site.state.fields_of(number, actor)}
            for rank, key in enumerate(draw(st.permutations(list(fields))), start=1):
                fields[key]["Rank"] = rank
            for key in keys:
                draw_field(draw, fields[key], actor, chosen["synchronised_and_shown"] == "allow")
    state = World(there.state())
    state["connection_rank"] = draw(st.permutations(state["connection_rank"]))
    state.switches = chosen
    return state


def draw_field(draw: Draw, field: Json, actor: str, both: bool) -> None:
    """A field's mapping and default.

    :param both: whether it may be synchronised and shown.
    """
    way = draw(st.sampled_from(["both", "to_erp", "none", "shown"]))
    to_crm, to_erp = FLAGS.get(way, (False, False))
    crm = LIST_FIELDS.get(field["ErpFieldKey"]) or draw(st.sampled_from(CRM_FIELDS[actor]))
    field.update(
        CrmFieldKey=crm if way in ("both", "to_erp") else draw(st.sampled_from(["", crm])),
        SyncToCrm=to_crm,
        SyncToErp=to_erp,
        ShowInGui=way == "shown" or (both and draw(st.booleans())),
        ShowInSearch=draw(st.booleans()),
    )
    choices = DEFAULTS.get(field["ErpFieldKey"], ())
    value = draw(st.sampled_from([None, *(stored for _declared, stored in choices)]))
    field.update(HasFirstSyncDefaultValue=value is not None, FirstSyncDefaultValue=value, PromptUser=draw(st.booleans()))
    field["Mandatory"] = field["PromptUser"] and draw(st.booleans())


def maybe(draw: Draw, section: Json, key: str, values: st.SearchStrategy[Any]) -> None:
    """A member, or none."""
    if draw(st.booleans()):
        section[key] = draw(values)


@st.composite
def documents(draw: Draw) -> tuple[Json, list[str]]:
    """A document that any of :func:`states` can take, and what to prune."""
    document: Json = {}
    if draw(st.booleans()):
        engine: Json = {}
        maybe(draw, engine, "state", st.sampled_from(["running", "stopped"]))
        maybe(draw, engine, "interval", st.sampled_from(["1m", "15m", 3600]))
        document["engine"] = engine
    if draw(st.booleans()):
        document["connectors"] = draw_connectors(draw)
    if draw(st.integers(0, 3)):
        document["connections"] = draw_connections(draw, new_connector=any(c["name"] == "New" for c in document.get("connectors", ())))
    if draw(st.booleans()):
        names = [1, "Visma Sverige", "SAP Germany", "Dynamics Denmark", 0, 5]
        names += [connection["name"] for connection in document.get("connections", ()) if connection.get("name") == "Fresh"]
        document["priority"] = draw(st.lists(st.sampled_from(names), unique=True, min_size=1))
    prune = []
    if document.get("connections") and draw(st.booleans()):
        prune.append("mappings")
    return document, prune


def draw_connectors(draw: Draw) -> list[Json]:
    connectors: list[Json] = []
    for name, urls in (("Visma", (VISMA_URL,)), ("SAP", (SAP_URL,)), ("New", (VISMA_URL, SAP_URL)), ("Idle", (VISMA_URL,))):
        if draw(st.booleans()):
            connector: Json = {"name": name}
            if name in ("New", "Idle"):
                connector["url"] = draw(st.sampled_from(urls))
            else:
                maybe(draw, connector, "url", st.sampled_from(urls))
            connectors.append(connector)
    return connectors


def draw_connections(draw: Draw, new_connector: bool) -> list[Json]:
    connections: list[Json] = []
    for number in draw(st.permutations(list(CONNECTIONS))):
        if not draw(st.booleans()):
            continue
        names, actors = CONNECTIONS[number]
        connection: Json = {"id": number} if draw(st.booleans()) else {"name": draw(st.sampled_from(names))}
        maybe(draw, connection, "description", texts | st.none())
        maybe(draw, connection, "active", st.booleans())
        if draw(st.booleans()):
            connection["access"] = {"everyone": True} if draw(st.booleans()) else {}
            if not connection["access"]:
                maybe(draw, connection["access"], "user_groups", people)
                maybe(draw, connection["access"], "users", people)
        if draw(st.booleans()):
            connection["config"] = {"Company": "7", "Port": draw(st.sampled_from([443, "8443"]))} if number < 3 else {"User": "OTHER"}
            maybe(draw, connection["config"], "Password", st.sampled_from(["visma-Hemmelig-1", "another"]))
        connection["actors"] = [draw_actor(draw, erp, keys) for erp, keys in actors.items() if draw(st.booleans())]
        connections.append(connection)
    if draw(st.booleans()):
        connector = "New" if new_connector and draw(st.booleans()) else "Visma"
        fields: list[Json] = [{"erp": "ORGNUMBER", "crm": "orgnr", "direction": "to_erp", "search": draw(st.booleans())}]
        fresh = {"name": "Fresh", "connector": connector, "config": {"Company": "9", "Password": "p"}, "active": draw(st.booleans())}
        if connector == "Visma":
            fresh["actors"] = [{"erp": "Customer", "enabled": False, "fields": fields}]
        else:
            # Which product answers there is for the document to know; here it may be either.
            fresh = {"name": "Fresh", "connector": "Visma", "config": {"Company": "8", "Password": "q"}}
        connections.append(fresh)
    return connections


def draw_actor(draw: Draw, erp: str, keys: tuple[str, ...]) -> Json:
    actor: Json = {"erp": erp}
    maybe(draw, actor, "enabled", st.booleans())
    fields: list[Json] = []
    for key in keys:
        if not draw(st.booleans()):
            continue
        field: Json = {"erp": key}
        way = draw(st.sampled_from(["both", "to_erp", "none", "shown", "undeclared"]))
        if way in ("both", "to_erp"):
            field.update(crm=LIST_FIELDS.get(key) or draw(st.sampled_from(CRM_FIELDS[erp])), direction=way, show=False)
        elif way == "none":
            field.update(direction="none")
            maybe(draw, field, "crm", st.none() | st.just("phone" if erp == "Customer" else None))
        elif way == "shown":
            field.update(direction="none", show=True)
        maybe(draw, field, "search", st.booleans())
        if draw(st.booleans()):
            field["default"] = draw_default(draw, key)
        fields.append(field)
    actor["fields"] = fields
    if len(fields) > 1 and draw(st.booleans()):
        actor["order"] = draw(st.permutations([field["erp"] for field in fields]))
    return actor


def draw_default(draw: Draw, key: str) -> Json | None:
    if draw(st.integers(0, 3)) == 0:
        return None
    default: Json = {}
    maybe(draw, default, "value", st.sampled_from([None, *(declared for declared, _stored in DEFAULTS.get(key, ()))]))
    if "value" in default and default["value"] is None:
        default["mandatory"] = False
    maybe(draw, default, "prompt", st.booleans())
    if default.get("prompt"):
        maybe(draw, default, "mandatory", st.booleans())
    elif default.get("prompt") is False:
        default["mandatory"] = False
    return default


def for_pruning(document: Json) -> Json:
    """The document with what pruning must not take: the mandatory fields."""
    mandatory: dict[tuple[int, str], tuple[Json, ...]] = {}
    for whose in ((1, "Customer"), (2, "Customer"), (1, "Project")):
        mandatory[whose] = ({"erp": "NAME", "crm": "name", "direction": "both"},)
    for one in (1, 3):
        mandatory[one, "Person"] = ({"erp": "LASTNAME", "crm": "lastname", "direction": "both"},)
    mandatory[3, "Customer"] = (
        {"erp": "NAME1", "crm": "name", "direction": "both"},
        {"erp": "KTOKD", "crm": "category", "direction": "to_erp"},
    )
    for connection in document["connections"]:
        number = number_of(connection)
        for actor in connection.get("actors", ()):
            actor["fields"] = [*actor["fields"], *mandatory.get((number or 0, actor["erp"]), ())]
    return document


def number_of(connection: Json) -> int | None:
    """The id that a connection of a random document has; None for the one that is new."""
    if "id" in connection:
        return int(connection["id"])
    return next((number for number, (names, _actors) in CONNECTIONS.items() if connection["name"] in names), None)


def unmet(there: Installation, document: Json) -> list[str]:
    """What a document declares and the state has not, by reading both."""
    state = there.site.state
    left: list[str] = []

    def check(what: str, is_there: Any, wanted: Any) -> None:
        if is_there != wanted:
            left.append(f"{what} is {is_there!r} and should be {wanted!r}")

    engine = document.get("engine", {})
    if "state" in engine:
        check("engine", state.data["engine"]["IsRunning"], engine["state"] == "running")
    if "interval" in engine:
        check("interval", state.data["engine"]["IntervalSeconds"], {"1m": 60, "15m": 900, 3600: 3600}[engine["interval"]])
    for connector in document.get("connectors", ()):
        [stored] = state.find_all("connectors", DisplayName=connector["name"], Deleted=False)
        if "url" in connector:
            check(f"url of {connector['name']}", stored["URL"], connector["url"])
    numbers = {}
    for connection in document.get("connections", ()):
        number = number_of(connection)
        stored = there.connection("Fresh") if number is None else state.connection(number) or {}
        numbers[str(connection.get("name"))] = stored["ErpConnectionId"]
        place = f"connection {stored['DisplayName']}"
        if "description" in connection:
            check(f"{place}: description", stored["DisplayDescription"], connection["description"] or "")
        if "active" in connection:
            check(f"{place}: active", stored["Active"], connection["active"])
        access = connection.get("access") or {}
        if access:
            check(f"{place}: everyone", stored["AllAccess"], bool(access.get("everyone")))
        for word, member in (("user_groups", "UserGroupAccessIds"), ("users", "AssociateAccessIds")):
            if word in access:
                check(f"{place}: {word}", sorted(stored[member]), sorted(access[word]))
        for key, value in (connection.get("config") or {}).items():
            check(f"{place}: {key}", bare(stored["ConfigFields"].get(key) or ""), str(value))
        for actor in connection.get("actors", ()):
            left.extend(unmet_actor(there, stored["ErpConnectionId"], actor, place))
    if "priority" in document:
        wanted = [
            one
            if isinstance(one, int)
            else numbers.get(one) or next(n["ErpConnectionId"] for n in state.table("connections") if one in n["DisplayName"])
            for one in document["priority"]
        ]
        check("priority", [number for number in state.data["connection_rank"] if number in wanted], wanted)
    return left


def unmet_actor(there: Installation, number: int, actor: Json, place: str) -> list[str]:
    left: list[str] = []
    place = f"{place}, {actor['erp']}"
    stored = there.site.state.find("actor_mappings", ErpConnectionId=number, ActorTypeErp=actor["erp"]) or {}
    if "enabled" in actor and stored["IsActive"] is not actor["enabled"]:
        left.append(f"{place}: enabled")
    fields = {field["ErpFieldKey"]: field for field in there.site.state.fields_of(number, actor["erp"])}
    for declared in actor.get("fields", ()):
        field = fields[declared["erp"]]
        checks: list[tuple[str, Any, Any]] = []
        if "crm" in declared:
            checks.append(("crm", field["CrmFieldKey"], declared["crm"] or ""))
        if "direction" in declared:
            checks.append(("direction", (field["SyncToCrm"], field["SyncToErp"]), FLAGS[declared["direction"]]))
        for word, member in (("show", "ShowInGui"), ("search", "ShowInSearch")):
            if word in declared:
                checks.append((word, field[member], declared[word]))
        if "default" in declared:
            default = declared["default"] if declared["default"] is not None else {"value": None, "prompt": False, "mandatory": False}
            if "value" in default:
                stored_value = field["FirstSyncDefaultValue"] if field["HasFirstSyncDefaultValue"] else None
                known = dict(DEFAULTS.get(declared["erp"], ()))
                checks.append(("value", stored_value, None if default["value"] is None else known[default["value"]]))
            for word, member in (("prompt", "PromptUser"), ("mandatory", "Mandatory")):
                if word in default:
                    checks.append((word, field[member], default[word]))
        left.extend(f"{place}, {declared['erp']}: {word} is {was!r}, not {will!r}" for word, was, will in checks if was != will)
    if "order" in actor:
        ranked = sorted((field["Rank"], key) for key, field in fields.items() if key in actor["order"])
        if [key for _rank, key in ranked] != list(actor["order"]):
            left.append(f"{place}: order")
    return left


_MAPPED = ("CrmFieldKey", "SyncToCrm", "SyncToErp", "ShowInGui", "ShowInSearch")
_DEFAULTS = {"value": ("HasFirstSyncDefaultValue", "FirstSyncDefaultValue"), "prompt": ("PromptUser",), "mandatory": ("Mandatory",)}
_SETTINGS = {
    "description": ("DisplayDescription",),
    "active": ("Active",),
    "access": ("AllAccess", "UserGroupAccessIds", "AssociateAccessIds"),
}


def undeclared(state: Json, document: Json, prune: list[str], ids: Json) -> Json:
    """The state without what the document declares, and without what is new; this must be the same before and after.

    :param ids: the numbers of the things that were there before, by table.
    """
    state = {**state}
    for table, key in (("connectors", "ErpConnectorId"), ("connections", "ErpConnectionId"), ("fields", "ErpFieldId")):
        state[table] = {one[key]: dict(one) for one in state[table] if one[key] in ids[table]}
    for field in state["fields"].values():
        # Known by its id, or not yet.
        field.pop("Stored", None)
    known = ids["connections"]
    state["actor_mappings"] = {(one["ErpConnectionId"], one["ActorTypeErp"]): dict(one) for one in state["actor_mappings"]}
    state["actor_mappings"] = {key: one for key, one in state["actor_mappings"].items() if key[0] in known}
    # What the server remembers, and counts.
    for bookkeeping in ("next_ids", "cleared_columns"):
        del state[bookkeeping]
    state["engine"] = {key: value for key, value in state["engine"].items() if key not in ids["engine"]}
    declared_order = ids["priority"]
    state["connection_rank"] = [number for number in state["connection_rank"] if number in {0, *known} and number not in declared_order]
    pruned: set[tuple[int, str]] = set()
    for connection in document.get("connections", ()):
        number = number_of(connection)
        if number is None:
            continue
        for word, members in _SETTINGS.items():
            if word in connection and connection[word] != {}:
                for member in members:
                    state["connections"][number].pop(member)
        stored = state["connections"][number]
        stored["ConfigFields"] = {key: value for key, value in stored["ConfigFields"].items() if key not in connection.get("config", {})}
        if "mappings" in prune:
            pruned |= {key for key in state["actor_mappings"] if key[0] == number}
        for actor in connection.get("actors", ()):
            if "enabled" in actor:
                state["actor_mappings"][number, actor["erp"]].pop("IsActive", None)
            fields = {
                one["ErpFieldKey"]: one
                for one in state["fields"].values()
                if (one["ErpConnectionId"], one["ActorTypeErp"]) == (number, actor["erp"])
            }
            for declared in actor.get("fields", ()):
                _take_out(fields[declared["erp"]], declared)
            if "order" in actor:
                for field in fields.values():
                    field.pop("Rank")
    for whose in pruned:
        state["actor_mappings"][whose].pop("IsActive", None)
        for one in state["fields"].values():
            if (one["ErpConnectionId"], one["ActorTypeErp"]) == whose:
                for member in (*_MAPPED, *(member for members in _DEFAULTS.values() for member in members)):
                    one.pop(member, None)
    # A row that says that an item is mapped to nothing says what no row says.
    state["list_items"] = [
        one
        for one in state["list_items"]
        if one["CrmItemId"] is not None and one["ErpFieldId"] in ids["fields"] and one["ErpFieldId"] not in ids["pruned"]
    ]
    return state


def _take_out(field: Json, declared: Json) -> None:
    members: list[str] = []
    for word, of_word in (("crm", _MAPPED[:1]), ("direction", _MAPPED[1:3]), ("show", _MAPPED[3:4]), ("search", _MAPPED[4:])):
        if word in declared:
            members.extend(of_word)
    if "default" in declared:
        for word, those in _DEFAULTS.items():
            if declared["default"] is None or word in declared["default"]:
                members.extend(those)
    for member in members:
        field.pop(member, None)


def numbers_in(state: Json, document: Json, prune: list[str]) -> Json:
    """The ids that :func:`undeclared` needs, of the state before."""
    connections = {one["ErpConnectionId"] for one in state["connections"]}
    by_name = {name: number for number, (names, _actors) in CONNECTIONS.items() for name in names} | {"Dynamics Denmark": 4}
    priority = [one if isinstance(one, int) else by_name.get(one) for one in document.get("priority", ())]
    pruned = {number_of(one) for one in document.get("connections", ())} if "mappings" in prune else set()
    return {
        "connectors": {one["ErpConnectorId"] for one in state["connectors"]},
        "connections": connections,
        "fields": {one["ErpFieldId"] for one in state["fields"]},
        "pruned": {one["ErpFieldId"] for one in state["fields"] if one["ErpConnectionId"] in pruned},
        "priority": priority,
        "engine": [
            member for word, member in (("state", "IsRunning"), ("interval", "IntervalSeconds")) if word in document.get("engine", {})
        ],
    }
