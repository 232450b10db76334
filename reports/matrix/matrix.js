// Search and filter of the matrix, and opening the evidence that a cell links to.
"use strict";

const search = document.getElementById("search");
const filter = document.getElementById("filter");
const left = document.getElementById("left");
const rows = [...document.querySelectorAll("#matrix tr[data-words]")];

function apply() {
  const words = search.value.toLowerCase().split(/\s+/).filter((word) => word !== "");
  let shown = 0;
  for (const row of rows) {
    const isFound = words.every((word) => row.dataset.words.includes(word));
    const isChosen = filter.value === "all" || row.dataset.is.split(" ").includes(filter.value);
    row.hidden = !(isFound && isChosen);
    if (!row.hidden) shown++;
  }
  for (const group of document.querySelectorAll("#matrix tbody")) {
    group.hidden = !group.querySelector("tr[data-words]:not([hidden])");
  }
  left.textContent = `${shown} of ${rows.length} requirements`;
}

function openLinked() {
  const linked = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (linked instanceof HTMLDetailsElement) linked.open = true;
}

search.addEventListener("input", apply);
filter.addEventListener("change", apply);
addEventListener("hashchange", openLinked);
document.getElementById("tools").hidden = false;
apply();
openLinked();
