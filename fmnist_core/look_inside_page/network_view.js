// What can be clicked on Look inside: the diagram of the steps, the tiles of one step's maps, and one
// map enlarged. Values come as bytes: 1 to 255 from the most negative to the most positive one, 128
// is zero, and 0 is no number.

export default function ({ data, parentElement, setTriggerValue }) {
  const pick = (value) => setTriggerValue("picked", value);
  if (data.kind === "diagram") drawDiagram(parentElement, data, pick);
  if (data.kind === "tiles") drawTiles(parentElement, data, pick);
  if (data.kind === "map") drawMap(parentElement, data, pick);
}

const NEGATIVE = [38, 84, 196], ZERO = [247, 245, 240], POSITIVE = [196, 64, 16];
const NO_NUMBER = [128, 128, 128, 0];
const GAP = 4;

function colors(palette) {
  const table = [NO_NUMBER];
  for (let byte = 1; byte < 256; byte++) {
    if (palette === "gray") {
      table.push([byte, byte, byte, 255]);
      continue;
    }
    const signed = (byte - 128) / 127;
    const end = signed < 0 ? NEGATIVE : POSITIVE;
    const strength = Math.min(1, Math.abs(signed));
    table.push([...ZERO.map((zero, i) => Math.round(zero + strength * (end[i] - zero))), 255]);
  }
  return table;
}
const TABLES = { signed: colors("signed"), gray: colors("gray") };

function bytesOf(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function picture(bytes, width, height, palette) {
  const canvas = document.createElement("canvas");
  canvas.width = width;
  canvas.height = height;
  const context = canvas.getContext("2d");
  const image = context.createImageData(width, height);
  for (let i = 0; i < width * height; i++) image.data.set(TABLES[palette][bytes[i]], 4 * i);
  context.putImageData(image, 0, 0);
  return canvas;
}

// A canvas of this size on the screen, sharp on any display.
function sized(canvas, width, height) {
  const ratio = window.devicePixelRatio || 1;
  canvas.width = Math.round(width * ratio);
  canvas.height = Math.round(height * ratio);
  canvas.style.width = `${width}px`;
  canvas.style.height = `${height}px`;
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.imageSmoothingEnabled = false;
  context.clearRect(0, 0, width, height);
  return context;
}

function child(parent, selector, make) {
  return parent.querySelector(selector) ?? parent.appendChild(make());
}

function element(name, className, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// --- The diagram ---------------------------------------------------------------------------------

function drawDiagram(root, data, pick) {
  const diagram = child(root, ".diagram", () => element("div", "diagram"));
  data.rows.forEach((row, index) => {
    const box = diagram.children[index] ?? diagram.appendChild(element("div", "row"));
    drawRow(box, row, pick);
  });
  while (diagram.children.length > data.rows.length) diagram.lastChild.remove();
}

function drawRow(box, row, pick) {
  const title = child(box, ".row-title", () => element("p", "row-title"));
  title.textContent = row.title;
  title.hidden = row.title === "";
  const strip = child(box, ".strip", () => element("div", "strip"));
  strip.setAttribute("role", "group");
  strip.setAttribute("aria-label", row.title || "The network, from the picture to the answer");
  const names = row.steps.map((step) => step.name).join(" ");
  if (strip.dataset.names !== names) {
    strip.replaceChildren(...row.steps.map(makeStep));
    strip.dataset.names = names;
    strip.dataset.shown = "";
  }
  row.steps.forEach((step, index) => updateStep(strip.children[index], step, pick));
  const shown = row.steps.find((step) => step.state)?.name ?? "";
  if (strip.dataset.shown !== shown) {
    strip.dataset.shown = shown;
    const current = [...strip.children].find((button) => button.dataset.step === shown);
    const scroll = () => {
      if (!current) return;
      const left = current.offsetLeft - strip.offsetLeft;
      const isInside = left >= strip.scrollLeft &&
        left + current.offsetWidth <= strip.scrollLeft + strip.clientWidth;
      if (!isInside) strip.scrollLeft = left - (strip.clientWidth - current.offsetWidth) / 2;
    };
    requestAnimationFrame(scroll);
  }
}

function makeStep(step) {
  const button = element("button", "step");
  button.type = "button";
  button.dataset.step = step.name;
  button.append(element("canvas", "thumbnail"), element("b", "title"), element("span", "shape"));
  return button;
}

function updateStep(button, step, pick) {
  button.onclick = () => pick({ step: step.name });
  button.title = step.tip;
  button.dataset.state = step.state;
  button.setAttribute("aria-pressed", String(step.state !== ""));
  button.classList.toggle("block", step.isBlock);
  button.querySelector(".title").textContent = step.title;
  button.querySelector(".shape").textContent = step.shape;
  const canvas = button.querySelector(".thumbnail");
  canvas.hidden = !step.map;
  if (!step.map || canvas.dataset.bytes === step.map.bytes) return;
  canvas.dataset.bytes = step.map.bytes;
  const { width, height, palette } = step.map;
  const edge = 56;
  const scale = Math.min(edge / width, edge / height);
  const context = sized(canvas, Math.max(8, width * scale), Math.max(8, height * scale));
  const source = picture(bytesOf(step.map.bytes), width, height, palette);
  context.drawImage(source, 0, 0, Math.max(8, width * scale), Math.max(8, height * scale));
}

// --- Tiles ---------------------------------------------------------------------------------------

function drawTiles(root, data, pick) {
  const box = child(root, ".tiles", () => element("div", "tiles"));
  const canvas = child(box, "canvas", () => element("canvas", "grid"));
  const tip = child(root, ".tip", () => element("div", "tip"));
  if (box.data?.bytes !== data.bytes) canvas.dataset.version = 1 + Number(canvas.dataset.version ?? 0);
  box.data = data;
  box.pick = pick;
  const draw = () => layTiles(box, canvas);
  draw();
  if (!box.observer) {
    let width = box.clientWidth;
    box.observer = new ResizeObserver(() => {
      if (box.clientWidth !== width) draw();
      width = box.clientWidth;
    });
    box.observer.observe(box);
    listenToTiles(box, canvas, tip);
  }
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", data.label);
  canvas.tabIndex = data.canPick ? 0 : -1;
  canvas.dataset.step = data.step;
  canvas.dataset.count = data.count;
}

function layTiles(box, canvas) {
  const { data } = box;
  const available = Math.max(box.clientWidth, 200);
  const aspect = data.height / data.width;
  const wanted = Math.sqrt((available * data.area) / data.count / aspect) - GAP;
  const smallest = data.width > 9 ? 44 : 18; // what can still be told apart; the box scrolls
  const edge = Math.max(Math.min(wanted, data.edge), smallest);
  const columns = Math.max(1, Math.min(data.count, Math.floor((available + GAP) / (edge + GAP))));
  const width = Math.min(edge, available - GAP);
  const height = width * aspect;
  const rows = Math.ceil(data.count / columns);
  const context = sized(
    canvas, columns * (width + GAP) + GAP, rows * (height + GAP) + GAP,
  );
  box.tiling = { columns, width, height };
  const bytes = bytesOf(data.bytes), size = data.width * data.height;
  for (let tile = 0; tile < data.count; tile++) {
    const left = GAP + (tile % columns) * (width + GAP);
    const top = GAP + Math.floor(tile / columns) * (height + GAP);
    const values = bytes.subarray(tile * size, (tile + 1) * size);
    context.drawImage(picture(values, data.width, data.height, data.palette), left, top, width, height);
    if (tile !== data.selected) continue;
    context.strokeStyle = getComputedStyle(box).outlineColor;
    context.lineWidth = 3;
    context.strokeRect(left - 1.5, top - 1.5, width + 3, height + 3);
  }
}

function placeIn(box, canvas, event) {
  const { columns, width, height } = box.tiling, { data } = box;
  const bounds = canvas.getBoundingClientRect();
  const x = event.clientX - bounds.left - GAP, y = event.clientY - bounds.top - GAP;
  const tileColumn = Math.floor(x / (width + GAP)), tileRow = Math.floor(y / (height + GAP));
  const tile = tileRow * columns + tileColumn;
  if (x < 0 || y < 0 || tileColumn >= columns || tile >= data.count) return null;
  const part = (rest, edge, count) => Math.min(count - 1, Math.max(0, Math.floor((rest / edge) * count)));
  return {
    tile,
    row: part(y - tileRow * (height + GAP), height, data.height),
    column: part(x - tileColumn * (width + GAP), width, data.width),
  };
}

function listenToTiles(box, canvas, tip) {
  canvas.addEventListener("click", (event) => {
    const place = placeIn(box, canvas, event);
    if (place && box.data.canPick) box.pick({ at: [place.tile, place.row, place.column] });
  });
  canvas.addEventListener("keydown", (event) => {
    const moves = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -box.tiling.columns, ArrowDown: box.tiling.columns };
    if (!box.data.canPick || !(event.key in moves)) return;
    event.preventDefault();
    const tile = box.data.selected + moves[event.key];
    if (tile >= 0 && tile < box.data.count) box.pick({ at: [tile, ...box.data.position] });
  });
  canvas.addEventListener("pointermove", (event) => {
    const place = placeIn(box, canvas, event);
    if (!place) return void (tip.hidden = true);
    const { data } = box;
    const index = (place.tile * data.height + place.row) * data.width + place.column;
    const byte = bytesOf(data.bytes)[index];
    const signed = data.palette === "gray" ? (byte - 1) / 254 : (byte - 128) / 127;
    const value = signed * data.scales[data.scales.length > 1 ? place.tile : 0];
    const about = byte === 0 ? "" : ` ≈ ${value.toPrecision(2)}`;
    const where = data.width * data.height > 1 ? `, row ${place.row}, column ${place.column}` : "";
    showTip(tip, event, `${data.noun} ${place.tile}${where}${about}`);
  });
  canvas.addEventListener("pointerleave", () => (tip.hidden = true));
}

function showTip(tip, event, text) {
  tip.hidden = false;
  tip.textContent = text;
  tip.style.left = `${Math.min(event.clientX + 14, window.innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${event.clientY + 16}px`;
}

// --- One map -------------------------------------------------------------------------------------

function drawMap(root, data, pick) {
  const box = child(root, ".map", () => element("div", "map"));
  const canvas = child(box, "canvas", () => element("canvas", "grid"));
  const tip = child(root, ".tip", () => element("div", "tip"));
  const wanted = Math.max(6, Math.min(data.edge / data.width, data.edge / data.height, 44));
  const cell = Math.min(wanted, Math.max(box.clientWidth, 200) / data.width);
  const context = sized(canvas, cell * data.width, cell * data.height);
  context.drawImage(
    picture(bytesOf(data.bytes), data.width, data.height, data.palette),
    0, 0, cell * data.width, cell * data.height,
  );
  if (data.frame) {
    const [row, column, height, width] = data.frame;
    // Two lines, so that the frame is seen on every color.
    for (const [color, inset] of [["#141a2b", 1], ["#ffffff", 2.5]]) {
      context.strokeStyle = color;
      context.lineWidth = 1.5;
      context.strokeRect(
        column * cell + inset, row * cell + inset,
        width * cell - 2 * inset, height * cell - 2 * inset,
      );
    }
  }
  box.data = data;
  box.pick = pick;
  canvas.setAttribute("role", "application");
  canvas.setAttribute("aria-label", data.label);
  canvas.tabIndex = data.canPick ? 0 : -1;
  const placeOf = (event) => {
    const bounds = canvas.getBoundingClientRect();
    const scale = data.width / bounds.width;
    const column = Math.floor((event.clientX - bounds.left) * scale);
    const row = Math.floor((event.clientY - bounds.top) * scale);
    const isInside = row >= 0 && row < data.height && column >= 0 && column < data.width;
    return isInside ? { row, column } : null;
  };
  canvas.onclick = (event) => {
    const place = placeOf(event);
    if (place && data.canPick) pick({ at: [data.number, place.row, place.column] });
  };
  canvas.onpointermove = (event) => {
    const place = placeOf(event);
    const index = place && place.row * data.width + place.column;
    const value = place && data.numbers[index];
    if (value == null) return void (tip.hidden = true);
    const name = data.names[index] ?? `row ${place.row}, column ${place.column}`;
    showTip(tip, event, `${name}: ${value}`);
  };
  canvas.onpointerleave = () => (tip.hidden = true);
  canvas.onkeydown = (event) => {
    const moves = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0] };
    if (!data.canPick || !data.frame || !(event.key in moves)) return;
    event.preventDefault();
    const [down, right] = moves[event.key];
    const row = data.frame[0] + down, column = data.frame[1] + right;
    const isInside = row >= 0 && row < data.height && column >= 0 && column < data.width;
    if (isInside) pick({ at: [data.number, row, column] });
  };
}
