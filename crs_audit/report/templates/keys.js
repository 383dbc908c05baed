/* Arrow keys turn the pages: left and right are no characters, and nothing that scrolls or types loses them. */
{
  const taken = "input, select, textarea, [contenteditable], .wide, .scroll";
  document.addEventListener("keydown", (event) => {
    const rel = { ArrowLeft: "prev", ArrowRight: "next" }[event.key];
    if (!rel || event.defaultPrevented || event.repeat) return;
    if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (event.target.closest?.(taken)) return;
    const page = document.scrollingElement;
    if (page.scrollWidth > page.clientWidth) return;
    const link = document.querySelector(`a[rel=${rel}]`);
    if (!link) return;
    event.preventDefault();
    /* Who goes through one section of every page stays in it: the one asked for while it is in sight, else the last
       that begins in the upper half of the screen. */
    const half = innerHeight / 2;
    const sections = [...document.querySelectorAll(".toc a")]
      .map((entry) => [entry.hash, document.querySelector(entry.hash).closest("section").getBoundingClientRect()]);
    const asked = sections.find(([hash, box]) => hash === location.hash && box.top < innerHeight && box.bottom > 0);
    const begun = sections.filter(([, box]) => scrollY > 0 && box.top < half);
    location.assign(link.href + (asked ?? begun.at(-1) ?? [""])[0]);
  });
  for (const hint of document.querySelectorAll(".arrows[hidden]")) hint.hidden = false;
}
