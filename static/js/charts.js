// Charts: Chart.js draws what the server sent as numbers. Where it cannot, the server's own drawing stays.

const figures = [...document.querySelectorAll("figure[data-chart]")];
const calm = matchMedia("(prefers-reduced-motion: reduce)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const shown = new Map();
let loading;

function library(address) {
  loading ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => resolve(window.Chart);
    script.onerror = reject;
    document.head.append(script);
  });
  return loading;
}

// What a colour's name means in the theme of this moment, in figures that a canvas and Chart.js understand.
function colours(figure) {
  const probe = figure.querySelector(".drawing").cloneNode(false);
  const shape = document.createElementNS(probe.namespaceURI, "rect");
  probe.append(shape);
  figure.append(probe);
  const dot = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const read = (name) => {
    shape.setAttribute("class", `f-${name}`);
    dot.clearRect(0, 0, 1, 1);
    dot.fillStyle = getComputedStyle(shape).fill;
    dot.fillRect(0, 0, 1, 1);
    const [red, green, blue] = dot.getImageData(0, 0, 1, 1).data;
    return `rgb(${red}, ${green}, ${blue})`;
  };
  const named = Object.fromEntries(
    ["ink", "quiet", "surface", "raised", ...figure.colourNames].map((name) => [name, read(name)]),
  );
  probe.remove();
  return named;
}

/** Under a narrow chart a long name would run out of the picture; the tooltip and the table have all of it. */
function shortened(value) {
  const label = this.getLabelForValue(value);
  return this.chart.width < 420 && label.length > 14 ? `${label.slice(0, 13)}…` : label;
}

function options(data, named, type) {
  const stacked = data.kind === "stacked";
  const ticks = { color: named.quiet, precision: 0, font: { family: getComputedStyle(document.body).fontFamily } };
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: calm.matches ? false : { duration: 300 },
    interaction: { mode: "index", intersect: false },
    scales: {
      x: { stacked, ticks: { ...ticks, callback: shortened }, grid: { display: false }, border: { color: named.quiet } },
      y: { stacked, ticks, beginAtZero: true, grid: { color: named.raised }, border: { display: false } },
    },
    plugins: {
      legend: { align: "start", labels: { color: named.ink, boxWidth: 10, boxHeight: 10, useBorderRadius: true, borderRadius: 2 } },
      tooltip: {
        backgroundColor: named.ink, titleColor: named.surface, bodyColor: named.surface, footerColor: named.surface,
        displayColors: type !== "bar" || data.series.length > 1, multiKeyBackground: named.surface,
      },
    },
  };
}

function configuration(data, named) {
  const type = data.kind === "line" ? "line" : "bar";
  const datasets = data.series.map((series) => ({
    label: series.name,
    data: series.values,
    backgroundColor: named[series.colour],
    hoverBackgroundColor: named[series.colour],
    borderColor: named[series.colour],
    borderWidth: type === "line" ? 2 : 0,
    borderRadius: type === "line" ? 0 : 2,
    pointRadius: 2.5,
    spanGaps: false,
    categoryPercentage: 0.72,
  }));
  return { type, data: { labels: data.labels, datasets }, options: options(data, named, type) };
}

function draw(figure, Chart) {
  const data = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
  figure.colourNames = [...new Set(data.series.map((series) => series.colour))];
  const canvas = figure.querySelector("canvas");
  shown.get(figure)?.destroy();
  const made = configuration(data, colours(figure));
  figure.querySelector(".picture-canvas").hidden = false;
  figure.querySelector(".picture-scroll").hidden = true;
  shown.set(figure, new Chart(canvas, made));
}

async function drawAll() {
  try {
    const Chart = await library(figures[0].dataset.library);
    figures.forEach((figure) => draw(figure, Chart));
  } catch {
    figures.forEach((figure) => {
      figure.querySelector(".picture-canvas").hidden = true;
      figure.querySelector(".picture-scroll").hidden = false;
    });
  }
}

if (figures.length) {
  await drawAll();
  dark.addEventListener("change", drawAll);
  calm.addEventListener("change", drawAll);
  new MutationObserver(drawAll).observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
}
