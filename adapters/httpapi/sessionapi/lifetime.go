package sessionapi

import "time"

const (
	usualLife = 1200 * time.Second
	leastLife = 300 * time.Second
	mostLife  = 24 * time.Hour
)

// readLifetime reads how long the session is to live. Less than the least is no mistake.
func (q *request) readLifetime(o object) {
	q.lifetime = usualLife
	if seconds, there := o.whole("sessionLifetime"); there {
		if q.lifetime = time.Duration(seconds) * time.Second; q.lifetime > mostLife {
			o.blame("sessionLifetime", "must be at most 86400")
		}
	}
	text := o.text("expiresAt", mostText)
	if text == "" {
		return
	}
	// Times without an offset are UTC.
	for _, layout := range []string{time.RFC3339, "2006-01-02T15:04:05"} {
		if at, err := time.Parse(layout, text); err == nil {
			q.expiresAt = at
			return
		}
	}
	o.blame("expiresAt", "must be a date-time")
}

// life is how long the session lives: as long as was asked for and not beyond its end, but never less than the least.
func (q *request) life(now time.Time) time.Duration {
	life := q.lifetime
	if !q.expiresAt.IsZero() {
		life = min(life, q.expiresAt.Sub(now).Truncate(time.Second))
	}
	return max(life, leastLife)
}
