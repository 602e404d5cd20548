package identity

import (
	"testing"
	"time"
)

var people = []struct {
	country Country
	number  string
}{
	{SE, "19900101-2385"}, {NO, "270346 98436"}, {DK, "251248-9996"}, {FI, "131052-308T"},
}

var organisations = []struct {
	country Country
	number  string
}{
	{SE, "559000-0948"}, {NO, "974 760 673"}, {DK, "13 74 81 36"}, {FI, "2077474-0"},
}

var reference = Options{AsOf: time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)}

// BenchmarkJudgePerson is parsing without interning.
func BenchmarkJudgePerson(b *testing.B) {
	for _, p := range people {
		b.Run(string(p.country), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, why := judge(p.country, p.number, reference, readPerson); why != "" {
					b.Fatal(why)
				}
			}
		})
	}
}

// BenchmarkParsePerson is the whole way to a Number that somebody holds already.
func BenchmarkParsePerson(b *testing.B) {
	for _, p := range people {
		b.Run(string(p.country), func(b *testing.B) {
			held, err := ParsePerson(p.country, p.number, reference)
			b.ReportAllocs()
			for b.Loop() {
				held, err = ParsePerson(p.country, p.number, reference)
			}
			if err != nil || held.IsZero() {
				b.Fatal(err)
			}
		})
	}
}

// BenchmarkParsePersonAnew is the whole way to Numbers that nobody ever held.
func BenchmarkParsePersonAnew(b *testing.B) {
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		serial, yy, day := 1+i%9_999, 58+i/9_999%42, 1+i/9_999/42%28
		digits := [10]byte{
			'0' + byte(day/10), '0' + byte(day%10), '0', '7', '0' + byte(yy/10), '0' + byte(yy%10),
			'0' + byte(serial/1000), '0' + byte(serial/100%10), '0' + byte(serial/10%10), '0' + byte(serial%10),
		}
		if _, err := ParsePerson(DK, string(digits[:]), reference); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkJudgeOrg(b *testing.B) {
	for _, o := range organisations {
		b.Run(string(o.country), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, why := judge(o.country, o.number, reference, readOrg); why != "" {
					b.Fatal(why)
				}
			}
		})
	}
}

func BenchmarkParseCanonical(b *testing.B) {
	for _, p := range people {
		b.Run(string(p.country), func(b *testing.B) {
			n, err := ParsePerson(p.country, p.number, reference)
			if err != nil {
				b.Fatal(err)
			}
			kind, s := n.Kind(), n.Reveal()
			b.ReportAllocs()
			for b.Loop() {
				if _, err := ParseCanonical(p.country, kind, s); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkRefuse(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := ParsePerson(SE, "199001012386", reference); err == nil {
			b.Fatal("accepted")
		}
	}
}

func TestJudgingANumberAllocatesNothing(t *testing.T) {
	for _, p := range people {
		if got := testing.AllocsPerRun(100, func() { judge(p.country, p.number, reference, readPerson) }); got != 0 {
			t.Errorf("%s: %v allocations", p.country, got)
		}
	}
}
