package wiring

import (
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"testing"

	"go.uber.org/fx"
)

// small is the configuration of a gateway in development, at ports that are free.
func small(t *testing.T, more ...string) Config {
	t.Helper()
	c, err := Load("", append([]string{
		"EIDGATE_DATA_DIR=" + t.TempDir(), "EIDGATE_LISTEN=127.0.0.1:0", "EIDGATE_OPS_LISTEN=127.0.0.1:0", "EIDGATE_HTTP_DRAIN=1ms",
	}, more...))
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestAGatewayThatServesAlreadyIsStoppedInOrderWhenItsStartIsCutShort(t *testing.T) {
	ctx, cut := context.WithCancel(t.Context())
	defer cut()
	log := slog.New(slog.DiscardHandler)
	r, err := Start(ctx, small(t), log, fx.Invoke(func(life fx.Lifecycle) {
		life.Append(fx.StartHook(cut)) // the servers answer by now, so that a balancer may have sent requests
	}))
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.Get(r.URL() + "/api/v1/account")
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	if err := r.Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWhatStartedIsPutAwayAlsoWhenTheStartIsGivenUpBeforeAnythingIsServed(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0") // a database that takes connections and says nothing
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	ctx, cut := context.WithCancel(t.Context())
	defer cut()
	go func() {
		if c, err := l.Accept(); err == nil {
			cut()
			_, _ = io.Copy(io.Discard, c)
		}
	}()
	c := small(t, "EIDGATE_MIGRATE=true", "EIDGATE_DATABASE_URL="+"postgres://eidgate@"+l.Addr().String()+"/eidgate?sslmode=disable")
	putAway := false
	_, err = Start(ctx, c, slog.New(slog.DiscardHandler), fx.Decorate(func(life fx.Lifecycle, log *slog.Logger) *slog.Logger {
		life.Append(fx.StopHook(func() { putAway = true })) // the log is asked for before the database is
		return log
	}))
	if err == nil || !putAway {
		t.Errorf("of the start came %v; put away: %v", err, putAway)
	}
}

func TestToBeStoppedWhileItStartsIsNoFailure(t *testing.T) {
	ctx, cut := context.WithCancel(t.Context())
	cut()
	if err := Serve(ctx, small(t), io.Discard); err != nil {
		t.Error(err)
	}
}
