// Command eidgate is a gateway to the Nordic eIDs: the server, and what its operator does beside it.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // the civil date in Stockholm is needed on machines without time zones, too

	"github.com/eidgate/eidgate/cmd/wiring"
)

func main() {
	wiring.TuneCollector()
	ctx := untilSignal()
	os.Exit(run(ctx, os.Args[1:], surroundings{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), serve: wiring.Serve,
	}))
}

// untilSignal gives a context that ends at the first signal, so that the program stops in order. A second signal ends
// the program at once: signals have their usual effect again before anybody can see that it stops.
func untilSignal() context.Context {
	ctx, stop := context.WithCancel(context.Background())
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		<-signals
		signal.Stop(signals)
		stop()
	}()
	return ctx
}
