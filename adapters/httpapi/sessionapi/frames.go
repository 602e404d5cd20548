package sessionapi

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// frames are the origins of the hosts whose pages may show ours inside of theirs; ok is false for what is no host.
// Browsers are told of the hosts by https alone; only those on the own machine may do without, where that is allowed.
func frames(hosts []string, loopbackHTTP bool) (origins []string, ok bool) {
	for _, host := range hosts {
		host = strings.ToLower(bare(host))
		name, port, ported := strings.Cut(host, ":")
		if !hostName(name) || ported && !isPort(port) {
			return nil, false
		}
		origins = append(origins, "https://"+host)
		if loopbackHTTP && ownMachine(name) {
			if !ported {
				host += ":*"
			}
			origins = append(origins, "http://"+host)
		}
	}
	return origins, true
}

// mayFrame holds where every host is one that the client registered; a client that registered none may name any.
func mayFrame(registered, hosts []string) bool {
	return len(registered) == 0 || !slices.ContainsFunc(hosts, func(host string) bool {
		return !slices.ContainsFunc(registered, func(one string) bool { return strings.EqualFold(bare(one), bare(host)) })
	})
}

// bare is a host as it is compared: people write it as an address.
func bare(host string) string { return strings.TrimSuffix(strings.TrimPrefix(host, "https://"), "/") }

func hostName(name string) bool {
	if name == "" || len(name) > mostHost {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' ||
			strings.Trim(label, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
			return false
		}
	}
	return true
}

func isPort(text string) bool {
	n, err := strconv.ParseUint(text, 10, 16)
	return err == nil && n > 0 && text[0] != '0' && text[0] != '+'
}

func ownMachine(name string) bool {
	if name == "localhost" {
		return true
	}
	a, err := netip.ParseAddr(name)
	return err == nil && a.IsLoopback()
}
