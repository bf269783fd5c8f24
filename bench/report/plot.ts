import * as vega from "vega";
import { compile, type TopLevelSpec } from "vega-lite";

/** Colours that people with colour blindness tell apart (Okabe and Ito), on white and on dark pages. */
const colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000"];

/** @returns The plot as an SVG document. Deterministic. */
export async function plotSvg(specification: TopLevelSpec): Promise<string> {
  const { spec } = compile({
    background: "white",
    padding: 8,
    ...specification,
    config: {
      font: "sans-serif",
      range: { category: colours },
      axis: { grid: true, gridOpacity: 0.5, titleFontWeight: "normal" },
      line: { point: true },
      ...specification.config,
    },
  });
  const view = new vega.View(vega.parse(spec), { renderer: "none" });
  // Numbers of clips go on from plot to plot otherwise.
  vega.resetSVGDefIds();
  try {
    return `${await view.toSVG()}\n`;
  } finally {
    view.finalize();
  }
}
