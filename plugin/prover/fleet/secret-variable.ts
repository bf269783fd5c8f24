/** The configuration variable that holds a fleet's secret: in the environment, or in Hardhat's keystore. */
export const secretVariable = "HARDHAT_ROLLUP_FLEET_SECRET";
