// The parts of circomlibjs that tests compare with. A field element is opaque: `F.e` makes one, `F.toObject` reads it.
declare module "circomlibjs" {
  type FieldElement = Uint8Array & { readonly fieldElement: unique symbol };
  type Field = { e(value: bigint): FieldElement; toObject(element: FieldElement): bigint };
  type CurvePoint = [FieldElement, FieldElement];

  export type Poseidon = { (inputs: readonly bigint[]): FieldElement; readonly F: Field };
  export type BabyJub = {
    readonly F: Field;
    readonly Base8: CurvePoint;
    readonly Generator: CurvePoint;
    readonly subOrder: bigint;
    addPoint(left: CurvePoint, right: CurvePoint): CurvePoint;
    mulPointEscalar(base: CurvePoint, scalar: bigint): CurvePoint;
    inCurve(point: CurvePoint): boolean;
  };
  export type Eddsa = {
    readonly babyJub: BabyJub;
    readonly F: Field;
    prv2pub(seed: Uint8Array): CurvePoint;
    signPoseidon(seed: Uint8Array, message: FieldElement): { R8: CurvePoint; S: bigint };
    verifyPoseidon(message: FieldElement, signature: { R8: CurvePoint; S: bigint }, key: CurvePoint): boolean;
  };

  export function buildPoseidonReference(): Promise<Poseidon>;
  export function buildEddsa(): Promise<Eddsa>;
}
