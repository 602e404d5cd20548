package demo

import "fmt"

// The colours of a terminal that can show them (ECMA-48, select graphic rendition).
const (
	bold  = "\x1b[1m"
	green = "\x1b[32m"
	dim   = "\x1b[2m"
	plain = "\x1b[0m"
)

func (s *stage) paint(style, text string) string {
	if !s.colour {
		return text
	}
	return style + text + plain
}

func (s *stage) line(format string, arguments ...any) {
	_, _ = fmt.Fprintf(s.out, format+"\n", arguments...)
}

// step opens a scene.
func (s *stage) step(text string) {
	s.steps++
	s.line("\n%s", s.paint(bold, fmt.Sprintf("%d. %s", s.steps, text)))
}

func (s *stage) request(method, path string) { s.line("   %s", s.paint(dim, method+" "+path)) }

func (s *stage) note(format string, arguments ...any) {
	s.line("   %s", s.paint(green, "→ "+fmt.Sprintf(format, arguments...)))
}
