/* A form with data-passkey asks the browser for a passkey, and sends what it says. Without this script the form stays hidden. */
"use strict";

(function () {
  const bytes = function (text) {
    const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
    return Uint8Array.from(plain, function (letter) { return letter.charCodeAt(0); });
  };
  const text = function (buffer) {
    const plain = Array.from(new Uint8Array(buffer), function (byte) { return String.fromCharCode(byte); }).join("");
    return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  };
  const named = function (list) {
    return (list || []).map(function (one) { return Object.assign({}, one, { id: bytes(one.id) }); });
  };

  /* the server's options, with bytes where the browser wants bytes */
  const opened = function (options) {
    options.challenge = bytes(options.challenge);
    if (options.user) options.user.id = bytes(options.user.id);
    if (options.allowCredentials) options.allowCredentials = named(options.allowCredentials);
    if (options.excludeCredentials) options.excludeCredentials = named(options.excludeCredentials);
    return options;
  };
  const said = function (credential) {
    const response = {};
    ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"].forEach(function (name) {
      if (credential.response[name]) response[name] = text(credential.response[name]);
    });
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response: response };
  };

  const ask = async function (form) {
    const token = form.elements.csrf_token.value;
    const answer = await fetch(form.dataset.options, { method: "POST", headers: { "X-CSRFToken": token } });
    if (!answer.ok) throw new Error("no options");
    const options = { publicKey: opened(await answer.json()) };
    const credential = await navigator.credentials[form.dataset.passkey](options);
    form.elements.credential.value = JSON.stringify(said(credential));
    form.submit();
  };

  document.addEventListener("DOMContentLoaded", function () {
    const able = window.PublicKeyCredential && !/^[\d.]+$|:/.test(window.location.hostname);
    document.documentElement.classList.toggle("no-passkeys", !able);
    if (!able) return;
    document.querySelectorAll("form[data-passkey]").forEach(function (form) {
      form.hidden = false;
      form.addEventListener("submit", function (event) {
        event.preventDefault();
        ask(form).catch(function () { document.getElementById("status").textContent = form.dataset.failed; });
      });
    });
  });
})();
