package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
)

// extract writes a ballot's text, its first signature and that signature's key as the files text,
// sig and key.pem, for programs that know nothing of notes.
func extract(dir, which, out string) error {
	p, err := readPolicy(filepath.Join(dir, "finality.policy"))
	if err != nil {
		return err
	}
	tree, _, err := openCheckpoint(dir, p)
	if err != nil {
		return err
	}
	entries, err := readEntries(dir, tree.N)
	if err != nil {
		return err
	}
	g, err := parseGenesis(string(entries[0]))
	if err != nil {
		return err
	}
	index, err := find(entries, which)
	if err != nil {
		return err
	}
	return writeBallot(g, entries[index], out)
}

// find takes an index, or the word ballot for the first one.
func find(entries [][]byte, which string) (int, error) {
	if which != "ballot" {
		index, err := strconv.Atoi(which)
		if err != nil || index < 0 || index >= len(entries) {
			return 0, fmt.Errorf("no record %q", which)
		}
		return index, nil
	}
	for index, leaf := range entries {
		if r, err := parseRecord(leaf); err == nil && r.kind == "ballot" {
			return index, nil
		}
	}
	return 0, fmt.Errorf("no ballot in the log")
}

func writeBallot(g *genesis, leaf []byte, out string) error {
	n, err := openStatement(follow(g), leaf)
	if err != nil {
		return err
	}
	r, err := parseRecord(leaf)
	if err != nil {
		return err
	}
	sig, err := base64.StdEncoding.DecodeString(n.Sigs[0].Base64)
	if err != nil {
		return err
	}
	for _, k := range g.parties[r.field("by")].officers {
		if k.name == n.Sigs[0].Name && k.id() == n.Sigs[0].Hash {
			return writeFiles(out, n.Text, k, sig[4:])
		}
	}
	return fmt.Errorf("the signature's key is not an officer's")
}

func writeFiles(out, text string, k key, sig []byte) error {
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(k.bytes[:]))
	if err != nil {
		return err
	}
	block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	for name, data := range map[string][]byte{"text": []byte(text), "sig": sig, "key.pem": block} {
		if err := os.WriteFile(filepath.Join(out, name), data, 0o644); err != nil {
			return err
		}
	}
	return nil
}
