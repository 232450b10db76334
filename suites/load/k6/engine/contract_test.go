package engine

import (
	"encoding/json"
	"os"
	"reflect"
	"testing"
)

// What these files hold, suites/load/k6/k6_test.ts reads by the schemas of plan.ts and
// measurements.ts. Every field is set in them, so that none can be forgotten on one side.

func TestThePlanWithEveryFieldIsReadWhole(t *testing.T) {
	text, err := os.ReadFile("testdata/plan.json")
	if err != nil {
		t.Fatal(err)
	}
	plan, err := ParsePlan(text)
	if err != nil {
		t.Fatal(err)
	}
	expectSame(t, text, plan)
	for _, gap := range gaps("plan", reflect.ValueOf(*plan)) {
		t.Errorf("testdata/plan.json says nothing of %s", gap)
	}
}

func TestTheMeasurementsWithEveryFieldAreWrittenWhole(t *testing.T) {
	text, err := os.ReadFile("testdata/measurements.json")
	if err != nil {
		t.Fatal(err)
	}
	var measurements Measurements
	if err := json.Unmarshal(text, &measurements); err != nil {
		t.Fatal(err)
	}
	expectSame(t, text, measurements)
	for _, gap := range gaps("measurements", reflect.ValueOf(measurements)) {
		t.Errorf("testdata/measurements.json says nothing of %s", gap)
	}
}

func expectSame(t *testing.T, text []byte, value any) {
	t.Helper()
	written, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	var have, want any
	if json.Unmarshal(written, &have) != nil || json.Unmarshal(text, &want) != nil || !reflect.DeepEqual(have, want) {
		t.Errorf("written again, it is %s", written)
	}
}

// gaps names the fields that are zero.
func gaps(name string, value reflect.Value) (found []string) {
	switch value.Kind() {
	case reflect.Pointer:
		if !value.IsNil() {
			return gaps(name, value.Elem())
		}
	case reflect.Slice:
		for i := range value.Len() {
			found = append(found, gaps(name, value.Index(i))...)
		}
	case reflect.Struct:
		if _, isTime := value.Interface().(interface{ Unix() int64 }); isTime {
			break
		}
		for i := range value.NumField() {
			found = append(found, gaps(name+"."+value.Type().Field(i).Name, value.Field(i))...)
		}
		return found
	}
	if value.IsZero() {
		found = append(found, name)
	}
	return found
}
