# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Saves a carrier and looks at the answer: the generic step of all sections.

Each section reads afresh what it changes, lays the declaration over it, and saves the whole carrier
by :func:`save`.

Some servers accept changes of a connection only while it is inactive. Where one refuses, the
connection is deactivated, the change is sent once more, and the connection is activated after its
last step, or when the run ends before that.
"""

from __future__ import annotations

import contextlib
import typing as t

from .._agent import shapes
from .._client import errors
from .._model.checks import DocumentError
from .._plan.steps import Target
from .._wire import members
from .context import Context

T = t.TypeVar("T")


def save(
    context: Context,
    target: Target,
    method: str,
    send: t.Callable[[members.Carrier], members.Carrier | None],
    carrier: members.Carrier,
    differing: t.Callable[[members.Carrier], t.Iterable[str]] = lambda _saved: (),
    *,
    of: str = "",
) -> members.Carrier:
    """Save a whole carrier.

    :param method: the name of the method that ``send`` calls.
    :param differing: takes the answer, and names what is not as it was saved.
    :param of: the thing that was saved, for the message; blank for the target itself.
    :returns: the answer, the carrier as the server has it now.
    :raises errors.NotTakenOver: where the server accepted the carrier and did not take over all of
        it.
    """
    answer = edit(context, target, lambda: send(carrier))
    with _reading_answer(method):
        saved = shapes.present(method, answer)
        left = list(differing(saved))
    if left:
        raise not_taken(method, f"{', '.join(left)} of {of or target}")
    return saved


def edit(context: Context, target: Target, send: t.Callable[[], T]) -> T:
    """Send a change; if the server refuses it for an active connection, deactivate that and
    retry.

    A connection whose ERP system does not answer stays active, since it could not be activated
    again.
    """
    context.activation.go_on()
    try:
        return send()
    except errors.ErrorAnswer as error:
        if error.uncertain or target.kind != "connection" or target.id is None or not context.activation.is_active(target.id):
            raise
        refusal = error
    if not _could_be_activated(context, target.id):
        # Being active need not be the reason at all.
        context.remark(
            target,
            f"{target} is active and was not deactivated for the change, though the server may take changes only then: its ERP system "
            "does not answer, so that nothing could activate it again.",
        )
        raise refusal
    if not context.activation.is_active(target.id):
        # Somebody has deactivated it during the test, and a toggle would undo that.
        return send()
    context.activation.deactivate_for_change(target.id, target.name)
    context.activation.go_on()
    try:
        answer = send()
    except errors.ErrorAnswer as error:
        if error.uncertain:
            raise
        # The connection being active was not the reason: the first refusal names it.
        raise refusal from None
    context.remark(target, f"{target} was deactivated while it was changed, since the server takes changes only then.")
    return answer


def _could_be_activated(context: Context, connection_id: int) -> bool:
    """Whether the ERP system of a connection answers. True where the server does not tell."""
    try:
        return context.reading.test_connection_by_id(connection_id)
    except errors.APPLICATION_ERRORS:
        return True


def not_taken(method: str, what: str) -> errors.NotTakenOver:
    """The error for a change that the server accepted without effect."""
    return errors.NotTakenOver(
        f"{method}: the server accepted the change, but did not take over {what}.", method=method, attempts=1, uncertain=True
    )


@contextlib.contextmanager
def _reading_answer(method: str) -> t.Iterator[None]:
    """Raises UnexpectedAnswer for an unreadable answer, uncertain since the server has acted."""
    try:
        with shapes.reading(method):
            yield
    except DocumentError as error:
        # The declaration fitted the carrier before it was saved.
        raise not_taken(method, f"all of it: {error}") from None
    except errors.UnexpectedAnswer as error:
        error.doubt()
        raise
