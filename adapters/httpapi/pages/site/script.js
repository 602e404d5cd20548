(function () {
  "use strict";

  var main = document.querySelector("main");

  function say(form, text) {
    var status = form.querySelector("[role=status]");
    if (status) { status.textContent = text; }
  }

  function bodyOf(form, button) {
    var body = {};
    (button.dataset.fields || "").split(" ").filter(Boolean).forEach(function (name) {
      var field = form.elements[name];
      if (field) { body[name] = field.type === "number" ? Number(field.value) : field.value; }
    });
    return body;
  }

  document.addEventListener("submit", function (event) {
    var form = event.target, button = event.submitter;
    event.preventDefault();
    if (!button || !button.dataset.post) { return; }
    var buttons = form.querySelectorAll("button");
    buttons.forEach(function (b) { b.disabled = true; });
    say(form, "");
    fetch(button.dataset.post, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept": "application/json" },
      body: JSON.stringify(bodyOf(form, button))
    }).then(function (answer) {
      if (answer.ok) { return null; }
      return answer.json().then(function (failure) {
        var details = (failure.error.details || []).map(function (d) { return d.issue; });
        return details.length ? details.join(" ") : failure.error.message;
      });
    }).then(function (failure) {
      if (failure === null) { location.reload(); return; }
      say(form, failure);
      buttons.forEach(function (b) { b.disabled = false; });
    }).catch(function () {
      say(form, "eidgate does not answer. Is it running?");
      buttons.forEach(function (b) { b.disabled = false; });
    });
  });

  var watch = main && main.dataset.watch;
  if (!watch) { return; }

  // Somebody else may play the person: look whether anything has changed, but only while somebody looks at us, and
  // never while a choice is being made.
  function look() {
    var at = document.activeElement;
    if (document.hidden || document.querySelector("button[disabled], details[open]")) { return; }
    if (watch === "orders" && at && at.matches("select, input")) { return; }
    if (watch === "order") {
      fetch(location.href, { headers: { "Accept": "application/json" }, redirect: "manual" }).then(function (answer) {
        if (answer.type === "opaqueredirect" || answer.status === 422) { location.reload(); }
      }).catch(function () {});
      return;
    }
    fetch("/simulator/orders", { headers: { "Accept": "application/json" } }).then(function (answer) {
      return answer.json();
    }).then(function (orders) {
      var seen = orders.map(function (o) { return o.id + " "; }).join("");
      if (seen !== main.dataset.seen) { location.reload(); }
    }).catch(function () {});
  }

  setInterval(look, 2000);
})();
