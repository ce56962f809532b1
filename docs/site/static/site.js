/* Copyright (c) 2026, The superoffice.erpsync contributors
 * GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
 * SPDX-License-Identifier: GPL-3.0-or-later
 */

"use strict";

// Blocks to copy get a button: commands without their prompts, files as they are. Output gets none.
for (const block of document.querySelectorAll("div[class*=highlight-]:not(.output, .errors)")) {
  const code = block.querySelector("pre");
  if (!code || !navigator.clipboard) continue;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = "Copy";
  button.addEventListener("click", () => {
    const text = code.textContent.replace(/^\$ /gm, "");
    navigator.clipboard.writeText(text).then(
      () => { button.textContent = "Copied"; },
      () => { button.textContent = "Not copied"; },
    );
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  block.querySelector(".highlight").append(button);
}

// What can be moved sideways can be reached with the keyboard.
for (const wide of document.querySelectorAll(".highlight pre, .table-wrapper")) {
  if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
}

// The theme has two side bars, which need names to be told apart.
for (const [selector, name] of [[".sidebar-drawer", "Site"], [".toc-drawer", "This page"]]) {
  document.querySelector(selector)?.setAttribute("aria-label", name);
}

// The page of the search has no title of its own.
if (!document.querySelector("h1")) {
  const title = document.createElement("h1");
  title.textContent = "Search";
  document.querySelector("article")?.prepend(title);
}
