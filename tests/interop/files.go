package main

import (
	"fmt"
	"io"
	"os"

	"./certificate"
	"./export"
	"./receipt"
)

const fileMost = 8 << 20

// verifyFile judges a certificate or a receipt; it returns the exit status.
func verifyFile(path string, o export.Options) (int, error) {
	file, err := os.Open(path)
	if err != nil {
		return 0, &export.NotRun{Why: err}
	}
	defer file.Close()
	raw, err := io.ReadAll(io.LimitReader(file, fileMost+1))
	if err != nil {
		return 0, &export.NotRun{Why: err}
	}
	if receipt.IsOne(raw) {
		return verifyReceipt(raw, o)
	}
	if o.Council == "" || o.Policy != nil {
		return 0, &export.NotRun{Why: fmt.Errorf("a certificate is judged by --council alone")}
	}
	v, err := certificate.Verify(raw, o.Council)
	if err != nil {
		return 0, err
	}
	fmt.Printf("measure %s: %s\n", v.Measure, v.Title)
	if v.Ending != nil {
		fmt.Printf("%s, record %d: %s %s\n", v.Ending.Kind, v.At, v.Ending.Get("outcome"), v.Ending.Get("reason"))
	}
	fmt.Println(v.Words)
	return v.Status, nil
}

func verifyReceipt(raw []byte, o export.Options) (int, error) {
	if o.Policy == nil {
		return 0, &export.NotRun{Why: fmt.Errorf("a receipt is judged by --policy")}
	}
	found, index, err := receipt.Verify(raw, o.Policy, o.Council)
	if err != nil {
		return 0, err
	}
	fmt.Printf("record %d: %s by %s\n\n%s\n", index, found.Kind, found.Get("by"), found.Text)
	fmt.Println("VERIFIED: it stands in the log")
	return 0, nil
}
