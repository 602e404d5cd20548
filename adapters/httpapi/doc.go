// Package httpapi is the one HTTP server behind all surfaces. A surface hands it a table of routes; the server
// sorts and checks the tables, mounts them on Fiber and keeps, for every answer alike, the promises that are not
// about words: request ids, deadlines, body limits, security headers, recovery, logs, metrics and traces.
//
//	connection ─▶ edge ─▶ route ─▶ admit ─▶ chain ─▶ handler
//	                │        │        │        │        │ error
//	                └────────┴────────┴────────┴────────┴──▶ the owner's Refuse
//
// Whatever goes wrong, and wherever, is answered in the words of the surface that owns the path, also when the
// path or its method does not exist. The causes of failures are logged once, here, and never shown.
package httpapi
