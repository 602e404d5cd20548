package vault

// Secrets are values that hold key material at different depths, and the key material.
func Secrets() (values []any, material []byte) {
	d := document{Root: written{newSecret()}}
	d.Keys = []entry{{Sealing: d.Root, Fingerprint: d.Root}}
	type holder struct {
		kept  secret
		Shown secret
		text  written
		Text  written
	}
	h := holder{d.Root.secret, d.Root.secret, d.Root, d.Root}
	return []any{d.Root, d.Root.secret, &d.Root, h, &h, d, &d, []secret{h.kept}, map[string]written{"a": h.text}}, d.Root.reveal()
}

// Occupy takes one turn until it is given back.
func Occupy(p *Passwords) (giveBack func()) {
	p.turns <- struct{}{}
	return p.give
}
