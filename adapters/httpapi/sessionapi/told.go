package sessionapi

// Attribute is a name that callers can ask for in requestedAttributes.
type Attribute struct {
	Name      string
	Providers []string // whose people are told of by it, in the order of the table; empty for all
}

// Attributes lists every name that means something, in the order in which subjects have their members. It is meant for
// documentation.
func Attributes() []Attribute {
	list := []Attribute{{Name: idMember}}
	for _, a := range attributes {
		one := Attribute{Name: a.name}
		for _, e := range a.eids {
			one.Providers = append(one.Providers, providerOf(e))
		}
		list = append(list, one)
	}
	return list
}
