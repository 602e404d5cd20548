package fault_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/eidgate/eidgate/domain/fault"
)

var errTest = fault.New(fault.Conflict, "test_conflict", "A sentence.")

func TestARefinedFaultIsStillItsDeclaration(t *testing.T) {
	cause := errors.New("a secret detail")
	refined := errTest.Because(cause).On("field").RetryIn(time.Second)
	if wrapped := fmt.Errorf("while doing: %w", refined); !errors.Is(wrapped, errTest) || !errors.Is(wrapped, cause) {
		t.Error("a wrapped fault is not recognised")
	}
	if got := fault.Of(refined); got.Kind() != fault.Conflict || got.Code() != "test_conflict" || got.RetryAfter() != time.Second || got.Violations()[0].Field != "field" {
		t.Errorf("got %+v", got)
	}
	if errTest.Cause() != nil || len(errTest.Violations()) != 0 || errTest.RetryAfter() != 0 {
		t.Error("refining changed the declaration")
	}
}

func TestTheCauseNeverShows(t *testing.T) {
	shown := fmt.Sprintf("%v %s %+v", errTest.Because(errors.New("hidden")), errTest.Because(errors.New("hidden")).Error(), errTest)
	if strings.Contains(shown, "hidden") {
		t.Errorf("shown: %s", shown)
	}
}

func TestWhatNobodyClassifiedIsOurMistake(t *testing.T) {
	if f := fault.Of(errors.New("x")); f.Kind() != fault.Internal || f.Code() != "internal" {
		t.Errorf("got %v", f)
	}
	if fault.Of(nil) != nil {
		t.Error("no error became a fault")
	}
}

func TestACodeIsDeclaredOnce(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("a second declaration passed")
		}
	}()
	fault.New(fault.Invalid, "test_conflict", "Another sentence.")
}

func TestTheCatalogueIsSortedAndComplete(t *testing.T) {
	entries, found := fault.Catalogue(), false
	for i, e := range entries {
		found = found || e.Code == "test_conflict"
		if i > 0 && entries[i-1].Code >= e.Code {
			t.Errorf("%s stands before %s", entries[i-1].Code, e.Code)
		}
	}
	if !found {
		t.Error("a declared fault is missing")
	}
}
