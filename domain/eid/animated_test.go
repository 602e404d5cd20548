package eid_test

import (
	"strconv"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/eid"
)

// The first three values are BankID's own sample; the others follow from the same formula.
func TestTheQRCodeIsThatOfThePublishedSample(t *testing.T) {
	q := eid.AnimatedQR{Token: "67df3917-fa0d-44e5-b327-edcc928297f8", Secret: "d28db9a7-4cde-429e-a983-359be676944c", Start: start}
	for second, code := range map[int]string{
		0:   "dc69358e712458a66a7525beef148ae8526b1c71610eff2c16cdffb4cdac9bf8",
		1:   "949d559bf23403952a94d103e67743126381eda00f0b3cbddbf7c96b1adcbce2",
		2:   "a9e5ec59cb4eee4ef4117150abc58fad7a85439a6a96ccbecc3668b41795b3f3",
		30:  "814d7fd38e2276625b6815152e3554c663acca689260c092203b48ca4e5c09a3",
		179: "28f8fb2d75354b7e903c36ed85c25f02a1cecce79bbd9e582b2aba4099d137a8",
	} {
		at := start.Add(time.Duration(second)*time.Second + 999*time.Millisecond)
		if got := q.At(at); got != "bankid.67df3917-fa0d-44e5-b327-edcc928297f8."+strconv.Itoa(second)+"."+code {
			t.Errorf("second %d: got %s", second, got)
		}
	}
	if early := q.At(start.Add(-time.Minute)); early != q.At(start) {
		t.Errorf("before the start: got %s", early)
	}
}
