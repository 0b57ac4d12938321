package record

import (
	"encoding/hex"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/mod/sumdb/tlog"
)

const vectors = "../../vectors/records"

func TestEveryGoldenRecordIsReadAndHasTheHashesOfTheIndex(t *testing.T) {
	index, err := os.ReadFile(filepath.Join(vectors, "INDEX"))
	if err != nil {
		t.Fatal(err)
	}
	kinds := map[string]bool{}
	for _, row := range strings.Split(strings.TrimSpace(string(index)), "\n") {
		words := strings.Fields(row)
		raw, err := os.ReadFile(filepath.Join(vectors, words[0]))
		if err != nil {
			t.Fatal(err)
		}
		r, err := Parse(raw)
		if err != nil {
			t.Errorf("%s: %v", words[0], err)
			continue
		}
		leaf := tlog.RecordHash(raw)
		if hex.EncodeToString(leaf[:]) != words[1] || r.TextHash != words[2] {
			t.Errorf("%s has other hashes", words[0])
		}
		kinds[r.Kind] = true
	}
	if len(kinds) != len(statementLines)+len(derivedLines) {
		t.Errorf("%d kinds", len(kinds))
	}
}

func TestKeysOfSmallOrderWithTorsionOrNotCanonicalAreNotAdmitted(t *testing.T) {
	base, _ := hex.DecodeString("5866666666666666666666666666666666666666666666666666666666666666")
	if !mustKey(base).Admissible() {
		t.Error("the base point is refused")
	}
	bad := []string{
		"0100000000000000000000000000000000000000000000000000000000000000",
		"0000000000000000000000000000000000000000000000000000000000000000",
		"ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"0100000000000000000000000000000000000000000000000000000000000080",
		"0200000000000000000000000000000000000000000000000000000000000000",
	}
	for _, text := range bad {
		raw, _ := hex.DecodeString(text)
		if mustKey(raw).Admissible() {
			t.Errorf("%s is admitted", text)
		}
	}
	p, _ := decompress(mustKey(base))
	torsion, _ := decompress(mustKey([]byte{31: 0}))
	if mixed := add(p, torsion); multiply(groupL, mixed).isIdentity() {
		t.Error("a key with torsion is taken to the identity")
	}
	for _, text := range bad[:5] {
		raw, _ := hex.DecodeString(text)
		if !ofSmallOrder(mustKey(raw)) {
			t.Errorf("%s is of small order", text)
		}
	}
}

func mustKey(raw []byte) Key {
	var key Key
	copy(key[:], raw)
	return key
}

func TestWordsKeepToOneScript(t *testing.T) {
	for words, good := range map[string]bool{
		"a б": true, "aб": false, "a-б": false, "a/б": true, "aµb": true, "½ of it": true, "a\u00adb": false,
		"a1²б": false, "Ελλάδα": true, "αa": false,
	} {
		if (checkCharacters(words, false) == nil) != good {
			t.Errorf("%q: want %v", words, good)
		}
	}
	if checkCharacters("document απόφαση.pdf", true) != nil {
		t.Error("a file's name may have an extension in another script")
	}
}
