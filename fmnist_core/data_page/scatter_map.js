// Points on a canvas: they glide to new positions, show their image under the pointer, and are
// selected by a lasso. The points are drawn on one canvas, what follows the pointer on another, so
// that moving the pointer redraws only the latter.

const MARGIN = 14;
const RADIUS = 2.6;
const REACH = 12; // pixels from the pointer to a point that counts as hovered
const GLIDE = 700; // milliseconds
const SIZE = 28;
const MAX_CORNERS = 40;

export default function ({ data, parentElement, setTriggerValue }) {
  const map = (parentElement.scatterMap ??= new ScatterMap(parentElement));
  map.send = setTriggerValue;
  map.update(data);
  return () => map.observer.disconnect();
}

class ScatterMap {
  constructor(parent) {
    this.parent = parent;
    this.plot = parent.querySelector(".plot");
    this.points = parent.querySelector(".points");
    this.overlay = parent.querySelector(".overlay");
    this.tip = parent.querySelector(".tip");
    this.legend = parent.querySelector(".legend");
    this.view = { x: 0, y: 0, zoom: 1 };
    this.hovered = -1;
    this.dimmed = null;
    this.path = null;
    this.observer = new ResizeObserver(() => this.resize());
    this.overlay.onpointerdown = (event) => this.begin(event);
    this.overlay.onpointermove = (event) => this.move(event);
    this.overlay.onpointerup = (event) => this.end(event);
    this.overlay.onpointercancel = () => {
      this.path = this.drag = null;
      this.drawOverlay();
    };
    this.overlay.onpointerleave = () => this.hover(-1);
    this.overlay.onkeydown = (event) => this.press(event);
    this.overlay.addEventListener("wheel", (event) => this.turnWheel(event), { passive: false });
    for (const button of parent.querySelectorAll("[data-zoom]")) {
      button.onclick = () => this.zoom(Number(button.dataset.zoom));
    }
    this.selectButton = parent.querySelector(".select");
    this.selectButton.onclick = () => this.setSelecting(!this.isSelecting);
    this.setSelecting(false);
  }

  update(data) {
    const positions = new Int16Array(decode(data.positions).buffer);
    const target = Float32Array.from(positions, (number) => number / data.scale);
    const from = this.current && this.current.length === target.length ? this.current : target;
    this.data = data;
    this.groupOf = decode(data.group_of);
    this.labels = decode(data.labels);
    this.predictions = data.predictions && decode(data.predictions);
    this.confidences = data.confidences && decode(data.confidences);
    this.lasso = data.lasso;
    this.plot.style.setProperty("--height", `${data.height}px`);
    this.points.setAttribute("aria-label", data.description);
    this.overlay.setAttribute(
      "aria-label",
      `${data.description} Left and right arrow keys go from image to image, Enter selects one.`,
    );
    this.drawLegend();
    this.findStar();
    this.observer.observe(this.plot);
    this.glide(Float32Array.from(from), target);
  }

  findStar() {
    const star = this.data.star;
    if (!star) return (this.starImage = null);
    this.starImage = new Image();
    this.starImage.src = star.image;
  }

  // Move from the old positions to the new ones; without a change, draw at once.
  glide(from, target) {
    cancelAnimationFrame(this.frame);
    const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
    const moves = !calm && from.some((number, index) => Math.abs(number - target[index]) > 1e-3);
    const start = performance.now();
    this.current = moves ? from.slice() : target;
    const step = () => {
      const t = Math.min(1, (performance.now() - start) / GLIDE);
      const eased = t * t * (3 - 2 * t);
      for (let i = 0; i < target.length; i++) {
        this.current[i] = from[i] + eased * (target[i] - from[i]);
      }
      this.drawAll();
      if (t < 1) this.frame = requestAnimationFrame(step);
    };
    if (moves) this.frame = requestAnimationFrame(step);
    else this.resize();
  }

  resize() {
    this.width = this.plot.clientWidth;
    this.height = this.plot.clientHeight;
    this.ratio = window.devicePixelRatio || 1;
    for (const canvas of [this.points, this.overlay]) {
      canvas.width = this.width * this.ratio;
      canvas.height = this.height * this.ratio;
    }
    this.drawAll();
  }

  drawAll() {
    this.drawPoints();
    this.drawOverlay();
  }

  // From positions (−1 to 1) to pixels, and back.
  scale() {
    return (this.view.zoom * (Math.min(this.width, this.height) - 2 * MARGIN)) / 2;
  }
  toScreen(x, y) {
    const scale = this.scale();
    return [this.width / 2 + scale * (x - this.view.x), this.height / 2 - scale * (y - this.view.y)];
  }
  toMap(left, top) {
    const scale = this.scale();
    return [
      (left - this.width / 2) / scale + this.view.x,
      (this.height / 2 - top) / scale + this.view.y,
    ];
  }

  drawPoints() {
    const context = prepare(this.points, this.ratio);
    const count = this.current.length / 2;
    const inside = this.lasso.length > 2 ? this.findInside(this.lasso) : null;
    const radius = RADIUS * Math.min(2.2, Math.sqrt(this.view.zoom));
    const faint = this.data.groups.map(() => new Path2D());
    const strong = this.data.groups.map(() => new Path2D());
    for (let i = 0; i < count; i++) {
      const group = this.groupOf[i];
      const isFaint = (inside && !inside[i]) || (this.dimmed !== null && this.dimmed !== group);
      const [left, top] = this.toScreen(this.current[2 * i], this.current[2 * i + 1]);
      if (left < -9 || top < -9 || left > this.width + 9 || top > this.height + 9) continue;
      const path = (isFaint ? faint : strong)[group];
      path.moveTo(left + radius, top);
      path.arc(left, top, radius, 0, 7);
    }
    this.data.groups.forEach(({ color }, group) => {
      context.fillStyle = color;
      context.globalAlpha = 0.12;
      context.fill(faint[group]);
    });
    this.data.groups.forEach(({ color }, group) => {
      context.fillStyle = color;
      context.globalAlpha = 0.8;
      context.fill(strong[group]);
    });
    context.globalAlpha = 1;
  }

  drawOverlay() {
    const context = prepare(this.overlay, this.ratio);
    const ink = getComputedStyle(this.plot).color;
    this.drawLasso(context, ink);
    for (const index of [this.data.selected, this.hovered]) {
      if (index === null || index < 0 || 2 * index >= this.current.length) continue;
      const [left, top] = this.toScreen(this.current[2 * index], this.current[2 * index + 1]);
      context.beginPath();
      context.arc(left, top, 6.5, 0, 7);
      context.strokeStyle = ink;
      context.lineWidth = 2;
      context.stroke();
    }
    const star = this.data.star;
    if (star) drawStar(context, ...this.toScreen(star.x, star.y), ink);
  }

  drawLasso(context, ink) {
    const corners = this.path ?? this.lasso.map(([x, y]) => this.toScreen(x, y));
    if (corners.length < 2) return;
    context.beginPath();
    corners.forEach(([left, top], index) =>
      index ? context.lineTo(left, top) : context.moveTo(left, top),
    );
    context.closePath();
    context.strokeStyle = ink;
    context.lineWidth = 1.5;
    context.setLineDash([5, 4]);
    context.stroke();
    context.setLineDash([]);
    context.globalAlpha = 0.06;
    context.fillStyle = ink;
    context.fill();
    context.globalAlpha = 1;
  }

  drawLegend() {
    const counts = this.data.groups.map(() => 0);
    for (const group of this.groupOf) counts[group]++;
    this.legend.replaceChildren(
      ...this.data.groups.map(({ name, color }, group) => {
        const button = document.createElement("button");
        button.type = "button";
        button.innerHTML = `<i style="background:${color}"></i>`;
        button.append(name);
        button.title = `${counts[group].toLocaleString("en")} images`;
        button.setAttribute("aria-pressed", String(this.pinned === group));
        button.onpointerenter = () => this.dim(group);
        button.onpointerleave = () => this.dim(this.pinned ?? null);
        button.onclick = () => {
          this.pinned = this.pinned === group ? undefined : group;
          this.drawLegend();
          this.dim(this.pinned ?? null);
        };
        return button;
      }),
    );
  }

  dim(group) {
    this.dimmed = group;
    this.drawPoints();
  }

  // A finger scrolls the page, or moves the map once it is zoomed in; the button makes it select.
  setSelecting(isSelecting) {
    this.isSelecting = isSelecting;
    this.selectButton.setAttribute("aria-pressed", String(isSelecting));
    this.setTouchAction();
  }
  setTouchAction() {
    const takesTouch = this.isSelecting || this.view.zoom > 1;
    this.overlay.style.touchAction = takesTouch ? "none" : "pan-y";
  }

  begin(event) {
    this.overlay.setPointerCapture(event.pointerId);
    const isTouch = event.pointerType === "touch" && !this.isSelecting;
    const start = [event.offsetX, event.offsetY];
    if (event.shiftKey || event.button === 1 || isTouch) {
      this.drag = { start, view: this.view, moved: false };
    } else this.path = [start];
  }

  pan(event) {
    const { start, view } = this.drag;
    const dx = event.offsetX - start[0];
    const dy = event.offsetY - start[1];
    if (Math.hypot(dx, dy) > 4) this.drag.moved = true;
    if (view.zoom === 1) return;
    const scale = this.scale();
    this.view = { ...view, x: view.x - dx / scale, y: view.y + dy / scale };
    this.drawAll();
  }

  // With Ctrl, as pinching on a touchpad does; without, the wheel scrolls the page.
  turnWheel(event) {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const [x, y] = this.toMap(event.offsetX, event.offsetY);
    const zoom = limitZoom(this.view.zoom * Math.exp(-event.deltaY / 300));
    const ratio = this.view.zoom / zoom;
    this.view = { x: x - (x - this.view.x) * ratio, y: y - (y - this.view.y) * ratio, zoom };
    if (zoom === 1) this.view = { x: 0, y: 0, zoom };
    this.setTouchAction();
    this.hover(-1);
    this.drawAll();
  }

  move(event) {
    if (this.drag) return this.pan(event);
    if (!this.path) return this.hover(this.nearest(event.offsetX, event.offsetY));
    const [left, top] = this.path.at(-1);
    if (Math.hypot(event.offsetX - left, event.offsetY - top) < 3) return;
    this.path.push([event.offsetX, event.offsetY]);
    this.hover(-1);
  }

  end(event) {
    const { path, drag } = this;
    this.path = this.drag = null;
    if (drag && !drag.moved) return this.pickAt(event);
    if (!path) return;
    if (path.length > 4) {
      this.lasso = simplify(path).map(([left, top]) => this.toMap(left, top));
      this.drawAll();
      this.send("lasso", this.lasso);
      return;
    }
    this.pickAt(event);
  }

  // A click selects a point; beside them, it ends the lasso.
  pickAt(event) {
    const index = this.nearest(event.offsetX, event.offsetY);
    if (index >= 0) this.pick(index);
    else if (this.lasso.length) {
      this.lasso = [];
      this.drawAll();
      this.send("lasso", []);
    }
  }

  pick(index) {
    this.data.selected = index;
    this.drawOverlay();
    this.send("picked", index);
  }

  press(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    const count = this.current.length / 2;
    if (step) {
      event.preventDefault();
      const from = this.hovered >= 0 ? this.hovered : (this.data.selected ?? 0);
      this.hover((from + step + count) % count);
    } else if (event.key === "Enter" && this.hovered >= 0) this.pick(this.hovered);
  }

  nearest(left, top) {
    const [x, y] = this.toMap(left, top);
    const reach = REACH / this.scale();
    let [best, least] = [-1, reach * reach];
    for (let i = 0; i < this.current.length / 2; i++) {
      const dx = this.current[2 * i] - x;
      const dy = this.current[2 * i + 1] - y;
      const distance = dx * dx + dy * dy;
      if (distance < least && !(this.dimmed !== null && this.groupOf[i] !== this.dimmed)) {
        [best, least] = [i, distance];
      }
    }
    return best;
  }

  hover(index) {
    this.hovered = index;
    this.drawOverlay();
    this.tip.hidden = index < 0;
    if (index < 0) return;
    const sheet = document.querySelector(this.data.sheet);
    const thumbnail = this.tip.firstChild.getContext("2d");
    thumbnail.clearRect(0, 0, SIZE, SIZE);
    if (sheet?.complete && sheet.naturalWidth) {
      const column = index % this.data.columns;
      const row = Math.floor(index / this.data.columns);
      thumbnail.drawImage(sheet, column * SIZE, row * SIZE, SIZE, SIZE, 0, 0, SIZE, SIZE);
    }
    this.tip.lastChild.innerHTML = this.describe(index);
    const [left, top] = this.toScreen(this.current[2 * index], this.current[2 * index + 1]);
    const isRight = left > this.width / 2;
    const isLow = top > this.height / 2;
    this.tip.style.left = `${left + (isRight ? -12 : 12)}px`;
    this.tip.style.top = `${top + (isLow ? -12 : 12)}px`;
    this.tip.style.transform = `translate(${isRight ? "-100%" : "0"}, ${isLow ? "-100%" : "0"})`;
  }

  describe(index) {
    const classes = this.data.classes;
    const label = this.labels[index];
    let text = `<b>${classes[label]}</b>`;
    if (this.predictions) {
      const predicted = this.predictions[index];
      const sure = this.confidences ? `, ${this.confidences[index]}% sure` : "";
      text += predicted === label ? `<br>✓ predicted${sure}` : `<br>✗ ${classes[predicted]}${sure}`;
    }
    return `${text}<br><small>Test image ${index}</small>`;
  }

  findInside(corners) {
    const path = new Path2D();
    corners.forEach(([x, y], index) => (index ? path.lineTo(x, y) : path.moveTo(x, y)));
    const context = this.probe ?? (this.probe = document.createElement("canvas").getContext("2d"));
    const inside = new Uint8Array(this.current.length / 2);
    for (let i = 0; i < inside.length; i++) {
      inside[i] = context.isPointInPath(
        path, this.current[2 * i], this.current[2 * i + 1], "evenodd",
      ); // prettier-ignore
    }
    return inside;
  }

  // Zoom about the center; 0 shows all again. The first step centers what is selected.
  zoom(factor) {
    if (!factor) this.view = { x: 0, y: 0, zoom: 1 };
    else {
      const zoom = limitZoom(this.view.zoom * factor);
      const center = this.view.zoom === 1 ? this.centerOfInterest() : this.view;
      this.view = zoom === 1 ? { x: 0, y: 0, zoom } : { ...center, zoom };
    }
    this.setTouchAction();
    this.hover(-1);
    this.drawAll();
  }

  centerOfInterest() {
    if (this.lasso.length) {
      const sum = this.lasso.reduce(([x, y], [dx, dy]) => [x + dx, y + dy], [0, 0]);
      return { x: sum[0] / this.lasso.length, y: sum[1] / this.lasso.length };
    }
    if (this.data.star) return { x: this.data.star.x, y: this.data.star.y };
    const index = this.data.selected;
    if (index === null || index < 0) return { x: this.view.x, y: this.view.y };
    return { x: this.current[2 * index], y: this.current[2 * index + 1] };
  }
}

function limitZoom(zoom) {
  return Math.min(20, Math.max(1, zoom));
}

function decode(text) {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
}

function prepare(canvas, ratio) {
  const context = canvas.getContext("2d");
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, canvas.width, canvas.height);
  return context;
}

// Keep every so many corners: the address of the page names them all.
function simplify(path) {
  const step = Math.ceil(path.length / MAX_CORNERS);
  return path.filter((_, index) => index % step === 0);
}

function drawStar(context, left, top, ink) {
  context.beginPath();
  for (let corner = 0; corner < 10; corner++) {
    const radius = corner % 2 ? 5 : 12;
    const angle = (Math.PI * corner) / 5 - Math.PI / 2;
    context.lineTo(left + radius * Math.cos(angle), top + radius * Math.sin(angle));
  }
  context.closePath();
  context.fillStyle = "#ffd23f";
  context.fill();
  context.strokeStyle = ink;
  context.lineWidth = 1.5;
  context.stroke();
}
