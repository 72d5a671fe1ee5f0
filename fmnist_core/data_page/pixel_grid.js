// One image large. A lens follows the pointer, or the arrow keys, and shows the pixels as numbers.

const SIZE = 28;
const REACH = 2; // the lens shows so many pixels to each side

export default function ({ data, parentElement }) {
  const canvas = parentElement.querySelector("canvas");
  const cursor = parentElement.querySelector(".cursor");
  const lens = parentElement.querySelector(".lens");
  const readout = parentElement.querySelector(".readout");
  const pixels = Uint8Array.from(atob(data.pixels), (letter) => letter.charCodeAt(0));
  draw(canvas, pixels);
  canvas.setAttribute("aria-label", `${data.name}. Arrow keys read its pixels.`);

  let row = 14;
  let column = 14;
  const hide = () => {
    cursor.hidden = lens.hidden = true;
    readout.textContent = data.hint;
  };
  const show = () => {
    const brightness = pixels[row * SIZE + column];
    const scaled = brightness / 255;
    const normalized = (scaled - data.mean) / data.std;
    cursor.hidden = lens.hidden = false;
    place(cursor, row, column);
    fillLens(lens, pixels, row, column);
    readout.innerHTML =
      `Row ${row}, column ${column}: <b>${brightness}</b> of 255` +
      ` → ${scaled.toFixed(3)} → normalized <b>${normalized.toFixed(2)}</b>`;
  };
  canvas.onpointermove = canvas.onpointerdown = (event) => {
    const box = canvas.getBoundingClientRect();
    column = clamp(Math.floor((SIZE * (event.clientX - box.left)) / box.width));
    row = clamp(Math.floor((SIZE * (event.clientY - box.top)) / box.height));
    show();
  };
  canvas.onpointerleave = canvas.onblur = hide;
  canvas.onkeydown = (event) => {
    const step = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
    const [down, right] = step[event.key] ?? [];
    if (down === undefined) return;
    event.preventDefault();
    row = clamp(row + down);
    column = clamp(column + right);
    show();
  };
  hide();
}

function clamp(number) {
  return Math.min(SIZE - 1, Math.max(0, number));
}

function draw(canvas, pixels) {
  const context = canvas.getContext("2d");
  const image = context.createImageData(SIZE, SIZE);
  pixels.forEach((brightness, index) => {
    image.data.fill(brightness, 4 * index, 4 * index + 3);
    image.data[4 * index + 3] = 255;
  });
  context.putImageData(image, 0, 0);
}

function place(cursor, row, column) {
  cursor.style.left = `${(100 * column) / SIZE}%`;
  cursor.style.top = `${(100 * row) / SIZE}%`;
}

// The lens stands in the half of the picture that the pointer is not in.
function fillLens(lens, pixels, row, column) {
  const cells = [];
  for (let down = -REACH; down <= REACH; down++) {
    for (let right = -REACH; right <= REACH; right++) {
      const [y, x] = [row + down, column + right];
      const inside = y >= 0 && y < SIZE && x >= 0 && x < SIZE;
      const brightness = inside ? pixels[y * SIZE + x] : "";
      const color = inside ? `rgb(${brightness},${brightness},${brightness})` : "transparent";
      const text = brightness > 120 ? "#000" : "#fff";
      const mark = down === 0 && right === 0 ? ' class="center"' : "";
      cells.push(`<i${mark} style="background:${color};color:${text}">${brightness}</i>`);
    }
  }
  lens.innerHTML = cells.join("");
  lens.style.left = column < SIZE / 2 ? "auto" : "6px";
  lens.style.right = column < SIZE / 2 ? "6px" : "auto";
  lens.style.top = row < SIZE / 2 ? "auto" : "6px";
  lens.style.bottom = row < SIZE / 2 ? "6px" : "auto";
}
