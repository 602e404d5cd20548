package orgapi

import "testing"

func TestAFormsEmptyTextIsNoNumberAndNoTruth(t *testing.T) {
	tree, err := parseForm("seats_limit=&active=&nonsense=%20")
	if err != nil {
		t.Fatal(err)
	}
	p := newParameters(tree)
	if p.Whole("seats_limit") != nil || p.Flag("active") != nil || p.Err() != nil {
		t.Errorf("empty texts are at fault: %v", p.Err())
	}
	if p.Whole("nonsense"); p.Err() == nil {
		t.Error("a blank counts as a number")
	}
}
