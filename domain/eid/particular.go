package eid

import "slices"

// Particular is what an order says to one eID alone. It counts once that one is chosen, or is the only one left.
type Particular struct {
	EID     EID
	Text    string  // what the person reads there; "" for nothing
	Context Context // the exact way there; "" for the provider's own choice
}

// particular is the order with what it says to its eID alone.
func (o Order) particular() Order {
	for _, p := range o.Particulars {
		if p.EID == o.EID {
			o.Text, o.Context = p.Text, p.Context
			return o
		}
	}
	return o
}

// unchosen is the order as it was before one of its choices was taken.
func (o Order) unchosen() Order {
	o.EID, o.Context = "", ""
	if len(o.Particulars) > 0 { // what all are told stands beside none
		o.Text = ""
	}
	return o
}

// checkParticulars holds what is said to one eID to what is said to all, and to the limits of that one. What is signed is
// the same whatever signs it.
func (o Order) checkParticulars() error {
	for i, p := range o.Particulars {
		twice := slices.ContainsFunc(o.Particulars[:i], func(before Particular) bool { return before.EID == p.EID })
		switch e, known := p.Context.EID(); {
		case !p.EID.Known(), twice, o.Operation.Signs(), o.Text != "" || o.Context != "":
			return ErrOrder.On("text")
		case p.Context != "" && (!known || e != p.EID):
			return ErrOrder.On("method")
		}
		if err := o.chosen(p.EID).checkTexts(); err != nil {
			return err
		}
	}
	return nil
}
