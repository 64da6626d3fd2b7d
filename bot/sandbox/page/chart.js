/** Charts: VChart is loaded when the first one comes on screen; drawn and disposed here; VChart follows the
 * size of the box by itself. */

import { el } from "./dom.js";
import { t } from "./texts.js";

const PALETTES = {
  brand: ["#3370ff", "#2fd5c4", "#ffc60a", "#7f3bf5", "#ff811a", "#f54a45", "#14c0ff", "#34c724", "#e03e9c", "#8f959e"],
  rainbow: ["#f54a45", "#ff811a", "#ffc60a", "#34c724", "#14c0ff", "#3370ff", "#7f3bf5", "#e03e9c"],
  complementary: ["#3370ff", "#ff811a", "#2fd5c4", "#f54a45", "#7f3bf5", "#ffc60a"],
  converse: ["#3370ff", "#f54a45", "#2fd5c4", "#ff811a"],
  primary: ["#3370ff", "#5c8dff", "#85aaff", "#adc6ff", "#d6e3ff"],
};
const RATIOS = { "1:1": 1, "2:1": 2, "4:3": 4 / 3, "16:9": 16 / 9 };
const ROUND = new Set(["circularProgress", "pie", "gauge", "rose", "radar"]);

let library = null;
function load() {
  library ??= new Promise((resolve, reject) => {
    const script = el("script", { src: new URL("vendor/vchart.min.js", import.meta.url).href });
    script.onload = () => resolve(window.VChart.default);
    script.onerror = () => { library = null; reject(new Error("vchart.min.js cannot be loaded")); };
    document.head.append(script);
  });
  return library;
}

function theme() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  const axis = {
    label: { style: { fill: read("--text-3"), fontSize: 11 } }, grid: { style: { stroke: read("--line-soft"), lineDash: [] } },
    domainLine: { style: { stroke: read("--line") } }, tick: { style: { stroke: read("--line") } }, title: { style: { fill: read("--text-3"), fontSize: 12 } },
  };
  return {
    background: "transparent", fontFamily: read("--font"),
    component: {
      title: { textStyle: { fontSize: 14, fill: read("--text"), fontWeight: 600 } }, axis,
      indicator: { title: { style: { fill: read("--text") } }, content: { style: { fill: read("--text-3") } } },
      discreteLegend: { item: { label: { style: { fill: read("--text-2"), fontSize: 12 } } } },
    },
    series: { circularProgress: { track: { style: { fill: read("--track"), fillOpacity: 1 } } } },
  };
}

/** The spec as given, with the client's defaults; its own wishes win. */
function dressed(component) {
  const spec = structuredClone(component.chart_spec);
  spec.color ??= PALETTES[component.color_theme] ?? PALETTES.brand;
  spec.padding ??= ROUND.has(spec.type) ? 4 : { top: 8, right: 8, bottom: 4, left: 4 };
  spec.background = "transparent";
  spec.animation = false;
  spec.theme = theme();
  // VChart's HTML tooltip writes text as markup; the drawn one cannot.
  spec.tooltip = { ...(spec.tooltip ?? {}), renderMode: "canvas", confine: true };
  return spec;
}

const seen = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    seen.unobserve(target);
    draw(target);
  }
}, { rootMargin: "200px" });

async function draw(node) {
  try {
    const VChart = await load();
    if (!node.isConnected || node.chart) return;
    node.chart = new VChart(dressed(node.component), { dom: node, mode: "desktop-browser", disableDirtyBounds: true });
    await node.chart.renderAsync();
    if (!node.isConnected) return;
    node.dataset.ready = "";
  } catch (error) {
    node.chart?.release();
    node.chart = null;
    node.classList.add("chart-failed");
    node.replaceChildren(`${t("chartFailed")}: ${error.message}`);
  }
}

/** A chart component; the one already drawn is taken over when it shows the same. */
export function renderChart(component, ctx) {
  const key = JSON.stringify(component);
  const same = ctx.oldCharts?.get(key);
  if (same) {
    ctx.oldCharts.delete(key);
    return same;
  }
  const node = el("div.chart", { role: "img", "aria-label": String(component.chart_spec?.title?.text ?? t("chart")), dataset: { kind: String(component.chart_spec?.type ?? "") } });
  node.component = component;
  node.key = key;
  const px = /^\d{1,3}px$/.test(component.height ?? "") ? component.height : null;
  if (px) node.style.height = px;
  else node.style.aspectRatio = String(RATIOS[component.aspect_ratio] ?? (ctx.phone() ? 1 : 16 / 9));
  seen.observe(node);
  return node;
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
  for (const node of document.querySelectorAll(".chart[data-ready]")) {
    node.chart?.release();
    node.chart = null;
    delete node.dataset.ready;
    seen.observe(node);
  }
});

/** The drawn charts below `root` by what they show, for the redrawing of a card. */
export function drawnCharts(root) {
  return new Map([...root.querySelectorAll(".chart")].map((node) => [node.key, node]));
}

/** Releases charts that are not on the page any more. */
export function dispose(charts) {
  for (const node of charts) {
    seen.unobserve(node);
    node.chart?.release();
    node.chart = null;
  }
}
