package sqlstore_test

import (
	"bytes"
	"encoding/binary"
	"reflect"
	"strconv"
	"testing"

	"github.com/eidgate/eidgate/adapters/sqlstore"
)

// fill gives every field within a value another content, and each list two items.
func fill(t testing.TB, v reflect.Value, n *int) {
	t.Helper()
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString("text \xff " + strconv.Itoa(*n))
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int64:
		v.SetInt(-int64(*n) << 20)
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(uint64(200 + *n%50))
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(t, v.Elem(), n)
	case reflect.Struct:
		for i := range v.NumField() {
			if name := v.Type().Field(i).Name; name != "Evidence" && name != "Params" { // which are JSON
				fill(t, v.Field(i), n)
			}
		}
	case reflect.Slice:
		if v.Type().Elem().Kind() == reflect.Uint8 {
			v.SetBytes([]byte("bytes \x00 " + strconv.Itoa(*n)))
			return
		}
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(t, v.Index(0), n)
		fill(t, v.Index(1), n)
	default:
		t.Fatalf("a session holds a %s now, which this test cannot fill", v.Type())
	}
}

func filled(t testing.TB) *sqlstore.SealedSession {
	t.Helper()
	full, n := &sqlstore.SealedSession{}, 0
	fill(t, reflect.ValueOf(full).Elem(), &n)
	full.Challenge.Params = map[string]string{"state": "s", "client_id": "c"}
	return full
}

func packed(t testing.TB, c *sqlstore.SealedSession) []byte {
	t.Helper()
	text, err := sqlstore.Packed(c)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func TestEverythingThatASessionKeepsIsPacked(t *testing.T) {
	for name, want := range map[string]*sqlstore.SealedSession{"full": filled(t), "empty": {}} {
		got, err := sqlstore.Unpacked(packed(t, want))
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s comes back otherwise: %v", name, err)
		}
	}
}

func TestAFieldThatIsNotKnownIsPassedOver(t *testing.T) {
	want := filled(t)
	text := append(packed(t, want), 200, 1, 3, 'n', 'e', 'w')
	got, err := sqlstore.Unpacked(text)
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("what is known comes back otherwise: %v", err)
	}
}

func TestATornSessionIsNotRead(t *testing.T) {
	whole := packed(t, filled(t))
	torn := map[string][]byte{
		"nothing": nil, "another form": {2}, "a field without length": {1, 1}, "a field without end": {1, 1, 5, 'x'},
		"a number without end": append([]byte{1}, bytes.Repeat([]byte{0xff}, 11)...),
		"a huge length":        binary.AppendUvarint([]byte{1, 1}, 1<<63),
		"a flag that is none":  {1, 10, 2, 0x80, 0x80},
		"a torn order":         {1, 2, 2, 1, 9},
		"torn evidence":        {1, 8, 1, '{'},
		"a cut":                whole[:len(whole)-1],
	}
	for name, text := range torn {
		if _, err := sqlstore.Unpacked(text); err == nil {
			t.Errorf("%s is read", name)
		}
	}
}

func FuzzUnpack(f *testing.F) {
	f.Add(packed(f, filled(f)))
	f.Add(packed(f, &sqlstore.SealedSession{}))
	f.Fuzz(func(t *testing.T, text []byte) {
		read, err := sqlstore.Unpacked(text)
		if err != nil {
			return
		}
		again, err := sqlstore.Unpacked(packed(t, read))
		if err != nil || !bytes.Equal(packed(t, again), packed(t, read)) {
			t.Errorf("what was read does not survive: %v", err)
		}
	})
}

// BenchmarkUnpack reads what a poll reads.
func BenchmarkUnpack(b *testing.B) {
	text := packed(b, filled(b))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := sqlstore.Unpacked(text); err != nil {
			b.Fatal(err)
		}
	}
}
