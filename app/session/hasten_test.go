package session_test

import (
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

func TestNobodyCanHaveAProviderPestered(t *testing.T) {
	r := newRig(t)
	p := anywhere("p")
	f := r.flows(t, p)
	s := f.begin(t, eid.App)
	r.clock.Advance(restTime)
	f.collect(t)
	for range 10 { // within a second
		f.collector.Hasten(s.ID)
		r.clock.Advance(90 * time.Millisecond)
		f.collect(t)
	}
	if n := p.pestered(); n > 2 {
		t.Errorf("asked %d times within a second", n)
	}
	r.clock.Advance(time.Second)
	f.collector.Hasten(s.ID)
	f.collect(t)
	if n := p.pestered(); n < 2 {
		t.Errorf("asked %d times: hurrying is of no use", n)
	}
}
