// What the contracts' tests take from circomlibjs, besides what test/protocol declares.
declare module "circomlibjs" {
  export const poseidonContract: {
    createCode(inputs: number): string;
    generateABI(inputs: number): readonly object[];
  };
}
