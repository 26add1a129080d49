// Everything here is comfort: each page works without it (POST, redirect, GET).
const auto = document.body.dataset.auto === "1";
const keys = document.body.dataset.keys === "1";

// A page that comes back from the browser's memory is fetched again: no former customer by the Back key.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Focus: the field to fill, else the heading.
document.querySelector(".hn-banner[data-focus]")?.focus();
if (!document.querySelector(".hn-banner[data-focus]")) document.querySelector("[data-focus]")?.focus({ preventScroll: true });

// One sending a form.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (!form.hasAttribute("data-tray") && !form.hasAttribute("data-keep") && form.method !== "dialog") form.dataset.sent = "1";
});

// Keys: Ctrl+Enter the primary button, F2 a new visit.
addEventListener("keydown", (event) => {
  if (!keys || event.isComposing || document.querySelector("dialog[open]")) return;
  if (event.key === "Enter" && event.ctrlKey) {
    event.preventDefault();
    document.querySelector("[data-primary]")?.click();
  } else if (event.key === "F2") {
    event.preventDefault();
    const token = document.querySelector("input[name=csrf]");
    if (!token) { location.assign("/"); return; }
    const form = document.createElement("form");
    form.method = "post";
    form.action = "/visits";
    form.append(token.cloneNode());
    document.body.append(form);
    form.submit();
  }
});

// Events of the visit: words into the status, steps into the list, the page when it is another one.
const live = document.querySelector("[data-events]");
if (live) {
  const status = document.getElementById("status");
  const say = (words) => { if (words && status.textContent !== words) status.textContent = words; };
  const source = new EventSource(live.dataset.events);
  let lost = 0;
  source.addEventListener("state", (event) => {
    lost = 0;
    const state = JSON.parse(event.data);
    if (state.go) { source.close(); location.replace(state.go); return; }
    say(state.say);
    for (const step of state.steps ?? []) {
      const line = live.querySelector(`[data-step="${step.name}"]`);
      if (!line) continue;
      line.dataset.state = step.state;
      line.querySelector("[data-words]").textContent = step.text;
      line.querySelector("[data-state-words]").textContent = step.state_text;
    }
    if (state.page !== live.dataset.page && (live.dataset.follow === "always" || auto)) {
      source.close();
      // From placing to the key the Back key must lead back; a page of progress is not worth a step back.
      setTimeout(() => (live.dataset.follow === "always" ? location.replace(state.page) : location.assign(state.page)),
        live.dataset.follow === "always" ? 150 : 900);
    }
  });
  source.addEventListener("error", () => {
    lost += 1;
    if (lost === 3) { status.classList.remove("hn-hidden"); say(document.body.dataset.gone); }
  });
  addEventListener("pagehide", () => source.close());
}

// Key entry: an Enter between the lines is swallowed; complete and right lines start the read.
const lines = document.querySelector("[data-mrz]");
const clean = (text) => text.normalize("NFKC").toUpperCase().replace(/\s/g, "");
function digit(text) {
  let sum = 0;
  for (let i = 0; i < text.length; i += 1) {
    const c = text[i];
    const value = c === "<" ? 0 : c >= "0" && c <= "9" ? Number(c) : c.charCodeAt(0) - 55;
    sum += value * [7, 3, 1][i % 3];
  }
  return String(sum % 10);
}
function right(text) {
  const mrz = clean(text);
  if (!/^P[A-Z0-9<]{87}$/.test(mrz)) return false;
  const l = mrz.slice(44);
  return digit(l.slice(0, 9)) === l[9] && digit(l.slice(13, 19)) === l[19] && digit(l.slice(21, 27)) === l[27]
    && digit(l.slice(0, 10) + l.slice(13, 20) + l.slice(21, 43)) === l[43];
}
if (lines) {
  lines.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.isComposing && !event.ctrlKey) {
      const complete = clean(lines.value).length >= 88;
      if (complete) { event.preventDefault(); lines.form.requestSubmit(); }
    }
  });
  lines.addEventListener("input", () => {
    if (/^\d{12}$/.test(clean(lines.value))) lines.value = "";
    else if (auto && right(lines.value)) lines.form.requestSubmit();
  });
}

// Demo tray: lay and take without leaving the page; fill in the printed numbers.
function prepare(tray) {
  for (const button of tray.querySelectorAll("[data-fill]")) {
    button.hidden = !lines;
    button.addEventListener("click", () => {
      lines.value = button.dataset.fill;
      lines.focus();
    });
  }
  for (const form of tray.querySelectorAll("form[data-tray]")) {
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      const answer = await fetch(form.action, {
        method: "POST",
        headers: { "X-Honnin-Fragment": "tray" },
        body: new URLSearchParams(new FormData(form)),
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("tray");
      if (!answer.ok || !page) { location.reload(); return; }
      tray.replaceWith(page);
      prepare(page);
      (page.querySelector(".hn-card--on button") ?? page.querySelector("button"))?.focus({ preventScroll: true });
    });
  }
}
const tray = document.getElementById("tray");
if (tray) prepare(tray);

// Dialogs: the photo, and the time two minutes before the visit is discarded.
function open(dialog) {
  dialog.showModal();
  dialog.querySelector("[data-safe]")?.focus();
}
for (const opener of document.querySelectorAll("[data-opens]")) {
  opener.hidden = false;
  opener.addEventListener("click", () => open(document.getElementById(opener.dataset.opens)));
}
const time = document.getElementById("time");
if (time) {
  let left = Number(time.dataset.expires);
  let warn = 0;
  let over = 0;
  const arm = () => {
    clearTimeout(warn);
    clearTimeout(over);
    warn = setTimeout(() => open(time), Math.max(0, left - 120) * 1000);
    over = setTimeout(() => location.replace("/"), (left + 1) * 1000);
  };
  const keep = time.querySelector("[data-keep]");
  const extend = async () => {
    const answer = await fetch(keep.action, { method: "POST", body: new URLSearchParams(new FormData(keep)) });
    if (answer.ok) { left = Number(time.dataset.life); arm(); }
    else location.replace("/");
  };
  keep.addEventListener("submit", (event) => { event.preventDefault(); time.close(); extend(); });
  time.addEventListener("cancel", extend);
  arm();
}
