// Package failover holds a whole gateway to what it promises of providers that are ill: which starts go on to the next
// provider of the route and which never do, that a session stays where it was begun, and that nobody waits for a
// provider that is known to be away. The providers are stand-ins behind Toxiproxy, which cuts, slows and mangles real
// TCP connections; the clients speak HTTP. There are only tests here.
package failover
