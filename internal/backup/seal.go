package backup

import (
	"crypto/aes"
	"crypto/cipher"

	"filippo.io/age"

	"amparo/internal/config"
)

// Two sorts of stanza stand in the head of a backup: the data key as it is
// wrapped for a key file or a passphrase, and the key of this one file, sealed by
// a key that is derived from the data key.
const (
	keyStanza  = "amparo-data-key-1"
	fileStanza = "amparo-backup-1"
)

func sealer(k *config.Keys) (cipher.AEAD, error) {
	block, err := aes.NewCipher(k.Derive("backup"))
	if err != nil {
		return nil, err
	}
	return cipher.NewGCMWithRandomNonce(block)
}

// recipient is everybody who can open the data key.
type recipient struct {
	keys   *config.Keys
	sealed [][]byte
}

// Wrap implements age.Recipient.
func (r *recipient) Wrap(key []byte) ([]*age.Stanza, error) {
	a, err := sealer(r.keys)
	if err != nil {
		return nil, err
	}
	var list []*age.Stanza
	for _, text := range r.sealed {
		list = append(list, &age.Stanza{Type: keyStanza, Body: text})
	}
	return append(list, &age.Stanza{Type: fileStanza, Body: a.Seal(nil, nil, key, []byte(fileStanza))}), nil
}

// identity opens a backup with this machine's key file or passphrase, and
// remembers the data key and the text in which it was wrapped.
type identity struct {
	config *config.Config
	keys   *config.Keys
	sealed []byte
}

// keyError carries through age why the data key does not open.
type keyError struct{ error }

// Unwrap implements age.Identity.
func (i *identity) Unwrap(list []*age.Stanza) ([]byte, error) {
	var sealed [][]byte
	var file *age.Stanza
	for _, s := range list {
		switch s.Type {
		case keyStanza:
			sealed = append(sealed, s.Body)
		case fileStanza:
			file = s
		}
	}
	if file == nil || len(sealed) == 0 {
		return nil, age.ErrIncorrectIdentity
	}
	if i.keys == nil {
		var err error
		if i.keys, i.sealed, err = i.config.Unseal(sealed...); err != nil {
			return nil, &keyError{err}
		}
	}
	a, err := sealer(i.keys)
	if err != nil {
		return nil, err
	}
	key, err := a.Open(nil, nil, file.Body, []byte(fileStanza))
	if err != nil {
		return nil, &keyError{config.ErrWrongKey}
	}
	return key, nil
}
