import { network } from "hardhat";

/** One in-process chain for the tests of this folder; fixtures reset it. */
export const { ethers, networkHelpers } = await network.create();
