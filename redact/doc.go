// Package redact replaces what names people and machines (mail addresses, IP
// addresses, host names, Message-IDs, queue ids) by pseudonyms. The same name
// gives the same pseudonym everywhere, also in another run with the same key;
// without the key nobody can go back, nor try a guess (HMAC-SHA-256, AES).
//
// Credentials and message bodies are not its business: they never get as far.
package redact
