package receipt

import (
	"crypto/ed25519"
	"encoding/binary"
	"fmt"
	"os"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"

	"../policy"
	"../record"
)

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for n, index := range indexes {
		out[n] = h[index]
	}
	return out, nil
}

func secret(n byte) ed25519.PrivateKey { return ed25519.NewKeyFromSeed([]byte{31: n}) }

func signer(n byte, name string, kind byte) record.Signer {
	s := record.Signer{Called: name, Type: kind}
	copy(s.Key[:], secret(n).Public().(ed25519.PublicKey))
	return s
}

func line(s record.Signer, signature []byte) string {
	id := binary.BigEndian.AppendUint32(nil, s.ID())
	return fmt.Sprintf("— %s %s\n", s.Called, record.Encode64(append(id, signature...)))
}

// made is a receipt of a record at an index in a log of eleven, and the policy that it meets.
func made(t *testing.T, index int64) (string, *policy.Policy) {
	leaf, err := os.ReadFile("../../vectors/records/ballot-in-favour.txt")
	if err != nil {
		t.Fatal(err)
	}
	var stored hashes
	for n := int64(0); n < 11; n++ {
		raw := []byte(fmt.Sprintf("record %d\n", n))
		if n == index {
			raw = leaf
		}
		added, _ := tlog.StoredHashes(n, raw, stored)
		stored = append(stored, added...)
	}
	root, _ := tlog.TreeHash(11, stored)
	proof, err := tlog.ProveRecord(11, index, stored)
	if err != nil {
		t.Fatal(err)
	}
	text := fmt.Sprintf("%sextra %s\nindex %d\n", head, record.Encode64(leaf), index)
	for _, hash := range proof {
		text += record.Encode64(hash[:]) + "\n"
	}
	body := fmt.Sprintf("example.org/log\n11\n%s\n", record.Encode64(root[:]))
	log, seal := signer(1, "example.org/log", record.Plain), signer(2, "example.org/A", record.Cosigned)
	message := []byte("cosignature/v1\ntime 7\n" + body)
	sealed := append(binary.BigEndian.AppendUint64(nil, 7), ed25519.Sign(secret(2), message)...)
	text += "\n" + body + "\n" + line(log, ed25519.Sign(secret(1), []byte(body))) + line(seal, sealed)
	p, err := policy.Parse("log " + log.Vkey() + "\nwitness A " + seal.Vkey() + "\nquorum A\n")
	if err != nil {
		t.Fatal(err)
	}
	return text, p
}

func TestAReceiptShowsItsRecordAtItsPlaceAndNothingElse(t *testing.T) {
	text, p := made(t, 4)
	if found, index, err := Verify([]byte(text), p, ""); err != nil || index != 4 || found.Kind != "ballot" {
		t.Fatalf("%v, %d", err, index)
	}
	if _, _, err := Verify([]byte(text), p, strings.Repeat("0", 64)); err == nil {
		t.Error("a receipt of another council is verified")
	}
	for name, other := range map[string]string{
		"another index":    strings.Replace(text, "index 4", "index 5", 1),
		"no record":        text[:len(head)] + text[strings.Index(text, "index"):],
		"a hash less":      strings.Replace(text, strings.Split(text, "\n")[3]+"\n", "", 1),
		"no seal":          text[:strings.LastIndex(text, "— ")],
		"another tree":     strings.Replace(text, "\n11\n", "\n12\n", 1),
		"a number with 0":  strings.Replace(text, "index 4", "index 04", 1),
		"another first":    strings.Replace(text, "v1", "v2", 1),
		"something behind": text + "x",
	} {
		if _, _, err := Verify([]byte(other), p, ""); err == nil {
			t.Errorf("%s is verified", name)
		}
	}
}
