// What others have published of a transaction's gas. None of it was measured by us.

export interface PeerFigure {
  readonly name: string;
  readonly gasPerTransaction: number;
  /** Of what, when and how. */
  readonly what: string;
  readonly comparable: string;
  /** In Markdown. */
  readonly source: string;
}

export const peerFigures: readonly PeerFigure[] = [
  {
    name: "StarkEx",
    gasPerTransaction: 315,
    what: "300,000 transactions of Reddit's scaling contest (minting, subscriptions, burns, transfers) in rollup mode, data in calldata, on mainnet, July 2020: 94.47 million gas in all. In validium mode, data elsewhere, its authors say under 17",
    comparable:
      "data on L1 and everything included, as here, but in 2020: calldata at 16 gas a byte without the floor of EIP-7623. Its fixed costs are spread over very many transactions: what they call validium, the same without the data, would have been 5 million gas",
    source:
      "[StarkWare, The Great Reddit Bake-Off 2020](https://medium.com/starkware/the-great-reddit-bake-off-2020-c93196bad9ce)",
  },
  {
    name: "zkSync Lite",
    gasPerTransaction: 1_184,
    what: "over 300,000 transactions of the same contest as a load test of version 1.1, August 2020: blocks of 315 transactions, a commitment each, up to 20 blocks a verification. Its authors call that version unoptimised",
    comparable:
      "amortised over all transactions on L1, verification included; a record for every transaction, however often an account moves; before batched commitments",
    source:
      "[Matter Labs, first large loadtest of v1.1](https://blog.matter-labs.io/zksync-progress-update-first-large-loadtest-of-v1-1-d35886d1abf8)",
  },
  {
    name: "Loopring",
    gasPerTransaction: 1_325,
    what: "a transfer's share of the gas of mainnet blocks of Loopring 3.6, by a regression over the kinds of transactions in them, February 2021",
    comparable:
      "mixed blocks (trades, pools, withdrawals), whose fixed costs the regression spreads over them; a record for every transaction. Its script looks for the figure from 1,100 to 1,375 in steps of 25; what it printed is not published with it, so the figure itself is taken over, not reproduced by us. With fixed costs spread in another way the same authors got 2,150",
    source:
      "[Loopring, fee regression script and data](https://github.com/Loopring/protocols/pull/2187), [a second regression](https://github.com/Loopring/protocols/pull/2198)",
  },
];
