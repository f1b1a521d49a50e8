/* What the pages do beyond HTML and htmx. Everything works without it. */
"use strict";

(function () {
  /* after an error, start where the error is told */
  document.addEventListener("DOMContentLoaded", function () {
    const summary = document.getElementById("error-summary");
    if (summary) summary.focus();
  });

  /* say it when what was typed could not be sent; the text comes translated with the page */
  const status = function (text) {
    const place = document.getElementById("status");
    if (place && text) place.textContent = text;
  };
  const told = function (name) {
    return document.body.dataset[name] || "";
  };
  document.addEventListener("htmx:sendError", function () {
    status(told("offline"));
  });
  document.addEventListener("htmx:responseError", function (event) {
    status(event.detail.xhr.status === 401 ? told("signedOut") : told("refused"));
  });
})();
