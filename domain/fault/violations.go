package fault

// Violations gathers every input at fault, so that a caller mends all of them at once.
type Violations []Violation

// Check notes a violation unless the input is good.
func (v *Violations) Check(good bool, field, code, text string) {
	if !good {
		*v = append(*v, Violation{Field: field, Code: code, Text: text})
	}
}

// Of is nil while nothing is at fault, and else the fault with everything that was noted.
func (v Violations) Of(f *Fault) error {
	if len(v) == 0 {
		return nil
	}
	return f.With(v...)
}
