export type Figures = Readonly<Record<string, number>>;

const record = "record it with `npm run snapshots`";

/** What is not as recorded, a line each; empty if all is. Growth is named before the rest. */
export function differences(name: string, recorded: Figures, measured: Figures): string[] {
  const grown: string[] = [];
  const others: string[] = [];
  for (const [figure, now] of Object.entries(measured)) {
    const what = `${name}.${figure}`;
    const before = recorded[figure];
    if (!Number.isSafeInteger(now)) others.push(`${what}: ${now} is not a whole number`);
    else if (before === undefined) others.push(`${what}: new, ${written(now)}: ${record}`);
    else if (now > before)
      grown.push(`${what}: was ${written(before)}, is ${written(now)}${more(before, now)}`);
    else if (now < before)
      others.push(`${what}: was ${written(before)}, is ${written(now)}, smaller: ${record}`);
  }
  for (const [figure, before] of Object.entries(recorded)) {
    if (measured[figure] === undefined) {
      others.push(`${name}.${figure}: was ${written(before)}, is not measured any more: ${record}`);
    }
  }
  return [...grown, ...others];
}

function more(before: number, now: number): string {
  return before === 0 ? "" : `, ${((100 * (now - before)) / before).toPrecision(2)} % more`;
}

function written(figure: number): string {
  return figure.toLocaleString("en-US");
}
