package capture

import "testing"

// framesTap is a tap with frames of one size.
type framesTap []byte

func (f framesTap) read(r *record) error {
	r.data, r.wire = f, len(f)
	return nil
}

func (framesTap) drops() Drops { return Drops{} }
func (framesTap) links() int32 { return linkEthernet }
func (framesTap) close()       {}

// TestBatchRoom: a batch of a busy interface has its full size at once, not when
// the largest of all has come some day.
func TestBatchRoom(t *testing.T) {
	var b batch
	if err := b.fill(make(framesTap, 800)); err != nil {
		t.Fatal(err)
	}
	early := cap(b.bytes)
	for _, size := range []int{60, 1400, 9000, 60_000} {
		if err := b.fill(make(framesTap, size)); err != nil {
			t.Fatal(err)
		}
		if late := cap(b.bytes); late != early {
			t.Errorf("room for %d bytes, %d when there were frames of %d", early, late, size)
		}
	}
}
