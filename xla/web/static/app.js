// Small things a page is better with and works without: shortcuts, copying, closing what was said.
"use strict";
(() => {
  const body = document.body;
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const rows = () => [...document.querySelectorAll("[data-rows] a.row")];

  const step = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.indexOf(document.activeElement);
    all[Math.min(Math.max(at + by, 0), all.length - 1)].focus();
  };

  const shortcuts = {
    "/": () => document.querySelector("[data-search]")?.focus(),
    "?": () => document.querySelector("[data-help]")?.click(),
    j: () => step(1),
    k: () => step(-1),
  };

  document.addEventListener("keydown", (event) => {
    if (!body.hasAttribute("data-shortcuts") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (typing(event.target) || !shortcuts[event.key]) return;
    event.preventDefault();
    shortcuts[event.key]();
  });

  document.addEventListener("click", async (event) => {
    const button = event.target.closest("[data-copy]");
    if (!button) return;
    await navigator.clipboard.writeText(button.dataset.copy);
    say(button.dataset.copied);
  });

  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form) form.requestSubmit();
  });

  // What only makes sense with a script is shown only with one.
  document.querySelectorAll("[data-with-script]").forEach((each) => { each.hidden = false; });

  // What takes a whole small screen is opened by hand there.
  document.querySelectorAll("details[data-open-when-wide]").forEach((each) => {
    each.open = window.matchMedia("(min-width: 901px)").matches;
  });

  // What was typed and not saved is not left behind without a question.
  const unsaved = document.querySelector("form[data-unsaved]");
  if (unsaved) {
    let typed = false;
    unsaved.addEventListener("input", () => { typed = true; });
    unsaved.addEventListener("submit", () => { typed = false; });
    window.addEventListener("beforeunload", (event) => { if (typed) event.preventDefault(); });
  }

  // A moment told in UTC is told in the browser's own time instead.
  document.querySelectorAll("time[data-local]").forEach((each) => {
    const told = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
    each.textContent = new Date(each.dateTime).toLocaleTimeString(document.documentElement.lang, told);
  });

  const say = (sentence) => {
    const line = document.getElementById("said");
    if (line) line.textContent = sentence;
  };
})();
