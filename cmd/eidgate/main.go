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
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	// A second signal ends the process at once: after the first, signals have their usual effect again.
	context.AfterFunc(ctx, stop)
	os.Exit(run(ctx, os.Args[1:], surroundings{
		in: os.Stdin, out: os.Stdout, err: os.Stderr, environ: os.Environ(), serve: wiring.Serve,
	}))
}
