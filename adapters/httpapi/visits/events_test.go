package visits_test

import (
	"bufio"
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/test/browser"
)

// stream is an open stream of news.
type stream struct {
	t     *testing.T
	res   *http.Response
	lines *bufio.Scanner
	close context.CancelFunc
}

func (v visitor) stream(path string, header ...string) stream {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), time.Minute)
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, v.base+path, http.NoBody)
	if err != nil {
		v.t.Fatal(err)
	}
	r.Header.Set("Accept", "text/event-stream")
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	res, err := v.Client.Do(r)
	if err != nil {
		v.t.Fatal(err)
	}
	v.t.Cleanup(func() { cancel(); _ = res.Body.Close() })
	lines := bufio.NewScanner(res.Body)
	lines.Buffer(nil, 1<<20)
	return stream{t: v.t, res: res, lines: lines, close: cancel}
}

// next is the next event's lines; none at the end.
func (s stream) next() (event []string) {
	for s.lines.Scan() {
		if s.lines.Text() == "" {
			return event
		}
		event = append(event, s.lines.Text())
	}
	return nil
}

// news is the next event with news in it, nil where there is none before the end.
func (s stream) news() map[string]any {
	s.t.Helper()
	for e := s.next(); e != nil; e = s.next() {
		if data, found := strings.CutPrefix(e[0], "data: "); found && len(e) == 1 {
			var n map[string]any
			if err := json.Unmarshal([]byte(data), &n); err != nil {
				s.t.Fatal(err)
			}
			return n
		}
	}
	return nil
}

func TestNewsComesByAStreamThatEndsWithTheSession(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	e := v.stream("/s/t1/events?lang=sv", "Last-Event-ID", "\"><x>17")
	h := e.res.Header
	if e.res.StatusCode != http.StatusOK || h.Get("Content-Type") != "text/event-stream" || h.Get("X-Accel-Buffering") != "no" || h.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %v", e.res.StatusCode, h)
	}
	if first := e.next(); len(first) != 1 || first[0] != "retry: 2000" {
		t.Errorf("it begins with %q", first)
	}
	first := e.news()
	if polled := news(t, v, "t1"); first["qr"] != polled["qr"] || first["qr"] == nil {
		t.Error("the stream tells something else than the page is told when it asks")
	}
	if first["status"] != "Starta BankID-appen och skanna koden, eller öppna appen på den här enheten." {
		t.Error("the stream speaks another language")
	}
	s.clock.Advance(time.Second)
	if second := e.news(); second["qr"] == first["qr"] {
		t.Error("a second later it is the same code")
	}
	s.sessions.Change("t1", func(n *browser.Session) { n.Hint = eid.HintSigning })
	if n := e.news(); n["stage"] != "wait" || n["ended"] != false {
		t.Errorf("got %v", n["stage"])
	}
	s.sessions.Settle("t1", eid.Completed, "")
	if n := e.news(); n["stage"] != "done" || n["ended"] != true || n["outcome"] != "completed" || n["return_to"] == nil {
		t.Errorf("got %v", n["stage"])
	}
	if rest := e.next(); rest != nil {
		t.Errorf("behind the end there is %q", rest)
	}
	over := v.stream("/s/t1/events")
	if n := over.news(); n["ended"] != true || over.next() != nil {
		t.Error("what is over is followed")
	}
}

func TestAStreamIsForItsOwnBrowserAlone(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	a := s.visitor().json("/s/t1/events")
	a.want(t, http.StatusForbidden, "other_browser")
	if strings.Contains(a.body, "data:") {
		t.Error("a stranger is told something")
	}
	v.json("/s/unknown/events").want(t, http.StatusNotFound, "visit_unknown")
	v.ask(http.MethodPost, "/s/t1/events", "").want(t, http.StatusMethodNotAllowed, "method_not_allowed")

	s.sessions.Open(embedded("t2"))
	w := s.blocked()
	secret := carried(w.get("/s/t2"))
	w.form("/s/t2/begin", "eid=se.bankid&browser="+secret)
	if n := w.stream("/s/t2/events", "X-Eidgate-Browser", secret).news(); n["stage"] != "scan" {
		t.Error("a framed page without a cookie gets no stream")
	}
	w.json("/s/t2/events").want(t, http.StatusForbidden, "other_browser")
}

func TestWhereNoStreamIsToBeHadThePageCanAsk(t *testing.T) {
	s := open(t, nil)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	for _, full := range []struct {
		err    error
		status int
		code   string
		wait   string
	}{
		{inbound.ErrTooManyWatchers, http.StatusServiceUnavailable, "streams_exhausted", "5"},                            // our doing
		{inbound.ErrWatchedEnough.RetryIn(15 * time.Second), http.StatusTooManyRequests, "session_watched_enough", "15"}, // the browser's
	} {
		s.sessions.Fill(full.err)
		a := v.json("/s/t1/events")
		a.want(t, full.status, full.code)
		if got := a.Header.Get("Retry-After"); got != full.wait {
			t.Errorf("%s: to be tried again after %q", full.code, got)
		}
		v.json("/s/t1/state").want(t, http.StatusOK, "")
	}
	s.sessions.Fill(nil)
	if v.stream("/s/t1/events").news() == nil {
		t.Error("no stream though there is room again")
	}
	s.sessions.Settle("t1", eid.Expired, "")
}

func TestAStreamEndsWithTheWordToComeAgain(t *testing.T) {
	s := open(t, nil)
	s.surface.Hurry(time.Hour, time.Hour)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	e := v.stream("/s/t1/events")
	e.news()
	s.sessions.Drain()
	if last := e.next(); len(last) != 2 || last[0] != "event: reconnect" || last[1] != "data:" || e.next() != nil {
		t.Errorf("a stream that is given up ends with %q", last)
	}
	s.surface.Hurry(time.Hour, 50*time.Millisecond)
	e = v.stream("/s/t1/events")
	e.news()
	if last := e.next(); len(last) != 2 || last[0] != "event: reconnect" || e.next() != nil {
		t.Errorf("a stream that has lasted long ends with %q", last)
	}
	s.surface.Hurry(time.Millisecond, time.Hour)
	e = v.stream("/s/t1/events")
	e.news()
	if beat := e.next(); len(beat) != 1 || beat[0] != ":" {
		t.Errorf("a stream that is silent says %q", beat)
	}
}

func TestAClientThatLeavesIsNoticed(t *testing.T) {
	s := open(t, nil)
	s.surface.Hurry(time.Millisecond, time.Hour)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	e := v.stream("/s/t1/events")
	e.news()
	if s.sessions.Watching() != 1 {
		t.Fatal("nobody watches")
	}
	e.close()
	<-s.sessions.Deserted() // the test's own time limit bounds it
}

func TestStreamsEndWhenTheServerLeaves(t *testing.T) {
	s := open(t, nil)
	s.surface.Hurry(time.Hour, time.Hour)
	s.sessions.Open(login("t1"))
	v := s.visitor()
	v.post("/s/t1/begin")
	e := v.stream("/s/t1/events")
	e.news()
	if err := s.server.Shutdown(t.Context(), 0); err != nil {
		t.Fatal(err)
	}
	if last := e.next(); len(last) != 2 || last[0] != "event: reconnect" || e.next() != nil {
		t.Errorf("it ends with %q", last)
	}
	if s.sessions.Watching() != 0 {
		t.Error("somebody still watches")
	}
}
