// Package benchmark measures a whole gateway: what each request costs the database, exactly, as a test; and how fast
// it answers, starts and how much memory it holds, as benchmarks, which compare and never judge.
//
//	go test ./test/benchmark                                     the exact costs
//	go test -run '^$' -bench . -timeout 30m ./test/benchmark     the figures; see task bench
//	go test -run '^$' -bench BenchmarkOperation ./test/benchmark   those of the eID operations API
//	go test -run '^$' -bench BenchmarkSession ./test/benchmark     those of the session API
//
// The measure of speed is a bare Fiber handler that sends the gateway's own statements, in the same transactions,
// to the same server, through sqlx and lib/pq with statements that are kept prepared. It seals, checks, limits and
// logs nothing. Starts and polls of the eID operations API and of the session API leave the watching of sessions to another process on both
// sides: it is no part of a request, and what it costs is a test of its own, in app/session. Polls go round as many sessions
// as it takes to keep to one poll a second for each, and the session API's pace for a whole account is lifted. Both sides answer on real connections over loopback, to the same
// clients in the same process.
package benchmark
