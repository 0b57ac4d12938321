package main

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strconv"

	"./export"
	"./record"
)

// extract writes a ballot's text, its first signature and that signature's key as the files text,
// sig and key.pem, for programs that know nothing of notes. The key is a founding officer's.
func extract(dir, which, out string) error {
	entries, council, err := export.Entries(dir)
	if err != nil {
		return err
	}
	index, err := find(entries, which)
	if err != nil {
		return err
	}
	r, err := record.Parse(entries[index])
	if err != nil {
		return err
	}
	if !r.IsStatement() {
		return fmt.Errorf("record %d is no statement", index)
	}
	for _, p := range council.Members {
		for _, s := range council.Officers(p) {
			if r.Signatures[0].IsBy(s) {
				return writeFiles(out, r.Text, s.Key, r.Signatures[0].Blob[4:])
			}
		}
	}
	return fmt.Errorf("the signature's key is not a founding officer's")
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
		if r, err := record.Parse(leaf); err == nil && r.Kind == "ballot" {
			return index, nil
		}
	}
	return 0, fmt.Errorf("no ballot in the log")
}

func writeFiles(out, text string, k record.Key, sig []byte) error {
	der, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(k[:]))
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
