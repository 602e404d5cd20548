package identity

import (
	"sync"
	"time"
)

// Country is an ISO 3166-1 alpha-2 code in capitals.
type Country string

// The countries whose numbers are known here.
const (
	SE Country = "SE"
	NO Country = "NO"
	DK Country = "DK"
	FI Country = "FI"
)

// Countries lists the known countries, in a fixed order. The slice is the
// caller's own.
func Countries() []Country { return []Country{SE, NO, DK, FI} }

// ParseCountry reads an alpha-2 code. It wants capitals, and is false for every
// country that is not known here.
func ParseCountry(s string) (Country, bool) {
	c := Country(s)
	return c, c.known()
}

func (c Country) known() bool {
	switch c {
	case SE, NO, DK, FI:
		return true
	}
	return false
}

// Today is the civil date in the country at the instant now, as midnight UTC of
// that date: the value to pass as [Options.AsOf]. Applying it twice changes
// nothing. A country that is not known here gets the date in UTC.
//
// Where the machine has no time zone data the standard time of the zone is used,
// which is behind by an hour in summer.
func (c Country) Today(now time.Time) time.Time {
	year, month, day := now.In(c.zone()).Date()
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func (c Country) zone() *time.Location {
	switch c {
	case SE:
		return stockholm()
	case NO:
		return oslo()
	case DK:
		return copenhagen()
	case FI:
		return helsinki()
	}
	return time.UTC
}

var (
	stockholm  = zone("Europe/Stockholm", 1)
	oslo       = zone("Europe/Oslo", 1)
	copenhagen = zone("Europe/Copenhagen", 1)
	helsinki   = zone("Europe/Helsinki", 2)
)

func zone(name string, winter int) func() *time.Location {
	return sync.OnceValue(func() *time.Location {
		if loc, err := time.LoadLocation(name); err == nil {
			return loc
		}
		return time.FixedZone(name, winter*60*60)
	})
}
