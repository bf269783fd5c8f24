import { expect } from "chai";
import { z } from "zod";
import { FleetError, NotAuthenticError } from "../../../plugin/prover/fleet/errors.ts";
import { FleetSecret } from "../../../plugin/prover/fleet/fleet-secret.ts";

const text = "a secret of thirty-two characters or more";
const schema = z.object({ a: z.number(), b: z.string() }).strict();

describe("FleetSecret", () => {
  const secret = new FleetSecret(text);
  const signed = secret.sign("job", { b: "two", a: 1 });

  it("opens what it signed, whatever the order of the fields", () => {
    expect(new FleetSecret(text).open("job", signed, schema)).to.deep.equal({ a: 1, b: "two" });
    expect(secret.sign("job", { a: 1, b: "two" })).to.deep.equal(signed);
  });

  it("refuses other content, another kind, another secret, and what is not signed", () => {
    const changed = { ...signed, content: signed.content.replace("1", "2") };
    expect(() => secret.open("job", changed, schema)).to.throw(NotAuthenticError);
    expect(() => secret.open("result", signed, schema)).to.throw(NotAuthenticError);
    expect(() => new FleetSecret(`${text}.`).open("job", signed, schema)).to.throw(NotAuthenticError);
    for (const unsigned of [
      undefined,
      null,
      "x",
      {},
      { content: signed.content },
      { ...signed, signature: "" },
    ]) {
      expect(() => secret.open("job", unsigned, schema)).to.throw(NotAuthenticError);
    }
  });

  it("refuses what another version signed", () => {
    const other = secret.sign("job", { a: 1, b: "two", c: 3 });
    expect(() => secret.open("job", other, schema)).to.throw(NotAuthenticError, "another version");
  });

  it("has a fingerprint of its own, and does not show itself", () => {
    expect(secret.fingerprint).to.match(/^[0-9a-f]{16}$/);
    expect(new FleetSecret(`${text}.`).fingerprint).to.not.equal(secret.fingerprint);
    expect(JSON.stringify(secret)).to.not.include(text);
  });

  it("refuses a short secret, without showing it", () => {
    expect(() => new FleetSecret("hunter2"))
      .to.throw(FleetError, "openssl rand")
      .with.property("message")
      .that.does.not.include("hunter2");
  });
});
