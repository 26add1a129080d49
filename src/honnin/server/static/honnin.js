// Everything here is comfort: each page works without it (POST, redirect, GET).
const auto = document.body.dataset.auto === "1";
const keys = document.body.dataset.keys === "1";

// A page that comes back from the browser's memory is fetched again: no former customer by the Back key.
addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

// Focus: the field to fill, else the heading.
document.querySelector(".hn-banner[data-focus]")?.focus();
if (!document.querySelector(".hn-banner[data-focus]")) document.querySelector("[data-focus]")?.focus({ preventScroll: true });
document.querySelector("[data-show]")?.scrollIntoView(); // what was asked for lies below a long form

// One sending a form.
addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  if (!form.hasAttribute("data-tray") && !form.hasAttribute("data-keep") && !form.hasAttribute("data-number-show") && form.method !== "dialog") form.dataset.sent = "1";
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
    if (live.dataset.card !== undefined && state.card !== undefined) {
      if (state.card !== live.dataset.card) { source.close(); location.reload(); return; }
      state.say = "";
    }
    say(state.say);
    for (const step of state.steps ?? []) {
      const line = live.querySelector(`[data-step="${step.name}"]`);
      if (!line) continue;
      line.dataset.state = step.state;
      line.querySelector("[data-words]").textContent = step.text;
      line.querySelector("[data-state-words]").textContent = step.state_text;
    }
    if (state.page !== live.dataset.page && live.dataset.follow && (live.dataset.follow === "always" || auto)) {
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

// Printed numbers of a card: twelve digits are somebody's My Number and never leave this page; a scan of fourteen is
// split over the three fields; the next field has the focus when one is complete.
const twelve = (text) => /^\d{12}$/.test(clean(text).replace(/[-‐‑–—−ー/.]/g, ""));
const cardKey = document.querySelector("[data-card-key]");
if (cardKey) {
  const lengths = { birth6: 6, year: 4, code: 4 };
  const numbers = [...cardKey.querySelectorAll("[data-number]")];
  let typing = 0;
  for (const [index, input] of numbers.entries()) {
    input.addEventListener("input", (event) => {
      if (event.isComposing) return;
      const value = clean(input.value).replace(/[-‐‑–—−ー/.]/g, "");
      clearTimeout(typing);
      if (input.dataset.number === "birth6" && /^\d{14}$/.test(value)) {
        [value.slice(0, 6), value.slice(6, 10), value.slice(10)].forEach((part, at) => { numbers[at].value = part; });
        numbers[2].focus();
        return;
      }
      // A scan of fourteen digits passes through twelve: wait until the keys rest.
      if (twelve(value)) { typing = setTimeout(() => { if (twelve(input.value)) input.value = ""; }, 250); return; }
      const full = lengths[input.dataset.number];
      if (auto && full && new RegExp(`^\\d{${full}}$`).test(value) && input.dataset.number !== "birth6") numbers[index + 1]?.focus();
    });
    input.addEventListener("keydown", (event) => {
      if (event.key === "Enter" && numbers.length === 3 && index < 2 && !numbers[index + 1].value) {
        event.preventDefault();
        numbers[index + 1].focus();
      }
    });
  }
  const pins = [...cardKey.querySelectorAll("[data-pin]")];
  for (const pin of pins) {
    // A password may begin with twelve digits, and one field asks for them; the server refuses twelve anywhere else.
    if (pin.inputMode === "text" || "twelve" in pin.dataset) continue;
    pin.addEventListener("input", () => { if (twelve(pin.value)) pin.value = ""; });
  }
  const hide = (button) => {
    const pin = document.getElementById(button.dataset.shows);
    pin.type = "password";
    button.textContent = button.dataset.show;
    button.setAttribute("aria-label", button.dataset.showLabel);
  };
  for (const button of cardKey.querySelectorAll("[data-shows]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const pin = document.getElementById(button.dataset.shows);
      const words = document.getElementById(`${button.dataset.shows}-status`);
      if (pin.type === "text") { hide(button); words.textContent = button.dataset.hidden; return; }
      pin.type = "text";
      button.textContent = button.dataset.hide;
      button.setAttribute("aria-label", button.dataset.hideLabel);
      words.textContent = button.dataset.shown;
    });
  }
  cardKey.addEventListener("submit", (event) => {
    for (const button of cardKey.querySelectorAll("[data-shows]")) hide(button);
    for (const input of [...numbers, ...pins]) if (twelve(input.value) && !("twelve" in input.dataset)) { input.value = ""; event.preventDefault(); delete cardKey.dataset.sent; }
  }, true);
  addEventListener("pagehide", () => { for (const pin of pins) pin.value = ""; });
}

// Demo tray: lay and take without leaving the page; fill in the printed numbers and PINs.
function fill(tray) {
  const secret = (name) => tray.querySelector(`[data-printed="${name}"]`)?.textContent ?? "";
  const reference = secret("reference_b");
  const into = {
    birth6: reference.slice(0, 6), year: reference.slice(6, 10), code: reference.slice(10),
    card: secret("card_number"), text: secret("text_pin"), pin1: secret("pin1"), pin2: secret("pin2"),
    signing: secret("signature_password"), licence: secret("licence_pin"), number_a: secret("back"),
  };
  if (lines) { lines.value = secret("mrz"); lines.focus(); return; }
  for (const input of cardKey?.querySelectorAll("input:not([type=hidden])") ?? []) input.value = into[input.id] ?? "";
  document.querySelector("[data-primary]")?.focus();
}
function prepare(tray) {
  for (const button of tray.querySelectorAll("[data-fill]")) {
    button.hidden = !lines && !cardKey?.querySelector("input:not([type=hidden])");
    button.addEventListener("click", () => fill(tray));
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

// An individual number: fetched by its button, put into the box beside it for half a minute, then gone from the page.
for (const form of document.querySelectorAll("form[data-number-show]")) {
  const box = form.parentElement.querySelector("[data-number-box]");
  const button = form.querySelector("button");
  let timer = 0;
  let busy = false;
  const hide = (back) => {
    clearTimeout(timer);
    if (!box.hasChildNodes()) return;
    box.replaceChildren();
    if (back) button.focus({ preventScroll: true });
  };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    hide(false);
    try {
      const answer = await fetch(form.action, {
        method: "POST", cache: "no-store", headers: { "X-Honnin-Fragment": "number" },
        body: new URLSearchParams(new FormData(form)),
      });
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const part = page.getElementById("number-shown") ?? page.getElementById("problem");
      if (!part) { location.reload(); return; }
      box.replaceChildren(part);
      if (!answer.ok) return;
      const away = document.createElement("button");
      away.type = "button";
      away.className = "hn-button hn-button--outline hn-button--sm";
      away.textContent = box.dataset.hide;
      away.addEventListener("click", () => hide(true));
      box.append(away);
      away.focus({ preventScroll: true });
      timer = setTimeout(() => hide(box.contains(document.activeElement)), 30000);
    } finally {
      busy = false;
      for (const field of form.querySelectorAll("input[name=token]")) field.value = "";
    }
  });
  addEventListener("pagehide", () => hide(false));
  addEventListener("beforeprint", () => hide(false));
}

// Dialogs: the photo, and the time two minutes before the visit is discarded.
function open(dialog) {
  dialog.showModal();
  dialog.querySelector("[data-safe]")?.focus();
}
for (const dialog of document.querySelectorAll("dialog[data-modal]")) {
  dialog.close(); // it stands open in the page for browsers without scripts
  open(dialog);
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

// The audit page: how far it is, in words; when it has ended the page is fetched again.
const poll = document.querySelector("[data-poll]");
if (poll) {
  const ask = async () => {
    try {
      const answer = await fetch(poll.dataset.poll, { headers: { accept: "application/json" } });
      const state = await answer.json();
      const line = document.getElementById("progress");
      if (line.textContent !== state.say && state.say) line.textContent = state.say;
      if (!state.running) { location.reload(); return; }
    } catch { /* the server is away: ask again */ }
    setTimeout(ask, 1000);
  };
  setTimeout(ask, 1000);
}
