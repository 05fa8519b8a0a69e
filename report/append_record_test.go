package report

import (
	"bytes"
	"encoding/json"
	"math"
	"net/netip"
	"os"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"smtpscope/session"
)

// reference is the line that encoding/json and safeJSON make of a record.
func reference(t testing.TB, r *session.Record) string {
	t.Helper()
	line, err := encoded(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(safeJSON(line))
}

func appended(t testing.TB, r *session.Record) string {
	t.Helper()
	var f fields
	if err := f.record(r); err != nil {
		t.Fatal(err)
	}
	return string(f.b)
}

// fill sets everything that v holds to values that are not zero, each another
// one, n entries a list. What has MarshalJSON is set like a number.
func fill(v reflect.Value, n int, count *int) {
	*count++
	switch v.Kind() {
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n, count)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), n, n))
		for i := range n {
			fill(v.Index(i), n, count)
		}
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		for range n {
			key, value := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
			fill(key, n, count)
			fill(value, n, count)
			v.SetMapIndex(key, value)
		}
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[netip.Addr]() {
			v.Set(reflect.ValueOf(netip.AddrFrom4([4]byte{192, 0, 2, byte(*count)})))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n, count)
		}
	case reflect.String:
		v.SetString("text " + strconv.Itoa(*count) + " \"\\\n\x01\u202e\xff<&>\U000e0041\u2028é")
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Float64:
		v.SetFloat(float64(*count) / 8)
	case reflect.Uint8, reflect.Uint16:
		v.SetUint(uint64(*count % 200))
	default:
		v.SetInt(int64(*count)*1_000_000_007 + 5)
	}
}

// TestAppendRecord: a record in which every field is set, one in which none
// is, and those in which one single field is: the line is encoding/json's. A
// field that is added to the record and not to the writer fails here.
func TestAppendRecord(t *testing.T) {
	for n := range 3 {
		r, count := new(session.Record), 0
		if n > 0 {
			fill(reflect.ValueOf(r).Elem(), n, &count)
		}
		if got, want := appended(t, r), reference(t, r); got != want {
			t.Errorf("%d of each:\n%s\nwant\n%s", n, got, want)
		}
	}
	for i := range reflect.TypeFor[session.Record]().NumField() {
		r, count := new(session.Record), 0
		fill(reflect.ValueOf(r).Elem().Field(i), 1, &count)
		if got, want := appended(t, r), reference(t, r); got != want {
			t.Errorf("%s alone:\n%s\nwant\n%s", reflect.TypeFor[session.Record]().Field(i).Name, got, want)
		}
	}
}

// TestAppendFloat: numbers of every size.
func TestAppendFloat(t *testing.T) {
	for _, v := range []float64{0, 1, 0.97, 1e-6, 9.9e-7, 1e20, 1e21, -0.5, 1.0 / 3, math.MaxFloat64, math.SmallestNonzeroFloat64} {
		r := &session.Record{Log: &session.Log{Score: &v}}
		if got, want := appended(t, r), reference(t, r); got != want {
			t.Errorf("%v:\n%s\nwant\n%s", v, got, want)
		}
	}
}

// TestAppendTime: every kind of fraction, and times around midnights and
// before 1970.
func TestAppendTime(t *testing.T) {
	var d days
	for _, at := range []session.Time{0, 1, -1, 999_999_999, 1_000_000_000, 86_400e9 - 1, 86_400e9, -86_400e9, -86_400e9 - 1,
		1408014271204811000, 1408014271000000001, 1709164799999999999, 1709164800000000000, -1 << 62, 1<<63 - 1} {
		want, err := at.MarshalJSON()
		if got := d.append(nil, at); err != nil || string(got) != string(want) {
			t.Errorf("%d: %s, want %s (%v)", at, got, want, err)
		}
	}
}

// TestAppendGoldens: what the program prints for every case of testdata is
// what encoding/json would print.
func TestAppendGoldens(t *testing.T) {
	files, err := filepath.Glob("../testdata/*/want.jsonl")
	if err != nil || len(files) == 0 {
		t.Fatal("no golden files", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for line := range bytes.Lines(text) {
			if !bytes.HasPrefix(line, []byte(`{"type":"session"`)) {
				continue
			}
			r := readRecord(t, line)
			if got, want := appended(t, r), reference(t, r); got != want {
				t.Errorf("%s:\n%s\nwant\n%s", file, got, want)
			}
		}
	}
}

// readRecord reads a record back as far as encoding/json can: Time and Seconds
// only write themselves, so the line's are left out.
func readRecord(t *testing.T, line []byte) *session.Record {
	t.Helper()
	var tree map[string]any
	if err := json.Unmarshal(line, &tree); err != nil {
		t.Fatal(err)
	}
	trim(tree)
	line, err := json.Marshal(tree)
	if err != nil {
		t.Fatal(err)
	}
	r := new(session.Record)
	if err := json.Unmarshal(line, r); err != nil {
		t.Fatal(err)
	}
	return r
}

// spans are the fields that are not numbers of their type in JSON.
const spans = " start end duration after idle time last_byte rtt rtts zero_window_seconds offset "

func trim(v any) {
	switch v := v.(type) {
	case map[string]any:
		for name, value := range v {
			if strings.Contains(spans, " "+name+" ") {
				delete(v, name)
				continue
			}
			trim(value)
		}
	case []any:
		for _, value := range v {
			trim(value)
		}
	}
}

// TestPlainText: each byte, at each place among plain ones, in texts of every
// length, is written as where one byte is looked at after the other.
func TestPlainText(t *testing.T) {
	for long := range 27 {
		plain := strings.Repeat("~", long)
		if got := string(appendEscaped([]byte("x"), plain)); got != "x"+plain {
			t.Errorf("%q: %q", plain, got)
		}
		for c := range 256 {
			for at := range long {
				s := plain[:at] + string([]byte{byte(c)}) + plain[at+1:]
				if got, want := appendEscaped(make([]byte, 1, 1+c%64), s), appendOddly([]byte{0}, s); !bytes.Equal(got, want) {
					t.Fatalf("%q: %q, want %q", s, got, want)
				}
			}
		}
	}
}

// TestPlainBytes: of each two bytes, side by side, it is known whether both
// stand for themselves.
func TestPlainBytes(t *testing.T) {
	for pair := range 1 << 16 {
		for shift := range 7 {
			w := ' '*uint64(eachByte)&^(0xffff<<(8*shift)) | uint64(pair)<<(8*shift)
			if got, want := plainBytes(w) == highBits, itself[pair&0xff] && itself[pair>>8]; got != want {
				t.Fatalf("%016x: %v, want %v", w, got, want)
			}
		}
	}
}

func FuzzAppendString(f *testing.F) {
	f.Add("plain")
	f.Add("\x00\x1f\x7f\u0080\u2028\u202e\U000e0041\xff\"\\\b\f\n\r\t")
	f.Fuzz(func(t *testing.T, s string) {
		line, err := encoded(s)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := string(appendString(nil, s)), string(safeJSON(line)); got != want {
			t.Errorf("%q: %s, want %s", s, got, want)
		}
	})
}

// TestAppendGateways: one record after the other, of the same gateways as before,
// of others, of as many others, of none.
func TestAppendGateways(t *testing.T) {
	var f fields
	for _, words := range []map[string]string{{"b": "1", "a": "2"}, {"a": "3", "b": "4"}, {"b": "5", "c": "6"}, {"c": "7"}, nil, {"c": "8", "b": "9", "a": ""}} {
		r := &session.Record{Gateways: words}
		if err := f.record(r); err != nil {
			t.Fatal(err)
		}
		if got, want := string(f.b), reference(t, r); got != want {
			t.Errorf("%s\nwant\n%s", got, want)
		}
	}
}
