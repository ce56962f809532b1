# Copyright (c) 2026, The superoffice.erpsync contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Configures Sphinx for the documentation site; `make docs` builds it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

project = "superoffice.erpsync"
copyright = "The superoffice.erpsync contributors"
title = "superoffice.erpsync"
html_title = title
html_short_title = title

extensions = ["sphinx_antsibull_ext"]
default_role = "any"
nitpicky = True
highlight_language = "YAML+Jinja"
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"
# static/site.css has the colours, light and dark.
antsibull_ext_color_scheme = "none"

html_theme = "furo"
html_theme_options = {
    "source_repository": "https://github.com/superoffice-erpsync/superoffice.erpsync",
    "top_of_page_buttons": [],
}
html_static_path = ["static"]
html_css_files = ["site.css"]
html_js_files = [("site.js", {"defer": "defer"})]
html_show_sphinx = False
html_use_modindex = False
html_use_index = False
html_copy_source = False


def mend(_app: Sphinx, _page: str, _template: str, context: dict[str, Any], _tree: object) -> None:
    """Let the names in headings break behind dots and underscores, for phones.

    Readers of screens are told what is what.
    """

    def heading(found: re.Match[str]) -> str:
        return re.sub(r"(?<=\w)([._])(?=\w)(?![^<]*>)", r"\1<wbr>", found[0])

    if "body" in context:
        body = re.sub(r"<h([1-4])>.*?</h\1>", heading, context["body"], flags=re.DOTALL)
        # There is no such attribute; antsibull-docs means links.
        context["body"] = body.replace(' aria-role="button"', "")
    context["furo_navigation_tree"] = context["furo_navigation_tree"].replace('role="heading"', 'role="heading" aria-level="2"')


def setup(app: Sphinx) -> None:
    # After the theme, which makes the tree.
    app.connect("html-page-context", mend, priority=900)
