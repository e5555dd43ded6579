// Where a package lies against the plans and the frontier, for two parties: a small drawing with a shape for each kind.
const labPicture = (() => {
  const { data, parties, gains } = labBench;
  const $ = (id) => document.getElementById("lab-" + id);
  const SVG = "http://www.w3.org/2000/svg";
  const make = (tag, given, ...inside) => {
    const node = document.createElementNS(SVG, tag);
    for (const [key, value] of Object.entries(given)) node.setAttribute(key, value);
    node.append(...inside);
    return node;
  };
  const shapes = {
    plan: (x, y) => make("rect", { x: x - 5, y: y - 5, width: 10, height: 10 }),
    benchmark: (x, y) => make("rect", { x: x - 4, y: y - 4, width: 8, height: 8 }),
    class: (x, y) => make("path", { d: `M${x} ${y - 7}L${x + 6} ${y + 5}H${x - 6}Z` }),
    kept: (x, y) => make("path", { d: `M${x} ${y - 8}L${x + 8} ${y}L${x} ${y + 8}L${x - 8} ${y}Z` }),
    now: (x, y) => make("path", { d: `M${x} ${y - 10}L${x + 10} ${y}L${x} ${y + 10}L${x - 10} ${y}Z` }),
  };
  const KINDS = [["now", "◆ the present package"], ["kept", "◇ the package kept"], ["plan", "■ a plan"], ["benchmark", "□ a benchmark: the end of a party's scale"],
    ["class", "▲ a package of the class"], ["edge", "● on the frontier: no package gives both more on average"]];

  // ends of an axis at round numbers, and the step between its marks
  const axis = (values) => {
    const low = Math.min(0, ...values), high = Math.max(0, ...values), rough = Math.max(high - low, 1e-6) / 4;
    const unit = 10 ** Math.floor(Math.log10(rough)), step = [1, 2, 5, 10].map((k) => k * unit).find((s) => s >= rough);
    return { low: Math.floor(low / step) * step, high: Math.ceil(high / step) * step, step };
  };
  const told = (x) => (Math.abs(x) < 1e-9 ? "0" : String(Number((100 * x).toPrecision(4))).replace("-", "−"));

  const edge = (a, b) => {
    const found = data.frontier.find(([i, j]) => (i === a && j === b) || (i === b && j === a));
    return found ? found[2] : [];
  };
  const all = (choice, kept, people) => [
    ...data.plans.map((plan, n) => ({ kind: plan.benchmark ? "benchmark" : "plan", mark: String(n + 1), name: plan.name, choice: plan.choice })),
    ...people.map((one) => ({ kind: "class", mark: one.name.slice(0, 12), name: one.name, choice: one.choice })),
    ...(kept ? [{ kind: "kept", mark: "", name: "the package kept", choice: kept }] : []),
    { kind: "now", mark: "", name: "the present package", choice },
  ].map((one) => ({ ...one, at: gains(one.choice) }));

  const show = (choice, kept, people) => {
    const a = Number($("x").value), b = Number($("y").value), points = all(choice, kept, people);
    const corners = edge(a, b).map(gains);
    const width = Math.max(240, Math.min(640, $("picture").clientWidth || 360)), height = Math.round(Math.min(width, 0.72 * width + 90));
    const left = 44, right = 14, top = 12, low = 40;
    const across = axis([...points, ...corners.map((at) => ({ at }))].map((one) => one.at[a]));
    const up = axis([...points, ...corners.map((at) => ({ at }))].map((one) => one.at[b]));
    const x = (v) => left + ((v - across.low) / (across.high - across.low)) * (width - left - right);
    const y = (v) => height - low - ((v - up.low) / (up.high - up.low)) * (height - top - low);
    const nodes = [];
    const text = (words, px, py, given = {}) => make("text", { x: px, y: py, ...given }, words);
    for (let v = across.low; v <= across.high + across.step / 2; v += across.step) nodes.push(text(told(v), x(v), height - low + 16, { "text-anchor": "middle" }));
    for (let v = up.low; v <= up.high + up.step / 2; v += up.step) nodes.push(text(told(v), left - 6, y(v) + 4, { "text-anchor": "end" }));
    nodes.push(make("path", { class: "axis", d: `M${left} ${top}V${height - low}H${width - right}` }), make("path", { class: "zero", d: `M${x(0)} ${top}V${height - low}M${left} ${y(0)}H${width - right}` }));
    nodes.push(text(parties[a].name.slice(0, 40) + " →", width - right, height - 6, { "text-anchor": "end", class: "name" }), text("↑ " + parties[b].name.slice(0, 40), left + 6, top + 4, { class: "name" }));
    if (corners.length) {
      nodes.push(make("path", { class: "edge", d: "M" + corners.map((at) => x(at[a]).toFixed(1) + " " + y(at[b]).toFixed(1)).join("L") }));
      for (const at of corners) nodes.push(make("circle", { class: "edge-dot", cx: x(at[a]).toFixed(1), cy: y(at[b]).toFixed(1), r: 2.5 }));
    }
    for (const one of points) {
      const px = x(one.at[a]), py = y(one.at[b]), mark = shapes[one.kind](px, py), far = px > width - 70;
      mark.setAttribute("class", one.kind);
      mark.append(make("title", {}, one.name));
      nodes.push(mark);
      if (one.mark) nodes.push(text(one.mark, px + (far ? -9 : 9), py + 4, { "text-anchor": far ? "end" : "start", class: "mark" }));
    }
    const now = points[points.length - 1];
    const label = "The present package gives " + parties[a].name + " " + told(now.at[a]) + " and " + parties[b].name + " " + told(now.at[b]) + " points more than no deal, on average. The numbers of all packages are in the table behind the picture.";
    $("picture").replaceChildren(make("svg", { role: "img", "aria-label": label, viewBox: `0 0 ${width} ${height}`, width, height }, ...nodes));
    const used = new Set([...points.map((one) => one.kind), ...(corners.length ? ["edge"] : [])]);
    const item = (words) => {
      const li = document.createElement("li");
      li.textContent = words;
      return li;
    };
    $("legend").replaceChildren(item(KINDS.filter(([kind]) => used.has(kind)).map(([, words]) => words).join("; ")), item("Plans: " + data.plans.map((plan, n) => n + 1 + " " + plan.name).join("; ")));
    table(points, a, b);
  };

  const table = (points, a, b) => {
    const cell = (tag, words, given = {}) => Object.assign(document.createElement(tag), { textContent: words, ...given });
    const line = (cells) => {
      const tr = document.createElement("tr");
      tr.append(...cells);
      return tr;
    };
    $("points").tHead.replaceChildren(line(["Package", parties[a].name, parties[b].name].map((words) => cell("th", words, { scope: "col" }))));
    $("points").tBodies[0].replaceChildren(...points.map((one) => line([cell("th", one.name, { scope: "row" }), cell("td", told(one.at[a])), cell("td", told(one.at[b]))])));
  };

  const build = () => {
    for (const name of ["x", "y"]) {
      parties.forEach((party, p) => {
        const option = document.createElement("option");
        option.value = String(p);
        option.textContent = party.name;
        $(name).append(option);
      });
    }
    $("x").value = "0";
    $("y").value = String(Math.min(1, parties.length - 1));
  };
  return { show, build };
})();
