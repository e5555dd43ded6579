// The plan lab as the reader sees it. All text from the case goes in as text, never as markup.
(() => {
  const { data, draws, parties, issues } = labBench;
  const $ = (id) => document.getElementById("lab-" + id);
  const root = document.getElementById("lab"), SILENT = -1;
  const make = (tag, given = {}, ...inside) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(given)) if (key in node && key !== "list") node[key] = value; else node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };
  const percent = (x) => (x > 0 && x < 0.005 ? "<1%" : x < 1 && x >= 0.995 ? ">99%" : Math.round(100 * x) + "%");
  const points = (x) => {
    const told = (100 * x).toFixed(1);
    return Number(told) === 0 ? "0" : told.replace(/^-/, "−").replace(/^(?=\d)/, "+");
  };
  const plain = (k, j) => (k < 0 ? "silent" : issues[j].options[k].label);
  const row = (head, cells, labels = []) => make("tr", {}, make("th", { scope: "row" }, head),
    ...cells.map((cell, i) => make("td", labels[i] ? { "data-label": labels[i] } : {}, cell)));
  const heads = (table, words) => table.tHead.replaceChildren(make("tr", {}, ...words.map((word) => make("th", { scope: "col" }, word))));
  const body = (table, rows) => table.tBodies[0].replaceChildren(...rows);

  let from = 0, choice = [...data.plans[0].choice], kept = null, blind = false, said = null, running = 0;
  const past = [];

  // short codes: a digit an issue (0 silent, then the options in order), two that check them, in groups of four
  const wide = issues.some((issue) => issue.options.length >= 35) ? 2 : 1;
  const checked = (digits) => {
    let sum = 2166136261;
    for (const c of issues.map((i) => i.id + i.options.map((o) => o.id)).join() + digits) sum = Math.imul(sum ^ c.codePointAt(0), 16777619) >>> 0;
    return (sum % 1296).toString(36).padStart(2, "0");
  };
  const codeOf = (wanted) => {
    const digits = wanted.map((k) => (k + 1).toString(36).padStart(wide, "0")).join("");
    return (digits + checked(digits)).replace(/(.{4})(?=.)/g, "$1-");
  };
  const fromCode = (text) => {
    const all = text.toLowerCase().replace(/[^0-9a-z]/g, ""), digits = all.slice(0, -2);
    if (digits.length !== wide * issues.length || checked(digits) !== all.slice(-2)) return null;
    const found = issues.map((_, j) => parseInt(digits.slice(wide * j, wide * (j + 1)), 36) - 1);
    return found.every((k, j) => k < issues[j].options.length) ? found : null;
  };

  // YAML: every text of outside stands in double quotes, with JSON's escapes (a part of YAML's)
  const quoted = (text) => JSON.stringify(text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd"))
    .replace(/[\u007f-\u009f\u2028\u2029\ufeff]/g, (c) => "\\u" + c.charCodeAt(0).toString(16).padStart(4, "0"));
  const target = () => (data.plans[from].fixed ? data.plans.find((plan) => !plan.fixed) : data.plans[from]);
  const patch = () => {
    const plan = target();
    if (!plan) return { text: "", why: "Every plan of this case marks the end of a party's scale, and such a plan cannot be changed by a patch." };
    const places = labBench.named(choice), before = labBench.named(plan.choice);
    const moved = issues.flatMap((issue, j) => (places[j] === before[j] ? [] : [[issue.id, choice[j] < 0 ? "silent" : issue.options[choice[j]].id]]));
    if (!moved.length) return { text: "", why: "It says what “" + plan.name + "” says, so there is nothing to change." };
    const code = codeOf(choice), why = $("why").value.trim() || "What if the plan said this instead?";
    const basis = "judgement: put together in the plan lab of the report on " + data.case + " as of " + data.asOf + " (case " + data.digest + "), code " + code + "; proposed by no source";
    const lines = ["id: " + quoted("lab-" + code.slice(0, 70)), "title: " + quoted("“" + plan.name.slice(0, 300) + "”, changed in the plan lab"),
      "kind: amendment", "why: " + quoted(why), "basis: " + quoted(basis), "clauses:", "  " + quoted(plan.id) + ":",
      ...moved.map(([issue, option]) => "    " + quoted(issue) + ": " + quoted(option))];
    return { text: lines.join("\n") + "\n", plan };
  };

  const signers = (signs) => parties.map((party, p) => party.name + " signs in " + percent(signs[p])).join(", ");
  const tell = () => {
    const told = blind ? "The numbers are hidden. " + choice.filter((k) => k !== SILENT).length + " of " + issues.length + " issues have a clause." :
      "It passes in " + percent(said.passes) + " of the draws. " + signers(said.signs) + ".";
    $("live").textContent = told + (!blind && said.rules.length ? " It breaks a ban on combining clauses: " + said.rules.map((r) => r.why).join(" ") : "");
    body(root.querySelector(".lab-parties"), parties.map((party, p) => row(party.name, [
      make("span", {}, percent(said.signs[p]), make("meter", { min: 0, max: 1, value: said.signs[p], ariaLabel: party.name + " signs" })),
      percent(said.ratifies[p]), points(said.margin[p])], ["Signs", "Its side ratifies", "Gain over no deal"])));
    const stop = (s) => {
      const where = s.issue === undefined ? "" : issues[s.issue].name + ": " + plain(s.option, s.issue);
      if (s.kind === "line") return "A red line of " + parties[s.party].name + " on " + where;
      if (s.kind === "consent") return "No consent of " + s.who + " to " + where;
      return parties[s.party].name + " is better off with no deal";
    };
    const all = [...said.rules.map((r) => [1, "A ban on combining clauses: " + r.why]), ...said.stops.map((s) => [s.share, stop(s)])];
    const items = all.map(([share, words]) => make("li", {}, make("strong", {}, percent(share)), " " + words));
    $("stops").replaceChildren(...(items.length ? items.slice(0, 6) : [make("li", {}, "Nothing, in any draw.")]));
    $("more").hidden = items.length <= 6;
    $("more").querySelector("ul").replaceChildren(...items.slice(6));
  };

  const effects = () => {
    issues.forEach((issue, j) => {
      const label = plain(choice[j], j);
      $("c-" + j).value = String(choice[j]);
      $("f-" + j).textContent = label.length > 33 ? label : "";
      parties.forEach((_, p) => {
        $("e-" + j + "-" + p).textContent = choice[j] < 0 ? "·" : points(labBench.effect(p, j, choice[j]));
      });
    });
  };

  const take = (places, where) => {
    set(places);
    $(where).focus({ preventScroll: true }); // the button that was pressed is gone
  };
  const next = () => {
    const found = labSearch.singles(choice);
    $("next").replaceChildren(...found.map(({ issue, option, score, signs }) => {
      const words = make("strong", {}, issues[issue].name + ": " + plain(option, issue)), after = choice.map((k, j) => (j === issue ? option : k));
      const then = " instead of " + plain(choice[issue], issue) + ". Then it passes in " + percent(score[0]) + " (now " + percent(said.passes) + "); " + signers(signs) + ". ";
      return make("li", {}, words, then, make("button", { type: "button", onclick: () => take(after, "next"), ariaLabel: "Take it: " + words.textContent }, "Take it"));
    }));
    if (!found.length) $("next").append(make("li", {}, "No single change makes it better in this sense."));
  };
  const fewest = () => {
    const mine = (running += 1), wanted = Number($("wanted").value), steps = labSearch.smallest(choice, wanted), start = [...choice];
    const said_ = (...inside) => $("fewest").replaceChildren(...inside);
    said_(make("p", {}, "Searching every set of up to " + labSearch.MOST + " changes …"));
    const go = () => {
      if (mine !== running) return;
      const step = steps.next();
      if (!step.done) return void setTimeout(go);
      const { places, exact } = step.value;
      if (!places) return said_(make("p", {}, exact ? "No package does: none passes in more than " + percent(data.bound) + " of the draws (proved)." :
        "None was found: no set of up to " + labSearch.MOST + " changes does, and no package known to pass leads there."));
      const home = labBench.named(start), moved = issues.flatMap((_, j) => (places[j] === home[j] ? [] : [j]));
      if (!moved.length) return said_(make("p", {}, "None: it already does."));
      const after = start.map((k, j) => (places[j] === home[j] ? k : places[j]));
      const list = make("ul", { className: "lab-list" }, ...moved.map((j) => make("li", {}, issues[j].name + ": " + plain(places[j], j) + " instead of " + plain(start[j], j))));
      said_(make("p", {}, moved.length + (moved.length === 1 ? " change" : " changes") + ", after which it passes in " + percent(labBench.judge(after).passes) + " of the draws" +
        (exact ? ". No smaller set does (proved)." : ". Every set of up to " + labSearch.MOST + " changes was tried and none does; this one was found from a package that passes, and a smaller one may exist.")),
        list, make("p", {}, make("button", { type: "button", onclick: () => take(after, "fewest") }, moved.length === 1 ? "Take it" : "Take them all")));
    };
    go();
  };

  const group = () => $("class").value.split("\n").map((line, n) => {
    const words = line.trim().split(/\s+/), code = words.pop(), found = fromCode(code || "");
    return line.trim() ? { line: n + 1, name: words.join(" ") || "Package " + (n + 1), choice: found } : null;
  }).filter(Boolean);
  const heard = new Map();
  const judged = (wanted) => {
    const key = wanted.join();
    if (!heard.has(key)) heard.set(key, labBench.judge(wanted));
    return heard.get(key);
  };
  const people = () => {
    const all = group(), good = all.filter((one) => one.choice), bad = all.filter((one) => !one.choice);
    $("class-said").textContent = (all.length ? good.length + (good.length === 1 ? " package read." : " packages read.") : "") +
      (bad.length ? " Not a code of this case: line " + bad.map((one) => one.line).join(", ") + "." : "");
    $("class-table").hidden = !good.length;
    if (blind) return [];
    heads($("class-table"), ["Package", "Passes", ...parties.map((p) => p.name + " signs"), ...parties.map((p) => p.name + ": gain over no deal")]);
    body($("class-table"), good.map((one) => {
      const own = judged(one.choice);
      return row(one.name, [percent(own.passes), ...own.signs.map(percent), ...own.margin.map(points)]);
    }));
    return good;
  };

  const both = () => {
    $("compare").hidden = !kept;
    if (!kept) return;
    const was = judged(kept);
    heads($("both"), ["What", "Kept", "Present", "Change"]);
    const line = (words, a, b, told, gap) => row(words, [told(a), told(b), gap(b - a)], ["Kept", "Present", "Change"]);
    const shares = (x) => (Math.abs(x) < 1e-12 ? "0" : (x < 0 ? "−" : "+") + (100 * Math.abs(x)).toFixed(1) + "%");
    body($("both"), [line("It passes", was.passes, said.passes, percent, shares), ...parties.flatMap((party, p) => [
      line(party.name + " signs", was.signs[p], said.signs[p], percent, shares), line(party.name + ": its side ratifies", was.ratifies[p], said.ratifies[p], percent, shares),
      line(party.name + ": gain over no deal", was.margin[p], said.margin[p], points, points)])]);
    const moved = issues.flatMap((issue, j) => (kept[j] === choice[j] ? [] : [make("li", {}, make("strong", {}, issue.name + ": "), plain(kept[j], j) + " → " + plain(choice[j], j))]));
    $("differ").replaceChildren(...(moved.length ? moved : [make("li", {}, "The two say the same.")]));
  };

  const away = () => {
    const made = patch();
    $("code").value = codeOf(choice);
    $("patch").value = made.text || "# " + made.why;
    $("copy").disabled = !made.text;
    $("run").textContent = !made.text ? "" : "Save it as lab.yaml beside the case and run: winset run CASE --patch lab.yaml --as-of " + data.asOf + (data.seed === null ? "" : " --seed " + data.seed) +
      " --draws " + data.asked + (data.altered ? ", with the patches and settings of this report before it" : "") + ". The lab of that report and “lab” in its result.json say the same of “" + made.plan.name + "” as this page" +
      (data.of > draws ? "; its tables rest on all " + data.of + " draws, of which this page carries " + draws + "." : ", and so do its tables.");
  };

  let later = 0;
  const show = () => {
    said = labBench.judge(choice);
    running += 1;
    $("fewest").replaceChildren();
    for (const node of root.querySelectorAll(".lab-told")) node.hidden = blind;
    root.querySelector(".lab-hidden").hidden = !blind;
    root.classList.toggle("lab-blind", blind);
    $("undo").disabled = !past.length;
    tell();
    effects();
    both();
    away();
    const others = people();
    labPicture.show(choice, kept, others);
    clearTimeout(later);
    later = setTimeout(next); // what is asked for stands first
  };
  const set = (wanted) => {
    past.push({ from, choice });
    choice = [...wanted];
    show();
  };

  const copy = async (field, where) => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      where.textContent = "Copied.";
    } catch {
      where.textContent = document.execCommand("copy") ? "Copied." : "Select the text and copy it.";
    }
  };

  const build = () => {
    $("draws").textContent = draws + " of them" + (data.of > draws ? " (of the " + data.of + " of the report)" : "");
    $("start").append(...data.plans.map((plan, n) => make("option", { value: String(n) }, plan.name + (plan.benchmark ? " (a benchmark: it marks the end of a scale)" : ""))));
    heads(root.querySelector(".lab-clauses"), ["Issue and clause", ...parties.map((party) => party.name)]);
    body(root.querySelector(".lab-clauses"), data.order.map((j) => [issues[j], j]).map(([issue, j]) => make("tr", {}, make("th", { scope: "row" },
      make("label", { htmlFor: "lab-c-" + j, title: issue.ask }, issue.name),
      make("select", { id: "lab-c-" + j, onchange: (event) => set(choice.map((k, i) => (i === j ? Number(event.target.value) : k))) },
        make("option", { value: "-1" }, "silent – as today: " + plain(issue.quo, j)), ...issue.options.map((option, k) => make("option", { value: String(k) }, option.label))),
      make("span", { id: "lab-f-" + j, className: "unit", ariaHidden: "true" })),
      ...parties.map((party, p) => make("td", { id: "lab-e-" + j + "-" + p, className: "lab-told", "data-label": party.name })))));
    heads(root.querySelector(".lab-parties"), ["Party", "Signs", "Its side ratifies", "Gain over no deal"]);
    for (const [share, words] of [[0, "at least one draw"], [0.05, "5% of the draws"], [0.1, "10% of the draws"], [0.25, "25% of the draws"], [0.5, "half of the draws"]]) $("wanted").append(make("option", { value: String(share) }, words));
  };

  build();
  labPicture.build();
  $("start").onchange = () => {
    past.push({ from, choice });
    from = Number($("start").value);
    choice = [...data.plans[from].choice];
    show();
  };
  $("undo").onclick = () => {
    if (past.length) ({ from, choice } = past.pop());
    $("start").value = String(from);
    show();
    if (!past.length) $("reset").focus({ preventScroll: true });
  };
  $("reset").onclick = () => set(data.plans[from].choice);
  $("keep").onclick = () => {
    kept = [...choice];
    show();
  };
  $("swap").onclick = () => {
    const other = kept;
    kept = [...choice];
    set(other);
  };
  $("drop").onclick = () => {
    kept = null;
    show();
    $("keep").focus();
  };
  $("blind").onchange = () => {
    blind = $("blind").checked;
    show();
  };
  $("reveal").onclick = () => {
    $("blind").checked = blind = false;
    show();
    $("blind").focus({ preventScroll: true });
    $("live").scrollIntoView({ block: "center" });
  };
  $("search").onclick = fewest;
  $("wanted").onchange = () => {
    running += 1;
    $("fewest").replaceChildren();
  };
  $("load-go").onclick = () => {
    const found = fromCode($("load").value);
    $("load-said").textContent = found ? "Loaded." : "That is not a code of this case.";
    if (found) set(found);
  };
  $("why").oninput = away;
  $("class").oninput = () => labPicture.show(choice, kept, people());
  $("copy").onclick = () => copy($("patch"), $("copied"));
  $("copy-code").onclick = () => copy($("code"), $("copied"));
  for (const name of ["x", "y"]) $(name).onchange = () => labPicture.show(choice, kept, blind ? [] : people());
  let width = 0;
  new ResizeObserver(() => {
    const now = $("picture").clientWidth;
    if (now && now !== width) {
      width = now;
      labPicture.show(choice, kept, blind ? [] : people());
    }
  }).observe($("picture"));
  show();
})();
