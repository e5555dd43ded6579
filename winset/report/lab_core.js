// The plan lab's arithmetic: who signs, who ratifies, what passes, over the draws that the page carries. The same sums in
// the same order as winset's Bench.evaluate, so that both give the same numbers.
const labBench = (() => {
  const data = JSON.parse(document.getElementById("lab-data").textContent);
  const draws = data.draws, parties = data.parties, issues = data.issues;
  const start = [0];
  for (const issue of issues) start.push(start[start.length - 1] + issue.options.length);

  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const floats = (text) => {
    const view = new DataView(bytes(text).buffer);
    return Float64Array.from({ length: draws }, (_, d) => view.getFloat64(8 * d, true));
  };
  const held = data.bits.map((text) => {
    const packed = bytes(text);
    return Uint8Array.from({ length: draws }, (_, d) => (packed[d >> 3] >> (d & 7)) & 1);
  });
  const letter = new Uint8Array(128), many = data.letters.length;
  for (let i = 0; i < many; i += 1) letter[data.letters.charCodeAt(i)] = i;
  const codes = data.columns.map((text) =>
    Int32Array.from({ length: draws }, (_, d) =>
      (letter[text.charCodeAt(3 * d)] * many + letter[text.charCodeAt(3 * d + 1)]) * many + letter[text.charCodeAt(3 * d + 2)]));
  const column = (p, flat) => {
    const code = codes[data.worth[p][flat]], low = data.low[p][flat], step = data.step[p][flat];
    return Float64Array.from(code, (x) => low + x * step);
  };
  const average = (row) => row.reduce((a, b) => a + b, 0) / draws;

  const value = parties.map((_, p) => data.worth[p].map((_, flat) => column(p, flat)));
  const mean = value.map((own) => own.map(average));
  const base = data.base.map(floats), baseMean = base.map(average);
  const red = data.red.map((own) => own.map((at) => (at < 0 ? null : held[at])));
  const follows = data.follows.map((at) => held[at]);
  const needs = issues.map((issue) => issue.options.map(() => []));
  for (const need of data.needs) needs[need.issue][need.option].push({ ...need, met: held[need.met] });

  // a choice has the place of an option for every issue, -1 where the package is silent
  const named = (choice) => choice.map((k, j) => (k < 0 ? issues[j].quo : k));
  const broken = (places) => data.rules.filter((rule) => rule.forbid.every(([j, options]) => options.includes(places[j])));
  const share = (row) => {
    let count = 0;
    for (let d = 0; d < draws; d += 1) count += row[d];
    return count / draws;
  };
  const median = (row) => {
    const sorted = Float64Array.from(row).sort(), half = draws >> 1;
    return draws % 2 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  };

  // signs from what each party would do alone: an ally also signs what its leader signs, where it follows
  const withLeaders = (alone) => alone.map((own, p) => {
    const leader = data.leader[p] < 0 ? null : alone[data.leader[p]];
    return leader ? own.map((yes, d) => yes | (follows[p][d] & leader[d])) : own;
  });

  const judge = (choice) => {
    const places = named(choice), stops = [];
    const margins = base.map((row, p) => {
      const sum = Float64Array.from(row);
      places.forEach((k, j) => {
        const own = value[p][start[j] + k];
        for (let d = 0; d < draws; d += 1) sum[d] += own[d];
      });
      return sum;
    });
    const alone = margins.map((margin, p) => {
      const yes = Uint8Array.from(margin, (x) => (x >= 0 ? 1 : 0));
      places.forEach((k, j) => {
        const line = red[p][start[j] + k];
        if (!line) return;
        for (let d = 0; d < draws; d += 1) if (line[d]) yes[d] = 0;
        stops.push({ kind: "line", party: p, issue: j, option: k, share: share(line) });
      });
      return yes;
    });
    const signs = withLeaders(alone);
    const ratifies = parties.map(() => new Uint8Array(draws).fill(1));
    const passes = new Uint8Array(draws).fill(1);
    places.forEach((k, j) => {
      for (const need of needs[j][k]) {
        for (const row of need.home.length ? need.home.map((p) => ratifies[p]) : [passes]) for (let d = 0; d < draws; d += 1) row[d] &= need.met[d];
        stops.push({ kind: "consent", who: need.who, issue: j, option: k, share: 1 - share(need.met) });
      }
    });
    const rules = broken(places);
    for (const row of [...signs, ...ratifies]) for (let d = 0; d < draws; d += 1) passes[d] &= row[d];
    if (rules.length) passes.fill(0);
    margins.forEach((margin, p) => {
      stops.push({ kind: "short", party: p, share: share(margin.map((x, d) => (x < 0 && !signs[p][d] ? 1 : 0))) });
    });
    return {
      signs: signs.map(share), ratifies: ratifies.map(share), passes: share(passes), margin: margins.map(median),
      average: margins.map(average), stops: stops.filter((s) => s.share > 0).sort((a, b) => b.share - a.share), rules,
    };
  };

  // what a package adds up to on average; the frontier is in these numbers
  const gains = (choice) => baseMean.map((floor, p) => named(choice).reduce((sum, k, j) => sum + mean[p][start[j] + k], floor));
  // what a clause moves a party by, on average, against leaving the issue as it is
  const effect = (p, j, k) => (k < 0 ? 0 : mean[p][start[j] + k] - mean[p][start[j] + issues[j].quo]);

  const place = (j, option) => {
    if (option === undefined || option === null || option === "silent") return -1;
    const k = issues[j].options.findIndex((o) => o.id === option);
    if (k < 0) throw new Error("unknown option " + option + " of " + issues[j].id + "; one of " + issues[j].options.map((o) => o.id).join(", ") + ", silent");
    return k;
  };
  const choiceOf = (wanted) => {
    for (const id of Object.keys(wanted)) if (!issues.some((i) => i.id === id)) throw new Error("unknown issue " + id);
    return issues.map((issue, j) => place(j, Object.hasOwn(wanted, issue.id) ? wanted[issue.id] : null));
  };
  const byParty = (row) => Object.fromEntries(parties.map((party, p) => [party.id, row[p]]));
  const evaluate = (wanted) => {
    const said = judge(choiceOf(wanted));
    return { signs: byParty(said.signs), ratifies: byParty(said.ratifies), passes: said.passes, margin: byParty(said.margin) };
  };

  return { data, draws, parties, issues, start, value, base, red, needs, follows, named, broken, judge, gains, effect, evaluate };
})();
window.winset = Object.assign(window.winset || {}, { lab: { evaluate: labBench.evaluate, draws: labBench.draws } });
