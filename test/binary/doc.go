// Package binary holds the real program to its promises: it is built once, started with an environment, spoken to
// over HTTP and raw connections, sent signals and killed, on SQLite and on PostgreSQL. There are only tests here.
package binary
