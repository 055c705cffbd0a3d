package main

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"sync"
)

// A relay stands in front of FerretDB and lets commands that write pass one at a time.
//
// FerretDB 1 first reads the documents that an update, a delete or a findAndModify is meant for, and writes them
// afterwards, without a lock in between. Of two updates on the condition of one version both would succeed, which
// MongoDB never does: there a command on one document is atomic. Behind the relay it is here as well.
type relay struct {
	server string
	turn   sync.Mutex
}

// Names of the commands that write, as the first field of their document.
var writing = map[string]bool{
	"insert": true, "update": true, "delete": true, "findAndModify": true, "findandmodify": true,
}

// Parts of a message of MongoDB's wire protocol, in bytes.
const (
	headerSize    = 16
	opCodeOffset  = 12
	flagsOffset   = 16
	sectionOffset = 20
	nameOffset    = 26
	largest       = 64 << 20
	opMsg         = 2013
	moreToCome    = 1 << 1
)

func (r *relay) serve(listener net.Listener) error {
	for {
		client, err := listener.Accept()
		if err != nil {
			return err
		}
		go r.pass(client)
	}
}

// pass hands messages back and forth until one side closes. A broken connection is the driver's to notice and to retry.
func (r *relay) pass(client net.Conn) {
	defer client.Close()
	server, err := net.Dial("tcp", r.server)
	if err != nil {
		return
	}
	defer server.Close()
	for {
		request, err := readMessage(client)
		if err != nil {
			return
		}
		reply, err := r.ask(server, request)
		if err != nil {
			return
		}
		if _, err := client.Write(reply); err != nil {
			return
		}
	}
}

// ask sends a request and reads its reply, which is empty for a request that wants none.
func (r *relay) ask(server net.Conn, request []byte) ([]byte, error) {
	if writing[commandName(request)] {
		r.turn.Lock()
		defer r.turn.Unlock()
	}
	if _, err := server.Write(request); err != nil {
		return nil, err
	}
	if wantsNoReply(request) {
		return nil, nil
	}
	return readMessage(server)
}

func readMessage(from io.Reader) ([]byte, error) {
	header := make([]byte, headerSize)
	if _, err := io.ReadFull(from, header); err != nil {
		return nil, err
	}
	length := binary.LittleEndian.Uint32(header)
	if length < headerSize || length > largest {
		return nil, fmt.Errorf("a message of %d bytes", length)
	}
	message := make([]byte, length)
	copy(message, header)
	_, err := io.ReadFull(from, message[headerSize:])
	return message, err
}

func isMsg(message []byte) bool {
	return len(message) > nameOffset && binary.LittleEndian.Uint32(message[opCodeOffset:]) == opMsg
}

func wantsNoReply(message []byte) bool {
	return isMsg(message) && binary.LittleEndian.Uint32(message[flagsOffset:])&moreToCome != 0
}

// commandName is the name of the first field of the message's document: after the section's kind (0), the document's
// length and the field's type.
func commandName(message []byte) string {
	if !isMsg(message) || message[sectionOffset] != 0 {
		return ""
	}
	name, _, _ := bytes.Cut(message[nameOffset:], []byte{0})
	return string(name)
}
