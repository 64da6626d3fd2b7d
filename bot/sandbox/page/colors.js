/** Feishu's colour names as CSS; anything that is not a known colour is no colour. */

const BASE = {
  blue: "#3370ff", wathet: "#14b4f0", turquoise: "#12b8a0", green: "#2ea121", yellow: "#f5b800", lime: "#8fb000", orange: "#ff811a",
  red: "#f54a45", carmine: "#e03e9c", violet: "#c23bd1", purple: "#7f3bf5", indigo: "#4954e6", grey: "#8f959e", neutral: "#8f959e",
};
const SHADES = {
  50: [8, "--surface"], 100: [16, "--surface"], 200: [30, "--surface"], 300: [50, "--surface"], 350: [58, "--surface"], 400: [75, "--surface"], 500: [100, "--text"],
  600: [86, "--text"], 700: [72, "--text"], 800: [58, "--text"], 900: [44, "--text"],
};
const EXACT = /^(#[0-9a-f]{3,8}|rgba?\([\d\s.,%]+\))$/i;

/** The name when it has a class c-<name> in the style sheet, else "grey". */
export const colorName = (name) => (BASE[name] ? name : "grey");

/** CSS for a colour token of a card: a name, name-shade, rgba(), or cus-N of the card's own palette. */
export function cssColor(token, card) {
  if (typeof token !== "string") return "";
  const own = card?.config?.style?.color?.[token];
  if (own) {
    const dark = matchMedia("(prefers-color-scheme: dark)").matches;
    const value = String((dark && own.dark_mode) || own.light_mode || "");
    return EXACT.test(value) ? value : "";
  }
  if (EXACT.test(token)) return token;
  if (token === "white" || token === "bg-white") return "var(--surface)";
  if (token === "default") return "";
  const [, name, shade] = /^([a-z]+)(?:-(\d+))?$/.exec(token) ?? [];
  if (!BASE[name]) return "";
  if (!shade) return name === "grey" || name === "neutral" ? "var(--text-2)" : `var(--t-${name})`;
  const [percent, into] = SHADES[shade] ?? SHADES[500];
  return percent === 100 ? BASE[name] : `color-mix(in srgb, ${BASE[name]} ${percent}%, var(${into}))`;
}

/** CSS for a background_style or background_color; plain names mean their lightest shade. */
export function cssBackground(token, card) {
  if (token === "grey") return "var(--fill)";
  if (token === "laser") return "linear-gradient(90deg, #e8edff, #f3e6ff)";
  return BASE[token] ? cssColor(`${token}-50`, card) : cssColor(token, card);
}

const LENGTHS = { small: "4px", medium: "8px", large: "12px", extra_large: "16px" };

/** CSS for a spacing, padding, margin or size in px; "" when it is none. */
export function cssLength(value) {
  if (typeof value !== "string") return "";
  return LENGTHS[value] ?? (/^-?\d{1,3}px( -?\d{1,3}px){0,3}$/.test(value) ? value : "");
}
