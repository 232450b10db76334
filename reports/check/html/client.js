// The page's own script: opens scenarios, filters them, moves through the matrix.
// Markup comes only from what the page holds deflated, where everything was escaped when it was made.
"use strict";

const byId = (id) => document.getElementById(id);

/* Scenarios ------------------------------------------------------------------------------- */

/** Rows of every suite; they are there once `drawn` is. */
let cases = [];

async function drawRows() {
  const rows = await inflate(byId("rows").textContent);
  document.querySelectorAll(".suite .rows").forEach((place, suite) =>
    place.innerHTML = rows[suite]
  );
  cases = [...document.querySelectorAll("details.case")];
}

/** Bodies that were opened last, with their neighbours. */
let last = { id: "", bodies: Promise.resolve([]) };

function unpacked(id) {
  if (last.id !== id) last = { id, bodies: inflate(byId(id).textContent) };
  return last.bodies;
}

async function inflate(text) {
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const inflated = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate-raw"));
  return (await new Response(inflated).text()).split("\0");
}

async function fill(item) {
  const body = item.querySelector(".body");
  const { bodies, at } = item.dataset;
  if (body.childElementCount === 0) body.innerHTML = (await unpacked(bodies))[at];
}

// It does not bubble.
document.addEventListener("toggle", ({ target }) => {
  if (target.matches("details.case") && target.open) fill(target);
}, true);

async function openCase(id) {
  await drawn;
  const item = byId(id);
  if (!item?.matches("details.case")) return;
  if (item.hidden) byId("filters").reset();
  item.open = true;
  await fill(item);
  document.documentElement.style.setProperty("--toolbar", `${byId("filters").offsetHeight}px`);
  item.scrollIntoView({ block: "start" });
  item.querySelector("summary").focus({ preventScroll: true });
}

const openFromAddress = () => openCase(decodeURIComponent(location.hash.slice(1)));
addEventListener("hashchange", openFromAddress);

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a");
  if (link?.classList.contains("to-case")) {
    event.preventDefault();
    history.replaceState(null, "", link.hash);
    openCase(decodeURIComponent(link.hash.slice(1)));
  } else if (link?.dataset.row) {
    event.preventDefault();
    showRow(byId(link.dataset.row));
  }
});

function showRow(row) {
  if (!row) return;
  row.scrollIntoView({ block: "center" });
  row.classList.remove("flash");
  requestAnimationFrame(() => row.classList.add("flash"));
}

/* Filters --------------------------------------------------------------------------------- */

const filters = byId("filters");

const texts = new Map();

/** What a search looks through: the line of a scenario, and what was said of what did not pass. */
function textOf(item) {
  if (!texts.has(item)) {
    const { textContent } = item.querySelector("summary");
    texts.set(item, `${textContent} ${item.dataset.more}`.toLowerCase());
  }
  return texts.get(item);
}

function applyFilters() {
  const chosen = new FormData(filters);
  const verdicts = chosen.getAll("verdict");
  const words = byId("search").value.toLowerCase().split(/\s+/).filter((word) => word !== "");
  let shown = 0;
  for (const item of cases) {
    const { verdict, levels } = item.dataset;
    const { suite } = item.closest(".suite").dataset;
    const text = textOf(item);
    const level = chosen.get("level");
    const fits = (verdicts.length === 0 || verdicts.includes(verdict)) &&
      (!chosen.get("suite") || chosen.get("suite") === suite) &&
      (!level || levels.split(" ").includes(level)) &&
      words.every((word) => text.includes(word));
    item.hidden = !fits;
    if (fits) shown += 1;
  }
  for (const suite of document.querySelectorAll(".suite")) {
    suite.hidden = !suite.querySelector("details.case:not([hidden])");
  }
  byId("nothing").hidden = shown > 0;
  byId("clear").hidden = shown === cases.length;
  byId("count").textContent = shown === cases.length
    ? `${shown}`
    : `${shown} of ${cases.length} shown`;
}

filters.addEventListener("input", applyFilters);
filters.addEventListener("reset", () => setTimeout(applyFilters));
filters.addEventListener("submit", (event) => event.preventDefault());
// The search of the first screen goes on in the list.
byId("find").addEventListener("submit", (event) => {
  event.preventDefault();
  byId("search").value = new FormData(event.target).get("words");
  applyFilters();
  byId("scenarios").scrollIntoView();
  byId("search").focus();
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.target.closest("input, select, textarea")) return;
  event.preventDefault();
  byId("search").focus();
});

/* Matrix ---------------------------------------------------------------------------------- */

const cells = [...document.querySelectorAll(".cell")];
const tip = byId("tip");
const panel = byId("chosen");

/** What is told of each requirement, in the order of the cells. */
const details = inflate(byId("details").textContent);

async function choose(cell) {
  const again = cell.getAttribute("aria-expanded") === "true";
  for (const other of cells) other.removeAttribute("aria-expanded");
  panel.hidden = again;
  if (again) return;
  cell.setAttribute("aria-expanded", "true");
  panel.innerHTML = (await details)[cells.indexOf(cell)];
  cell.closest(".row").after(panel);
  tip.hidden = true;
}

function showTip(cell) {
  tip.textContent = cell.getAttribute("aria-label");
  tip.hidden = false;
  const box = cell.getBoundingClientRect();
  const left = Math.min(box.left, document.documentElement.clientWidth - tip.offsetWidth - 12);
  const below = box.bottom + 8 + tip.offsetHeight < innerHeight;
  tip.style.left = `${Math.max(12, left)}px`;
  tip.style.top = `${below ? box.bottom + 6 : box.top - tip.offsetHeight - 6}px`;
}

/** The nearest cell above or below, by where it stands on the screen. */
function beside(cell, down) {
  const from = cell.getBoundingClientRect();
  const rows = cells.filter((other) => {
    const { top } = other.getBoundingClientRect();
    return down ? top > from.top + 4 : top < from.top - 4;
  });
  const distance = (other) => {
    const box = other.getBoundingClientRect();
    return Math.abs(box.top - from.top) * 100 + Math.abs(box.left - from.left);
  };
  return rows.reduce(
    (best, other) => best && distance(best) <= distance(other) ? best : other,
    null,
  );
}

const MOVES = {
  ArrowRight: (cell) => cells[cells.indexOf(cell) + 1],
  ArrowLeft: (cell) => cells[cells.indexOf(cell) - 1],
  ArrowDown: (cell) => beside(cell, true),
  ArrowUp: (cell) => beside(cell, false),
  Home: () => cells[0],
  End: () => cells.at(-1),
};

const matrix = byId("cells");
matrix.addEventListener("click", (event) => {
  const cell = event.target.closest(".cell");
  if (cell) choose(cell);
});
matrix.addEventListener("keydown", (event) => {
  const cell = event.target.closest(".cell");
  if (cell && event.key === "Escape") tip.hidden = true;
  const next = cell && MOVES[event.key]?.(cell);
  if (!next) return;
  event.preventDefault();
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
});
for (const kind of ["mouseover", "focusin"]) {
  matrix.addEventListener(kind, (event) => {
    const cell = event.target.closest(".cell");
    if (cell) showTip(cell);
  });
}
for (const kind of ["mouseout", "focusout"]) {
  matrix.addEventListener(kind, () => tip.hidden = true);
}
addEventListener("scroll", () => tip.hidden = true, { passive: true });

const drawn = drawRows().then(applyFilters);
openFromAddress();
