/** Ends the threads that snarkjs starts in this process, after which mocha's process can end by itself. */
export async function endSnarkjsThreads(): Promise<void> {
  const { curve_bn128: curve } = globalThis as { curve_bn128?: { terminate(): Promise<void> } | null };
  await curve?.terminate();
}
