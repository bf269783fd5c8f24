import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import { assertUnchanged, type FileKind, fileKinds, type HashedFile } from "../../circuits/hashed-file.ts";
import type { ProofRequest } from "../backends/backend.ts";
import { FleetError } from "./errors.ts";
import type { FileStore, TransferOptions } from "./file-store.ts";
import { encodeInput } from "./input-encoding.ts";
import type { ProofJobContent } from "./proof-job.ts";
import type { FileSource, StoredFile } from "./stored-file.ts";

/** A file that a job needs, and where the coordinator has it. */
export type JobFile = {
  readonly kind: FileKind;
  readonly file: StoredFile;
  readonly source: FileSource;
  /** Whether other jobs need it too. */
  readonly shared: boolean;
};

/**
 * A request as a job: its content, and its files.
 *
 * @throws FleetError if it does not say what the proof has to be for; HardhatPluginError if a file cannot be read
 */
export async function describeRequest(
  request: ProofRequest,
): Promise<{ readonly content: ProofJobContent; readonly files: readonly JobFile[] }> {
  const { key, witness, publicSignals } = request;
  if (publicSignals === undefined) {
    throw new FleetError("A fleet proves only what the public signals are known of.", { circuit: key.name });
  }
  const zkey = await onDisk(fileKinds.provingKey, { path: key.zkeyPath, hash: key.zkeyHash });
  const { name, system, circuitHash, keyHash, development, verificationKey } = key;
  const parts = await witnessFiles(witness);
  const content = {
    version: 1 as const,
    key: { name, system, circuitHash, keyHash, development, verificationKey },
    zkey: zkey.file,
    witness: parts.content,
    publicSignals: publicSignals.map(String),
  };
  return { content, files: [zkey, ...parts.files] };
}

/**
 * Stores what Redis does not have of a job's files.
 *
 * @throws HardhatPluginError if a file here is not what it was any more; as FileStore.put
 */
export async function storeFiles(
  store: FileStore,
  files: readonly JobFile[],
  {
    onProgress,
    signal,
  }: { onProgress?: ((message: string) => void) | undefined; signal?: AbortSignal | undefined },
): Promise<void> {
  for (const { kind, file, source } of files) {
    if (await store.has(file)) continue;
    if (typeof source === "string") await assertUnchanged(kind, { path: source, hash: file.hash });
    const onBytes: TransferOptions["onBytes"] = (bytes) =>
      onProgress?.(`storing the ${kind.name}, ${Math.round((100 * bytes) / file.bytes)} %`);
    await store.put(file, source, { onBytes, signal });
  }
}

async function witnessFiles(
  witness: ProofRequest["witness"],
): Promise<{ readonly content: ProofJobContent["witness"]; readonly files: readonly JobFile[] }> {
  if (witness instanceof Uint8Array) {
    const wtns = inMemory(witness);
    return { content: { wtns: wtns.file }, files: [wtns] };
  }
  if ("path" in witness) {
    const wtns = { ...(await onDisk(fileKinds.witness, witness)), shared: false };
    return { content: { wtns: wtns.file }, files: [wtns] };
  }
  const program = await onDisk(fileKinds.witnessProgram, witness.program);
  const input = inMemory(encodeInput(witness.input));
  return { content: { program: program.file, input: input.file }, files: [program, input] };
}

async function onDisk(kind: FileKind, { path, hash }: HashedFile): Promise<JobFile> {
  try {
    const { size: bytes } = await stat(path);
    return { kind, file: { hash, bytes }, source: path, shared: true };
  } catch {
    await assertUnchanged(kind, { path, hash }); // says what is wrong
    throw new FleetError(`The ${kind.name} file cannot be read.`, { file: path });
  }
}

function inMemory(bytes: Uint8Array): JobFile {
  const hash = createHash("sha256").update(bytes).digest("hex");
  const file = { hash, bytes: bytes.length };
  return { kind: fileKinds.witness, file, source: bytes, shared: false };
}
