package visits

import "time"

// Hurry makes streams say something, and end, sooner than people would wait for in a test.
func (s *Surface) Hurry(beat, life time.Duration) { s.pace.beat, s.pace.life = beat, life }
