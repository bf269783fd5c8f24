import { network } from "hardhat";

/** One in-process chain for all tests of the contracts; fixtures reset it. */
export const connection = await network.create();
export const { ethers, networkHelpers } = connection;

/** The chain as it begins. Whoever goes back to it forgets all fixtures: `networkHelpers.clearSnapshots()`. */
export const genesis = await networkHelpers.takeSnapshot();
