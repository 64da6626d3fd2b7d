// The texts on the page that stand out too little from what is behind them, as WCAG 2.1 AA counts it.
// Left out: what is disabled, initials beside the whole name, and the one button with a gradient.
() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const rgba = (css) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = css;
    canvas.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
    return [r, g, b, a / 255];
  };
  const over = (top, ground) => [0, 1, 2].map((i) => top[i] * top[3] + ground[i] * (1 - top[3])).concat(1);
  const light = (color) => {
    const [r, g, b] = color.map((part) => (part / 255 <= 0.03928 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    const layers = [];
    for (let at = node; at; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      layers.unshift(color);
      if (color[3] === 1) break;
    }
    return layers.reduce((below, layer) => over(layer, below), [255, 255, 255, 1]);
  };
  const found = new Set();
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const [words, node] = [texts.currentNode.textContent.trim(), texts.currentNode.parentElement];
    if (!words || !node.getClientRects().length || node.closest(".unseen, :disabled, .disabled, .avatar, .laser")) continue;
    const style = getComputedStyle(node);
    const behind = ground(node);
    const color = rgba(style.color);
    for (let at = node; at; at = at.parentElement) color[3] *= Number(getComputedStyle(at).opacity);
    const [high, low] = [light(over(color, behind)), light(behind)].sort((a, b) => b - a);
    const ratio = (high + 0.05) / (low + 0.05);
    const large = parseFloat(style.fontSize) >= 24 || (parseFloat(style.fontSize) >= 18.66 && Number(style.fontWeight) >= 700);
    if (ratio < (large ? 3 : 4.5)) found.add(`${node.className || node.tagName} “${words.slice(0, 20)}” ${ratio.toFixed(2)}`);
  }
  return [...found];
}
