# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The plan, and carrying it out: what is declared comes about, nothing else is touched, and a failure says where things stand."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.converge import converge
from ansible_collections.superoffice.erpsync.plugins.module_utils._apply.engine import Patience, converge_engine
from ansible_collections.superoffice.erpsync.plugins.module_utils._client import errors
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.engine import DeclaredEngine, EngineStatus
from ansible_collections.superoffice.erpsync.plugins.module_utils._model.environment import CurrentEnvironment, DeclaredEnvironment
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.environment import plan
from ansible_collections.superoffice.erpsync.plugins.module_utils._plan.steps import SetInterval, SwitchEngine
from ansible_collections.superoffice.erpsync.plugins.module_utils._wire.duration import LONGEST, clock
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_server import Clock
from ansible_collections.superoffice.erpsync.tests.unit.support.scripted_transport import ScriptedRun, ScriptedTransport, refusal
from hypothesis import given
from hypothesis import strategies as st

intervals = st.sampled_from([1, 60, 900]) | st.integers(1, LONGEST)
declared_engines = st.builds(DeclaredEngine, st.sampled_from([None, "running", "stopped"]), st.none() | intervals)
statuses = st.builds(EngineStatus, st.booleans(), st.none() | st.text(), st.none() | st.just(0) | intervals)


def planned(declared: DeclaredEngine, current: EngineStatus) -> Any:
    return plan(DeclaredEnvironment(engine=declared), CurrentEnvironment(engine=current))


def applied(steps: tuple[Any, ...], status: EngineStatus) -> EngineStatus:
    """A server that does each step at once."""
    for step in steps:
        if isinstance(step, SwitchEngine):
            assert step.run is not status.is_running, "a step that changes nothing"
            status = EngineStatus(step.run, status.status_message, status.interval)
        else:
            assert step.seconds != status.interval, "a step that changes nothing"
            status = EngineStatus(status.is_running, status.status_message, step.seconds)
    return status


@given(declared_engines, statuses)
def test_the_steps_bring_the_declared_state_and_nothing_else(declared: DeclaredEngine, current: EngineStatus) -> None:
    the_plan = planned(declared, current)
    after = applied(the_plan.steps, current)
    assert declared.met_by(after)
    assert after == the_plan.predicted.engine
    if declared.state is None:
        assert after.is_running is current.is_running
    if declared.interval is None:
        assert after.interval == current.interval
    again = planned(declared, after)
    assert (again.steps, again.changes) == ((), ())
    assert bool(the_plan.changes) is bool(the_plan.steps) is (not declared.met_by(current))


@given(declared_engines, statuses)
def test_a_stop_comes_first_and_a_start_last(declared: DeclaredEngine, current: EngineStatus) -> None:
    steps = planned(declared, current).steps
    order = [0 if step == SwitchEngine(False) else 2 if step == SwitchEngine(True) else 1 for step in steps]
    assert order == sorted(order)


@given(declared_engines, statuses)
def test_the_difference_shows_exactly_what_changes(declared: DeclaredEngine, current: EngineStatus) -> None:
    the_plan = planned(declared, current)
    if not the_plan.steps:
        assert the_plan.changes == ()
        return
    [difference] = the_plan.changes
    kinds = {"state" if isinstance(step, SwitchEngine) else "interval" for step in the_plan.steps}
    assert set(difference.changed_fields) == kinds
    assert list(difference.before) == list(difference.after) == ["state", "interval"]


def test_nothing_declared_is_nothing_to_do() -> None:
    empty = plan(DeclaredEnvironment(), CurrentEnvironment())
    assert (empty.steps, empty.changes, empty.predicted) == ((), (), CurrentEnvironment())


# Carrying out


def status(running: bool, interval: str | None = "00:15:00", message: str | None = "Words") -> dict[str, Any]:
    return {"IsRunning": running, "Interval": interval, "StatusMessage": message}


def read(*arguments: Any, **more: Any) -> tuple[str, dict[str, Any], Any]:
    return ("GetEngineStatus", {}, arguments[0] if isinstance(arguments[0], Exception) else status(*arguments, **more))


STOP = ("ChangeEngineStatus", {"Run": False}, status(True))
START = ("ChangeEngineStatus", {"Run": True}, status(False))
HOUR = ("ChangeEngineInterval", {"Interval": "01:00:00"}, None)


def run(
    declared: DeclaredEngine,
    *script: tuple[str, Any, Any],
    time: Clock | None = None,
    wait: bool = True,
    timeout: float = 10,
    interval: float = 1,
    check_mode: bool = False,
    alone: bool = False,
) -> Any:
    """What an environment with an engine comes to; alone: what the engine's own module does, which has read the engine."""
    time = time or Clock()
    with ScriptedTransport(*script[alone:]) as transport:
        patience = Patience(wait, timeout, interval, time.sleep, time)
        if alone:
            return converge_engine(declared, EngineStatus(True, "Words", 900), ScriptedRun(transport, check_mode), patience)
        environment = DeclaredEnvironment(engine=declared)
        return converge(environment, ScriptedRun(transport, check_mode), patience)


def test_what_is_as_declared_is_read_once_and_left_alone() -> None:
    done = run(DeclaredEngine("running", 900), read(True))
    assert not done.plan.changes
    assert done.after.engine == EngineStatus(True, "Words", 900)


def test_only_what_differs_is_written() -> None:
    run(DeclaredEngine("running", 3600), read(True), HOUR, read(True, "01:00:00"))
    run(DeclaredEngine("stopped", 900), read(True), STOP, read(False))


def test_the_order_on_the_wire() -> None:
    run(DeclaredEngine("stopped", 3600), read(True), STOP, HOUR, read(False, "01:00:00"))
    run(DeclaredEngine("running", 3600), read(False), HOUR, START, read(True, "01:00:00"))


@given(declared_engines, statuses)
def test_check_mode_reads_once_and_predicts_what_the_run_returns(declared: DeclaredEngine, current: EngineStatus) -> None:
    before = status(current.is_running, None if current.interval is None else clock(current.interval), current.status_message)
    predicted = run(declared, ("GetEngineStatus", {}, before), check_mode=True)
    script: list[tuple[str, Any, Any]] = [("GetEngineStatus", {}, before)]
    for step in predicted.plan.steps:
        if isinstance(step, SwitchEngine):
            script.append(("ChangeEngineStatus", {"Run": step.run}, None))
        else:
            assert isinstance(step, SetInterval)
            script.append(("ChangeEngineInterval", {"Interval": clock(step.seconds)}, None))
    after = predicted.after.engine
    assert after is not None
    if predicted.plan.changes:
        reported = status(after.is_running, None if after.interval is None else clock(after.interval), after.status_message)
        script.append(("GetEngineStatus", {}, reported))
    real = run(declared, *script)
    assert (real.plan, real.after) == (predicted.plan, predicted.after)


def test_waiting_for_the_batch_system() -> None:
    time = Clock()
    done = run(DeclaredEngine("stopped"), read(True), STOP, read(True), read(True), read(False, message="Stopped"), time=time, interval=0.5)
    assert time.pauses == [0.5, 0.5]
    assert done.after.engine == EngineStatus(False, "Stopped", 900)


def test_without_waiting_the_result_is_what_was_asked_for() -> None:
    time = Clock()
    done = run(DeclaredEngine("stopped"), read(True), STOP, time=time, wait=False)
    assert time.pauses == []
    assert done.after.engine == EngineStatus(False, "Words", 900)


def test_an_undeclared_part_is_not_waited_for() -> None:
    run(DeclaredEngine("stopped"), read(True), STOP, read(False, "05:00:00"))


def too_late(time: Clock, *script: tuple[str, Any, Any], **more: Any) -> errors.WaitTimedOut:
    with pytest.raises(errors.WaitTimedOut) as caught:
        run(DeclaredEngine("stopped", 3600), read(True), STOP, HOUR, *script, time=time, **more)
    return caught.value


def test_a_time_out_says_what_was_last_reported_and_what_was_done() -> None:
    time = Clock()
    error = too_late(time, read(True), read(True), read(False, message="Stopping"), timeout=2, interval=1)
    assert time.pauses == [1, 1]
    assert error.message == (
        "The server took the change, but after 2 seconds the engine is not yet as declared (stopped, interval 01:00:00). "
        'It last reported: stopped, interval 00:15:00, "Stopping". Raise wait_timeout, or look at the server\'s batch system.'
    )
    assert error.details == {
        "changed": True,
        "steps_done": ["stop the engine", "set the interval to 01:00:00"],
        "steps_not_done": [],
        "engine": {"is_running": False, "status_message": "Stopping", "interval": "00:15:00", "interval_seconds": 900},
    }
    assert error.failure() == {
        "kind": "wait_timeout",
        "code": None,
        "http_status": None,
        "method": "GetEngineStatus",
        "attempts": 1,
        "correlation": None,
        "uncertain": False,
    }


@pytest.mark.parametrize("check_mode", [True, False])
def test_the_engine_alone_is_predicted_in_check_mode(check_mode: bool) -> None:
    script: list[tuple[str, Any, Any]] = [] if check_mode else [STOP, HOUR, read(False, "01:00:00", "Stopped")]
    with ScriptedTransport(*script) as transport:
        time = Clock()
        patience = Patience(True, 10, 1, time.sleep, time)
        found = EngineStatus(True, "Words", 900)
        after, [change], _stamps = converge_engine(DeclaredEngine("stopped", 3600), found, ScriptedRun(transport, check_mode), patience)
    assert (after.state, after.interval) == ("stopped", 3600)
    assert (change.before, change.after) == (
        {"state": "running", "interval": "00:15:00"},
        {"state": "stopped", "interval": "01:00:00"},
    )


@pytest.mark.parametrize("timeout, interval, pauses", [(5, 10, [5]), (0, 1, []), (2.5, 1, [1, 1, 0.5]), (0.05, 0.1, [0.05])])
def test_all_the_time_is_used_and_the_last_look_comes_at_its_end(timeout: float, interval: float, pauses: list[float]) -> None:
    time = Clock()
    too_late(time, *[read(True)] * (len(pauses) + 1), timeout=timeout, interval=interval)
    assert time.pauses == pytest.approx(pauses)


def test_a_server_that_says_no_interval() -> None:
    with pytest.raises(errors.WaitTimedOut, match="interval unknown"):
        run(DeclaredEngine(interval=3600), read(True, None), HOUR, read(True, None), timeout=0)


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("uncertain", [True, False])
def test_a_failure_says_what_was_done_and_what_was_not(uncertain: bool, alone: bool) -> None:
    failing = ("ChangeEngineInterval", {"Interval": "01:00:00"}, refusal(500, uncertain=uncertain))
    with pytest.raises(errors.ErrorAnswer) as caught:
        run(DeclaredEngine("stopped", 3600), read(True), STOP, failing, alone=alone)
    assert caught.value.details == {"changed": True, "steps_done": ["stop the engine"], "steps_not_done": ["set the interval to 01:00:00"]}
    assert "Done before: stop the engine. Not done: set the interval to 01:00:00." in caught.value.message


@pytest.mark.parametrize("alone", [True, False])
@pytest.mark.parametrize("uncertain", [True, False])
def test_a_failure_of_the_first_step(uncertain: bool, alone: bool) -> None:
    with pytest.raises(errors.ErrorAnswer) as caught:
        run(DeclaredEngine("stopped"), read(True), (*STOP[:2], refusal(500, uncertain=uncertain)), alone=alone)
    assert caught.value.details == {"changed": uncertain, "steps_done": [], "steps_not_done": ["stop the engine"]}


@pytest.mark.parametrize("alone", [True, False])
def test_a_failure_while_waiting_keeps_the_account(alone: bool) -> None:
    with pytest.raises(errors.Unavailable) as caught:
        run(DeclaredEngine("stopped"), read(True), STOP, read(refusal(503, kind=errors.Unavailable)), alone=alone)
    assert caught.value.details == {"changed": True, "steps_done": ["stop the engine"], "steps_not_done": []}


def test_a_failure_before_anything_has_no_account() -> None:
    with pytest.raises(errors.Forbidden) as caught:
        run(DeclaredEngine("stopped"), read(refusal(403, kind=errors.Forbidden)))
    assert caught.value.details == {}


@pytest.mark.parametrize("answer", [None, {}, [], "x", {"IsRunning": "yes"}, {"IsRunning": True, "Interval": "often"}])
def test_a_status_that_cannot_be_used(answer: Any) -> None:
    with pytest.raises(errors.UnexpectedAnswer, match="^GetEngineStatus: "):
        run(DeclaredEngine("stopped"), ("GetEngineStatus", {}, answer))


@pytest.mark.parametrize("answer", [None, {}, status(True), {"anything": 1}])
def test_what_a_switch_answers_does_not_matter(answer: Any) -> None:
    run(DeclaredEngine("stopped"), read(True), (*STOP[:2], answer), read(False))
