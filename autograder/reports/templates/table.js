"use strict";
const table = document.querySelector("table.sortable");
const body = table.tBodies[0];
const rows = Array.from(body.rows);
const collator = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });
const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();

// What is not a number (an exercise that was not attempted) comes before zero.
const number = (text) => { const value = parseFloat(text); return Number.isNaN(value) ? -1 : value; };

function sort(head) {
  const up = head.getAttribute("aria-sort") !== "ascending";
  for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", up ? "ascending" : "descending");
  const numeric = head.hasAttribute("data-number");
  const keys = new Map(rows.map((row) => {
    const text = row.cells[head.cellIndex].textContent.trim();
    return [row, numeric ? number(text) : text];
  }));
  const compare = numeric ? (a, b) => a - b : collator.compare;
  rows.sort((a, b) => (up ? 1 : -1) * compare(keys.get(a), keys.get(b)));
  body.append(...rows);
}

for (const head of table.tHead.rows[0].cells) {
  head.querySelector("button")?.addEventListener("click", () => sort(head));
}

const controls = document.querySelector(".controls");
const search = document.getElementById("search");
const finding = document.getElementById("finding");
const shown = document.getElementById("shown");
const words = rows.map((row) => plain(row.dataset.search ?? row.cells[0].textContent + " " + row.cells[row.cells.length - 1].textContent));
const searched = new Map(rows.map((row, i) => [row, words[i]]));

function filter() {
  const text = plain(search.value.trim());
  const key = finding ? finding.value : "";
  let count = 0;
  for (const row of rows) {
    const fits = searched.get(row).includes(text) && (key === "" || row.querySelector(`[data-k="${key}"]`) !== null);
    row.hidden = !fits;
    count += fits;
  }
  shown.textContent = `${count} of ${rows.length} ${shown.dataset.what}`;
}

search.addEventListener("input", filter);
finding?.addEventListener("change", filter);
document.getElementById("reset").addEventListener("click", () => {
  search.value = "";
  if (finding) finding.value = "";
  filter();
  search.focus();
});
for (const button of document.querySelectorAll(".show")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    search.value = "";
    finding.value = button.value;
    filter();
    finding.focus();
    finding.scrollIntoView();
  });
}

// A cell says in words what went wrong; written when asked for, to keep the file small.
if (finding) {
  const said = new Map(Array.from(finding.options, (option) => [option.value, option.textContent]));
  body.addEventListener("mouseover", (event) => {
    const cell = event.target.closest("[data-k]");
    if (cell) cell.title = said.get(cell.dataset.k) ?? "";
  });
}

controls.hidden = false;
filter();
