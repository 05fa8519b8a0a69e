package evidence

import (
	"io"

	"smtpscope/capture"
)

// writer writes packets, and describes each interface before its first one.
type writer struct {
	file       *capture.PcapngWriter
	from       Source
	interfaces map[[2]int]int
	options    Options
}

func newWriter(to io.Writer, from Source, o Options) (*writer, error) {
	file, err := capture.NewPcapngWriter(to, o.Application, o.Comments...)
	return &writer{file: file, from: from, interfaces: map[[2]int]int{}, options: o}, err
}

// packet writes one, with the number that it has in the capture behind the
// other comments.
func (w *writer) packet(p *packet, comments []string) error {
	key := [2]int{p.source, p.iface}
	iface, there := w.interfaces[key]
	if !there {
		var err error
		if iface, err = w.describe(p); err != nil {
			return err
		}
		w.interfaces[key] = iface
	}
	return w.file.Packet(iface, p.time, p.data, p.wire, append(comments, capture.OriginalFrame(p.number))...)
}

func (w *writer) describe(p *packet) (int, error) {
	name, snaplen := "", int64(0)
	if sources := w.from.Summary().Sources; p.source < len(sources) && p.iface < len(sources[p.source].Interfaces) {
		info := &sources[p.source].Interfaces[p.iface]
		name, snaplen = info.Name, info.Snaplen
	}
	if w.options.Names != nil {
		name = w.options.Names.Text(name)
	}
	return w.file.Interface(p.link, snaplen, name)
}
