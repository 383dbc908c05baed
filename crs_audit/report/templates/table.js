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
      const was = head.getAttribute("aria-sort");
      /* Of numbers the large ones are what is looked for. */
      const down = was ? was === "ascending" : head.classList.contains("n");
      heads.forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...body.rows].map((row) => [key(row.cells[column]), row]);
      rows.sort(([a], [b]) => a.kind - b.kind || (down ? compared(b, a) : compared(a, b)));
      body.append(...rows.map(([, row]) => row));
    });
  });
}

const forms = [...document.querySelectorAll("form[data-for]")];

/* What is filtered belongs to the visit of the page, so that it is there after a patient's page and Back. */
function keep() {
  const fields = {};
  for (const form of forms) fields[form.dataset.for] = [...form.elements].map((field) => field.name ? field.value : "");
  history.replaceState({ fields }, "");
}

function restore(form) {
  const values = history.state?.fields?.[form.dataset.for];
  if (values) [...form.elements].forEach((field, i) => { if (field.name) field.value = values[i]; });
}

for (const form of forms) {
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
  form.addEventListener("input", () => { apply(); keep(); });
  form.addEventListener("submit", (event) => event.preventDefault());
  restore(form);
  apply();
  /* Browsers put back what stood in the fields once the page is there: the rows must follow. */
  addEventListener("pageshow", () => { restore(form); apply(); });
}
if (forms.length) addEventListener("hashchange", keep);
