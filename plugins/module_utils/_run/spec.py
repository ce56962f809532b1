# Copyright (c) 2026, The superoffice.erpsync contributors
# Simplified BSD License (see LICENSES/BSD-2-Clause.txt or https://opensource.org/licenses/BSD-2-Clause)
# SPDX-License-Identifier: BSD-2-Clause

"""Argument specs that can be merged: a task's own options and the connection options."""

from __future__ import annotations

import typing as t
from types import MappingProxyType


class ArgumentSpec(t.NamedTuple):
    """An argument spec for AnsibleModule and for ArgumentSpecValidator."""

    options: t.Mapping[str, dict[str, t.Any]]
    mutually_exclusive: tuple[tuple[str, ...], ...] = ()
    required_one_of: tuple[tuple[str, ...], ...] = ()
    required_by: t.Mapping[str, tuple[str, ...]] = MappingProxyType({})

    def merge(self, other: ArgumentSpec) -> ArgumentSpec:
        """Both specs in one.

        :raises ValueError: where both have an option of the same name.
        """
        both = set(self.options) & set(other.options)
        if both:
            raise ValueError(f"both argument specs have {', '.join(sorted(both))}")
        return ArgumentSpec(
            options={**self.options, **other.options},
            mutually_exclusive=self.mutually_exclusive + other.mutually_exclusive,
            required_one_of=self.required_one_of + other.required_one_of,
            required_by={**self.required_by, **other.required_by},
        )

    def as_kwargs(self) -> dict[str, t.Any]:
        """The spec as keyword arguments."""
        return {
            "argument_spec": {name: dict(option) for name, option in self.options.items()},
            "mutually_exclusive": [list(group) for group in self.mutually_exclusive],
            "required_one_of": [list(group) for group in self.required_one_of],
            "required_by": {name: list(needed) for name, needed in self.required_by.items()},
        }
