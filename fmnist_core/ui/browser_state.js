// What a page does in the browser itself: it keeps values there, tells screen readers what
// happened, scrolls to what a click has changed, and keeps the focus where it was.

export default function ({ data, setStateValue }) {
  keepFocus();
  replaceQueries();
  if (data.kind === "focus" && data.asks) setStateValue("runs", true);
  if (data.kind === "announce") announce(data.text);
  if (data.kind === "scroll") scrollTo(data.target, data.version);
  if (data.kind === "canvas") letStrokesThrough(data.target);
  if (data.kind === "keep") setCookie(data.name, data.value, "max-age=31536000");
  if (data.kind === "keep in tab") keepInTab(data);
  if (data.kind === "forget") forget(data.prefix);
  if (data.kind === "ask tab") whenNobodyTypes(() => setStateValue("stored", storedInTab(data)));
}

const lab = (window.fashionMnistLab ??= { scrolled: {} });

// Streamlit adds a step to the history whenever a page writes its query parameters, and Back would
// undo that instead of leaving the page. Only another page is another step.
function replaceQueries() {
  if (lab.replacesQueries) return;
  lab.replacesQueries = true;
  const push = history.pushState.bind(history);
  history.pushState = (state, title, url) => {
    const isSamePage = new URL(url, location.href).pathname === location.pathname;
    (isSamePage ? history.replaceState.bind(history) : push)(state, title, url);
  };
}

function setCookie(name, value, lifetime) {
  const age = value === "" ? "max-age=0" : lifetime;
  document.cookie = `${name}=${encodeURIComponent(value)}; path=/; samesite=lax; ${age}`;
}

function forget(prefix) {
  for (const cookie of document.cookie.split("; ")) {
    if (cookie.startsWith(prefix)) setCookie(cookie.split("=")[0], "", "");
  }
  try {
    for (const name of Object.keys(sessionStorage)) {
      if (name.startsWith(prefix)) sessionStorage.removeItem(name);
    }
  } catch (error) {
    console.info("Nothing is kept in this browser:", error);
  }
}

// A drawing is too long for a cookie. The cookie says that there is one to ask for.
function keepInTab({ name, value }) {
  try {
    if (value === "") sessionStorage.removeItem(name);
    else if (sessionStorage.getItem(name) !== value) sessionStorage.setItem(name, value);
    if (value !== "") setCookie(name, "in a tab", "");
  } catch (error) {
    // Private windows may refuse storage, and a value may be too large: the page works without.
    console.info("Not kept in this browser:", error);
  }
}

function storedInTab({ name }) {
  try {
    return sessionStorage.getItem(name) ?? "";
  } catch (error) {
    console.info("Nothing is kept in this browser:", error);
    return "";
  }
}

// The answer may replace a text field, and with it what somebody is typing there. Leaving the field
// sends the text first.
function whenNobodyTypes(act) {
  const isTyping = document.activeElement?.matches("input[type=text], textarea");
  if (isTyping) setTimeout(() => whenNobodyTypes(act), 300);
  else act();
}

function announce(text) {
  let region = document.getElementById("lab-announcements");
  if (!region) {
    region = document.createElement("div");
    region.id = "lab-announcements";
    region.className = "visually-hidden";
    region.setAttribute("role", "status");
    region.setAttribute("aria-live", "polite");
    document.body.append(region);
  }
  if (region.textContent !== text) setTimeout(() => (region.textContent = text), 100);
}

function scrollTo(target, version) {
  if (lab.scrolled[target] === version) return;
  lab.scrolled[target] = version;
  const element = () => document.querySelector(".st-key-" + CSS.escape(target));
  const start = performance.now();
  const scroll = () => {
    const found = element();
    if (found) found.scrollIntoView({ behavior: "smooth", block: "start" });
    else if (performance.now() - start < 3000) setTimeout(scroll, 100);
  };
  setTimeout(scroll, 100);
}

// The toolbar of a canvas lies, unseen, over the canvas's upper right corner until the pointer has
// been there for a moment: it would swallow a stroke that begins there, or a finger's tap.
function letStrokesThrough(target, start = performance.now()) {
  const elements = document.querySelectorAll(".st-key-" + CSS.escape(target) + " *");
  const roots = [...elements].map((element) => element.shadowRoot).filter(Boolean);
  for (const root of roots) {
    if (root.passesStrokes) continue;
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(".dc-toolbar:not(:focus-within) { pointer-events: none; }");
    root.adoptedStyleSheets.push(sheet);
    root.passesStrokes = true;
  }
  const canWait = performance.now() - start < 3000; // the canvas may come later
  if (roots.length === 0 && canWait) setTimeout(() => letStrokesThrough(target, start), 50);
}

// When a rerun replaces the focused button, the focus falls to the body. It returns to the element
// with the same key, or to what took its place in the same container.
function keepFocus() {
  if (lab.keepsFocus) return;
  lab.keepsFocus = true;
  let path = [];
  document.addEventListener("focusin", (event) => {
    path = [];
    for (let node = event.target; node; node = node.parentElement) {
      const keyed = [...(node.classList ?? [])].find((name) => name.startsWith("st-key-"));
      if (keyed) path.push(keyed);
    }
  });
  document.addEventListener("pointerdown", (event) => {
    if (!event.target.closest("button, a, input, textarea, [tabindex], label")) path = [];
  });
  new MutationObserver(() => {
    if (document.activeElement !== document.body || path.length === 0) return;
    for (const name of path) {
      const box = document.querySelector("." + CSS.escape(name));
      const next = box?.querySelector("button:not(:disabled), input:not(:disabled), a[href]");
      if (next) return next.focus({ preventScroll: true });
    }
  }).observe(document.body, { childList: true, subtree: true });
}
