// What the benches compare with, besides what tests do.
declare module "circomlibjs" {
  /** In WebAssembly, the fastest that the package has. */
  export function buildPoseidon(): Promise<Poseidon>;
}
