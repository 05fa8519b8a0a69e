//go:build linux

package realservers

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"time"
)

// writeCertificate puts mail.crt and mail.key, self-signed for the gateway and
// of no other use, into a folder.
func writeCertificate(dir string) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: gatewayHost},
		DNSNames:     []string{gatewayHost},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.AddDate(0, 0, 1),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		return err
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	return firstError(
		writePEM(filepath.Join(dir, "mail.crt"), "CERTIFICATE", cert, 0o644),
		writePEM(filepath.Join(dir, "mail.key"), "PRIVATE KEY", private, 0o600))
}

func writePEM(path, kind string, der []byte, mode os.FileMode) error {
	return os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), mode)
}
