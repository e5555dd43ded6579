// The contents show where one is, and the search jumps to actors, issues, Figures, events, plans and parts of the page.
(() => {
  const contents = document.querySelector(".contents"), here = contents.querySelector(".here");
  const narrow = matchMedia("(max-width: 72rem)");
  const fit = () => (contents.open = !narrow.matches);
  narrow.addEventListener("change", fit);
  fit();

  const links = new Map();
  for (const link of contents.querySelectorAll("a")) links.set(link.getAttribute("href").slice(1), link);
  const mark = (id) => {
    for (const [key, link] of links) key === id ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    here.textContent = id ? ": " + links.get(id).textContent : "";
  };
  const seen = new Set(), parts = [...links.keys()].map((id) => document.getElementById(id)).filter(Boolean);
  const watch = new IntersectionObserver((found) => {
    for (const one of found) one.isIntersecting ? seen.add(one.target) : seen.delete(one.target);
    const first = parts.find((part) => seen.has(part));
    if (first) mark(first.id);
  }, { rootMargin: "-80px 0px -60% 0px" });
  for (const part of parts) watch.observe(part);
  contents.addEventListener("click", (event) => {
    if (event.target.closest("a") && narrow.matches) contents.open = false;
  });

  const most = 12, find = document.getElementById("find"), found = document.getElementById("found");
  const hits = document.getElementById("hits");
  const kinds = [
    ["actor", "li.actor"], ["issue", "li.issue"], ["part", "main h2, details.fold > summary > h3"], ["plan", "details.plan > summary"],
    ["table", "details.table > summary > .name"], ["event", "li.event"], ["Figure", "li.fig"],
  ];
  let index = null;
  const line = (text) => text.replace(/\s+/g, " ").trim();
  const read = () => kinds.flatMap(([kind, where]) => [...document.querySelectorAll(where)].map((node) => {
    const head = node.querySelector(".head"), said = line(kind === "event" ? node.children[0].textContent + " " + node.children[1].textContent : (head || node).textContent);
    return { kind, node, said, all: line(node.textContent).toLowerCase() };
  }));

  const go = (node) => {
    for (let up = node; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    hits.hidden = true;
    found.textContent = "";
    const at = node.closest("[id]");
    if (at && at.id) history.replaceState(null, "", "#" + encodeURIComponent(at.id));
    node.setAttribute("tabindex", "-1");
    node.scrollIntoView({ block: "start" });
    node.focus({ preventScroll: true });
  };

  const look = () => {
    const wanted = line(find.value).toLowerCase().split(" ").filter(Boolean);
    hits.replaceChildren();
    hits.hidden = true;
    found.textContent = "";
    if (!wanted.length) return;
    index = index || read();
    const has = index.filter((entry) => wanted.every((word) => entry.all.includes(word)));
    const named = (entry) => wanted.every((word) => entry.said.toLowerCase().includes(word));
    const shown = [...has.filter(named), ...has.filter((entry) => !named(entry))].slice(0, most);
    for (const entry of shown) {
      const item = document.createElement("li"), link = document.createElement("a"), kind = document.createElement("span");
      kind.className = "kind";
      kind.textContent = entry.kind;
      link.href = "#";
      link.append(kind, " " + (entry.said.length > 90 ? entry.said.slice(0, 89) + "…" : entry.said));
      link.addEventListener("click", (event) => {
        event.preventDefault();
        go(entry.node);
      });
      item.append(link);
      hits.append(item);
    }
    hits.hidden = !shown.length;
    found.textContent = has.length + " found" + (has.length > most ? ", the first " + most + " listed" : "");
  };
  find.addEventListener("input", look);
  find.addEventListener("focus", () => { if (find.value && hits.hidden) look(); });

  const box = find.parentElement;
  box.addEventListener("keydown", (event) => {
    const stops = [find, ...hits.querySelectorAll("a")], at = stops.indexOf(document.activeElement);
    if (event.key === "ArrowDown" && at + 1 < stops.length && !hits.hidden) stops[at + 1].focus();
    else if (event.key === "ArrowUp" && at > 0) stops[at - 1].focus();
    else if (event.key === "Enter" && at === 0 && stops.length > 1) stops[1].click();
    else if (event.key === "Escape") {
      find.focus();
      hits.hidden = true;
      return;
    } else return;
    event.preventDefault();
  });
  document.addEventListener("click", (event) => { if (!box.contains(event.target)) hits.hidden = true; });
})();
