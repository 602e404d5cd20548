// Package sqlstore keeps everything in an SQL database: SQLite in a file, or PostgreSQL. It is [outbound.UnitOfWork],
// [outbound.Postbag], [outbound.Leases] and [outbound.Rekeyer].
//
// There is one set of queries; what differs between the two is in dialect.go. A statement takes this way:
//
//	repository ──> link ──> breaker ──> a free connection ──> kept prepared statement ──> database
//	(accounts.go)  (link.go) (guard.go)  (pool.go)
//
// In a unit of work the breaker is asked and the connection taken once, at its start.
//
// What people can fill freely is sealed, one value per record, or found by a keyed hash; see seal.go and claims.go.
package sqlstore
