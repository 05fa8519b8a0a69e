// Command soak sends millions of packets, hostile and ordinary ones, through
// smtpscope live on a pair of virtual interfaces, and looks whether memory and
// goroutines stay flat and whether every count adds up: packets sent are
// packets received and dropped, sessions counted are sessions written.
//
//	go run ./internal/soak -packets 10000000 -graph docs/soak.svg
//
// It needs Linux and root. With -compare it sends the same traffic at rising
// rates to smtpscope live and to tcpdump -w in turn, and writes how much each
// of them lost; with -replay the traffic is a capture that tcpreplay sends.
package main
