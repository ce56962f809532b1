# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""The failure for a bug: the place, without text and values, which could quote a secret."""

from __future__ import annotations

import os
import traceback

from .._client import errors

# Paths of files are shown from here on, the same on every machine.
_COLLECTION = os.path.join("superoffice", "erpsync", "")


class Mistake(errors.ErpSyncError):
    """An unexpected exception."""


def mistake(task: str, error: Exception, *, in_doubt: bool) -> Mistake:
    """The failure for an unexpected exception.

    :param task: the name of the task.
    :param in_doubt: whether the outcome of a writing request is unknown.
    """
    frames = traceback.extract_tb(error.__traceback__)
    place = f"{os.path.basename(frames[-1].filename)}, line {frames[-1].lineno}" if frames else "an unknown place"
    lines = [f'File "{_shown(frame.filename)}", line {frame.lineno}, in {frame.name}' for frame in frames]
    return Mistake(
        f"{task} met a mistake of its own ({type(error).__name__} in {place}). "
        f"Please report it to the maintainers of superoffice.erpsync.{errors.UNCERTAIN if in_doubt else ''}",
        uncertain=in_doubt,
        details={"exception": "\n".join([*lines, f"{type(error).__name__} in {place}"])},
    )


def _shown(path: str) -> str:
    return path.rpartition(_COLLECTION)[2] if _COLLECTION in path else os.path.basename(path)
