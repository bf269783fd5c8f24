/** What tasks are defined with: Hardhat 3's own functions, or plugin/hardhat2/task-language.ts, where Hardhat 2 has none of them. */
export type TaskLanguage = Pick<typeof import("hardhat/config"), "task" | "emptyTask"> &
  Pick<typeof import("hardhat/types/arguments"), "ArgumentType">;
