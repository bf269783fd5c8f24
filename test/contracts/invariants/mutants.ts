/** A rollup with a hole: `text`, which occurs once in the file, replaced by `by`. */
export type Mutant = {
  readonly name: string;
  readonly file: string;
  readonly text: string;
  readonly by: string;
};

/** Each of these loses money or lets somebody take it; some invariant has to notice. */
export const mutants: readonly Mutant[] = [
  {
    name: "an exit can be claimed again",
    file: "Rollup.sol",
    text: "        exits.setClaimed(row);\n",
    by: "",
  },
  {
    name: "a claim leaves the escrow as it is",
    file: "Rollup.sol",
    text: "        escrow[exit_.asset] -= exit_.amount;\n",
    by: "",
  },
  {
    name: "a claim is not checked against the exit tree",
    file: "Rollup.sol",
    text: "if (ExitTree.rootFrom(leaf, row, path) != exits.root) revert RollupExitPathInvalid(batchNumber, row);",
    by: "leaf;",
  },
  {
    name: "anybody redirects a payment",
    file: "Rollup.sol",
    text: "(to != owner && msg.sender != owner) || ",
    by: "",
  },
  {
    name: "an entry can be refunded again",
    file: "Rollup.sol",
    text: "        _queue[entry] = QueueEntry.wrap(0);\n        return RequestFee",
    by: "        return RequestFee",
  },
  {
    name: "a refund comes without freezing",
    file: "Rollup.sol",
    text: "        _requireFrozen(_progress);\n        QueueEntry word",
    by: "        QueueEntry word",
  },
  {
    name: "a refund keeps the fee",
    file: "Rollup.sol",
    text: "        credit[ETH][owner] += fee;\n        emit DepositRefunded",
    by: "        emit DepositRefunded",
  },
  {
    name: "an account escapes again",
    file: "Rollup.sol",
    text: "        _escaped.set(index);\n",
    by: "",
  },
  {
    name: "any balance escapes",
    file: "Rollup.sol",
    text: "if (StateTree.rootFrom(poseidon, leaf, index, path) != root) revert RollupAccountPathInvalid(index);",
    by: "leaf;",
  },
  {
    name: "a credit can be withdrawn again",
    file: "Rollup.sol",
    text: "        credit[asset][owner] = 0;\n",
    by: "",
  },
  {
    name: "a batch does not consume the queue",
    file: "Rollup.sol",
    text: "        ++progress.queueHead;\n",
    by: "",
  },
  {
    name: "a settled entry need not be what was queued",
    file: "Rollup.sol",
    text: "if (given != expected) revert RollupQueueEntryMismatch(entry, expected, given);",
    by: "",
  },
  {
    name: "late entries may be left",
    file: "Rollup.sol",
    text: "        _requireConsumedEnough(consumed.entries, inPlaceOfSequencer, progress);\n",
    by: "",
  },
  {
    name: "no proof is needed",
    file: "Rollup.sol",
    text: "if (last == 0 ? verifier.verify(run[0], inputs[0]) : verifier.verifyAll(run, inputs)) return;",
    by: "if (last < run.length) return;",
  },
  {
    name: "a frozen rollup settles",
    file: "Rollup.sol",
    text: "        _requireActive(progress);\n        uint256 batchNumber",
    by: "        uint256 batchNumber",
  },
  {
    name: "a frozen rollup takes deposits",
    file: "Rollup.sol",
    text: "        _requireActive(progress);\n        uint256 waiting",
    by: "        uint256 waiting",
  },
  {
    name: "a rollup freezes at any time",
    file: "Rollup.sol",
    text: "if (block.timestamp <= deadline) revert RollupNotOverdue(entry, deadline);",
    by: "",
  },
  {
    name: "a deposit counts as what was sent, not as what arrived",
    file: "Rollup.sol",
    text: "return IERC20(token).balanceOf(address(this)) - before;",
    by: "return before < 1 << 255 ? amount : 0;",
  },
  {
    name: "the fees of a batch are credited twice",
    file: "Rollup.sol",
    text: "credit[ETH][msg.sender] += fees;",
    by: "credit[ETH][msg.sender] += 2 * fees;",
  },
  {
    name: "a surcharge stays in the contract",
    file: "Rollup.sol",
    text: "        if (request.surcharge > 0) _sendEth(address(0), request.surcharge);\n",
    by: "",
  },
  {
    name: "deadlines move away",
    file: "libraries/Queue.sol",
    text: "return lead + Math.max(last, latest) - latest;",
    by: "return Math.max(last, latest) - latest;",
  },
  {
    name: "deadlines stay where spam has pushed them",
    file: "libraries/Queue.sol",
    text: "return lead + Math.max(last, latest) - latest;",
    by: "return latest < last ? lead : lead;",
  },
  {
    name: "an announced shape is usable at once",
    file: "Rollup.sol",
    text: "        if (block.timestamp < slots.usableFrom) revert RollupShapeNotUsable(batch.shape, slots.usableFrom);\n",
    by: "",
  },
  {
    name: "payments can be reentered",
    file: "Rollup.sol",
    text: "    ) external override nonReentrant {\n        ExitRecord storage exits",
    by: "    ) external override {\n        ExitRecord storage exits",
  },
];
