// Who needs less? The contestants take turns (A B C A B C …), so that a machine that others use at the same time is as
// slow for one as for the other; what counts is the median, and of two the median of the ratios within a round.

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * `contestants`: name → a function that runs it once and gives numbers by name. `warmUp` rounds do not count. Gives
 * `of(name, number)`, a median, and `ratio([name, number], [name, number])`, the median of the rounds' ratios.
 */
export async function contest(contestants, { rounds, warmUp = 1 }) {
  const results = new Map(Object.keys(contestants).map((name) => [name, []]));
  for (let round = -warmUp; round < rounds; round++) {
    for (const [name, run] of Object.entries(contestants)) {
      const result = await run();
      if (round >= 0) results.get(name).push(result);
    }
  }
  const values = (name, number) => results.get(name).map((result) => result[number]);
  return {
    of: (name, number) => median(values(name, number)),
    ratio([a, number], [b, other = number]) {
      const under = values(b, other);
      return median(values(a, number).map((value, round) => value / under[round]));
    },
  };
}

/** Least squares: how much `y` grows for one of `x`. */
export function slope(points) {
  const mean = (pick) => points.reduce((sum, point) => sum + pick(point), 0) / points.length;
  const x = mean(([at]) => at);
  const y = mean(([, value]) => value);
  const over = points.reduce((sum, [at, value]) => sum + (at - x) * (value - y), 0);
  return over / points.reduce((sum, [at]) => sum + (at - x) ** 2, 0);
}
