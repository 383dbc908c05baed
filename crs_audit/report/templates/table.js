"use strict";
/* Sorting and filtering of tables that are whole without it. */
const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
const NUMBER = 0, TEXT = 1, EMPTY = 2;

/* Upwards and downwards alike: numbers, then texts such as “not gradable”, then empty cells. */
function key(cell) {
  const text = cell.dataset.v ?? cell.textContent.trim();
  const number = Number(text.replace(/\s/g, "").replace("−", "-"));
  const kind = text === "" || text === "—" ? EMPTY : Number.isNaN(number) ? TEXT : NUMBER;
  return { text, number, kind };
}

function compared(a, b) {
  return a.kind === NUMBER ? a.number - b.number : collator.compare(a.text, b.text);
}

for (const table of document.querySelectorAll("table[data-sort]")) {
  const body = table.tBodies[0];
  const heads = [...table.tHead.rows[0].cells];
  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
      rows.sort(([a], [b]) => a.kind - b.kind || (down ? compared(b, a) : compared(a, b)));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

for (const form of document.querySelectorAll("form[data-for]")) {
  const rows = [...document.getElementById(form.dataset.for).tBodies[0].rows];
  const output = form.querySelector("output");
  const apply = () => {
    let shown = 0;
    for (const row of rows) {
      const hit = [...form.elements].every((field) => {
        if (!field.name || !field.value) return true;
        if (field.type === "search") return row.textContent.toLowerCase().includes(field.value.trim().toLowerCase());
        const own = row.dataset[field.name];
        return "many" in field.dataset ? own.split(" ").includes(field.value) : own === field.value;
      });
      row.hidden = !hit;
      shown += hit;
    }
    output.textContent = `${shown} of ${rows.length} shown`;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.reset();
  apply();
}
