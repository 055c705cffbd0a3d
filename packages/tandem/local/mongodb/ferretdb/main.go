// Command ferretdb speaks MongoDB's wire protocol over SQLite files, for machines that have no mongod.
//
// It ends when its standard input closes: whoever started it holds the other end, so it never outlives them,
// not even when they are killed.
package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/url"
	"os"
	"time"

	"github.com/FerretDB/FerretDB/ferretdb"
)

// How long open connections may keep the process up once it was asked to end. Every write is on disk by then.
const grace = 300 * time.Millisecond

func main() {
	if len(os.Args) != 3 {
		log.Fatal("usage: ferretdb <address> <folder>")
	}
	server, err := ferretdb.New(&ferretdb.Config{
		Listener:  ferretdb.ListenerConfig{TCP: "127.0.0.1:0"},
		Logger:    slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelError})),
		Handler:   "sqlite",
		SQLiteURL: "file:" + os.Args[2] + "/",
	})
	if err != nil {
		log.Fatal(err)
	}
	inner, err := url.Parse(server.MongoDBURI())
	if err != nil {
		log.Fatal(err)
	}
	listener, err := net.Listen("tcp", os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	front := &relay{server: inner.Host}
	go func() { log.Fatal(front.serve(listener)) }()

	running, end := context.WithCancel(context.Background())
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		end()
		time.Sleep(grace)
		os.Exit(0)
	}()
	fmt.Println("listening on " + listener.Addr().String())
	if err := server.Run(running); err != nil {
		log.Fatal(err)
	}
}
