// Package certificate judges a certificate, which has in one text what a log holds on one measure
// (docs/formats.md, section 10).
package certificate

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf8"

	"golang.org/x/mod/sumdb/tlog"

	"../record"
)

const (
	head        = "nemcon/v1 certificate\n"
	bytesMost   = 8 << 20
	recordsMost = 8_192
	noteMost    = 128 * 1024
)

// entry is a leaf of the log at its index.
type entry struct {
	index uint64
	raw   []byte
}

// file is a certificate in its one written form.
type file struct {
	council, measure, marking string
	genesis, checkpoint       []byte
	records                   []entry
	hashes                    []tlog.Hash
}

// IsOne tells whether a file begins as a certificate does.
func IsOne(raw []byte) bool { return bytes.HasPrefix(raw, []byte(strings.TrimSuffix(head, "\n"))) }

// reader goes through a certificate; the first line that does not stand where it should stays in err.
type reader struct {
	rest []byte
	err  error
}

func (r *reader) fail(format string, words ...interface{}) {
	if r.err == nil {
		r.err = fmt.Errorf(format, words...)
	}
}

func (r *reader) skip(prefix string) bool {
	if r.err != nil || !bytes.HasPrefix(r.rest, []byte(prefix)) {
		return false
	}
	r.rest = r.rest[len(prefix):]
	return true
}

func (r *reader) demand(prefix string) {
	if !r.skip(prefix) {
		r.fail("%.60q stands where %q should", r.rest, prefix)
	}
}

// value is the rest of the line.
func (r *reader) value() string {
	at := bytes.IndexByte(r.rest, '\n')
	if at < 0 {
		r.fail("a line does not end")
	}
	if r.err != nil {
		return ""
	}
	value := string(r.rest[:at])
	r.rest = r.rest[at+1:]
	return value
}

func (r *reader) number(word string) uint64 {
	n, good := record.ParseNumber(word)
	if !good {
		r.fail("%.60q is no number", word)
	}
	return n
}

// part is so many bytes, the last of which ends a line.
func (r *reader) part(length uint64, most int) []byte {
	if length > uint64(most) || length > uint64(len(r.rest)) || length == 0 {
		r.fail("a part is longer than the file, or than it can be")
		return nil
	}
	part := r.rest[:length]
	r.rest = r.rest[length:]
	if part[length-1] != '\n' || !utf8.Valid(part) {
		r.fail("a part does not end where its length says")
	}
	return part
}

func parse(raw []byte) (*file, error) {
	if len(raw) > bytesMost || !utf8.Valid(raw) {
		return nil, fmt.Errorf("it is longer than 8 MiB, or not UTF-8")
	}
	r, f := &reader{rest: raw}, &file{}
	r.demand(head)
	r.demand("council ")
	f.council = r.value()
	r.demand("measure ")
	f.measure = r.value()
	r.number(f.measure)
	if r.skip("marking ") {
		f.marking = r.value()
		if f.marking == "" || !record.IsText(f.marking) {
			r.fail("a marking that is no text")
		}
	}
	r.demand("\ngenesis ")
	f.genesis = r.part(r.number(r.value()), noteMost)
	r.records(f)
	r.demand("\n")
	for r.skip("hash ") {
		word := r.value()
		var hash tlog.Hash
		if !record.ParseDigest(word) {
			r.fail("%.80q is no digest", word)
		}
		decoded, _ := hex.DecodeString(word)
		copy(hash[:], decoded)
		f.hashes = append(f.hashes, hash)
	}
	r.demand("\ncheckpoint ")
	f.checkpoint = r.part(r.number(r.value()), noteMost)
	if len(r.rest) > 0 {
		r.fail("something stands behind the checkpoint")
	}
	if !record.ParseDigest(f.council) {
		r.fail("%.80q is no digest", f.council)
	}
	return f, r.err
}

func (r *reader) records(f *file) {
	last := uint64(0)
	for r.skip("\nrecord ") {
		words := strings.Split(r.value(), " ")
		if len(words) != 2 {
			r.fail("a record without index and length")
			return
		}
		index, length := r.number(words[0]), r.number(words[1])
		if index <= last || len(f.records) == recordsMost {
			r.fail("record %d is not behind the one before it, or one too many", index)
			return
		}
		f.records = append(f.records, entry{index, r.part(length, record.BytesMost)})
		last = index
	}
}

// root is what genesis, records and hashes lead to: a range in which no leaf lies takes the next hash, a
// range of one leaf has that leaf's hash, any other is split at the largest power of two below its length.
func (f *file) root(size uint64, genesis []byte) (tlog.Hash, error) {
	leaves := append([]entry{{0, genesis}}, f.records...)
	if leaves[len(leaves)-1].index >= size {
		return tlog.Hash{}, fmt.Errorf("a record stands behind the end of the log")
	}
	hashes := f.hashes
	var lack error
	var of func(low, high uint64, leaves []entry) tlog.Hash
	of = func(low, high uint64, leaves []entry) tlog.Hash {
		switch {
		case len(leaves) == 0 && len(hashes) == 0:
			lack = fmt.Errorf("a hash is missing")
			return tlog.Hash{}
		case len(leaves) == 0:
			first := hashes[0]
			hashes = hashes[1:]
			return first
		case high-low == 1:
			return tlog.RecordHash(leaves[0].raw)
		}
		split := uint64(1)
		for split*2 < high-low {
			split *= 2
		}
		n := 0
		for n < len(leaves) && leaves[n].index < low+split {
			n++
		}
		left := of(low, low+split, leaves[:n])
		return tlog.NodeHash(left, of(low+split, high, leaves[n:]))
	}
	root := of(0, size, leaves)
	if lack == nil && len(hashes) > 0 {
		lack = fmt.Errorf("%d hashes are not used", len(hashes))
	}
	return root, lack
}
