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
    /* Who goes through one section of every page stays in it. */
    const section = [...document.querySelectorAll(".toc a")].some((entry) => entry.hash === location.hash);
    location.assign(link.href + (section ? location.hash : ""));
  });
  for (const hint of document.querySelectorAll(".arrows[hidden]")) hint.hidden = false;
}
