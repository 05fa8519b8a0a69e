//go:build !unix

package main

// forbidCore is for systems that write core files.
func forbidCore() {}
