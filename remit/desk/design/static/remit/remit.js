/* What the pages do beyond plain HTML. Every page works without this file; nothing here decides anything.
   <rm-keys>     keyboard for a list of tickets: j and k move, Enter opens, / goes to the filter
   <rm-composer> keyboard for the composer: r and n choose reply or note, Ctrl+Enter sends
   [data-once]   a form that is sent once, however often its button is pressed
   [data-print]  a button that prints the page; hidden until this file runs
   and what is being typed survives when a form is drawn anew around it */

const isTyping = (event) =>
  event.target.closest("input, textarea, select, [contenteditable]") || event.ctrlKey || event.metaKey || event.altKey;

class Keys extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listener);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  pressed(event) {
    if (isTyping(event)) return;
    const links = [...this.querySelectorAll("[data-row]")];
    const at = links.indexOf(document.activeElement);
    if (event.key === "j") links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (event.key === "k") links[Math.max(at - 1, 0)]?.focus();
    else if (event.key === "/") this.querySelector("[data-filter]")?.focus();
    else return;
    event.preventDefault();
  }
}

class Composer extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listener);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  pressed(event) {
    const text = this.querySelector("textarea");
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target === text) {
      const mode = this.querySelector("[name=as]:checked")?.value ?? "reply";
      this.querySelector(`button[value="${mode}"]`)?.click();
      return event.preventDefault();
    }
    if (isTyping(event) || !["r", "n"].includes(event.key)) return;
    this.querySelector(event.key === "r" ? "#as-reply" : "#as-note")?.click();
    text.focus();
    event.preventDefault();
  }
}

customElements.define("rm-keys", Keys);
customElements.define("rm-composer", Composer);

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-once]")) return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => document.querySelectorAll("[data-once]").forEach((form) => delete form.dataset.sent));

/* A form's new drawing was asked for a moment ago; what was typed since then is newer than its answer. */
const TYPED = "form textarea[name], form input[name]:not([type=radio], [type=checkbox], [type=hidden])";
let typed = new Map();
/* Two answers in quick succession ask twice; the answer to the first may come last, and knows less. */
const newest = new Map();
document.addEventListener("htmx:beforeRequest", ({ detail }) => newest.set(detail.pathInfo.requestPath, detail.xhr));
document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  if (newest.get(detail.pathInfo.requestPath) !== detail.xhr) {
    detail.shouldSwap = false;
    return;
  }
  const fields = document.querySelectorAll(TYPED);
  typed = new Map([...fields].filter((field) => detail.target.contains(field)).map((field) => [field.id, field.value]));
});
document.addEventListener("htmx:afterSwap", () => {
  for (const [id, value] of typed) {
    const field = id && document.getElementById(id);
    if (field) field.value = value;
  }
  typed = new Map();
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
