# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configures Sphinx for the documentation site; `make docs` builds it."""

from __future__ import annotations

project = "superoffice.erpsync"
copyright = "The superoffice.erpsync contributors"
title = "superoffice.erpsync"
html_title = title
html_short_title = title

extensions = ["sphinx_antsibull_ext"]
default_role = "any"
nitpicky = True
highlight_language = "YAML+Jinja"

html_theme = "furo"
html_show_sphinx = False
html_use_modindex = False
html_copy_source = False
