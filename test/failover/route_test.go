package failover

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/app/organization"
	"github.com/eidgate/eidgate/domain/audit"
	domain "github.com/eidgate/eidgate/domain/organization"
	"github.com/eidgate/eidgate/ports/inbound"
	"github.com/eidgate/eidgate/ports/outbound"
)

// soon is how long it may take to say that nobody is there, on a machine that has nothing else to do.
const soon = 50 * time.Millisecond

func TestWhereNobodyIsLeftItIsSaidAtOnce(t *testing.T) {
	w := open(t, "EIDGATE_ROUTES_SE_BANKID=bankid,idkollen", "EIDGATE_ROUTES_NO_BANKID=idkollen", "EIDGATE_ROUTES_DK_MITID=simulator")
	w.start(t, norwegian).good(t)
	w.toBank.cut()
	w.toKollen.cut()
	for range 3 {
		w.start(t, swedish).away(t)
	}
	before := w.sessions(t)
	for name, c := range map[string]struct{ path, body string }{
		"authenticate": {swedish, `{}`}, "sign": {"/v3/bankid-se/sign", `{"text":"I agree."}`},
		"by phone":    {"/v3/bankid-se/phone/auth", `{"ssn":"199001012385","callInitiator":"RP"}`},
		"on a page":   {norwegian, `{}`},
		"backchannel": {"/v3/bankid-no/backchannel/auth", `{"ssn":"27034698436"}`},
	} {
		var times, other []time.Duration
		for range 11 {
			a := w.ask(t, http.MethodPost, c.path, c.body)
			a.away(t)
			times = append(times, a.took)
			other = append(other, w.start(t, danish).good(t).took) // to know the machine by
			before++
		}
		slices.Sort(times)
		slices.Sort(other)
		t.Logf("%s: said in %s, at most in %s", name, times[len(times)/2], times[len(times)-1])
		if usual := other[len(other)/2]; times[len(times)/2] > soon+2*usual {
			t.Errorf("%s: it takes %s to say that nobody is there, where a start takes %s", name, times[len(times)/2], usual)
		}
	}
	if after := w.sessions(t); after != before {
		t.Errorf("%d sessions were written for nothing", after-before)
	}
	w.start(t, danish).good(t)
}

// ticketOf is what a page's address ends with.
func ticketOf(page string) string { return page[strings.LastIndexByte(page, '/')+1:] }

// sessions counts what the trail knows of.
func (w *world) sessions(t *testing.T) (n int) {
	t.Helper()
	err := w.work.View(t.Context(), func(ctx context.Context, r outbound.Reader) error {
		o, err := r.Organizations().FindByDomain(ctx, organization.DemoDomain)
		if err != nil {
			return err
		}
		facts, err := r.Facts().List(ctx, o.Scope(domain.Production), 0, 10_000)
		for _, f := range facts {
			if f.Kind == audit.SessionOpened {
				n++
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// The page was given out while its provider was well. When its person comes, the provider is away.
func TestAPageGoesOnWhenItsPersonComes(t *testing.T) {
	w := open(t, "EIDGATE_ROUTES_NO_BANKID=idkollen,simulator")
	a := w.start(t, norwegian).good(t)
	w.toKollen.cut()
	visit, err := w.visits.Begin(t.Context(), ticketOf(a.URL), inbound.Arrival{Browser: "a browser of the story", Address: "192.0.2.7"})
	if err != nil {
		t.Fatal(err)
	}
	if w.kollen.Calls("POST "+norwegian) != 0 || !visit.Begun || !visit.Simulated {
		t.Error("the page is with the provider that is away")
	}
}

func TestAPageThatNobodyTakesMayBeTriedAgain(t *testing.T) {
	w := open(t, "EIDGATE_ROUTES_NO_BANKID=idkollen", "EIDGATE_PROVIDERS_IDKOLLEN_BREAKER_OPEN=300ms")
	a := w.start(t, norwegian).good(t)
	w.toKollen.cut()
	began := time.Now()
	for range 5 { // before and after the breaker has opened
		if _, err := w.visits.Begin(t.Context(), ticketOf(a.URL), inbound.Arrival{Browser: "a browser of the story", Address: "192.0.2.7"}); err == nil {
			t.Fatal("it was begun with nobody")
		}
	}
	t.Logf("five times in %s", time.Since(began))
	w.toKollen.mend(t)
	w.until(t, "the page can be begun", func() bool {
		_, err := w.visits.Begin(t.Context(), ticketOf(a.URL), inbound.Arrival{Browser: "a browser of the story", Address: "192.0.2.7"})
		return err == nil
	})
	if n := w.kollen.Calls("POST " + norwegian); n != 1 {
		t.Errorf("%d orders were placed", n)
	}
}
