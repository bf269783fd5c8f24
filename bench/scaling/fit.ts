// Least squares, and what of a measured growth they say.

/** Something measured, `y`, at a size `x`. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** `y = intercept + slope · x`. */
export interface Fit {
  readonly slope: number;
  readonly intercept: number;
  /** Of the slope; NaN for fewer than three points. */
  readonly standardError: number;
  /** Share of the variance that the line explains, 0 to 1. */
  readonly rSquared: number;
}

/**
 * The line through points.
 *
 * @param weight - Of each point. Default: all the same.
 * @throws RangeError for fewer than two different `x`, and for numbers that are not finite
 */
export function fitLine(points: readonly Point[], weight: (point: Point) => number = () => 1): Fit {
  if (points.some(({ x, y }) => !Number.isFinite(x) || !Number.isFinite(y))) {
    throw new RangeError(`A line takes finite numbers: ${JSON.stringify(points)} given.`);
  }
  if (new Set(points.map(({ x }) => x)).size < 2) {
    throw new RangeError(`A line takes points at two places or more: ${JSON.stringify(points)} given.`);
  }
  const sum = (value: (point: Point) => number): number =>
    points.reduce((total, point) => total + weight(point) * value(point), 0);
  const total = sum(() => 1);
  const [meanX, meanY] = [sum(({ x }) => x) / total, sum(({ y }) => y) / total];
  const varianceX = sum(({ x }) => (x - meanX) ** 2);
  const varianceY = sum(({ y }) => (y - meanY) ** 2);
  const slope = sum(({ x, y }) => (x - meanX) * (y - meanY)) / varianceX;
  const intercept = meanY - slope * meanX;
  const residual = sum(({ x, y }) => (y - intercept - slope * x) ** 2);
  return {
    slope,
    intercept,
    standardError: points.length > 2 ? Math.sqrt(residual / (points.length - 2) / varianceX) : Number.NaN,
    // Where nothing varies there is nothing to explain.
    rSquared: varianceY <= total * (1e-12 * meanY) ** 2 ? 1 : 1 - residual / varianceY,
  };
}

/** `y = e^intercept · x^slope`: the slope is the exponent of a growth. */
export function fitPower(points: readonly Point[]): Fit {
  return fitLine(points.map(({ x, y }) => ({ x: Math.log(x), y: Math.log(y) })));
}

/** `y` as a power of `x · log2 x`: the slope is 1 where a growth is quasi-linear. */
export function fitQuasiLinearPower(points: readonly Point[]): Fit {
  return fitPower(points.map(({ x, y }) => ({ x: timesLogarithm(x), y })));
}

/** `y = intercept + slope · x · log2 x`, with the least relative error: points are sizes apart. */
export function fitQuasiLinear(points: readonly Point[]): Fit {
  return fitLine(
    points.map(({ x, y }) => ({ x: timesLogarithm(x), y })),
    ({ y }) => y ** -2,
  );
}

export function timesLogarithm(size: number): number {
  return size * Math.log2(size);
}
