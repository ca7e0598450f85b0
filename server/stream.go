package server

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"reflect"
	"strconv"
	"strings"
	"sync"

	"github.com/sourcegraph/jsonrpc2"
)

// Caps on what one message may claim. The body's cap is far above any real
// Dockerfile; it keeps a broken client from eating the memory.
const (
	maxHeader = 16 << 10
	maxBody   = 128 << 20
)

// stream frames messages as the protocol wants it. It differs from jsonrpc2's
// own codec in what it forgives: header names in any case, bare line feeds,
// and bodies that are not JSON or not JSON-RPC, which are rejected one by one
// while the session goes on.
type stream struct {
	r *bufio.Reader
	// reject answers a message that never becomes a request.
	reject func(id json.RawMessage, code int64, message string)

	mu sync.Mutex
	w  io.Writer
}

func newStream(in io.Reader, out io.Writer, reject func(json.RawMessage, int64, string)) *stream {
	return &stream{r: bufio.NewReaderSize(in, maxHeader), w: out, reject: reject}
}

// ReadObject implements jsonrpc2.ObjectStream. An error ends the connection,
// so there is one only when the frames themselves are lost.
func (s *stream) ReadObject(v any) error {
	for {
		length, err := s.readHeader()
		if err != nil {
			return err
		}
		if length > maxBody {
			s.reject(nil, jsonrpc2.CodeInvalidRequest, fmt.Sprintf("the message of %d bytes is longer than the %d bytes allowed", length, maxBody))
			if _, err := io.CopyN(io.Discard, s.r, length); err != nil {
				return err
			}
			continue
		}
		// The buffer grows with what really arrives, not with what is claimed.
		var body bytes.Buffer
		if _, err := io.CopyN(&body, s.r, length); err != nil {
			if errors.Is(err, io.EOF) {
				err = io.ErrUnexpectedEOF
			}
			return err
		}
		if s.admissible(body.Bytes()) {
			err := json.Unmarshal(body.Bytes(), v)
			if err == nil {
				return nil
			}
			s.reject(idOf(body.Bytes()), jsonrpc2.CodeInvalidRequest, "not a JSON-RPC message: "+err.Error())
			// Half a message must not shine through the next one.
			reflect.ValueOf(v).Elem().SetZero()
		}
	}
}

// admissible rejects what jsonrpc2 would take for the end of the connection,
// or for something that it is not.
func (s *stream) admissible(body []byte) bool {
	if !json.Valid(body) {
		s.reject(nil, jsonrpc2.CodeParseError, "the message is not valid JSON")
		return false
	}
	var m struct {
		ID     json.RawMessage `json:"id"`
		Method json.RawMessage `json:"method"`
		Error  json.RawMessage `json:"error"`
	}
	if err := json.Unmarshal(body, &m); err != nil {
		s.reject(nil, jsonrpc2.CodeInvalidRequest, "a message is one JSON object")
		return false
	}
	// A response without an id is the client's complaint about a message that
	// it could not read; jsonrpc2 would take it for the answer to request 0.
	return m.Method != nil || (m.ID != nil && string(m.ID) != "null") || m.Error == nil
}

// idOf gives the id of a message that could not be understood, nil if it has
// none that can be given back.
func idOf(body []byte) json.RawMessage {
	var m struct {
		ID json.RawMessage `json:"id"`
	}
	if json.Unmarshal(body, &m) != nil || len(m.ID) == 0 {
		return nil
	}
	if c := m.ID[0]; c != '"' && c != '-' && (c < '0' || c > '9') {
		return nil
	}
	return m.ID
}

// readHeader reads up to the empty line and gives the length of the body.
func (s *stream) readHeader() (int64, error) {
	length, size := int64(-1), 0
	for {
		line, err := s.r.ReadSlice('\n')
		size += len(line)
		if errors.Is(err, bufio.ErrBufferFull) || size > maxHeader {
			return 0, fmt.Errorf("read header: more than %d bytes", maxHeader)
		}
		if err != nil {
			if errors.Is(err, io.EOF) && size > 0 {
				err = io.ErrUnexpectedEOF
			}
			return 0, err
		}
		text := strings.TrimSpace(string(line))
		if text == "" {
			if length >= 0 {
				return length, nil
			}
			if size == len(line) {
				// Stray empty lines between messages do no harm.
				size = 0
				continue
			}
			return 0, errors.New("read header: no Content-Length")
		}
		name, value, ok := strings.Cut(text, ":")
		if !ok {
			return 0, fmt.Errorf("read header: %q is no header field", text)
		}
		if strings.EqualFold(strings.TrimSpace(name), "Content-Length") {
			length, err = strconv.ParseInt(strings.TrimSpace(value), 10, 64)
			if err != nil || length < 0 {
				return 0, fmt.Errorf("read header: %q is no length", strings.TrimSpace(value))
			}
		}
	}
}

// WriteObject implements jsonrpc2.ObjectStream: one message, one write.
func (s *stream) WriteObject(v any) error {
	body, err := json.Marshal(v)
	if err != nil {
		return err
	}
	frame := make([]byte, 0, len(body)+32)
	frame = fmt.Appendf(frame, "Content-Length: %d\r\n\r\n", len(body))
	frame = append(frame, body...)
	s.mu.Lock()
	defer s.mu.Unlock()
	_, err = s.w.Write(frame)
	return err
}

// Close implements jsonrpc2.ObjectStream. The ends belong to the caller, and
// replies on their way are still written after the input has ended.
func (s *stream) Close() error { return nil }

// response is a reply as it is written. jsonrpc2's own cannot say a null id
// and turns negative ids into huge ones.
type response struct {
	Version string          `json:"jsonrpc"`
	ID      json.RawMessage `json:"id"`
	Result  json.RawMessage `json:"result,omitempty"`
	Error   *jsonrpc2.Error `json:"error,omitempty"`
}

// idJSON writes an id as the client wrote it.
func idJSON(id jsonrpc2.ID) json.RawMessage {
	if id.IsString {
		b, _ := json.Marshal(id.Str) // a string always marshals
		return b
	}
	return strconv.AppendInt(nil, int64(id.Num), 10)
}

func sprintLine(format string, v ...any) string {
	return strings.TrimSpace(fmt.Sprintf(format, v...))
}
