// The plan lab's search: the single changes that gain most, and the fewest changes after which a package passes.
const labSearch = (() => {
  const { data, draws, parties, issues, start, value, base, red, needs, follows, named, broken } = labBench;
  const MOST = 3, SLICE = 24; // clauses tried together; milliseconds at a time

  // a state has running counts, so that one changed clause costs one pass over the draws
  const blank = () => ({
    places: [], margin: parties.map(() => new Float64Array(draws)), lines: parties.map(() => new Uint8Array(draws)),
    home: parties.map(() => new Uint8Array(draws)), abroad: new Uint8Array(draws),
  });
  const count = (state, j, k, by) => {
    parties.forEach((_, p) => {
      const line = red[p][start[j] + k], row = state.lines[p];
      if (line) for (let d = 0; d < draws; d += 1) row[d] += by * line[d];
    });
    for (const need of needs[j][k]) {
      for (const row of need.home.length ? need.home.map((p) => state.home[p]) : [state.abroad]) {
        for (let d = 0; d < draws; d += 1) if (!need.met[d]) row[d] += by;
      }
    }
  };
  const stateOf = (choice) => {
    const state = blank();
    state.places = named(choice);
    parties.forEach((_, p) => state.margin[p].set(base[p]));
    state.places.forEach((k, j) => {
      parties.forEach((_, p) => {
        const own = value[p][start[j] + k], row = state.margin[p];
        for (let d = 0; d < draws; d += 1) row[d] += own[d];
      });
      count(state, j, k, 1);
    });
    return state;
  };
  const shift = (state, out, j, k) => {
    const was = state.places[j];
    out.places = state.places.with ? state.places.with(j, k) : state.places.map((x, i) => (i === j ? k : x));
    parties.forEach((_, p) => {
      const from = state.margin[p], to = out.margin[p], old = value[p][start[j] + was], now = value[p][start[j] + k];
      for (let d = 0; d < draws; d += 1) to[d] = from[d] - old[d] + now[d];
      out.lines[p].set(state.lines[p]);
      out.home[p].set(state.home[p]);
    });
    out.abroad.set(state.abroad);
    count(out, j, was, -1);
    count(out, j, k, 1);
    return out;
  };

  const leader = data.leader;
  const yes = (state, p, d) => state.lines[p][d] === 0 && state.margin[p][d] >= 0;
  const signs = (state, p, d) => yes(state, p, d) || (leader[p] >= 0 && follows[p][d] === 1 && yes(state, leader[p], d));
  const passes = (state) => {
    if (broken(state.places).length) return 0;
    let found = 0;
    for (let d = 0; d < draws; d += 1) {
      let all = state.abroad[d] === 0;
      for (let p = 0; all && p < parties.length; p += 1) all = state.home[p][d] === 0 && signs(state, p, d);
      if (all) found += 1;
    }
    return found / draws;
  };
  // how good a package is, first things first: it passes; the party that signs least; all signatures and ratifications
  const score = (state) => {
    const own = parties.map((_, p) => {
      let signed = 0, ratified = 0;
      for (let d = 0; d < draws; d += 1) {
        if (signs(state, p, d)) signed += 1;
        if (state.home[p][d] === 0) ratified += 1;
      }
      return [signed / draws, ratified / draws];
    });
    const found = [passes(state), Math.min(...own.map((x) => x[0])), own.reduce((sum, x) => sum + x[0] + x[1], 0)];
    return Object.assign(found, { signs: own.map((x) => x[0]) });
  };
  const better = (a, b) => {
    const at = a.findIndex((x, i) => Math.abs(x - b[i]) > 1e-9);
    return at < 0 ? 0 : b[at] - a[at];
  };

  const singles = (choice) => {
    const now = stateOf(choice), out = blank(), bar = score(now), found = [];
    issues.forEach((issue, j) => issue.options.forEach((_, k) => {
      if (k === now.places[j]) return;
      const reached = score(shift(now, out, j, k));
      if (better(reached, bar) < 0) found.push({ issue: j, option: k, score: reached, signs: reached.signs });
    }));
    return found.sort((a, b) => better(a.score, b.score)).slice(0, 3);
  };

  const enough = (found, wanted) => found > 0 && found >= wanted - 1e-12;
  // every set of `size` changes, best first kept; it pauses (yields) so that the page stays alive
  function* every(state, size, first, wanted, best, buffers, clock) {
    for (let j = first; j <= issues.length - size; j += 1) {
      for (let k = 0; k < issues[j].options.length; k += 1) {
        if (k === state.places[j]) continue;
        const next = shift(state, buffers[size], j, k);
        if (size > 1) yield* every(next, size - 1, j + 1, wanted, best, buffers, clock);
        else {
          const share = passes(next);
          if (enough(share, wanted) && share > best.share) Object.assign(best, { share, places: [...next.places] });
          if (performance.now() - clock.since > SLICE) {
            yield best;
            clock.since = performance.now();
          }
        }
      }
    }
  }
  // from a package that is known to pass back towards the present one, as far as it still passes
  const back = (choice, target, wanted) => {
    const home = named(choice);
    let state = stateOf(target), spare = blank();
    if (!enough(passes(state), wanted)) return null;
    for (let again = true; again; ) {
      again = false;
      for (let j = 0; j < home.length; j += 1) {
        if (state.places[j] === home[j]) continue;
        shift(state, spare, j, home[j]);
        if (enough(passes(spare), wanted)) {
          [state, spare] = [spare, state];
          again = true;
        }
      }
    }
    return [...state.places];
  };
  const apart = (a, b) => a.reduce((n, k, j) => n + (k === b[j] ? 0 : 1), 0);

  // {places, exact}: exact where no smaller set does; places null where none is known
  function* smallest(choice, wanted) {
    const home = named(choice), state = stateOf(choice), buffers = Array.from({ length: MOST + 1 }, blank);
    if (enough(passes(state), wanted)) return { places: home, exact: true };
    if (data.bound < wanted || data.bound === 0) return { places: null, exact: true };
    for (let size = 1; size <= Math.min(MOST, issues.length); size += 1) {
      const best = { share: -1, places: null };
      yield* every(state, size, 0, wanted, best, buffers, { since: performance.now() });
      if (best.places) return { places: best.places, exact: true };
    }
    let near = null;
    for (const target of [...data.known, ...data.plans.map((plan) => plan.choice)]) {
      const found = back(choice, target, wanted);
      if (found && (!near || apart(found, home) < apart(near, home))) near = found;
      yield null;
    }
    // a plan that needs n changes, and is m changes away from here, leaves at least n - m to make
    const proved = Math.max(MOST + 1, ...data.least.map(([plan, size]) => size - apart(named(data.plans[plan].choice), home)));
    return { places: near, exact: near !== null && apart(near, home) <= proved };
  }

  return { singles, smallest, MOST };
})();
