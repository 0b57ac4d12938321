// Package receipt judges a receipt: a [C2SP tlog-proof] that holds the record which it is about.
package receipt

import (
	"bytes"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"../export"
	"../policy"
	"../record"
)

const (
	head       = "c2sp.org/tlog-proof@v1\n"
	hashesMost = 64
)

// IsOne tells whether a file begins as a receipt does.
func IsOne(raw []byte) bool { return bytes.HasPrefix(raw, []byte(strings.TrimSuffix(head, "\n"))) }

// Verify checks that the record stands in a tree that the policy accepts. With a digest the record must
// be of that council.
func Verify(raw []byte, p *policy.Policy, digest string) (*record.Record, int64, error) {
	text := string(raw)
	parts := strings.SplitN(strings.TrimPrefix(text, head), "\n\n", 2)
	if !strings.HasPrefix(text, head) || len(parts) != 2 {
		return nil, 0, fmt.Errorf("it is no proof")
	}
	lines := strings.Split(parts[0], "\n")
	if len(lines) < 2 || !strings.HasPrefix(lines[0], "extra ") || !strings.HasPrefix(lines[1], "index ") {
		return nil, 0, fmt.Errorf("it does not hold the record that it is about, or its index")
	}
	leaf, err := record.Base64(strings.TrimPrefix(lines[0], "extra "))
	if err != nil {
		return nil, 0, err
	}
	index, good := record.ParseNumber(strings.TrimPrefix(lines[1], "index "))
	if !good || len(lines)-2 > hashesMost {
		return nil, 0, fmt.Errorf("it has no index, or more than %d hashes", hashesMost)
	}
	proof := tlog.RecordProof{}
	for _, line := range lines[2:] {
		raw, err := record.Base64(line)
		if err != nil || len(raw) != tlog.HashSize {
			return nil, 0, fmt.Errorf("%.80q is no hash", line)
		}
		var hash tlog.Hash
		copy(hash[:], raw)
		proof = append(proof, hash)
	}
	checkpoint, err := export.ParseCheckpoint([]byte(parts[1]))
	if err != nil {
		return nil, 0, err
	}
	if _, _, err := p.Check(checkpoint.Origin, checkpoint.Text, checkpoint.Lines); err != nil {
		return nil, 0, err
	}
	tree := checkpoint.Tree
	if index >= uint64(tree.N) {
		return nil, 0, fmt.Errorf("record %d is not in a tree of %d", index, tree.N)
	}
	if err := tlog.CheckRecord(proof, tree.N, tree.Hash, int64(index), tlog.RecordHash(leaf)); err != nil {
		return nil, 0, err
	}
	found, err := record.Parse(leaf)
	if err == nil && digest != "" && found.IsStatement() && found.Get("council") != digest {
		err = fmt.Errorf("its record is of council %s", found.Get("council"))
	}
	return found, int64(index), err
}
