// A number opens what it rests on beside the text; without this script its link leads to the same entry in the page.
"use strict";
(() => {
  const root = document.documentElement, panel = document.getElementById("panel");
  const body = document.getElementById("panel-body"), title = document.getElementById("panel-title");
  let opener = null;
  root.classList.add("js");

  const target = (link) => document.getElementById(decodeURIComponent(link.getAttribute("href").slice(1)));

  const copy = (node) => {
    const made = document.createElement("div");
    made.className = "card " + node.className;
    for (const child of node.children) if (child.tagName !== "DETAILS") made.append(child.cloneNode(true));
    for (const link of [...made.querySelectorAll("a.p")].reverse()) {
      const passage = target(link);
      if (!passage) continue;
      const quote = document.createElement("div");
      quote.className = "pass";
      quote.append(...[...passage.children].map((c) => c.cloneNode(true)));
      (link.closest("p") || link).after(quote);
      link.replaceWith(document.createTextNode(link.textContent));
    }
    for (const child of made.querySelectorAll("[id]")) child.removeAttribute("id");
    return made;
  };

  const fold = (card) => {
    const details = document.createElement("details"), summary = document.createElement("summary");
    summary.append(...card.querySelector(".head").childNodes);
    card.querySelector(".head").remove();
    details.className = card.className;
    details.append(summary, ...card.childNodes);
    return details;
  };

  const close = (refocus) => {
    if (!opener) return;
    panel.hidden = true;
    root.classList.remove("open");
    opener.setAttribute("aria-expanded", "false");
    const last = opener;
    opener = null;
    if (refocus) last.focus();
  };

  const entries = (list) => [...list.querySelectorAll("a")].map(target).filter(Boolean);

  // a group of Figures: its cards are made when it is opened
  const group = (number) => {
    const held = document.getElementById("group-" + number);
    const named = held.querySelector("span").textContent.trim().split(/\s+/);
    const cards = named.map((id) => document.getElementById(/^\d+$/.test(id) ? "f" + id : id)).filter(Boolean);
    const details = document.createElement("details"), summary = document.createElement("summary");
    summary.textContent = held.firstChild.textContent.replace(/:\s*$/, "") + " (" + cards.length + ")";
    details.className = "card";
    details.append(summary);
    details.addEventListener("toggle", () => {
      if (details.children.length > 1) return;
      for (const card of cards.map(copy)) details.append(card.querySelector(".head") ? fold(card) : card);
    });
    return details;
  };

  const open = (link) => {
    const node = target(link);
    if (!node) return false;
    const list = node.id.startsWith("set-");
    const cards = (list ? entries(node) : [node]).map(copy);
    const more = list && node.querySelector(".g");
    const groups = more ? more.textContent.split(" ").map(group) : [];
    body.replaceChildren(...cards);
    if (groups.length) {
      const rest = document.createElement("p");
      rest.className = "rest";
      rest.textContent = "and " + (node.dataset.size - cards.length) + " more, in groups:";
      body.append(rest, ...groups);
    }
    title.textContent = "What this rests on" + (list ? ": " + node.dataset.size + " entries" : "");
    close(false);
    opener = link;
    link.setAttribute("aria-expanded", "true");
    panel.hidden = false;
    root.classList.add("open");
    panel.scrollTop = 0;
    panel.focus({ preventScroll: true });
    return true;
  };

  // the numbers: links of a table or a finding (the page is a tenth smaller without a class on each)
  for (const link of document.querySelectorAll("td a[href^='#'], th a[href^='#'], .finding a[href^='#']")) {
    link.classList.add("n");
    link.setAttribute("role", "button");
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("aria-controls", "panel");
  }
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a.n, .events a.p, .clauses a.p");
    if (link && !panel.contains(link)) {
      if (link === opener) close(true);
      else if (!open(link)) return;
      event.preventDefault();
    } else if (event.target.closest("#panel a")) close(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close(true);
    if (event.key === " " && event.target.matches && event.target.matches("a.n")) {
      event.preventDefault();
      event.target.click();
    }
  });
  document.getElementById("close").addEventListener("click", () => close(true));

  const reveal = () => {
    const at = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!at) return;
    for (let node = at; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    at.scrollIntoView();
  };
  addEventListener("hashchange", reveal);
  reveal();

  // on a phone the rows of a wide table become lists: each cell needs the head of its column (leading cells may span rows)
  for (const table of document.querySelectorAll("table.stack")) {
    const heads = [...table.tHead.rows[0].cells].map((cell) => cell.firstElementChild.textContent);
    for (const row of table.querySelectorAll("tbody tr:not(.under)")) {
      const skip = heads.length - row.cells.length;
      for (const cell of row.cells) if (skip + cell.cellIndex) cell.dataset.label = heads[skip + cell.cellIndex];
    }
  }

  // on paper a number has the number of its note
  const number = () => {
    const notes = new Map();
    for (const item of document.querySelectorAll("#notes ol > li"))
      notes.set(item.id ? "#" + item.id : item.querySelector("a").getAttribute("href"), item.value);
    for (const link of document.querySelectorAll("a.n")) link.dataset.n = notes.get(link.getAttribute("href"));
  };

  // and chapters stand open, but for long tables, and so do the notes; afterwards all is as it was
  let closed = [];
  addEventListener("beforeprint", () => {
    number();
    closed = [...document.querySelectorAll(".chapter details:not([open]):not(.long), #notes details:not([open]):not(.groups)")];
    for (const node of closed) node.open = true;
  });
  addEventListener("afterprint", () => {
    for (const node of closed) node.open = false;
  });
})();
