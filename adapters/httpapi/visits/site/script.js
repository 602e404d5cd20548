(function () {
  "use strict";

  var main = document.getElementById("main"), at = main.dataset;
  function part(id) { return document.getElementById(id); }

  // A framed page whose browser keeps no cookie is known by what it holds, so it comes anew by its own form.
  function anew() {
    if (part("anew")) { part("anew").submit(); } else { location.reload(); }
  }

  // A page that the browser had put away may show what is long over.
  addEventListener("pageshow", function (event) { if (event.persisted) { anew(); } });

  if (at.now) { location.replace(part("go").href); return; }

  // The page around this one is told how it ended; the policy lets none but the named origins stand there.
  function announce(outcome) {
    if (!at.frames || !outcome || window.parent === window) { return; }
    var above = location.ancestorOrigins && location.ancestorOrigins[0];
    at.frames.split(" ").forEach(function (origin) {
      var any = origin.slice(-2) === ":*";
      if (any && !above || above && (any ? above.indexOf(origin.slice(0, -1)) : above !== origin)) { return; }
      window.parent.postMessage({ type: "eidgate.session", session: at.session, status: outcome, sessionNonce: at.proof }, above || origin);
    });
  }

  function goBack(wait) {
    if (wait > 0) { setTimeout(function () { location.replace(part("back").href); }, wait); }
  }
  announce(at.outcome);
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

  // An iPad may call itself a Mac: what can be touched is no computer, and has the app to go to and come back from.
  var touched = navigator.maxTouchPoints > 1;
  if (touched && part("launch") && part("launch").dataset.touched) {
    point("launch", "href", part("launch").dataset.touched);
    if (at.frames) { point("launch", "target", "_blank"); }
  }

  function title(heading) {
    var before = part("heading").textContent;
    document.title = document.title.replace(before, function () { return heading; });
    say("heading", heading);
  }

  function tell(news) {
    if (ended) { return; }
    if (news.stage === "ask" || news.stage === "choose") { stop(); anew(); return; }
    title(news.heading);
    say("status", news.status);
    point("qr", "src", news.qr);
    if (news.qr_label) { part("qr").alt = news.qr_label; }
    point("launch", "href", touched && news.touched || news.launch);
    point("go", "href", news.onward);
    point("back", "href", news.return_to);
    say("message", news.binding || "");
    show("binding", !!news.binding);
    show("code", !!news.qr);
    show("open", !!news.launch);
    show("onward", !!news.onward);
    show("lead", !news.ended);
    show("renew", !news.ended);
    show("cancel", !news.ended);
    show("return", news.ended && !!news.return_to);
    at.stage = news.stage;
    if (news.ended) {
      stop();
      part("heading").focus();
      announce(news.outcome);
      goBack(news.auto || 0);
    }
  }

  // The session is gone, or another browser's. A page inside of another one says so itself: what would come in its place
  // may not stand there.
  function lose() {
    stop();
    if (!at.frames) { location.reload(); return; }
    title(at.over);
    say("status", at.gone);
    ["lead", "binding", "onward", "open", "code", "renew", "cancel"].forEach(function (id) { show(id, false); });
  }

  function stop() {
    ended = true;
    clearTimeout(timer);
    if (stream) { stream.abort(); }
  }

  function ask(address, type, ending) {
    var headers = { "Accept": type };
    if (at.browser) { headers["X-Eidgate-Browser"] = at.browser; }
    return fetch(address, { headers: headers, cache: "no-store", redirect: "error", signal: ending.signal }).then(function (answer) {
      if (answer.status === 403 || answer.status === 404) { lose(); return null; }
      if (!answer.ok) { throw new Error("refused"); }
      return answer;
    });
  }

  // Questions keep the beat of one second, however long an answer takes; after failures they come more seldom. Now and then
  // a stream is tried in their place.
  function plan() {
    clearTimeout(timer);
    if (ended || stream) { return; }
    if (barren < 3 && questions > 15) { questions = 0; follow(); return; }
    var now = performance.now();
    due = failures ? now + Math.min(1000 * Math.pow(2, failures), 10000) : Math.max(due + 1000, now);
    timer = setTimeout(look, due - now);
  }

  function look() {
    if (asking || ended) { return; }
    asking = true;
    questions++;
    var ending = new AbortController(), patience = setTimeout(function () { ending.abort(); }, 8000);
    ask(at.state, "application/json", ending)
      .then(function (answer) { return answer && answer.json(); })
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

  // The stream of news, read by hand: it may need a header, and has to be known from one that something on the way holds
  // back. Where it brings nothing, questions are asked instead.
  var stream = null, barren = 0, questions = 0;

  function follow() {
    if (ended) { return; }
    clearTimeout(timer);
    if (stream) { stream.abort(); }
    var mine = stream = new AbortController(), decoder = new TextDecoder(), text = "", heard = false, patience = 0;
    function wait(ms) { clearTimeout(patience); patience = setTimeout(function () { mine.abort(); }, ms); }

    function take(event) {
      if (event.slice(0, 6) !== "data: ") { return; }
      heard = true;
      barren = failures = 0;
      tell(JSON.parse(event.slice(6)));
    }

    function read(reader) {
      return reader.read().then(function (piece) {
        if (piece.done || stream !== mine || ended) { return null; }
        wait(heard ? 40000 : 6000);
        text += decoder.decode(piece.value, { stream: true });
        var events = text.split("\n\n");
        text = events.pop();
        events.forEach(take);
        return read(reader);
      });
    }

    wait(6000);
    ask(at.events, "text/event-stream", mine)
      .then(function (answer) { return answer && read(answer.body.getReader()); })
      .catch(function () { return null; })
      .then(function () {
        clearTimeout(patience);
        if (stream !== mine) { return; }
        stream = null;
        if (ended) { return; }
        mine.abort();
        if (heard) { timer = setTimeout(follow, 200 + 1500 * Math.random()); return; }
        barren++;
        due = performance.now() - 1000;
        plan();
      });
  }

  var streams = !!(window.ReadableStream && window.TextDecoder && Response.prototype.hasOwnProperty("body"));
  function start() {
    if (ended) { return; }
    if (streams && barren < 3) { follow(); return; }
    clearTimeout(timer);
    due = performance.now();
    look();
  }

  // Back from the app on the same device, or on the net again: the stream may be dead, and the news is old.
  document.addEventListener("visibilitychange", function () { if (!document.hidden) { start(); } });
  addEventListener("online", start);
  addEventListener("offline", function () { if (stream) { stream.abort(); } });
  if (streams) { follow(); } else { plan(); }
})();
