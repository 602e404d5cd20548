package webhook

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/eidgate/eidgate/domain/organization"
)

// lowestPort is where ports begin that are nobody's in particular. Below it live mail, databases and shells, to which a
// TLS handshake or a request may mean something; of those only the two of the web are let through.
const lowestPort = 1024

// fits holds for addresses that are worth looking up: https, or http on loopback in development, to a host that is a
// name or an address written in the ordinary way, and to a port where web servers live. Where a name leads is
// judged later.
func (c *Courier) fits(address string) bool {
	if !organization.WellFormedAddress(address, c.config.AllowLoopback) {
		return false
	}
	u, err := url.Parse(address)
	if err != nil || !portFits(u.Port()) {
		return false
	}
	host := u.Hostname()
	if a, err := netip.ParseAddr(host); err == nil {
		return reach{loopback: c.config.AllowLoopback, public: true}.allows(a)
	}
	host = plainName(host)
	return nameFits(host) && (c.config.AllowLoopback || host != "localhost" && !strings.HasSuffix(host, ".localhost"))
}

func portFits(port string) bool {
	if port == "" {
		return true
	}
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && (n >= lowestPort || n == 80 || n == 443)
}

func plainName(host string) string { return strings.TrimSuffix(strings.ToLower(host), ".") }

// nameFits holds for host names in ASCII. Labels that some resolvers take for numbers, and so for addresses (0x7f.1,
// 2130706433), end no name that anybody registered.
func nameFits(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		if label == "" || len(label) > 63 {
			return false
		}
		for i := range len(label) {
			if b := label[i]; (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '-' && b != '_' {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	digits, hex := strings.CutPrefix(last, "0x")
	return strings.Trim(last, "0123456789") != "" && (!hex || strings.Trim(digits, "0123456789abcdef") != "")
}

// receiver names the host and port that an address leads to, in one spelling; "" for what is no address.
func receiver(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" {
		return ""
	}
	port := u.Port()
	switch {
	case port != "":
	case u.Scheme == "http":
		port = "80"
	default:
		port = "443"
	}
	return plainName(u.Hostname()) + ":" + port
}
