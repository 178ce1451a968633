// Charts of the value stream: draws the figures that the page carries, in the colours of the page.
// The tables are in the page already; once a chart is drawn its table folds, and for paper it opens again.
(function () {
  'use strict';

  const CONFIG = { displayModeBar: false, responsive: true, locale: document.documentElement.lang, doubleClick: false, scrollZoom: false };
  const PHONE = 640;
  const ZIEL_PX = 24;

  // Plotly does not read oklch() and the like; the browser does.
  function asRgb(color) {
    const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    const [red, green, blue] = context.getImageData(0, 0, 1, 1).data;
    return `rgb(${red},${green},${blue})`;
  }

  function isDark() {
    const forced = document.documentElement.dataset.kernTheme;
    return forced ? forced === 'dark' : window.matchMedia('(prefers-color-scheme: dark)').matches;
  }

  // The figure comes in light colours; every one is replaced by the token or the dark value of the page.
  function inColours(node, dark) {
    const colours = JSON.parse(node.dataset.farben);
    const style = getComputedStyle(document.documentElement);
    let text = node.dataset.figur;
    Object.entries(colours).forEach(([light, [token, darkValue]]) => {
      const value = token ? style.getPropertyValue(token).trim() : '';
      text = text.replaceAll(light, (value && asRgb(value)) || (dark ? darkValue : light));
    });
    return JSON.parse(text);
  }

  function arrange(figure, width) {
    const { layout } = figure;
    const several = figure.data.length > 1;
    layout.margin = { l: 8, r: 64, t: several ? 56 : 32, b: 52 };
    Object.assign(layout.yaxis, { ticks: 'outside', ticklen: 6, tickcolor: 'rgba(0,0,0,0)' });
    layout.dragmode = false;
    layout.showlegend = several;
    layout.legend = {
      orientation: 'h', x: 0, xanchor: 'left', y: 1, yanchor: 'bottom', yref: 'paper', traceorder: 'normal',
      itemclick: false, itemdoubleclick: false,
    };
    if (several && (layout.shapes || []).length) raiseLegend(layout);
    if (width < PHONE) narrow(figure, width);
    return figure;
  }

  // The label of the target stands above its line: the legend makes room for it.
  function raiseLegend(layout) {
    layout.height += 2 * ZIEL_PX;
    layout.margin.t += ZIEL_PX;
    layout.legend.y = 1 + ZIEL_PX / (layout.height - layout.margin.t - layout.margin.b);
  }

  // On a phone names beside the bars would leave no room for the bars: they go above them.
  function narrow({ data, layout }, width) {
    layout.font = { size: 13 };
    layout.margin.r = 24;
    const { tickvals, ticktext } = layout.yaxis;
    if (data[0].orientation !== 'h' || !tickvals || !ticktext) return;
    const letters = Math.floor(width / 7.5);
    layout.bargap = 0.62;
    const row = (layout.height - layout.margin.t - layout.margin.b) / tickvals.length;
    const above = row * (1 - layout.bargap) / 2 + 10;
    layout.margin.r = 72;
    layout.yaxis.showticklabels = false;
    const names = ticktext.map((name, index) => {
      const text = name.replaceAll('<br>', ' ');
      return {
        x: 0, y: tickvals[index], text: text.length > letters ? `${text.slice(0, letters - 1)}…` : text,
        showarrow: false, xanchor: 'left', yshift: above,
      };
    });
    layout.annotations = [...(layout.annotations || []), ...names];
  }

  async function draw(node, dark) {
    node.hidden = false;
    node.classList.toggle('bild__flaeche--dunkel', dark);
    const figure = arrange(inColours(node, dark), node.clientWidth);
    await window.Plotly.react(node, figure.data, figure.layout, CONFIG);
  }

  function twinOf(node) {
    const next = node.closest('figure').nextElementSibling;
    return next && next.matches('[data-zwilling]') ? next : null;
  }

  const nodes = [...document.querySelectorAll('[data-figur]')];
  nodes.forEach((node) => {
    draw(node, isDark()).then(() => {
      const twin = twinOf(node);
      if (twin) twin.open = false;
      node.dataset.fertig = '';
    }).catch((error) => {
      node.hidden = true; // its table stays open
      console.warn(error);
    });
  });
  window.matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => nodes.forEach((node) => draw(node, isDark())));

  let opened = [];
  window.addEventListener('beforeprint', () => {
    opened = [...document.querySelectorAll('[data-zwilling]:not([open])')];
    opened.forEach((twin) => { twin.open = true; });
  });
  window.addEventListener('afterprint', () => opened.forEach((twin) => { twin.open = false; }));

  // A choice applies at once; typed values wait for the button.
  document.querySelectorAll('[data-filter]').forEach((form) => {
    form.addEventListener('change', (event) => { if (event.target.matches('select')) form.requestSubmit(); });
  });
})();
