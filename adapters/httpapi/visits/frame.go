package visits

import (
	"strings"

	"github.com/eidgate/eidgate/domain/eid"
	"github.com/eidgate/eidgate/ports/inbound"
)

// framed holds for pages that other sites' pages may show inside of theirs.
func framed(v inbound.Visit) bool { return len(v.Frames) > 0 }

// frame is what only a framed page holds.
type frame struct {
	Framed     bool
	Frames     string // the origins of those other pages, between spaces
	Session    string
	Proof      string    // shows the page around it that this browser ended the session
	Outcome    eid.State // "" until the session is over; also told of pages that stand alone
	Secret     string    // goes with every form
	Cookieless bool      // the browser has not brought the secret itself, so the page is known by what it holds alone
	Resume     string    // gives the page anew to whoever posts the secret
}

func frameOf(v inbound.Visit, h hand, resume string) frame {
	f := frame{Framed: framed(v)}
	if v.State.Settled() {
		f.Outcome = v.State
	}
	if f.Framed {
		f.Frames, f.Session, f.Proof = strings.Join(ancestors(v), " "), v.Session, v.Proof
		f.Secret, f.Cookieless, f.Resume = h.secret, h.secret != "" && !h.kept, resume
	}
	return f
}

// ancestors are the sources of a frame-ancestors directive (Content Security Policy Level 3): exactly the origins that the
// session names. What could be read as anything else than one origin is left out.
func ancestors(v inbound.Visit) []string {
	var all []string
	for _, origin := range v.Frames {
		host, secure := strings.CutPrefix(origin, "https://")
		if !secure {
			host = strings.TrimPrefix(origin, "http://")
		}
		if host != "" && host != origin && strings.Trim(strings.TrimSuffix(host, ":*"), letters+"-._:[]") == "" {
			all = append(all, origin)
		}
	}
	return all
}

// policy is what a page lets a browser do: run and load what comes with it, and stand where it may. Each source is the
// hash of a style.
func policy(v inbound.Visit, styles ...string) string {
	within := strings.Join(ancestors(v), " ")
	if within == "" {
		within = "'none'"
	}
	return "default-src 'none'; style-src " + strings.Join(styles, " ") + "; script-src " + scriptSource +
		"; connect-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors " + within
}
