(function () {
  "use strict";

  var main = document.getElementById("main"), at = main.dataset;
  function part(id) { return document.getElementById(id); }

  // A page that the browser had put away may show what is long over.
  addEventListener("pageshow", function (event) { if (event.persisted) { location.reload(); } });

  if (at.now) { location.replace(part("go").href); return; }

  function goBack(wait) {
    if (wait > 0) { setTimeout(function () { location.replace(part("back").href); }, wait); }
  }
  goBack(Number(at.auto || 0));
  if (!at.state) { return; }

  var timer = 0, asking = false, ended = false, failures = 0, due = performance.now();

  function say(id, text) {
    var element = part(id);
    if (element.textContent !== text) { element.textContent = text; }
  }

  // A part without anything to show is hidden, and never takes the focus along into hiding.
  function show(id, shown) {
    var element = part(id);
    if (!element || element.hidden === !shown) { return; }
    if (!shown && element.contains(document.activeElement)) { part("heading").focus(); }
    element.hidden = !shown;
  }

  function point(id, attribute, address) {
    var element = part(id);
    if (!element) { return; }
    if (!address) { element.removeAttribute(attribute); return; }
    if (element.getAttribute(attribute) !== address) { element.setAttribute(attribute, address); }
  }

  function tell(news) {
    var title = document.title, heading = part("heading").textContent;
    if (news.stage === "ask") { location.reload(); return; }
    document.title = title.replace(heading, function () { return news.heading; });
    say("heading", news.heading);
    say("status", news.status);
    point("qr", "src", news.qr);
    if (news.qr_label) { part("qr").alt = news.qr_label; }
    point("launch", "href", news.launch);
    point("go", "href", news.onward);
    point("back", "href", news.return_to);
    say("message", news.binding || "");
    show("binding", !!news.binding);
    show("code", !!news.qr);
    show("open", !!news.launch);
    show("onward", !!news.onward);
    show("lead", !news.ended);
    show("cancel", !news.ended);
    show("return", news.ended && !!news.return_to);
    at.stage = news.stage;
    if (news.ended) {
      ended = true;
      part("heading").focus();
      goBack(news.auto || 0);
    }
  }

  // Questions keep the beat of one second, however long an answer takes; after failures they come more seldom.
  function plan() {
    clearTimeout(timer);
    if (ended) { return; }
    var now = performance.now();
    due = failures ? now + Math.min(1000 * Math.pow(2, failures), 10000) : Math.max(due + 1000, now);
    timer = setTimeout(look, due - now);
  }

  function look() {
    if (asking || ended) { return; }
    asking = true;
    var ending = new AbortController(), patience = setTimeout(function () { ending.abort(); }, 8000);
    fetch(at.state, { headers: { "Accept": "application/json" }, cache: "no-store", redirect: "error", signal: ending.signal })
      .then(function (answer) {
        if (answer.status === 403 || answer.status === 404) { ended = true; location.reload(); return null; }
        if (!answer.ok) { throw new Error("refused"); }
        return answer.json();
      })
      .then(function (news) {
        failures = 0;
        if (news) { tell(news); }
      })
      .catch(function () {
        failures++;
        if (failures > 1) { say("status", at.lost); }
      })
      .then(function () {
        clearTimeout(patience);
        asking = false;
        plan();
      });
  }

  // Back from the app on the same device: ask at once.
  document.addEventListener("visibilitychange", function () {
    if (!document.hidden && !ended) { clearTimeout(timer); due = performance.now(); look(); }
  });
  plan();
})();
