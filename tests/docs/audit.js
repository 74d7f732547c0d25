// What a reader could not read on the page that is open: text outside of its box, cut off, or of too little contrast.
// Contrast as WCAG 2.2 defines it: 4.5 to 1, or 3 to 1 from 24 px (18.66 px bold) on. Gives one line per fault.
() => {
  const SLACK_PX = 1.5;
  const faults = [];
  document.querySelectorAll("details").forEach((details) => (details.open = true));

  const name = (element) => {
    const kind = element.getAttribute("class");
    return element.tagName.toLowerCase() + (kind ? "." + kind.trim().split(/\s+/).join(".") : "");
  };
  const say = (what, text, element) => faults.push(`${what}: "${text.trim().slice(0, 40)}" in ${name(element)}`);

  // [r, g, b, alpha] of what a computed style says.
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const colours = new Map();
  const colour = (css) => {
    if (!colours.has(css)) {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = css;
      canvas.fillRect(0, 0, 1, 1);
      const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data;
      colours.set(css, [r, g, b, a / 255]);
    }
    return colours.get(css);
  };
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const luminance = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((v) => (v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (a, b) => {
    const [dark, light] = [luminance(a), luminance(b)].sort((x, y) => x - y);
    return (light + 0.05) / (dark + 0.05);
  };
  const parents = function* (element) {
    for (let each = element; each; each = each.parentElement) yield each;
  };
  const opacity = (element) => {
    let product = 1;
    for (const each of parents(element)) product *= Number(getComputedStyle(each).opacity);
    return product;
  };
  const background = (element) => {
    const layers = [];
    for (const each of parents(element)) {
      const layer = colour(getComputedStyle(each).backgroundColor);
      if (layer[3] > 0) layers.push(layer);
      if (layer[3] === 1) break;
    }
    const canvas = matchMedia("(prefers-color-scheme: dark)").matches ? [18, 18, 18, 1] : [255, 255, 255, 1];
    return layers.reduceRight((below, top) => over(top, below), canvas);
  };
  // Behind the text of a drawing lies what was painted before it at its middle, else the page.
  const behind = (element, box) => {
    const svg = element.closest("svg");
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
    const shapes = [...svg.querySelectorAll("rect, circle, path, polygon")].filter((shape) => {
      if (!(shape.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING)) return false;
      const at = shape.getBoundingClientRect();
      const filled = getComputedStyle(shape).fill !== "none";
      return filled && shape.tagName !== "path" && at.left <= x && x <= at.right && at.top <= y && y <= at.bottom;
    });
    return shapes.reduce((below, shape) => {
      const style = getComputedStyle(shape);
      const [r, g, b, a] = colour(style.fill);
      return over([r, g, b, a * style.fillOpacity * opacity(shape)], below);
    }, background(svg));
  };

  const checkContrast = (text, element, box) => {
    const style = getComputedStyle(element);
    const drawn = element instanceof SVGElement;
    const ground = drawn ? behind(element, box) : background(element);
    const [r, g, b, a] = colour(drawn ? style.fill : style.color);
    const ink = over([r, g, b, a * opacity(element)], ground);
    const size = parseFloat(style.fontSize);
    const wanted = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700) ? 3 : 4.5;
    const found = contrast(ink, ground);
    if (found < wanted) say(`contrast ${found.toFixed(2)} of ${wanted}`, text, element);
  };

  const isBox = (style) =>
    colour(style.backgroundColor)[3] > 0 || ["Left", "Right"].some((side) => parseFloat(style[`border${side}Width`]) > 0);
  const checkBoxes = (text, element, box) => {
    for (const each of parents(element)) {
      if (each === document.body) break;
      const style = getComputedStyle(each);
      if (style.display === "inline" || style.display === "contents") continue;
      const around = each.getBoundingClientRect();
      const outside = box.left < around.left - SLACK_PX || box.right > around.right + SLACK_PX;
      const scrolls = ["auto", "scroll"].includes(style.overflowX);
      const cuts = ["hidden", "clip"].includes(style.overflowX) || each.tagName === "svg";
      if (scrolls || style.textOverflow === "ellipsis") return; // reached by scrolling, or shortened on purpose
      if (outside && (cuts || isBox(style))) return say(`${cuts ? "cut off by" : "runs out of"} ${name(each)}`, text, element);
      if (style.position === "fixed") return;
    }
  };

  const width = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth > width) faults.push(`the page is ${document.documentElement.scrollWidth} px wide`);
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  const range = document.createRange();
  while (walker.nextNode()) {
    const node = walker.currentNode;
    const element = node.parentElement;
    if (!node.data.trim() || ["SCRIPT", "STYLE", "TITLE", "DESC", "NOSCRIPT"].includes(element.tagName.toUpperCase())) continue;
    if (!element.checkVisibility({ opacityProperty: true, visibilityProperty: true })) continue;
    range.selectNodeContents(node);
    const boxes = [...range.getClientRects()].filter((box) => box.width > 0 && box.right > 0);
    if (!boxes.length) continue;
    boxes.forEach((box) => checkBoxes(node.data, element, box));
    checkContrast(node.data, element, boxes[0]);
  }
  return [...new Set(faults)];
}
