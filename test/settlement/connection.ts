import { network } from "hardhat";

/** One in-process chain for the tests of this folder; fixtures reset it. */
export const connection = await network.create();
export const { ethers, networkHelpers } = connection;
