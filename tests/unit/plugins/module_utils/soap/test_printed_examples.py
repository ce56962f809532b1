# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the vendor's reference prints for SOAP, sent as it is printed, and the modules that do the same jobs on the same versions.

The printed envelopes are in the namespace of SOAP 1.2 with the header parts directly in the Envelope, which no SOAP service describes of
itself. People copy them all the same. The ones here are our own, in the same form; only the ticket is one that works.
"""

from __future__ import annotations

from typing import Any

from ansible_collections.superoffice.erpsync.tests.unit.support.run_module import run_module
from ansible_collections.superoffice.erpsync.tests.unit.support.shells import in_both_shells
from pytest_stand_in import StandIn
from soap_client import ARRAYS, SOAP_12, XSI, SoapAgent, SoapAnswer, namespace

FORM = f"""<?xml version="1.0" encoding="UTF-8"?>
<SOAP-ENV:Envelope
  xmlns:SOAP-ENV="{SOAP_12}"
  xmlns:SOAP-ENC="http://www.w3.org/2003/05/soap-encoding"
  xmlns:xsi="{XSI}"
  xmlns:xsd="http://www.w3.org/2001/XMLSchema"
  xmlns:NetServerServicesVERSION2="{ARRAYS}"
  xmlns:NetServerServicesVERSION1="http://schemas.microsoft.com/2003/10/Serialization/"
  xmlns:ErpSync="NAMESPACE">
  <ErpSync:ApplicationToken>1234567-1234-9876</ErpSync:ApplicationToken>
  <ErpSync:Credentials>
    <ErpSync:Ticket>TICKET</ErpSync:Ticket>
  </ErpSync:Credentials>
 <SOAP-ENV:Body>
  <ErpSync:OPERATION>ARGUMENTS
  </ErpSync:OPERATION>
 </SOAP-ENV:Body>
</SOAP-ENV:Envelope>
"""
STOP = '\n   <ErpSync:Run xsi:type="xsd:boolean">false</ErpSync:Run>'


def printed(stand_in: StandIn, version: int, operation: str, arguments: str = "") -> SoapAnswer:
    """The answer to the example, posted to the service with the headers that every SOAP client sends."""
    words = {"VERSION": str(version), "NAMESPACE": namespace(version), "TICKET": stand_in.ticket, "OPERATION": operation}
    text = FORM
    for word, value in {**words, "ARGUMENTS": arguments}.items():
        text = text.replace(word, value)
    answer = SoapAgent(stand_in, version).send(text, f"{namespace(version)}/ErpSync/{operation}")
    assert answer.status == 200 and answer.succeeded, answer.content.decode()
    assert answer.root.tag == f"{{{SOAP_12}}}Envelope"
    return answer


@in_both_shells
def test_the_printed_examples_work_and_the_modules_do_the_same_jobs(shell: str, stand_in: StandIn) -> None:
    def module(name: str, version: int, **options: Any) -> dict[str, Any]:
        stand_in.reset()
        who = {"url": stand_in.url, "username": stand_in.username, "password": stand_in.password}
        result = run_module(f"erpsync_{name}", {**who, "transport": "soap", "services_version": version, **options}, shell=shell)
        assert not result.get("failed"), result["msg"]
        assert {entry["services_version"] for entry in stand_in.journal()} == {version} and stand_in.problems() == []
        return result

    # Services83: the engine's status
    answer = printed(stand_in, 83, "GetEngineStatus")
    said = {name: answer.text(f"Body/GetEngineStatusResponse/Response/{name}") for name in ("IsRunning", "Interval")}
    shown = module("info", 83, gather=["engine"])["engine"]
    assert said == {"IsRunning": "true", "Interval": "PT15M"} and (shown["is_running"], shown["interval_seconds"]) == (True, 900)
    assert stand_in.methods()[-1] == "GetEngineStatus"

    # Services75: stopping it
    stand_in.settings(engine_delay=0)
    answer = printed(stand_in, 75, "ChangeEngineStatus", STOP)
    assert answer.text("Body/ChangeEngineStatusResponse/Response/IsRunning") == "false" and stand_in.writes() == ["ChangeEngineStatus"]
    stopped = stand_in.state()
    assert stopped["engine"]["IsRunning"] is False
    assert module("engine", 75, state="stopped", wait_interval=0.05)["changed"] is True
    assert stand_in.writes() == ["ChangeEngineStatus"] and stand_in.state() == stopped

    # Services86: synchronising now
    stand_in.reset()
    answer = printed(stand_in, 86, "SyncAll")
    synchronised = stand_in.state()
    assert answer.text("Body/SyncAllResponse/Response/IsOk") == "true" and stand_in.writes() == ["SyncAll"]
    result = module("sync_all", 86)
    records = answer.all("Body/SyncAllResponse/Response/Changes/UpdatedRecords/ChangedDataItem")
    assert len(records) > 0 and len(result["changes"]["updated"]) == len(records)
    assert stand_in.writes() == ["SyncAll"] and without_times(stand_in.state()) == without_times(synchronised)


def without_times(state: dict[str, Any]) -> dict[str, Any]:
    """A state without the moments of synchronisations."""
    return {name: value for name, value in state.items() if name != "last_sync"}
