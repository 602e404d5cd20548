package visits

import (
	"html/template"

	"github.com/eidgate/eidgate/domain/eid"
)

// news is what the script of the page is told, by the stream or once a second.
type news struct {
	Stage    stage        `json:"stage"`
	Heading  string       `json:"heading"`
	Status   string       `json:"status"`
	QR       template.URL `json:"qr,omitempty"`
	QRLabel  string       `json:"qr_label,omitempty"`
	Launch   template.URL `json:"launch,omitempty"`
	Touched  template.URL `json:"touched,omitempty"`
	Onward   template.URL `json:"onward,omitempty"`
	Binding  string       `json:"binding,omitempty"`
	ReturnTo template.URL `json:"return_to,omitempty"`
	Auto     int          `json:"auto,omitempty"`
	Outcome  eid.State    `json:"outcome,omitempty"`
	Ended    bool         `json:"ended"`
}

func (w view) news() news {
	return news{
		Stage: w.Stage, Heading: w.Heading, Status: w.Status, QR: w.QR, QRLabel: w.QRLabel, Launch: w.Launch, Touched: w.Touched,
		Onward: w.Onward, Binding: w.Binding, ReturnTo: w.ReturnTo, Auto: w.Auto, Outcome: w.Outcome, Ended: w.Stage.ended(),
	}
}
