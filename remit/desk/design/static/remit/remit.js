/* What the pages do beyond plain HTML. Every page works without this file; nothing here decides anything.
   <rm-keys>     keyboard for a list of tickets: j and k move, Enter opens, / goes to the filter
   <rm-composer> keyboard for the composer: r and n choose reply or note, Ctrl+Enter sends
   [data-once]   a form that is sent once, however often its button is pressed
   [data-print]  a button that prints the page; hidden until this file runs */

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

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
