import { FleetError } from "./errors.ts";

const expected = "redis://[user:password@]host[:port][/database], or rediss:// for TLS";

/**
 * Checks the address of a queue.
 *
 * @throws FleetError, which never shows a password
 */
export function parseQueueUrl(url: string): URL {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  const fault =
    parsed === undefined
      ? "not a URL"
      : !["redis:", "rediss:"].includes(parsed.protocol)
        ? `protocol ${parsed.protocol}`
        : parsed.hostname === ""
          ? "no host"
          : !/^(\/\d*)?$/.test(parsed.pathname)
            ? "the path is not the number of a database"
            : undefined;
  if (parsed !== undefined && fault === undefined) return parsed;
  throw new FleetError("The address of the queue is not one of a Redis server.", {
    given: redactUrl(url),
    problem: fault ?? "not a URL",
    expected,
  });
}

/** A URL for messages: without user, password and query. */
export function redactUrl(url: string): string {
  if (!URL.canParse(url)) return "(not a URL)";
  const { protocol, username, password, host, pathname } = new URL(url);
  const who = username === "" && password === "" ? "" : "***@";
  return `${protocol}//${who}${host}${pathname === "/" ? "" : pathname}`;
}
