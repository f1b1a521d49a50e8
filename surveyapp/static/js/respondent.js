/* A section's page, helped: honest states while saving, retries, unsent answers kept, details that open, rankings moved
   by buttons. Without it the Save buttons do the same work. */
"use strict";

(function () {
  const form = document.getElementById("answers");
  if (!form) return;
  document.documentElement.classList.add("js");
  const told = (name) => form.dataset[name] || "";
  const keyOf = (address) => "unsent:" + form.dataset.response + ":" + address;
  const stateOf = (question) => question.querySelector(":scope > .state");

  /* ---- details open with their choice; an exclusive choice stands alone */
  const refresh = function (root) {
    root.querySelectorAll("[data-opens]").forEach(function (input) {
      const detail = document.getElementById(input.dataset.opens);
      if (detail) detail.hidden = !input.checked;
    });
  };
  const alone = function (input) {
    if (input.type !== "checkbox" || !input.checked) return;
    form.querySelectorAll('input[type="checkbox"][name="' + CSS.escape(input.name) + '"]').forEach(function (other) {
      const clash = "exclusive" in input.dataset || "exclusive" in other.dataset;
      if (other !== input && clash) other.checked = false;
    });
  };
  form.addEventListener("change", function (event) {
    alone(event.target);
    refresh(form);
  }, true);

  /* ---- a ranking: buttons beside the ranks, which stay the form's fields */
  const renumber = function (list, row, step) {
    const ranked = Array.from(list.querySelectorAll("select.rank")).filter((rank) => rank.value);
    ranked.sort((a, b) => a.value - b.value);
    const own = row.querySelector("select.rank");
    const most = own.options.length - 1;
    if (!own.value) {
      if (ranked.length >= most) return;
      ranked.push(own);
    } else {
      const place = ranked.indexOf(own);
      const target = Math.max(0, Math.min(ranked.length - 1, place + step));
      ranked.splice(target, 0, ranked.splice(place, 1)[0]);
    }
    ranked.forEach((rank, place) => { rank.value = String(place + 1); });
    own.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const equip = function (root) {
    root.querySelectorAll("[data-ranking]").forEach(function (list) {
      if (list.dataset.equipped) return;
      list.dataset.equipped = "yes";
      list.querySelectorAll(".ranking-row").forEach(function (row) {
        [["up", -1, "↑"], ["down", 1, "↓"]].forEach(function (move) {
          const button = document.createElement("button");
          button.type = "button";
          button.className = "btn btn-sm btn-outline-secondary ranking-move";
          button.textContent = move[2];
          button.setAttribute("aria-label", list.dataset[move[0]] + ": " + row.querySelector("label").textContent);
          button.addEventListener("click", () => renumber(list, row, move[1]));
          row.append(button);
        });
      });
    });
  };

  /* ---- saving: what the field says is what has happened */
  const fieldsOf = function (question) {
    const found = {};
    question.querySelectorAll("input, select, textarea").forEach(function (field) {
      if (!field.name.startsWith("q-") || field.closest(".question") !== question) return;
      const ticked = field.type === "radio" || field.type === "checkbox";
      if (!found[field.name]) found[field.name] = [];
      if (!ticked || field.checked) found[field.name].push(field.value);
    });
    return found;
  };
  const say = function (question, kind, text) {
    const state = stateOf(question);
    if (!state) return;
    // leaving a field saves it while the pointer is down on the next one: nothing may move under it, or the click is lost
    state.style.minHeight = state.offsetHeight + "px";
    const problem = state.firstElementChild;
    if (problem && kind === "saving") problem.replaceChildren();
    let line = state.querySelector(".saved, .saving, .unsaved");
    if (!line) {
      line = document.createElement("span");
      state.append(line);
    }
    line.className = kind;
    line.textContent = text;
  };
  const keep = function (question) {
    try { localStorage.setItem(keyOf(question.dataset.address), JSON.stringify(fieldsOf(question))); } catch (refused) { /* full or forbidden */ }
  };
  const forget = function (question) {
    try { localStorage.removeItem(keyOf(question.dataset.address)); } catch (refused) { /* forbidden */ }
  };
  const waiting = new Map();
  const retry = function (question) {
    const tried = (waiting.get(question) || 0) + 1;
    waiting.set(question, tried);
    say(question, "unsaved", told("unsaved"));
    setTimeout(function () {
      if (waiting.has(question) && question.isConnected) htmx.trigger(question, "change");
    }, Math.min(30000, 1000 * 2 ** tried));
  };
  /* what was typed since it was last sent, by question: a number that goes up with each stroke */
  const typed = new Map();
  let strokes = 0;
  const note = function (event) {
    const question = event.target.closest(".question[data-address]");
    if (!question) return;
    typed.set(question.dataset.address, ++strokes);
    keep(question);
  };
  form.addEventListener("input", note);
  form.addEventListener("change", note, true);
  const underWay = new Set();
  document.addEventListener("htmx:beforeRequest", function (event) {
    const question = event.target.closest && event.target.closest(".question[data-address]");
    if (!question) return;
    underWay.add(event.detail.xhr);
    event.detail.xhr.sentStroke = typed.get(question.dataset.address);
    say(question, "saving", told("saving"));
  });

  /* A Save button waits for answers that are just being saved: else the page would be behind its own autosave, and
     be told that somebody else had changed the answer. */
  let pressed = null;
  const press = function () {
    if (!pressed || underWay.size) return;
    const button = pressed.button;
    pressed = null;
    form.requestSubmit(button);
  };
  form.addEventListener("submit", function (event) {
    if (!underWay.size) return;
    event.preventDefault();
    if (!pressed) setTimeout(function () { underWay.clear(); press(); }, 5000);
    pressed = { button: event.submitter };
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const question = event.target.closest && event.target.closest(".question[data-address]");
    if (!question) return;
    underWay.delete(event.detail.xhr);
    setTimeout(press, 50); // a newer value of the same field may be next in the queue
    if (event.detail.successful) {
      waiting.delete(question);
      if (typed.get(question.dataset.address) !== event.detail.xhr.sentStroke) return; // more was typed meanwhile
      typed.delete(question.dataset.address);
      forget(question);
    } else if (!event.detail.xhr.status || event.detail.xhr.status >= 500) {
      retry(question);
    }
  });

  /* ---- another answer changed this block while somebody types in it: its words follow, its field stays as it is */
  const within = function (block) {
    const found = Array.from(block.querySelectorAll(".question[data-address]"));
    return block.matches(".question[data-address]") ? [block].concat(found) : found;
  };
  const busy = function (question) {
    const here = document.activeElement;
    const writing = here && question.contains(here) && here.matches("textarea, input:not([type=radio]):not([type=checkbox])");
    return writing || typed.has(question.dataset.address);
  };
  document.addEventListener("htmx:oobBeforeSwap", function (event) {
    const block = event.detail.target;
    if (!within(block).some(busy)) return;
    const found = event.detail.fragment.querySelector("#" + CSS.escape(block.id));
    if (!found || found.hidden) return; // it is asked no more: what was typed waits in the browser's own storage
    event.detail.shouldSwap = false;
    const names = within(block).map((question) => question.id.slice("item-".length));
    names.forEach(function (name) {
      ["label", "hint"].forEach(function (part) {
        const old = document.getElementById(part + "-" + name);
        const fresh = found.querySelector("#" + CSS.escape(part + "-" + name));
        if (old && fresh && old.innerHTML !== fresh.innerHTML) old.innerHTML = fresh.innerHTML;
      });
    });
  });
  document.addEventListener("htmx:oobAfterSwap", function (event) {
    const fresh = document.getElementById(event.detail.target.id);
    if (fresh) within(fresh).forEach(putBack);
  });
  document.addEventListener("htmx:load", function () {
    refresh(form);
    equip(form);
  });
  window.addEventListener("online", function () {
    waiting.forEach((tried, question) => htmx.trigger(question, "change"));
  });

  /* ---- what an earlier visit could not send is put back into its field, and said */
  const putBack = function (question) {
    let kept = null;
    try { kept = JSON.parse(localStorage.getItem(keyOf(question.dataset.address)) || "null"); } catch (broken) { kept = null; }
    if (!kept || JSON.stringify(kept) === JSON.stringify(fieldsOf(question))) {
      forget(question);
      return;
    }
    question.querySelectorAll("input, select, textarea").forEach(function (field) {
      if (!(field.name in kept)) return;
      const values = kept[field.name];
      if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
      else field.value = values[0] || "";
    });
    say(question, "unsaved", told("recovered"));
  };

  form.querySelectorAll(".question[data-address]").forEach(putBack);
  refresh(form);
  equip(form);
  const list = document.querySelector("[data-toc]");
  if (list && window.matchMedia("(max-width: 62rem)").matches) list.open = false;
})();
