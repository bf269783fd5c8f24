import { expect } from "chai";
import { FleetError } from "../../../plugin/prover/fleet/errors.ts";
import { parseQueueUrl, redactUrl } from "../../../plugin/prover/fleet/queue-url.ts";

describe("The address of a queue", () => {
  it("is a Redis URL, with or without TLS, user, password, port and database", () => {
    for (const url of [
      "redis://host",
      "redis://u:p@host:6380/3",
      "rediss://:p@host/",
      "redis://[::1]:6379",
    ]) {
      expect(parseQueueUrl(url).hostname, url).to.not.equal("");
    }
  });

  it("is refused otherwise, without showing a password", () => {
    for (const url of ["", "host:6379", "http://u:hunter2@host", "redis://u:hunter2@host/name", "redis://"]) {
      expect(() => parseQueueUrl(url), url)
        .to.throw(FleetError)
        .with.property("message")
        .that.does.not.include("hunter2");
    }
  });

  it("is shown without user, password and query", () => {
    expect(redactUrl("rediss://alice:hunter2@host:6380/3?password=hunter2")).to.equal(
      "rediss://***@host:6380/3",
    );
    expect(redactUrl("redis://host:6379/")).to.equal("redis://host:6379");
    expect(redactUrl("hunter2")).to.equal("(not a URL)");
  });
});
