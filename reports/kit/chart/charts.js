// Shows under the pointer what the table behind a chart says of that place.
"use strict";

const tip = document.getElementById("tip");
const WIDTH = 500; // of every drawing, in its own units

for (const figure of document.querySelectorAll(".chart")) {
  const drawing = figure.querySelector(".plot");
  const names = [...figure.querySelectorAll("thead th")].map((cell) => cell.textContent);
  const rows = [...figure.querySelectorAll("tr[data-x]")];
  const line = document.createElementNS(drawing.namespaceURI, "line");
  line.setAttribute("class", "at");
  line.setAttribute("y1", "34");
  line.setAttribute("y2", "214");

  drawing.addEventListener("pointermove", (event) => {
    const box = drawing.getBoundingClientRect();
    const at = (event.clientX - box.left) * WIDTH / box.width;
    const away = (row) => Math.abs(row.dataset.x - at);
    const row = rows.reduce((best, other) => away(other) < away(best) ? other : best);
    for (const end of ["x1", "x2"]) line.setAttribute(end, row.dataset.x);
    drawing.append(line);
    const [first, ...cells] = [...row.cells].map((cell) => cell.textContent);
    tip.textContent = [first, ...cells.map((text, index) => `${names[index + 1]}: ${text}`)].join(
      "\n",
    );
    tip.hidden = false;
    const left = box.left + row.dataset.x * box.width / WIDTH + 12;
    const fits = left + tip.offsetWidth + 12 < document.documentElement.clientWidth;
    tip.style.left = `${fits ? left : Math.max(12, left - tip.offsetWidth - 24)}px`;
    tip.style.top = `${Math.max(12, event.clientY - tip.offsetHeight - 12)}px`;
  });
  drawing.addEventListener("pointerleave", () => {
    line.remove();
    tip.hidden = true;
  });
}
