
"use strict";
{
  const root = document.documentElement;
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const one = (selector) => document.querySelector(selector);
  const cards = all(".card"), results = all(".result");
  // Unfolded at first: what is not well, once of what is alike, and not more rows than one reads.
  const MOST_ROWS = 200, MOST_CARDS = 12;
  root.classList.add("scripts");

  let rows = 0;
  for (const card of cards) {
    card.open = card.closest(".result").dataset.tone !== "good" && !("alike" in card.dataset);
    if (card.open) rows += card.querySelectorAll("tbody tr").length;
    if (rows > MOST_ROWS) card.open = false;
  }
  const overview = one(".overview");
  if (overview && matchMedia("(max-width: 44rem)").matches) overview.open = false;
  for (const result of results) {
    result.open = result.dataset.tone !== "good" || result.querySelectorAll(".card").length <= MOST_CARDS;
  }

  const pressed = (button) => button.getAttribute("aria-pressed") === "true";
  const press = (button, on) => button.setAttribute("aria-pressed", String(on));
  const toggle = (content, then) => {
    const button = document.createElement("button");
    button.type = "button";
    press(button, false);
    button.append(...content);
    button.addEventListener("click", () => {
      then?.(button);
      press(button, !pressed(button));
      show(true);
      if (pressed(button) && button.closest(".overview")) one("#installations").scrollIntoView();
    });
    return button;
  };

  // The totals lead to their installations; here they filter.
  const totals = all("a.total").map((link) => {
    const button = toggle(link.childNodes);
    button.className = link.className;
    button.dataset.result = link.dataset.result;
    link.replaceWith(button);
    return button;
  });
  // What several installations share filters too, one at a time.
  const shared = all("[data-in]").map((head) => {
    const button = toggle(head.childNodes, (chosen) => shared.forEach((other) => other !== chosen && press(other, false)));
    button.dataset.in = head.dataset.in;
    head.append(button);
    return button;
  });

  const search = one("#search");
  const texts = new Map();
  const text = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };
  const number = (count) => count.toLocaleString("en");

  // A card matches where its head has all words, or where its head, a group's titles and a row together have them.
  function match(card, words) {
    const head = text(card.querySelector("summary"));
    const missing = words.filter((word) => !head.includes(word));
    let of = "", ofs = null, found = missing.length === 0, inOf = false;
    for (const part of card.children) {
      if (part.matches(".of")) {
        if (ofs) ofs.hidden = !inOf;
        [of, ofs, inOf] = [text(part), part, false];
      } else if (part.matches(".group")) {
        const title = of + " " + text(part.querySelector("h4, h5"));
        let shown = false;
        for (const row of all("tbody tr, .sync li", part)) {
          row.hidden = !missing.every((word) => title.includes(word) || text(row).includes(word));
          shown ||= !row.hidden;
        }
        part.hidden = !shown;
        inOf ||= shown;
        found ||= shown;
      }
    }
    if (ofs) ofs.hidden = !inOf;
    return found;
  }

  function show(changed) {
    const chosen = totals.filter(pressed).map((button) => button.dataset.result);
    const share = shared.find(pressed);
    const sharing = share && new Set(share.dataset.in.split(" ").map((place) => cards[place]));
    const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let installations = 0, differences = 0;
    for (const result of results) {
      let any = false;
      // What is in something hidden does not count.
      result.hidden = false;
      const wanted = !chosen.length || chosen.includes(result.dataset.result);
      for (const card of all(".card", result)) {
        const shown = wanted && (!sharing || sharing.has(card)) && match(card, words);
        card.hidden = !shown;
        if (!shown) continue;
        any = true;
        installations += 1;
        if (words.length) differences += all("tbody tr", card).filter((row) => !row.hidden && !row.closest("[hidden]")).length;
        if (changed && words.length && differences <= MOST_ROWS) card.open = true;
      }
      result.hidden = !any;
      if (changed && any && (chosen.length || words.length || sharing)) result.open = true;
    }
    const rowsShown = words.length && differences ? `, ${number(differences)} ${differences === 1 ? "row" : "rows"}` : "";
    one("#shown").textContent = `${number(installations)} of ${number(cards.length)} ${cards.length === 1 ? "installation" : "installations"}${rowsShown}`;
    one("#nothing").hidden = installations > 0;
    // It is of all installations. What filters must be seen.
    if (overview) overview.hidden = !sharing && (chosen.length > 0 || words.length > 0);
    mark(words);
  }

  // Mark the words without touching the page, where the browser can.
  function mark(words) {
    if (!window.Highlight) return;
    const ranges = [];
    if (words.length) {
      for (const card of cards) {
        if (card.hidden || !card.open) continue;
        const walker = document.createTreeWalker(card, NodeFilter.SHOW_TEXT);
        while (ranges.length < 2000 && walker.nextNode()) {
          const content = walker.currentNode.data.toLowerCase();
          for (const word of words) {
            for (let at = content.indexOf(word); at >= 0; at = content.indexOf(word, at + word.length)) {
              const range = new Range();
              range.setStart(walker.currentNode, at);
              range.setEnd(walker.currentNode, Math.min(at + word.length, walker.currentNode.length));
              ranges.push(range);
            }
          }
        }
      }
    }
    CSS.highlights.set("found", new Highlight(...ranges));
  }

  function reset() {
    for (const button of [...totals, ...shared]) press(button, false);
    search.value = "";
    show(true);
  }

  let waiting = 0;
  search.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => show(true), 120);
  });
  one("#all").addEventListener("click", () => {
    reset();
    search.focus();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && !event.target.closest("input") && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      search.focus();
    } else if (event.key === "Escape" && event.target === search && search.value) {
      event.preventDefault();
      search.value = "";
      show(true);
    }
  });

  for (const [id, open] of [["#expand", true], ["#fold", false]]) {
    one(id).addEventListener("click", () => {
      for (const card of cards) if (!card.hidden) card.open = open;
      if (open) for (const result of results) result.open = true;
    });
  }

  // Where a link leads is shown and unfolded, whatever was filtered.
  function go() {
    let name = location.hash.slice(1);
    try {
      name = decodeURIComponent(name);
    } catch {}
    const target = document.getElementById(name);
    if (!target || !target.matches(".card, .result")) return;
    if (target.hidden) reset();
    for (let fold = target; fold; fold = fold.parentElement.closest("details")) fold.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", go);

  // Paper shows what is folded. Browsers that style it so need no help.
  if (!CSS.supports("selector(::details-content)")) {
    let folded = [];
    addEventListener("beforeprint", () => {
      folded = all("details:not([open])");
      for (const fold of folded) fold.open = true;
    });
    addEventListener("afterprint", () => {
      for (const fold of folded) fold.open = false;
    });
  }

  for (const button of all(".copy")) {
    button.addEventListener("click", async () => {
      const code = button.parentElement.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
      } catch {
        getSelection().selectAllChildren(code);
        document.execCommand("copy");
      }
      button.textContent = "Copied";
      setTimeout(() => (button.textContent = "Copy"), 2000);
    });
  }

  show(false);
  go();
}
