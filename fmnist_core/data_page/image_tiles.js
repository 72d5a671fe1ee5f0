// Small images side by side, each a button; all come in one strip.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".tiles");
  root.style.setProperty("--edge", `${data.edge}px`);
  root.setAttribute("aria-label", data.label);
  const count = data.tiles.length;
  while (root.children.length > count) root.lastChild.remove();
  while (root.children.length < count) root.append(makeButton());
  data.tiles.forEach((tile, index) => {
    const button = root.children[index];
    const position = count > 1 ? (100 * index) / (count - 1) : 0;
    const image = button.firstChild.style;
    image.backgroundImage = `url(${data.sheet})`;
    image.backgroundSize = `${100 * count}% 100%`;
    image.backgroundPosition = `${position}% 0`;
    button.lastChild.textContent = tile.caption;
    button.lastChild.hidden = tile.caption === "";
    button.title = tile.title;
    button.setAttribute("aria-label", tile.title);
    button.setAttribute("aria-pressed", String(tile.id === data.selected));
    button.classList.toggle("wrong", tile.is_wrong);
    button.onclick = () => setTriggerValue("picked", tile.id);
  });
}

function makeButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("span"), document.createElement("small"));
  return button;
}
