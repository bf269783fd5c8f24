// The inverse of a field element as a WebAssembly function: the binary extended Euclidean algorithm (Knuth, TAOCP 4.5.2)
// on four limbs of 64 bits. circom's own divides with remainder, bit after bit, and takes ten times as long; a signature
// has 500 inverses, each after the one before. Nothing rests on it but time: constraints and proofs check every result.

/** Local variables of 64 bits: numbers have four. */
type Number4 = readonly [number, number, number, number];

const limbs = [0, 1, 2, 3] as const;
const parameters = 3;
const number4 = (index: number): Number4 => {
  const first = parameters + 4 * index;
  return [first, first + 1, first + 2, first + 3];
};
const [u, v, a, b, modulus, difference] = [0, 1, 2, 3, 4, 5].map(number4) as [
  Number4,
  Number4,
  Number4,
  Number4,
  Number4,
  Number4,
];
const borrow = parameters + 24;
const partial = borrow + 1;
const first = partial + 1;
const localCount = 27;

const get = (local: number): number[] => [0x20, local];
const set = (local: number): number[] => [0x21, local];
const constant = (value: 0 | 1 | 63): number[] => (value === 63 ? [0x42, 0x3f] : [0x42, value]);
const load = (address: number, limb: number): number[] => [...get(address), 0x29, 3, 8 * limb];
const below = 0x54;
const add = 0x7c;
const subtract = 0x7d;
const and = 0x83;
const or = 0x84;
const shiftLeft = 0x86;
const shiftRight = 0x88;
const toLong = 0xad;
const block = [0x02, 0x40];
const loop = [0x03, 0x40];
const when = [0x04, 0x40];
const otherwise = 0x05;
const end = 0x0b;
const isZero = 0x50;
const branchIf = (depth: number): number[] => [0x0d, depth];
const branch = (depth: number): number[] => [0x0c, depth];

/** `target = left − right`, and in `borrow` whether that is negative. */
function difference4(target: Number4, left: Number4, right: Number4): number[] {
  return [
    ...constant(0),
    ...set(borrow),
    ...limbs.flatMap((limb) => [
      // Kept, since the target may be one of the operands.
      ...get(left[limb]),
      ...set(first),
      ...get(first),
      ...get(right[limb]),
      subtract,
      ...set(partial),
      // The borrow of this limb: first < right, or the rest below the borrow before.
      ...get(first),
      ...get(right[limb]),
      below,
      toLong,
      ...get(partial),
      ...get(borrow),
      below,
      toLong,
      or,
      ...get(partial),
      ...get(borrow),
      subtract,
      ...set(target[limb]),
      ...set(borrow),
    ]),
  ];
}

/** `target += modulus` where the local `flag` is 1, nothing where it is 0. Uses `first` and `partial`; ends `flag`. */
function addModulusIf(target: Number4, flag: number): number[] {
  const carry = borrow;
  return [
    // As a mask: 0 − flag.
    ...constant(0),
    ...get(flag),
    subtract,
    ...set(first),
    ...constant(0),
    ...set(carry),
    ...limbs.flatMap((limb) => [
      ...get(target[limb]),
      ...get(modulus[limb]),
      ...get(first),
      and,
      add,
      ...set(partial),
      ...get(partial),
      ...get(target[limb]),
      below,
      toLong,
      ...get(partial),
      ...get(carry),
      add,
      ...set(target[limb]),
      // The sum of both carries, which never come together.
      ...get(target[limb]),
      ...get(carry),
      below,
      toLong,
      or,
      ...set(carry),
    ]),
  ];
}

function halve(target: Number4): number[] {
  return limbs.flatMap((limb) => {
    const next = limb === 3 ? undefined : target[(limb + 1) as 1 | 2 | 3];
    return [
      ...get(target[limb]),
      ...constant(1),
      shiftRight,
      ...(next === undefined ? [] : [...get(next), ...constant(63), shiftLeft, or]),
      ...set(target[limb]),
    ];
  });
}

function copy(target: Number4, source: Number4): number[] {
  return limbs.flatMap((limb) => [...get(source[limb]), ...set(target[limb])]);
}

/** `target = left − right` modulo the modulus, both below it. */
function subtractModular(target: Number4, left: Number4, right: Number4): number[] {
  const flag = difference[0];
  return [...difference4(target, left, right), ...get(borrow), ...set(flag), ...addModulusIf(target, flag)];
}

/**
 * The body of a function of three addresses, of a number, an odd modulus of at most 255 bits, and the result: the
 * number's inverse, 0 for 0. As the code section has it, without its length.
 */
export function inverseBody(): number[] {
  const [x, m, result] = [0, 1, 2];
  return [
    ...[1, localCount, 0x7e],
    ...limbs.flatMap((limb) => [
      ...[...load(x as number, limb), ...set(u[limb])],
      ...[...load(m as number, limb), ...set(modulus[limb])],
      ...[...get(modulus[limb]), ...set(v[limb])],
      ...[...constant(limb === 0 ? 1 : 0), ...set(a[limb])],
      ...[...constant(0), ...set(b[limb])],
    ]),
    // Always: u = a · x and v = b · x modulo m, v is odd.
    ...block,
    ...loop,
    ...[...get(u[0]), ...get(u[1]), or, ...get(u[2]), or, ...get(u[3]), or, isZero, ...branchIf(1)],
    // While u is even, u and a are halved.
    ...block,
    ...loop,
    ...[...get(u[0]), ...constant(1), and, isZero, 0x45, ...branchIf(1)],
    ...halve(u),
    ...[...get(a[0]), ...constant(1), and, ...set(difference[0])],
    ...addModulusIf(a, difference[0]),
    ...halve(a),
    ...branch(0),
    end,
    end,
    ...difference4(difference, u, v),
    ...[...get(borrow), isZero],
    ...when,
    ...copy(u, difference),
    ...subtractModular(a, a, b),
    otherwise,
    // The smaller one stays: (u, v) becomes (v − u, u).
    ...difference4(difference, v, u),
    ...copy(v, u),
    ...copy(u, difference),
    ...limbs.flatMap((limb) => [...get(a[limb]), ...get(b[limb]), ...set(a[limb]), ...set(b[limb])]),
    ...subtractModular(a, a, b),
    end,
    ...branch(0),
    end,
    end,
    ...limbs.flatMap((limb) => [...get(result as number), ...get(b[limb]), 0x37, 3, 8 * limb]),
    end,
  ];
}
