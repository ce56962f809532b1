# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lets nox run the checks that antsibull-nox.toml describes.

`make lint` starts some of them in .build/venv.
"""

from __future__ import annotations

import antsibull_nox
import nox

# What nox makes lies where everything lies that is made.
nox.options.envdir = ".build/nox"

antsibull_nox.load_antsibull_nox_toml()

if __name__ == "__main__":
    nox.main()
