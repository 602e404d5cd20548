package failover

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/Shopify/toxiproxy/v2"
	"github.com/Shopify/toxiproxy/v2/toxics"
	"github.com/rs/zerolog"
)

func TestMain(m *testing.M) {
	zerolog.SetGlobalLevel(zerolog.Disabled)
	toxics.Register("flip", new(flip))
	toxics.Register("forsake", new(forsake))
	os.Exit(m.Run())
}

// line is the network between the gateway and one provider.
type line struct {
	proxy *toxiproxy.Proxy
}

// newLine leads to an address, from a free port of 127.0.0.1.
func newLine(t *testing.T, to string) *line {
	t.Helper()
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	l := &line{proxy: toxiproxy.NewProxy(server, t.Name(), "127.0.0.1:0", to)}
	l.mend(t)
	t.Cleanup(l.cut)
	return l
}

// address is where the line begins, a host and a port.
func (l *line) address() string { return l.proxy.Listen }

// cut closes the port and every connection: new ones are refused.
func (l *line) cut() { l.proxy.Stop() }

// mend opens the same port again.
func (l *line) mend(t *testing.T) {
	t.Helper()
	if err := l.proxy.Start(); err != nil {
		t.Fatalf("the line cannot be opened: %v", err)
	}
}

// Where on the line something happens.
const (
	questions = "upstream"
	answers   = "downstream"
)

// poison does something to what passes, on connections that stand and those to come.
func (l *line) poison(t *testing.T, kind, where string, attributes map[string]int) {
	t.Helper()
	toxic, err := json.Marshal(map[string]any{"type": kind, "stream": where, "attributes": attributes})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.proxy.Toxics.AddToxicJson(strings.NewReader(string(toxic))); err != nil {
		t.Fatalf("%s: %v", kind, err)
	}
}

// swallow makes the line a black hole: connections are taken, and nothing ever comes out.
func (l *line) swallow(t *testing.T) {
	t.Helper()
	l.poison(t, "timeout", questions, nil)
	l.poison(t, "timeout", answers, nil)
}

// cure ends everything that [line.poison] began.
func (l *line) cure(t *testing.T) {
	t.Helper()
	l.proxy.Toxics.ResetToxics(context.WithoutCancel(t.Context()))
}

// renew makes the line well, with none of the connections that were.
func (l *line) renew(t *testing.T) {
	t.Helper()
	l.cut()
	l.cure(t)
	l.mend(t)
}

// flip turns one bit of one byte of every connection.
type flip struct {
	At int64 `json:"at"` // how many bytes pass unharmed
}

type flipped struct{ passed int64 }

func (f *flip) NewState() any { return new(flipped) }

func (f *flip) Pipe(stub *toxics.ToxicStub) {
	state, ok := stub.State.(*flipped)
	if !ok {
		state = new(flipped)
	}
	for {
		select {
		case <-stub.Interrupt:
			return
		case c := <-stub.Input:
			if c == nil {
				stub.Close()
				return
			}
			if at := f.At - state.passed; at >= 0 && at < int64(len(c.Data)) {
				c.Data[at] ^= 0x20
			}
			state.passed += int64(len(c.Data))
			stub.Output <- c
		}
	}
}

// forsaking holds while connections that stand are told apart from those to come.
var forsaking atomic.Bool

// forsake swallows what passes on the connections that stand and leaves those to come alone, as a router does that has
// forgotten them.
func (l *line) forsake(t *testing.T) {
	t.Helper()
	forsaking.Store(true)
	defer forsaking.Store(false)
	l.poison(t, "forsake", questions, nil)
	l.poison(t, "forsake", answers, nil)
}

type forsake struct{}

func (*forsake) NewState() any { return forsaking.Load() }

func (*forsake) Pipe(stub *toxics.ToxicStub) {
	if stood, _ := stub.State.(bool); stood {
		(&toxics.TimeoutToxic{}).Pipe(stub)
		return
	}
	(&toxics.NoopToxic{}).Pipe(stub)
}
